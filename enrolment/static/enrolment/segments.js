// How many texts a text is billed as: messaging/segments.py, while somebody writes.
globalThis.sizeOf = (() => {
  const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const EXTENDED = new Set("\f^{}\\[~]|€");

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

  return (text) => {
    const signs = [...text.trim().normalize("NFC")];
    const plain = signs.every((sign) => BASIC.has(sign) || EXTENDED.has(sign));
    const widths = signs.map((sign) => (plain ? (EXTENDED.has(sign) ? 2 : 1) : sign.length));
    const segments = plain ? pack(widths, 160, 153) : pack(widths, 70, 67);
    const kind = plain ? "" : ", in signs that cost more";
    return { signs: signs.length, segments, told: `${signs.length} signs, ${segments} ${segments === 1 ? "text" : "texts"}${kind}` };
  };
})();
