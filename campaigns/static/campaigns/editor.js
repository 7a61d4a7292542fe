// While one writes: what the text costs, which signs cost more, how a telephone shows it. The page
// says the same without it, as it was saved.
(() => {
  const form = document.getElementById("editor");
  if (!form || !window.Sendwell) return;
  const { usual, longest, plain, words } = JSON.parse(form.dataset.samples);
  const TOKEN = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g;
  // As long as the linter takes what it does not know.
  const UNKNOWN = "n".repeat(20);
  const { measure, ALONE } = window.Sendwell;

  const filled = (text, known, otherwise) =>
    text.replace(TOKEN, (token, name) => (known[name] ? known[name] : otherwise ?? token));

  const say = (wording, values) => wording.replace(/\{(\w+)\}/g, (token, name) => values[name] ?? token);

  const advice = (sign) => {
    if (!(sign in plain)) return words.otherwise;
    return plain[sign] === "" ? words.out : say(words.write, { sign: plain[sign] });
  };

  const tell = (desk) => {
    const text = desk.querySelector("textarea").value.normalize("NFC").trim();
    const size = measure(filled(text, longest, UNKNOWN));
    const told = desk.querySelector(".size");
    told.classList.toggle("over", size.segments > 1);
    const strong = document.createElement("strong");
    strong.textContent = say(size.segments === 1 ? words.one : words.many, { count: size.segments });
    const units = size.segments === 1 ? words.of : words.units;
    told.replaceChildren(strong, `, ${say(units, { units: size.units, room: ALONE[size.encoding] })}`);
    const signs = measure(text).foreign;
    const foreign = desk.querySelector(".foreign");
    foreign.textContent = signs.map((sign) => say(words.double, { sign, advice: advice(sign) })).join(" ");
    desk.querySelector(".usual").textContent = filled(text, usual);
    const last = desk.querySelector(".longest");
    last.textContent = filled(text, longest, UNKNOWN);
    // Without anything to fill in there is one look, not two.
    last.closest("figure").hidden = !text.match(TOKEN);
  };

  let isTyped = false;
  for (const desk of form.querySelectorAll(".desk")) {
    desk.querySelector("textarea").addEventListener("input", () => {
      isTyped = true;
      tell(desk);
    });
    tell(desk);
  }
  form.addEventListener("submit", () => { isTyped = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isTyped) event.preventDefault();
  });
})();
