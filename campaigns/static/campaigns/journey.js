// The calendar's panel: the words of a text, on hover, focus or tap. Without it a tile is a link.
(() => {
  const journey = document.getElementById("journey");
  const panel = document.getElementById("told");
  const filters = document.getElementById("filters");
  if (!journey || !panel) return;
  let language = journey.dataset.language;
  const said = JSON.parse(journey.dataset.said);
  const names = Object.fromEntries([...document.querySelectorAll("#language option")].map((one) => [one.value, one.text]));
  let pinned = false;
  let open = null;
  let asked = null;
  let timer = 0;
  // Just closed: neither the focus that goes back nor a mouse that lies still opens it again.
  let closing = false;
  let still = false;

  // All the words at once, the first time any are wanted.
  const words = () => {
    asked ??= fetch(journey.dataset.words, { headers: { "X-Requested-With": "fetch" } }).then((answer) => {
      if (!answer.ok || answer.redirected) throw new Error("no words");
      return answer.json();
    });
    asked.catch(() => { asked = null; });
    return asked;
  };

  const part = (name, text, given = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    return made;
  };

  const day = (tile) => tile.closest(".day")?.querySelector("h4").textContent ?? "";

  const draw = (tile, found) => {
    const spoken = [...new Set(found.words.flatMap((each) => Object.keys(each.said)))];
    const shown = spoken.includes(language) ? language : spoken[0];
    const close = part("button", "\u00d7", { type: "button", class: "close", "aria-label": said.close });
    close.addEventListener("click", shut);
    panel.replaceChildren(
      part("h2", [day(tile), found.stage].filter(Boolean).join(", "), { id: "told-title" }),
      close,
      part("p", found.when),
      part("p", found.kind, { class: "hint" }),
    );
    if (found.whom.length) {
      const list = part("ul");
      list.append(...found.whom.map((each) => part("li", each)));
      panel.append(list);
    }
    if (spoken.length > 1) {
      const choice = part("div", "", { class: "languages", role: "group", "aria-label": said.language });
      for (const each of spoken) {
        const button = part("button", names[each] ?? each, { type: "button", "aria-pressed": String(each === shown) });
        button.addEventListener("click", () => {
          language = each;
          draw(tile, found);
          panel.querySelector(".languages [aria-pressed=true]")?.focus();
        });
        choice.append(button);
      }
      panel.append(choice);
    }
    for (const each of found.words) {
      if (!(shown in each.said)) continue;
      const whose = each.only ? said.only.replace("{condition}", each.only) : each.name ? said.others.replace("{name}", each.name) : "";
      if (whose) panel.append(part("p", whose, { class: "hint" }));
      panel.append(part("p", each.said[shown], { class: "said", lang: shown, dir: "auto" }));
    }
    if (found.link) {
      const line = part("p");
      line.append(part("a", said.open, { href: found.link }), part("span", ` ${tile.dataset.key}`, { class: "hint" }));
      panel.append(line);
    }
  };

  const show = async (tile, stay) => {
    if (pinned && !stay) return;
    try {
      const found = (await words())[tile.dataset.key];
      if (!found) return;
      open?.classList.remove("is-open");
      open = tile;
      pinned = pinned || stay;
      tile.classList.add("is-open");
      draw(tile, found);
      // Beside the tile, not on it.
      const box = tile.getBoundingClientRect();
      panel.classList.toggle("at-start", box.left + box.right > document.documentElement.clientWidth);
      panel.hidden = false;
      if (stay) panel.querySelector(".close").focus();
    } catch {
      // The tile is still a link to its text.
      if (stay) window.location.assign(tile.href);
    }
  };

  function shut() {
    const back = open;
    const held = panel.contains(document.activeElement);
    panel.hidden = true;
    pinned = false;
    open?.classList.remove("is-open");
    open = null;
    clearTimeout(timer);
    still = true;
    closing = true;
    if (held) back?.focus();
    closing = false;
  }

  const tiles = [...journey.querySelectorAll(".tile")];
  // One stop of the Tab key a week; the arrows do the rest.
  for (const week of journey.querySelectorAll(".week")) {
    [...week.querySelectorAll(".tile")].slice(1).forEach((tile) => { tile.tabIndex = -1; });
  }
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  journey.addEventListener("keydown", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || !(event.key in steps)) return;
    event.preventDefault();
    tiles[tiles.indexOf(tile) + steps[event.key]]?.focus();
  });
  journey.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(tile, true);
  });
  journey.addEventListener("focusin", (event) => {
    const tile = event.target.closest(".tile");
    if (!closing && tile?.matches(":focus-visible")) show(tile, false);
  });
  journey.addEventListener("pointerover", (event) => {
    const tile = event.target.closest(".tile");
    clearTimeout(timer);
    if (tile && !still && event.pointerType === "mouse") timer = setTimeout(() => show(tile, false), 150);
  });
  document.addEventListener("pointermove", () => { still = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) shut();
  });
  filters?.querySelectorAll("select").forEach((choice) => choice.addEventListener("change", () => filters.requestSubmit()));
})();
