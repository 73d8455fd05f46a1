// Verifies one assertion again and again with @simplewebauthn/server. Reads from standard input a line with the number of
// verifications, or "check"; answers each with a line of JSON.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';

const fixture = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const credential = {
  id: fixture.credentialId,
  publicKey: new Uint8Array(Buffer.from(fixture.publicKey, 'base64url')),
  counter: 0,
};

async function verify(text) {
  const { verified } = await verifyAuthenticationResponse({
    response: JSON.parse(text),
    expectedChallenge: fixture.challenge,
    expectedOrigin: fixture.origin,
    expectedRPID: fixture.rpId,
    requireUserVerification: true,
    credential,
  });
  return verified;
}

const refuses = (text) => verify(text).then((verified) => !verified, () => true);

async function run(operations) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < operations; i++) {
    if (!(await verify(fixture.response))) throw new Error('A good response was refused.');
  }
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = line === 'check'
    ? { tellsApart: (await verify(fixture.response)) && (await refuses(fixture.bentResponse)) }
    : await run(Number(line));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
