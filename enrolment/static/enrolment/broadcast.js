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
      const found = sizeOf(filled(box.value));
      size.textContent = box.value.trim() ? `At its longest ${found.told}.` : "";
      size.classList.toggle("wrong", found.segments > 1);
    };
    box.addEventListener("input", count);
    count();
  }
})();
