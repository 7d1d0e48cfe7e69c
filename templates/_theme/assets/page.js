/* The page around its words: the theme's own script when a reader first does something, the colors
   they chose, copying a citation, explaining a term. Without this script everything is there, in the
   colors of the system. */

(() => {
  "use strict";

  /* What is to be done on every page: now, and again whenever Material's instant navigation swaps
     the page without loading it. */
  const mounts = [];

  window.mtmOnPage = (mount) => {
    mounts.push(mount);
    mount();
  };

  function follow() {
    let first = true; // the page that is there already
    window.document$?.subscribe(() => {
      if (!first) for (const mount of mounts) mount();
      first = false;
    });
  }

  /* The theme's script styles and measures the whole page several times, and fetches the search
     index; its stylesheet is mostly for what the script makes. Neither before a reader moves, touches,
     scrolls or types. */
  const STIRRINGS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "focusin"];
  const SEARCH_KEYS = ["f", "s", "/"];

  /* The whole of the theme's stylesheet, in the place of its part that the page came with. */
  function dress(style) {
    if (!style) return;
    const part = document.querySelector('link[rel="stylesheet"][href*="/first."]');
    const whole = document.createElement("link");
    whole.rel = "stylesheet";
    whole.href = style;
    whole.addEventListener("load", () => part.remove());
    part.after(whole);
  }

  function stir(event) {
    for (const kind of STIRRINGS) removeEventListener(kind, stir, { capture: true });
    dress(later.dataset.style);
    const script = document.createElement("script");
    script.src = later.dataset.src;
    later.remove();
    const asked = event.type === "keydown" && SEARCH_KEYS.includes(event.key);
    const typing = event.target?.matches?.("input, textarea, select");
    script.addEventListener("load", () => {
      follow();
      window.document$?.next(document); // it waits for the page to be read, which is long past
      const search = document.querySelector(".md-search__input");
      if ((asked && !typing) || document.getElementById("__search")?.checked) search?.focus();
    });
    document.head.append(script);
  }

  const later = document.getElementById("mtm-theme");
  if (later) {
    for (const kind of STIRRINGS) addEventListener(kind, stir, { capture: true, passive: true });
  } else {
    follow();
  }

  /* An edition that is not the newest says so, and one that was withdrawn says why. Its own files
     never change: the list of editions at the root knows. */
  async function announce() {
    const edition = document.querySelector('meta[name="edition"]')?.content;
    const { root, page } = place();
    if (!root.endsWith(`/${edition}`)) return; // latest, or a copy of an edition
    try {
      const list = await (await fetch(`${root}/../editions.json`)).json();
      const known = list.editions.find((one) => one.edition === edition);
      notice(list.latest, known, page, edition);
    } catch {
      // No list: a copy of one edition.
    }
  }

  /* The address of this edition, without a slash at the end, and that of the page below it. */
  function place() {
    const { base } = JSON.parse(document.getElementById("__config").textContent);
    const root = new URL(base, location.href).href.replace(/\/$/, "");
    return { root, page: new URL(".", location.href).href.slice(root.length + 1) };
  }

  /* The menu of editions leads to the same page where the other edition has it. The theme looks it
     up in a sitemap, which a site that does not know its address cannot have. */
  async function change(event) {
    const link = event.target.closest?.(".md-version__link");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const same = new URL(place().page, link.href.replace(/\/?$/, "/"));
    try {
      const found = (await fetch(same, { method: "HEAD", cache: "no-cache" })).ok;
      location.assign(found ? same.href + location.hash : link.href);
    } catch {
      location.assign(link.href);
    }
  }

  addEventListener("click", change, { capture: true });

  function notice(latest, known, page, edition) {
    const words = [];
    if (known?.withdrawn) words.push(["withdrawn", known.withdrawn]);
    if (latest.edition !== edition) {
      words.push(latest.pages.includes(page) ? ["outdated", page] : ["gone", ""]);
    }
    for (const banner of document.querySelectorAll(".mtm-notice")) {
      banner.hidden = words.length === 0;
      for (const [kind, said] of words) tell(banner.querySelector(`[data-kind="${kind}"]`), said);
    }
  }

  function tell(part, said) {
    part.hidden = false;
    const link = part.querySelector("a[data-root]");
    if (link && typeof said === "string") link.href = `${link.dataset.root}${said}`;
    for (const field of part.querySelectorAll("[data-field]")) {
      field.textContent = said[field.dataset.field];
    }
  }

  const KEY = "mtm-scheme"; // absent while the system decides
  const CHOICES = [
    ["", "Colors: as the system has them"],
    ["default", "Colors: light"],
    ["slate", "Colors: dark"],
  ];
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      return "";
    }
  }

  function store(scheme) {
    try {
      if (scheme) localStorage.setItem(KEY, scheme);
      else localStorage.removeItem(KEY);
    } catch {
      // Not allowed here: the choice holds for this page.
    }
  }

  function colour(scheme) {
    const shown = scheme || (dark.matches ? "slate" : "default");
    document.documentElement.setAttribute("data-md-color-scheme", shown);
    for (const button of document.querySelectorAll(".mtm-scheme")) {
      const [, words] = CHOICES.find(([name]) => name === scheme) ?? CHOICES[0];
      button.setAttribute("aria-label", words);
      button.title = words;
      button.hidden = false;
    }
  }

  let scheme = stored();
  dark.addEventListener("change", () => colour(scheme));

  /* Each press leads to the next choice. */
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".mtm-scheme")) return;
    const place = CHOICES.findIndex(([name]) => name === scheme);
    [scheme] = CHOICES[(place + 1) % CHOICES.length];
    store(scheme);
    colour(scheme);
  });

  /* A citation is copied by a press; where that is not allowed it is selected. */
  async function copy(button, words) {
    try {
      await navigator.clipboard.writeText(words.textContent.trim());
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(words);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  function mountCitations() {
    for (const citation of document.querySelectorAll(".mtm-citation:not(:has(button))")) {
      const words = citation.querySelector("span");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mtm-button";
      button.textContent = "Copy";
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", () => copy(button, words));
      citation.append(" ", button);
    }
  }

  /* A term's explanation, for finger and keyboard too; a mouse at rest has it from the browser. The
     term is a link to the glossary: a finger's first tap explains, its second one follows. */
  const words = document.createElement("div");
  words.className = "mtm-term";
  words.id = "mtm-term";
  words.setAttribute("role", "tooltip");

  function explain(term) {
    words.textContent = term.firstElementChild.title;
    term.setAttribute("aria-describedby", words.id);
    term.after(words);
    const { left, right } = words.getBoundingClientRect();
    const over = Math.max(0, right - document.documentElement.clientWidth + 8);
    words.style.translate = `${-Math.min(over, left - 8)}px 0`;
  }

  function fold() {
    words.previousElementSibling?.removeAttribute?.("aria-describedby");
    words.style.translate = "";
    words.remove();
  }

  let follows = true; // whether the press under way is one that follows the link

  function press({ target, pointerType }) {
    const term = target.closest?.("a.mtm-explained");
    follows = pointerType !== "touch" || words.previousElementSibling === term;
    if (!term && !words.contains(target)) fold();
  }

  function click(event) {
    if (follows) return;
    event.preventDefault();
    explain(event.currentTarget);
  }

  document.addEventListener("pointerdown", press);
  document.addEventListener("focusout", fold);
  document.addEventListener("keydown", (event) => event.key === "Escape" && fold());

  function mountTerms() {
    for (const term of document.querySelectorAll("a.mtm-explained")) {
      term.onfocus = () => explain(term);
      term.onclick = click;
    }
  }

  /* A table or code wider than its room is scrolled by keyboard too: by itself, or by the box that the
     theme's script lays around it. */
  function reachTables() {
    for (const table of document.querySelectorAll(".md-typeset table:not([class])")) {
      const wrap = table.closest(".md-typeset__scrollwrap");
      const box = wrap ?? table;
      if (wrap) {
        table.removeAttribute("tabindex");
        wrap.setAttribute("role", "group");
        wrap.setAttribute("aria-label", "Table");
      }
      reach(box);
    }
    for (const code of document.querySelectorAll(".md-typeset pre > code")) reach(code);
  }

  function reach(box) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  const room = new ResizeObserver(reachTables);
  const boxes = new MutationObserver(reachTables);

  function mountTables() {
    room.disconnect();
    boxes.disconnect();
    for (const content of document.querySelectorAll(".md-content__inner")) {
      room.observe(content);
      boxes.observe(content, { childList: true });
    }
  }

  function mount() {
    colour(scheme);
    mountTables();
    mountTerms();
    mountCitations();
  }

  window.mtmOnPage(mount);
  announce();
})();
