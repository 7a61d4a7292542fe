// Counts what an answer costs while it is written, and puts ready replies into it without a reload.
(() => {
  for (const form of document.querySelectorAll(".case-deeds form")) {
    // Pressed twice, it is done once; the server sees to that, and this spares the reader its telling.
    form.addEventListener("submit", () => form.querySelector("button").setAttribute("disabled", ""));
  }
  const box = document.getElementById("answer-text");
  const told = document.getElementById("answer-size");
  const thread = document.getElementById("case-lines");
  const asked = document.getElementById("it");
  if (thread && asked) thread.scrollTop = Math.max(0, asked.offsetTop - thread.offsetTop - thread.clientHeight / 2);
  if (!box || !told) return;

  const count = () => {
    const text = box.value.trim().normalize("NFC");
    const size = window.Sendwell.measure(text);
    const segments = text ? size.segments : 0;
    // The words come with the page, in the reader's language.
    const words = told.dataset[(segments === 1 ? "one" : "many") + (size.foreign.length ? "Costly" : "")];
    told.textContent = words.replace("{signs}", [...text].length).replace("{texts}", segments);
  };

  box.addEventListener("input", count);
  for (const link of document.querySelectorAll(".canned a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      box.value = box.value.trim() ? `${box.value.trimEnd()} ${link.dataset.text}` : link.dataset.text;
      box.focus();
      count();
    });
  }
  count();
})();
