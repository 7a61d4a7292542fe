// While one writes: what the text costs, which signs cost more, how a telephone shows it. The page
// says the same without it, as it was saved.
(() => {
  const form = document.getElementById("editor");
  if (!form || !window.Sendwell) return;
  const { usual, longest, plain } = JSON.parse(form.dataset.samples);
  const TOKEN = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g;
  // As long as the linter takes what it does not know.
  const UNKNOWN = "n".repeat(20);
  const { measure, ALONE } = window.Sendwell;

  const filled = (text, known, otherwise) =>
    text.replace(TOKEN, (token, name) => (known[name] ? known[name] : otherwise ?? token));

  const advice = (sign) => {
    if (!(sign in plain)) return "leave it out, or say it in other words";
    return plain[sign] === "" ? "leave it out" : `write ${plain[sign]}`;
  };

  const many = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  const tell = (desk) => {
    const text = desk.querySelector("textarea").value.normalize("NFC").trim();
    const size = measure(filled(text, longest, UNKNOWN));
    const told = desk.querySelector(".size");
    told.classList.toggle("over", size.segments > 1);
    const strong = document.createElement("strong");
    strong.textContent = many(size.segments, "segment");
    const room = size.segments === 1 ? ` of ${ALONE[size.encoding]}` : "";
    told.replaceChildren(strong, `, ${size.units}${room} at its longest`);
    const signs = measure(text).foreign;
    const foreign = desk.querySelector(".foreign");
    foreign.textContent = signs.map((sign) => `${sign} makes the text cost double: ${advice(sign)}.`).join(" ");
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
