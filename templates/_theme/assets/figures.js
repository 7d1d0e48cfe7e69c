/* Live charts on request: hover, focus or tap loads the drawing script once and lays the live chart
   over its picture. If anything fails, the picture simply stays. */

(() => {
  "use strict";

  const NARROW = 560; // CSS pixels of the figure; below it the phone's layout is the readable one
  const SLATE = "slate";
  let drawing = null; // the promise of the drawing script, shared by all figures
  const live = new Map(); // figure -> its view, to draw again or to put away

  function isDark() {
    return document.documentElement.getAttribute("data-md-color-scheme") === SLATE;
  }

  function loadScript(address) {
    if (window.mtmEmbed) return Promise.resolve(window.mtmEmbed);
    drawing ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.type = "module"; // its many short names stay its own
      script.src = address;
      script.addEventListener("load", () =>
        window.mtmEmbed ? resolve(window.mtmEmbed) : reject(new Error("no drawing function"))
      );
      script.addEventListener("error", () => reject(new Error("the script did not load")));
      document.head.append(script);
    }).catch((error) => {
      drawing = null; // a later try may have a network again
      throw error;
    });
    return drawing;
  }

  async function loadSpec(figure) {
    if (!figure.mtmSpec) {
      const answer = await fetch(figure.dataset.chart);
      if (!answer.ok) throw new Error(`no spec: ${answer.status}`);
      figure.mtmSpec = await answer.text();
    }
    return figure.mtmSpec;
  }

  /* The whole numbers of a column as generator/charts/packing.py writes them; null is missing. */
  function numbers(word) {
    const figures = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const found = [];
    let number = 0;
    let place = 1;
    for (const letter of word) {
      const figure = figures.indexOf(letter);
      number += (figure % 32) * place;
      place *= 32;
      if (figure >= 32) continue;
      found.push(figure < 0 ? null : number % 2 ? (1 - number) / 2 : number / 2);
      number = 0;
      place = 1;
    }
    return found;
  }

  /* A value of the phone's spec, where it is written as what differs from the wide one's. */
  function changed(before, value) {
    if (value === null || typeof value !== "object" || !("~" in value)) return value;
    const copy = Array.isArray(before) ? [...before] : { ...before };
    for (const [key, item] of Object.entries(value["~"])) copy[key] = changed(before[key], item);
    return copy;
  }

  /* Both specs and the palette of a file as generator/charts/compact.py describes it. */
  function unpacked(text) {
    const { palette, parts, datasets, wide, phone } = JSON.parse(text);
    const rows = {};
    const values = (column, own) => {
      if (Array.isArray(column)) return column;
      if ("each" in column) return Array(own.length).fill(column.each);
      if ("like" in column) return rows[column.like[0]].map((row) => row[column.like[1]]);
      if ("next" in column) return [...own.slice(1).map((row) => row[column.next]), column.last];
      if ("between" in column) {
        const halfway = (row, at) => (own[at][column.between] + row[column.between]) / 2;
        return [column.first, ...own.slice(1).map(halfway)];
      }
      let sum = 0;
      return numbers(column.steps).map((step) => (step === null ? null : (sum += step) / column.per));
    };
    for (const [name, table] of Object.entries(datasets)) {
      rows[name] = Array.isArray(table) ? table : Array.from({ length: table.rows }, () => ({}));
      for (const [key, column] of Object.entries(table.columns ?? {})) {
        values(column, rows[name]).forEach((value, at) => (rows[name][at][key] = value));
      }
    }
    const whole = (value) => {
      if (Array.isArray(value)) return value.map(whole);
      if (value === null || typeof value !== "object") return value;
      if ("$" in value) return whole(parts[value.$]);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, whole(item)]));
    };
    const spec = (full) => {
      const words = JSON.stringify(full);
      const named = Object.entries(rows).filter(([name]) => words.includes(`"name":"${name}"`));
      return { ...full, datasets: Object.fromEntries(named) };
    };
    const full = whole(wide);
    return { palette, wide: () => spec(full), phone: () => spec(changed(full, whole(phone))) };
  }

  /* The spec for this width and theme, measuring exactly what the picture under it does. */
  function fitted(text, box) {
    let coloured = text;
    if (isDark()) {
      for (const [light, dark] of Object.entries(JSON.parse(text).palette)) {
        coloured = coloured.replaceAll(light, dark);
      }
    }
    const { wide, phone } = unpacked(coloured);
    const spec = box.width < NARROW ? phone() : wide();
    if (spec.padding && spec.autosize?.type === "none") {
      spec.width = box.width - spec.padding.left - spec.padding.right;
      spec.height = box.height - spec.padding.top - spec.padding.bottom;
    }
    return spec;
  }

  /* The spec as a file that any Vega-Lite editor opens. */
  async function saveSpec(figure) {
    const { palette, wide, phone } = unpacked(await loadSpec(figure));
    const spec = { ...wide(), usermeta: { palette, phone: phone() } };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(spec)], { type: "application/json" }));
    link.download = figure.dataset.chart.replace(/^.*\/|\.json$/g, "") + ".vl.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function shownPicture(figure) {
    return figure.querySelector(isDark() ? ".mtm-dark img" : ".mtm-light img");
  }

  async function show(figure) {
    const turn = (figure.mtmTurn = (figure.mtmTurn ?? 0) + 1);
    const place = document.createElement("div");
    try {
      const [embed, text] = await Promise.all([
        loadScript(figure.dataset.vega),
        loadSpec(figure),
      ]);
      const image = shownPicture(figure);
      const box = image.getBoundingClientRect();
      if (!figure.isConnected || !box.width || !box.height) return;
      place.className = "mtm-live";
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", figure.querySelector(".mtm-light img").alt);
      figure.querySelector(".mtm-picture").append(place);
      const { view } = await embed(place, fitted(text, box), { tooltip: showTip });
      if (turn !== figure.mtmTurn) {
        view.finalize();
        place.remove();
        return;
      }
      drop(figure);
      live.set(figure, { view, place, width: box.width });
      figure.classList.add("mtm-is-live");
    } catch {
      place.remove();
      if (turn === figure.mtmTurn) hide(figure);
    }
  }

  function drop(figure) {
    const drawn = live.get(figure);
    live.delete(figure);
    drawn?.view.finalize();
    drawn?.place.remove();
    hideTip();
  }

  function hide(figure) {
    figure.mtmTurn = (figure.mtmTurn ?? 0) + 1; // whatever is still loading comes too late
    figure.classList.remove("mtm-is-live");
    drop(figure);
  }

  /* Our own tooltip: plain text nodes, and no style that a strict policy would refuse. */
  let tip = null;

  function showTip(_handler, event, _item, value) {
    if (!value || typeof value !== "object") {
      if (event?.pointerType !== "touch") hideTip(); // a lifted finger leaves the words standing
      return;
    }
    tip ??= document.body.appendChild(document.createElement("div"));
    tip.className = "mtm-tip";
    tip.replaceChildren(
      ...Object.entries(value).map(([name, text]) => {
        const row = document.createElement("div");
        for (const words of [name.trim(), String(text)]) {
          if (words) row.appendChild(document.createElement("span")).textContent = words;
        }
        return row;
      })
    );
    tip.style.display = "block";
    const { width, height } = tip.getBoundingClientRect();
    const right = event.clientX + 14;
    const left = right + width > window.innerWidth ? event.clientX - 14 - width : right;
    const below = Math.min(event.clientY + 14, window.innerHeight - height - 4);
    const top = event.pointerType === "touch" ? event.clientY - 28 - height : below;
    tip.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`;
  }

  function hideTip() {
    if (tip) tip.style.display = "none";
  }

  function mount(figure) {
    if (figure.mtmMounted) return;
    figure.mtmMounted = true;
    const picture = figure.querySelector(".mtm-picture");
    picture.tabIndex = 0;
    const start = () => live.has(figure) || show(figure);
    const isWide = () => picture.clientWidth >= NARROW;
    picture.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse" && isWide()) start();
    });
    picture.addEventListener("focus", () => isWide() && start());
    picture.addEventListener("click", start);
    picture.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") hideTip();
    });
    picture.addEventListener("pointerdown", (event) => {
      // A tap does not move, and the drawing script shows words only when the pointer does.
      if (event.pointerType === "touch" && live.has(figure)) {
        event.target.dispatchEvent(new PointerEvent("pointermove", event));
      }
    });
    picture.addEventListener("keydown", (event) => {
      if (event.key === "Enter") start();
      if (event.key === "Escape") hide(figure);
    });
    figure.querySelector(".mtm-explore")?.addEventListener("click", start);
    figure.querySelector(".mtm-vega-lite")?.addEventListener("click", () => {
      saveSpec(figure).catch(() => {}); // without a network there is nothing to save
    });
    new ResizeObserver(() => {
      const drawn = live.get(figure);
      if (drawn && Math.abs(picture.clientWidth - drawn.width) > 1) hide(figure);
    }).observe(picture);
  }

  function mountAll() {
    for (const figure of live.keys()) if (!figure.isConnected) drop(figure);
    document.querySelectorAll(".mtm-figure[data-chart]").forEach(mount);
  }

  new MutationObserver(() => {
    for (const figure of [...live.keys()]) show(figure);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-md-color-scheme"] });

  document.addEventListener("scroll", hideTip, { passive: true });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest?.(".mtm-live")) hideTip();
  });

  if (window.mtmOnPage) window.mtmOnPage(mountAll);
  else mountAll();
})();
