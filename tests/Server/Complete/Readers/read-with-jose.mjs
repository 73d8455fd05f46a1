// Judges tokens with the npm package jose. Its argument is where to find that. Lines in: first the key set, issuer and audience as one
// JSON object, then one token each. Lines out: whose the token is, or that it is refused.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { createLocalJWKSet, jwtVerify } = createRequire(process.argv[2])("jose");

let keys, expected;
for await (const line of createInterface({ input: process.stdin })) {
  if (!keys) {
    const { jwks, issuer, audience } = JSON.parse(line);
    keys = createLocalJWKSet(jwks);
    expected = { issuer, audience, algorithms: ["RS256"] };
    continue;
  }

  try {
    const { payload } = await jwtVerify(line, keys, expected);
    console.log(`sub ${payload.sub}`);
  } catch (error) {
    console.log(`refused ${error.code ?? error.name}`);
  }
}
