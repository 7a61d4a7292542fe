// How a text is billed, counted while it is typed. messaging/segments.py is the truth, and
// tests/peers/test_live_count.py holds this to it.
window.Sendwell = (() => {
  const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const EXTENDED = new Set("\f^{}\\[~]|€");
  const ALONE = { gsm7: 160, ucs2: 70 };
  const PART = { gsm7: 153, ucs2: 67 };

  // A sign that takes two places never stands across the end of a segment.
  const pack = (widths, units, encoding) => {
    if (units <= ALONE[encoding]) return 1;
    let segments = 1, used = 0;
    for (const width of widths) {
      if (used + width > PART[encoding]) { segments += 1; used = 0; }
      used += width;
    }
    return segments;
  };

  const measure = (text) => {
    const signs = [...text];
    const foreign = [...new Set(signs.filter((sign) => !BASIC.has(sign) && !EXTENDED.has(sign)))];
    const encoding = foreign.length ? "ucs2" : "gsm7";
    const widths = signs.map((sign) => (encoding === "ucs2" ? sign.length : EXTENDED.has(sign) ? 2 : 1));
    const units = widths.reduce((sum, width) => sum + width, 0);
    return { encoding, units, segments: pack(widths, units, encoding), foreign };
  };

  return { measure, ALONE };
})();
