// Calls @passageidentity/passage-node as a backend does: each line of input is a call, each line of output what it came to.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import http from "node:http";
import https from "node:https";

const [packages, address, appID, apiKey] = process.argv.slice(2);

// The client's addresses are fixed; calls go to the server instead, and nothing else of it is touched.
const toServer = (url) => new URL(new URL(url).pathname + new URL(url).search, address);
const fetchApi = (url, init) => fetch(toServer(url), init);
https.get = (url, options) => http.get(toServer(url), { ...options, agent: undefined });

const { Passage } = createRequire(packages)("@passageidentity/passage-node");
const passage = new Passage({ appID, apiKey, fetchApi });

for await (const line of createInterface({ input: process.stdin })) {
  const [path, ...args] = JSON.parse(line);
  const names = path.split(".");
  const name = names.pop();
  try {
    const owner = names.reduce((object, member) => object[member], passage);
    console.log(JSON.stringify({ value: (await owner[name](...args)) ?? null }));
  } catch ({ name: kind, statusCode, errorCode, message }) {
    console.log(JSON.stringify({ error: { kind, statusCode, errorCode, message } }));
  }
}
