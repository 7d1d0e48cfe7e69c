/* The preview's own script, on no page that is published: reloads the page when it is made again,
   swaps stylesheets in place, and shows what is wrong over the page as it was last good. */

(() => {
  "use strict";

  const { page, token, style } = document.currentScript.dataset;
  let styleNow = style;
  let source = null;
  let known = "";
  let isFolded = false;
  let problems = [];

  const host = document.createElement("div");
  host.id = "mtm-preview";
  const shadow = host.attachShadow({ mode: "open" });
  shadow.innerHTML = `<style>
    :host { all: initial }
    section, .pill { position: fixed; z-index: 2147483647; right: 0; bottom: 0; box-sizing: border-box;
      background: #1d1f24; color: #f3f4f6; font: 15px/1.5 system-ui, sans-serif;
      border-top: 3px solid #ff7b72 }
    section { left: 0; max-height: 60vh; overflow: auto; padding: 14px 20px 18px;
      box-shadow: 0 -8px 30px rgb(0 0 0 / 35%) }
    header { display: flex; gap: 16px; align-items: baseline; justify-content: space-between }
    h2 { font-size: 17px; margin: 0 }
    p { margin: 2px 0 }
    ol { list-style: none; margin: 10px 0 0; padding: 0 }
    li { padding: 8px 0; border-top: 1px solid #3b3f47 }
    code { font: 13px/1.5 ui-monospace, monospace; color: #ffa198; overflow-wrap: anywhere }
    .said { white-space: pre-wrap; overflow-wrap: anywhere }
    .hint { color: #b9c0cb }
    button { font: inherit; color: inherit; background: none; border: 1px solid #7d8590;
      border-radius: 4px; padding: 2px 10px; cursor: pointer }
    button:focus-visible { outline: 2px solid #79c0ff; outline-offset: 2px }
    .pill { left: auto; right: 16px; bottom: 16px; padding: 6px 14px; border: 0;
      border-radius: 18px; background: #b42318; color: #fff }
    [hidden] { display: none }
  </style>
  <section role="alert" aria-labelledby="head" hidden>
    <header><h2 id="head"></h2><button type="button">Hide</button></header>
    <p class="hint">Behind this is the last good page. It follows by itself once this is mended.</p>
    <ol></ol>
  </section>
  <button type="button" class="pill" hidden></button>`;
  document.documentElement.append(host);

  const section = shadow.querySelector("section");
  const pill = shadow.querySelector(".pill");
  const count = () => (problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`);

  function show() {
    section.hidden = !problems.length || isFolded;
    pill.hidden = !problems.length || !isFolded;
    shadow.querySelector("h2").textContent = count();
    pill.textContent = count();
    shadow.querySelector("ol").replaceChildren(...problems.map(item));
  }

  function item({ path, line, message, hint }) {
    const li = document.createElement("li");
    const add = (tag, name, text) => {
      if (!text) return;
      const p = li.appendChild(document.createElement("p"));
      const inner = tag === "p" ? p : p.appendChild(document.createElement(tag));
      inner.className = name;
      inner.textContent = text;
    };
    add("code", "", line ? `${path}:${line}` : path);
    add("p", "said", message);
    add("p", "hint", hint);
    return li;
  }

  function fold(folded) {
    isFolded = folded;
    show();
  }

  section.querySelector("button").addEventListener("click", () => fold(true));
  pill.addEventListener("click", () => fold(false));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !section.hidden) fold(true);
  });

  /* A new stylesheet beside the old one, which goes once the new one is there. */
  function restyle(now) {
    styleNow = now;
    for (const old of document.querySelectorAll('link[rel="stylesheet"]')) {
      const url = new URL(old.href);
      if (url.origin !== location.origin) continue;
      url.searchParams.set("preview", now);
      const next = old.cloneNode();
      next.href = url.href;
      next.addEventListener("load", () => old.remove());
      old.after(next);
    }
  }

  function hear(event) {
    const news = JSON.parse(event.data);
    if (news.token && news.token !== token) {
      location.reload();
      return;
    }
    if (news.style !== styleNow) restyle(news.style);
    const now = JSON.stringify(news.problems);
    if (now !== known) isFolded = false;
    known = now;
    problems = news.problems;
    show();
  }

  /* A browser has few connections to one server: a page that nobody sees holds none. */
  function connect() {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource(`/_preview/events?page=${encodeURIComponent(page)}`);
      source.addEventListener("message", hear);
    }
  }

  document.addEventListener("visibilitychange", connect);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  connect();
})();
