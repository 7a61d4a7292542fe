// Signs webhooks as Twilio's own Node SDK does: [{token, url, params}] in, signatures out.
const { readFileSync } = require("node:fs");
const { getExpectedTwilioSignature } = require("twilio/lib/webhooks/webhooks");

const cases = JSON.parse(readFileSync(0, "utf8"));
const signed = cases.map(({ token, url, params }) => getExpectedTwilioSignature(token, url, params));
process.stdout.write(JSON.stringify(signed));
