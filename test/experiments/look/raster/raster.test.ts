import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../../core/log/create.ts';
import { IMAGES, SPIKES } from '../../../../core/log/tables.ts';
import { readImageOnsetMarks } from '../../../../experiments/look/imageLog.ts';
import { renderTextRaster } from '../../../../experiments/look/raster/preview.ts';
import { loadSpikes } from '../../../../experiments/look/raster/spikes.ts';
import { inProcess } from '../../cli/inProcess.ts';

const test = suite('raster');
let dir: string;
test.before(() => {
  dir = mkdtempSync(join(tmpdir(), 'memspike-raster-'));
});
test.after(() => rmSync(dir, { recursive: true }));

const memspike = (...args: string[]) => inProcess('.', ...args);

/** Neuron i % 10 of `input` fires at i ms, neuron 0 of `output` with every tenth. */
function writeSpikes(file: string, rows: number, more: Record<string, string> = {}): string {
  const metadata = { populations: '["input","output"]', sizes: '[10,3]', tStart: '0', ...more };
  const log = createLog(file, SPIKES, metadata);
  const n = rows + Math.floor(rows / 10);
  const columns = { time: new Float64Array(n), neuron: new Uint32Array(n), population: new Uint8Array(n) };
  for (let i = 0, k = 0; i < rows; i++) {
    columns.time[k] = i;
    columns.neuron[k++] = i % 10;
    if (i % 10 !== 9) continue;
    columns.time[k] = i;
    columns.population[k++] = 1;
  }
  log.write(columns, n);
  log.close();
  return file;
}

test('spikes are chosen by population, neuron and window, and the bands know their neurons', () => {
  const file = writeSpikes(join(dir, 'chosen.arrows'), 100, { tStopPlanned: '120' });
  const all = loadSpikes(file, {});
  assert.is(all.times.length, 110);
  assert.equal(all.window, [0, 120]);
  assert.equal(
    all.populations.map(({ name, size }) => [name, size]),
    [
      ['input', 10],
      ['output', 3],
    ],
  );
  const some = loadSpikes(file, { populations: ['input'], neurons: [2, 4], from: 10, to: 29 });
  assert.equal([...Array.from(some.times)], [12, 13, 14, 22, 23, 24]);
  assert.equal(some.populations, [{ name: 'input', firstNeuron: 2, size: 3 }]);
  const swapped = loadSpikes(file, { populations: ['output', 'input'] });
  assert.is(Array.from(swapped.population).filter((p) => p === 0).length, 10);
});

test('the preview sets the dots where the spikes are', () => {
  const spikes = {
    times: Float64Array.of(0, 39.9),
    neurons: Uint32Array.of(0, 3),
    population: Uint8Array.of(0, 0),
    populations: [{ name: 'out', size: 4 }],
    window: [0, 40] as const,
    silent: [],
    requireIntact: () => {},
  };
  const [title, line, axis] = renderTextRaster(spikes, 20).split('\n');
  assert.is(title, 'out (neurons 0 to 3)');
  assert.is(line, `⡀${'⠀'.repeat(18)}⠈`);
  assert.is(axis, `0 ms${' '.repeat(11)}40 ms`.padStart(20));
});

test('a dense preview tells the number of spikes instead of filling up', () => {
  const n = 4000;
  const spikes = {
    times: Float64Array.from({ length: n }, (_, i) => (i < 3500 ? (i * 20) / 3500 : 20 + ((i - 3500) * 20) / 500)),
    neurons: Uint32Array.from({ length: n }, (_, i) => i % 4),
    population: new Uint8Array(n),
    populations: [{ name: 'out', size: 4 }],
    window: [0, 40] as const,
    silent: [],
    requireIntact: () => {},
  };
  const [title, line] = renderTextRaster(spikes, 20).split('\n');
  assert.is(title, 'out (neurons 0 to 3; more dots: more spikes)');
  assert.is(line, `${'⣿'.repeat(10)}${'⠡'.repeat(10)}`);
});

test('few images are marked one by one, many by where a phase begins', () => {
  const run = mkdtempSync(join(dir, 'images-'));
  const log = createLog(join(run, 'images.arrows'), IMAGES, {});
  const n = 100;
  log.write(
    {
      time: Float64Array.from({ length: n }, (_, i) => 10 * i),
      image: new Uint32Array(n),
      phase: Uint8Array.from({ length: n }, (_, i) => (i < 80 ? 0 : 2)),
      label: new Uint8Array(n).fill(7),
      prediction: Uint8Array.from({ length: n }, (_, i) => (i < 80 ? 255 : i === 80 ? 2 : 7)),
    },
    n,
  );
  log.close();
  assert.equal(readImageOnsetMarks(run, [0, 1000]), [
    { time: 0, label: 'training' },
    { time: 800, label: 'test' },
  ]);
  assert.equal(readImageOnsetMarks(run, [790, 811]), [
    { time: 790, label: '7' },
    { time: 800, label: '7→2' },
    { time: 810, label: '7' },
  ]);
});

test('the command writes both pictures, or the one its ending asks for', async () => {
  const file = writeSpikes(join(dir, 'cli.arrows'), 200);
  const both = await memspike('raster', file);
  assert.is(both.status, 0, both.stderr);
  const svg = readFileSync(join(dir, 'cli.raster.svg'), 'utf8');
  const { document } = parseHTML(`<body>${svg}</body>`);
  const strokes = [...document.querySelectorAll('path')].map((p) => p.getAttribute('d')!.split('M').length - 1);
  assert.ok(strokes.includes(200) && strokes.includes(20), `strokes ${strokes}`);
  assert.ok(statSync(join(dir, 'cli.raster.png')).size > 1000);
  const one = await memspike('raster', file, '--out', join(dir, 'one.svg'), '--population', 'output');
  assert.is(one.stdout, `Wrote ${join(dir, 'one.svg')}\nNext step: memspike log info ${file}\n`);
  const paper = await memspike(
    'raster',
    file,
    '--width',
    '89mm',
    '--panel',
    'a',
    '--format',
    'pdf,png',
    '--out',
    join(dir, 'fig'),
  );
  assert.is(paper.status, 0, paper.stderr);
  assert.is(readFileSync(join(dir, 'fig.pdf')).subarray(0, 5).toString(), '%PDF-');
  assert.ok(existsSync(join(dir, 'fig.png')) && !existsSync(join(dir, 'fig.svg')));
});

test('two million spikes make a picture of bounded size', async () => {
  const out = join(dir, 'big');
  const { status, stderr } = await memspike('raster', writeSpikes(join(dir, 'big.arrows'), 2_000_000), '--out', out);
  assert.is(status, 0, stderr);
  assert.ok(statSync(`${out}.svg`).size < 1_000_000);
});

test('mistakes are one sentence, and never an empty picture', async () => {
  const file = writeSpikes(join(dir, 'wrong.arrows'), 100, { tStopPlanned: '100' });
  const empty = createLog(join(dir, 'empty.arrows'), SPIKES, { populations: '["input"]' });
  empty.close();
  const cases: [string[], number, RegExp][] = [
    [[file, '--format', 'pdf,gif'], 2, /--format is "gif", but must be one of "svg", "pdf", "png"/],
    [[file, '--population', 'outptu'], 1, /no population "outptu", did you mean "output"\?/],
    [[file, '--from', '500'], 1, /lies outside the run/],
    [[file, '--from', '50', '--to', '40'], 1, /ends before it starts/],
    [[file, '--neurons', '7-3'], 2, /must be a neuron or a range/],
    [[file, '--neurons', '100'], 1, /no spikes of neurons 100 to 100/],
    [
      [file, '--neurons', '5', '--population', 'input', '--population', 'output'],
      1,
      /"output" has no neuron 5; its last neuron is 2/,
    ],
    [[file, '--to', '101'], 1, /--to 101 is after the end of .* at 100 ms/],
    [[file, '--out', join(dir, 'x.jpg')], 2, /must end in \.svg, \.png or \.pdf/],
    [[file, '--font', '<b>'], 2, /--font is "<b>", but must be a family of letters, digits, spaces, dots, _ and -/],
    [[file, '--preview', '--out', 'x'], 2, /--preview prints text/],
    [[join(dir, 'empty.arrows')], 1, /holds no rows/],
    [[join(dir, 'absent')], 1, /no such file/],
  ];
  for (const [args, status, message] of cases) {
    const told = await memspike('raster', ...args);
    assert.is(told.status, status, args.join(' '));
    assert.match(told.stderr, message);
    assert.is(told.stderr.trim().split('\n').length, 1);
  }
});

test('names with characters that a terminal obeys or that XML has not are drawn escaped', async () => {
  const file = writeSpikes(join(dir, 'odd.arrows'), 100, {
    populations: JSON.stringify(['in\u001b[31mput\u0000\uffff', 'out\u202eput']),
    tStopPlanned: '100',
  });
  for (const ending of ['svg', 'png', 'pdf']) {
    const { status, stderr } = await memspike('raster', file, '--out', join(dir, `odd.${ending}`));
    assert.equal([status, stderr], [0, '']);
  }
  const svg = readFileSync(join(dir, 'odd.svg'), 'utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no such character may be drawn
  assert.not.match(svg, /[\u0000-\u0008\u000b-\u001f\u202e\uffff]/);
  assert.match(svg, /in\\u001b\[31mput\\u0000\\uffff/);
});

test('the intact batches of a truncated log are drawn, with an error that says so', async () => {
  const file = writeSpikes(join(dir, 'cut.arrows'), 200_000, { tStopPlanned: '1000000' });
  truncateSync(file, statSync(file).size - 5000);
  const told = await memspike('raster', file, '--out', join(dir, 'cut.svg'));
  assert.is(told.status, 1);
  assert.match(told.stderr, /ends within batch/);
  assert.match(readFileSync(join(dir, 'cut.svg'), 'utf8'), /^<svg/);
  const { window, times } = loadSpikes(file, {});
  assert.equal(window, [0, times.at(-1)]); // and not the planned end, which was not reached
});

test.run();
