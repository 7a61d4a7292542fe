// Counts what an answer costs while it is written, and puts ready replies into it without a reload.
(() => {
  const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const EXTENDED = new Set("\f^{}\\[~]|€");
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

  // A sign that takes two places never stands across the end of a segment.
  const pack = (widths, one, more) => {
    const whole = widths.reduce((sum, width) => sum + width, 0);
    if (whole <= one) return whole ? 1 : 0;
    let segments = 1, used = 0;
    for (const width of widths) {
      if (used + width > more) { segments += 1; used = 0; }
      used += width;
    }
    return segments;
  };

  const count = () => {
    const signs = [...box.value.trim().normalize("NFC")];
    const plain = signs.every((sign) => BASIC.has(sign) || EXTENDED.has(sign));
    const widths = signs.map((sign) => (plain ? (EXTENDED.has(sign) ? 2 : 1) : sign.length));
    const segments = plain ? pack(widths, 160, 153) : pack(widths, 70, 67);
    const kind = plain ? "" : ", in signs that cost more";
    told.textContent = `${signs.length} signs, ${segments} ${segments === 1 ? "text" : "texts"}${kind}`;
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
