/* Claims: a card at each mark with the content of its note, and the filter of the ledger. Without
   this script a mark is a plain link to its note, and the ledger shows every row. */

(() => {
  "use strict";

  const DELAY = 120; // milliseconds until a resting mouse opens a card
  const GRACE = 250; // and until one that has left closes it
  const SETTLED = 300; // what opened by focus this short ago is not closed by the same gesture
  const EDGE = 8; // CSS pixels between the card and the edge of the window
  const GAP = 4; // and between the card and its mark

  const card = document.createElement("div");
  card.id = card.className = "mtm-card";
  card.setAttribute("role", "dialog");
  card.setAttribute("popover", "manual"); // above everything, opened and closed by this script alone
  let mark = null; // the mark whose card is open
  let how = ""; // what opened it: hover, focus or press
  let since = 0;
  let under = null; // the mark or card under the mouse
  let timer = 0;
  let returning = false; // focus goes back to a mark whose card was closed

  const markAt = (node) => node.closest?.("a.mtm-mark[aria-expanded]") ?? null;
  const isInside = (node) => Boolean(mark) && (mark.contains(node) || card.contains(node));

  function fill(note) {
    const copy = note.cloneNode(true);
    copy.querySelectorAll(".mtm-back").forEach((link) => link.remove());
    copy.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    card.replaceChildren(...copy.children);
  }

  function open(next, by) {
    clearTimeout(timer);
    if (mark !== next) {
      close();
      const note = document.getElementById(next.hash.slice(1));
      if (!note) return;
      fill(note);
      mark = next;
      since = performance.now();
      card.setAttribute("aria-label", mark.getAttribute("aria-label"));
      mark.after(card); // so that the next Tab leads into it
      mark.setAttribute("aria-expanded", "true");
      mark.setAttribute("aria-controls", card.id);
      card.showPopover();
      place();
    }
    how = by;
  }

  function close() {
    clearTimeout(timer);
    if (!mark) return;
    mark.setAttribute("aria-expanded", "false");
    mark.removeAttribute("aria-controls");
    mark = null;
    card.remove();
  }

  /* Below the mark, or above it where there is more room; it moves along when the page scrolls. */
  function place() {
    if (!mark) return;
    card.style.maxHeight = "none";
    const at = mark.getBoundingClientRect();
    const { clientWidth: wide, clientHeight: high } = document.documentElement;
    const { width, height } = card.getBoundingClientRect();
    const above = at.top - GAP - EDGE;
    const below = high - at.bottom - GAP - EDGE;
    const room = height <= below ? below : Math.max(above, below);
    const top = room === below ? at.bottom + GAP : at.top - GAP - Math.min(height, room);
    const left = Math.max(EDGE, Math.min(at.left - 2 * EDGE, wide - width - EDGE));
    card.style.maxHeight = `${room}px`;
    card.style.top = `${top + window.scrollY}px`;
    card.style.left = `${left + window.scrollX}px`;
  }

  function hover(node) {
    const now = card.contains(node) ? card : markAt(node);
    if (now === under) return;
    under = now;
    clearTimeout(timer);
    if (!now && how === "hover") {
      timer = setTimeout(() => card.contains(document.activeElement) || close(), GRACE);
    } else if (now && now !== card && now !== mark) {
      timer = setTimeout(open, DELAY, now, "hover");
    }
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") hover(event.target);
  });
  document.documentElement.addEventListener("pointerleave", () => hover(document));

  document.addEventListener("click", (event) => {
    const on = markAt(event.target);
    if (!on || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const isSecond = how === "press" || (how === "focus" && performance.now() - since > SETTLED);
    if (mark === on && isSecond) close();
    else open(on, "press");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === " " && markAt(event.target)) {
      event.preventDefault(); // a button is pressed by the space bar too
      markAt(event.target).click();
    }
    if (event.key !== "Escape" || !mark) return;
    const last = mark;
    const isOurs = how !== "hover" || isInside(document.activeElement);
    close();
    returning = true;
    if (isOurs) last.focus();
    returning = false;
  });

  document.addEventListener("focusin", ({ target }) => {
    const on = markAt(target);
    if (on && on !== mark && !returning && on.matches(":focus-visible")) open(on, "focus");
    else if (how !== "hover" && !isInside(target)) close();
  });

  function pressOutside(event) {
    // A finger that comes down may only want to scroll; it has tapped when it is lifted.
    const isEnd = event.type === "pointerup";
    if ((event.pointerType === "mouse") !== isEnd && !isInside(event.target)) close();
  }
  document.addEventListener("pointerdown", pressOutside);
  document.addEventListener("pointerup", pressOutside);
  window.addEventListener("resize", place);

  function mountMark(link) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
  }

  /* The filter. The address keeps the choice; a claim that it names is always shown. */

  const slug = (words) => words.trim().toLowerCase().replace(/[\s_+-]+/g, "-");
  let reveal = () => {}; // show the claim in the address, whatever the filter says

  function made(tag, words, parent) {
    const part = parent.appendChild(document.createElement(tag));
    part.textContent = words;
    return part;
  }

  function mountFilter(box) {
    if (box.childElementCount) return;
    const rows = [...document.querySelectorAll(".mtm-row")];
    const sections = [...document.querySelectorAll(".mtm-ledger-section")];
    const said = {
      verdict: (row) => row.dataset.verdict,
      section: (row) => row.closest(".mtm-ledger-section").dataset.section,
    };
    const listed = { verdict: box.dataset.verdicts?.split("|") ?? [], section: [] };
    const choices = Object.entries(said).map(([name, word]) => {
      const label = made("label", name[0].toUpperCase() + name.slice(1), box);
      const select = label.appendChild(document.createElement("select"));
      for (const words of new Set(["", ...listed[name], ...rows.map(word)])) {
        const option = made("option", "", select);
        option.value = slug(words);
        option.dataset.words = words ? words[0].toUpperCase() + words.slice(1) : "All";
      }
      select.addEventListener("change", () => {
        apply();
        keep();
      });
      return { name, select, is: (row, value) => !value || slug(word(row)) === value };
    });
    const line = made("p", "", box);
    line.setAttribute("role", "status");

    function apply() {
      for (const row of rows) row.hidden = !choices.every((c) => c.is(row, c.select.value));
      for (const part of sections) part.hidden = !part.querySelector(".mtm-row:not([hidden])");
      for (const choice of choices) {
        const others = choices.filter((other) => other !== choice);
        const open = rows.filter((row) => others.every((c) => c.is(row, c.select.value)));
        for (const option of choice.select.options) {
          const count = open.filter((row) => choice.is(row, option.value)).length;
          option.textContent = `${option.dataset.words} (${count})`;
        }
      }
      line.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} claims`;
    }

    const addressed = () => document.getElementById(window.location.hash.slice(1));
    const hiddenTarget = () => addressed()?.closest(".mtm-row[hidden], .mtm-ledger-section[hidden]");

    function keep() {
      const address = new URL(window.location.href);
      for (const { name, select } of choices) {
        if (select.value) address.searchParams.set(name, select.value);
        else address.searchParams.delete(name);
      }
      if (hiddenTarget()) address.hash = "";
      window.history.replaceState(window.history.state, "", address);
    }

    reveal = () => {
      if (!box.isConnected) return;
      const asked = new URL(window.location.href).searchParams;
      for (const { name, select } of choices) {
        select.value = slug(asked.get(name) ?? "");
        if (select.selectedIndex < 0) select.value = ""; // a word that no claim has
      }
      apply();
      if (!hiddenTarget()) return;
      for (const { select } of choices) select.value = "";
      apply();
      addressed().scrollIntoView();
      keep();
    };
    box.hidden = false;
    reveal();
  }

  for (const event of ["hashchange", "popstate"]) window.addEventListener(event, () => reveal());

  function mountAll() {
    close();
    // By its note, not by its address: instant navigation makes every address a whole one.
    const hasNote = (link) => Boolean(link.hash && document.getElementById(link.hash.slice(1)));
    if (card.showPopover) {
      [...document.querySelectorAll("a.mtm-mark")].filter(hasNote).forEach(mountMark);
    }
    document.querySelectorAll(".mtm-filter").forEach(mountFilter);
  }

  if (window.mtmOnPage) window.mtmOnPage(mountAll);
  else mountAll();
})();
