// While a broadcast is written: how many texts its words may come to at their longest.
(() => {
  const form = document.querySelector("form[data-longest]");
  if (!form) return;
  const longest = JSON.parse(form.dataset.longest);
  const filled = (text) =>
    text.replace(/\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g, (all, name) => (name in longest ? "n".repeat(longest[name]) : all));
  for (const box of form.querySelectorAll("textarea.words")) {
    const size = document.createElement("p");
    size.className = "hint size";
    size.setAttribute("aria-live", "polite");
    box.after(size);
    const count = () => {
      const text = filled(box.value.trim().normalize("NFC"));
      const found = window.Sendwell.measure(text);
      // The words come with the page, in the reader's language.
      const words = form.dataset[(found.segments === 1 ? "one" : "many") + (found.foreign.length ? "Costly" : "")];
      const told = words.replace("{signs}", [...text].length).replace("{texts}", found.segments);
      size.textContent = text ? told : "";
      size.classList.toggle("wrong", found.segments > 1);
    };
    box.addEventListener("input", count);
    count();
  }
})();
