/* The page around its words: the colors a reader chose, copying a citation, and what is folded
   away opening for print. Without this script everything is there, in the colors of the system. */

(() => {
  "use strict";

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

  /* A term's explanation, for finger and keyboard too; a mouse at rest has it from the browser. */
  const words = document.createElement("div");
  words.className = "mtm-term";
  words.id = "mtm-term";
  words.setAttribute("role", "tooltip");

  function explain(term) {
    words.textContent = term.title;
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

  document.addEventListener("focusout", fold);
  document.addEventListener("keydown", (event) => event.key === "Escape" && fold());

  function mountTerms() {
    for (const term of document.querySelectorAll(".md-typeset abbr[title]:not([tabindex])")) {
      term.tabIndex = 0;
      term.addEventListener("focus", () => explain(term));
    }
  }

  function mount() {
    colour(scheme);
    mountTerms();
    mountCitations();
  }

  // Material's instant navigation swaps pages without loading them.
  if (window.document$?.subscribe) window.document$.subscribe(mount);
  else mount();
})();
