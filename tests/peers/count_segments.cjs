// Counts segments as Twilio's own calculator does: texts in, [encoding, segments, clusters] out.
const { readFileSync } = require("node:fs");
const { SegmentedMessage } = require("sms-segments-calculator");

const texts = JSON.parse(readFileSync(0, "utf8"));
const counted = texts.map((text) => {
  const message = new SegmentedMessage(text);
  return [message.encodingName, message.segmentsCount, message.graphemes];
});
process.stdout.write(JSON.stringify(counted));
