// Counts segments with the script that the editor runs: texts in, [encoding, units, segments, foreign] out.
const { readFileSync } = require("node:fs");
const vm = require("node:vm");

const page = { window: {} };
vm.runInNewContext(readFileSync("static/sendwell/segments.js", "utf8"), page);
const texts = JSON.parse(readFileSync(0, "utf8"));
const counted = texts.map((text) => {
  const size = page.window.Sendwell.measure(text);
  return [size.encoding, size.units, size.segments, size.foreign];
});
process.stdout.write(JSON.stringify(counted));
