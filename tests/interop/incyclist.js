// Takes messages of Direct Connect apart and puts them together with incyclist-devices, a line of JSON each way.
// node incyclist.js PACKAGE    {"what": "request" | "response", "hex": ...} or {"what": ..., "id", "sequence", "body"}
"use strict";
const path = require("path");
const Module = require("module");
const resolve = Module._resolveFilename;
// Its log is another package, which these messages never use.
Module._resolveFilename = function (name, ...rest) {
  return name === "gd-eventlog" ? __filename : resolve.call(this, name, ...rest);
};
if (require.main !== module) {
  module.exports = { EventLogger: class {} };
} else {
  const { DCMessageFactory } = require(path.join(process.argv[2], "lib/cjs/direct-connect/messages"));
  const plain = (value) => JSON.parse(JSON.stringify(value, (key, v) => (v && v.type === "Buffer" ? Buffer.from(v).toString("hex") : v)));
  const bytes = (body) => (body.characteristicData === undefined ? body : { ...body, characteristicData: Buffer.from(body.characteristicData, "hex") });
  require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const asked = JSON.parse(line);
    let told;
    if (asked.hex !== undefined) {
      const data = Buffer.from(asked.hex, "hex");
      const message = DCMessageFactory.createMessage(data);
      told = plain(asked.what === "request" ? message.parseRequest(data) : message.parseResponse(data));
    } else {
      const message = DCMessageFactory.create(asked.id);
      const header = { msgVersion: 1, msgId: asked.id, seqNum: asked.sequence, respCode: 0 };
      const whole = { header, body: bytes(asked.body) };
      told = (asked.what === "request" ? message.buildRequest(whole) : message.buildResponse(whole)).toString("hex");
    }
    console.log(JSON.stringify(told));
  });
}
