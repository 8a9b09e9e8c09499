/** Every figure of README and every quoted output of the docs has a mark that says where it comes from. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from '../experiments/cli/inProcess.ts';
import { blocksOf, figuresOf, marksOf, type Page, unmarkedFigures, unmarkedOutputs } from './docsFigures.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pageOf = (path: string): Page => ({ path, text: readFileSync(join(root, path), 'utf8') });
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.md'),
);

test('every figure of README has a mark', () => {
  const readme = pageOf('README.md');
  assert.ok(figuresOf(readme).length > 5);
  assert.equal(unmarkedFigures(readme), []);
  const wrong = { ...readme, text: readme.text.replace(/accuracy [0-9.]+ %/, 'accuracy 87.8 %') };
  assert.equal(unmarkedFigures(wrong), ['87.8 %']);
});

test('every quoted output of the docs has a mark', () => {
  for (const path of [
    'README.md',
    ...docs.filter((file) => !file.startsWith('reference/')).map((file) => `docs/${file}`),
  ])
    assert.equal(unmarkedOutputs(pageOf(path)), [], path);
});

test('marks name the lines of the block above, values and sources', () => {
  const text = [
    'Prints\n\n    device  12.5 %\n\n    other   3 s\n\n<!-- run: memspike a && memspike b; shows: the block above -->\n',
    'text: **7.5 %** and 2 to 3 nJ\n<!-- cited: a work; says: 7.5 % -->\n\n    softBound 1 %\n\n    memspike run x\n',
  ].join('\n');
  const page = { path: 'x.md', text };
  assert.equal(marksOf(page), [
    { kind: 'run', sources: ['memspike a', 'memspike b'], values: ['device  12.5 %', 'other   3 s'] },
    { kind: 'cited', sources: ['a work'], values: ['7.5 %'] },
  ]);
  assert.equal(unmarkedOutputs(page), ['softBound 1 %']);
  assert.equal(unmarkedFigures(page), ['2 to 3 nJ', '1 %']);
});

test('device fit prints of export.txt what docs/how-to/import-measurements.md quotes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'memspike-docs-'));
  const row = (i: number, siemens: number, voltage: number) =>
    [i, voltage, 10, (siemens * 0.1 * 1e9).toFixed(3)].join(';').replaceAll('.', ',');
  const readings = Array.from(
    { length: 50 },
    (_, i) => 1e-6 + (9e-6 * (1 - Math.exp(-i / 15))) / (1 - Math.exp(-49 / 15)),
  );
  writeFileSync(
    join(directory, 'export.txt'),
    [
      'Nr;U (V);Breite (ms);I (nA)',
      ...readings.map((g, i) => row(i, g, 2)),
      ...readings.map((g, i) => row(i, 11e-6 - g, -2)),
    ].join('\n'),
  );
  try {
    const { stdout, stderr } = await inProcess(directory, 'device', 'fit', 'export.txt', '--read-voltage', '0.1');
    const quoted = marksOf(pageOf('docs/how-to/import-measurements.md')).find(({ sources }) =>
      sources.includes('test/releases/docsFigures.test.ts'),
    );
    assert.is(quoted?.values.length, 2);
    for (const line of quoted!.values) assert.ok(stdout.includes(line), `${line}\n${stdout}${stderr}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('words after the language of a fence belong to the fence', () => {
  const text = 'A:\n\n```yaml live id=a picture=raster slider="x 1 2"\nmemspike: 1\n```\n\nB:\n\n```yaml\nb: 2\n```\n';
  assert.equal(
    blocksOf({ path: 'x.md', text }).map(({ language, code }) => [language, code]),
    [
      ['yaml', 'memspike: 1\n'],
      ['yaml', 'b: 2\n'],
    ],
  );
});

test.run();
