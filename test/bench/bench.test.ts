// slow: runs every benchmark once
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { slowTest } from '../support.ts';
import { against, describeTurns } from './against.ts';
import type { Page } from './bench.ts';
import { measureFigures } from './bench.ts';
import { apart, describe } from './compare.ts';
import { COMPARISONS } from './comparisons.ts';
import { BENCHMARKS } from './figures/index.ts';
import { measureGrowth, tableOf } from './growth.ts';
import { median, spread } from './statistics.ts';

const TINY = { full: false, tiny: true } as const;
const run = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('run.js', import.meta.url)), ...args], { encoding: 'utf8' });

test('every benchmark gives finite figures with names and units', async () => {
  const figures = await measureFigures(Object.keys(BENCHMARKS), TINY);
  for (const name of Object.keys(BENCHMARKS)) {
    assert.ok(
      figures.some(({ benchmark }) => benchmark === name),
      `${name} gave no figure`,
    );
  }
  for (const { name, value, unit } of figures) {
    assert.ok(Number.isFinite(value) && value > 0, `${name} is ${value} ${unit}`);
    assert.ok(name.length > 0 && unit.length > 0);
  }
  assert.is(new Set(figures.map(({ benchmark, name }) => `${benchmark} ${name}`)).size, figures.length);
});

// `every benchmark gives finite figures` represents the two slow tests in short runs.
slowTest(test, 'growth gives a row for every size, and a table', () => {
  for (const growth of measureGrowth(TINY, () => {})) {
    assert.is(tableOf(growth).length, growth.rows.length + 4);
    for (const row of growth.rows) for (const value of Object.values(row)) assert.ok(Number.isFinite(value));
  }
});

test('--json prints one JSON document of the promised shape', () => {
  const { status, stdout } = run('--json', '--only', 'memory');
  assert.is(status, 0);
  const page = JSON.parse(stdout) as Page;
  assert.is(page.node, process.versions.node);
  assert.match(page.memspike, /^\d+\.\d+\.\d+/);
  assert.is(page.kernels, 'simd');
  assert.ok(page.machine.length > 0);
  assert.equal(page.comparisons, []);
  assert.equal(Object.keys(page.figures), ['memory']);
  assert.equal(Object.keys(page.units.memory!), Object.keys(page.figures.memory!));
});

test('an unknown benchmark is refused by name', () => {
  const { status, stderr } = run('--only', 'dnse');
  assert.is(status, 2);
  assert.match(stderr, /dense/);
});

test('the comparisons are the promised ones, and tell where the sides disagree', () => {
  const conductances = ['coba', 'coba-2tau'];
  const brunels = ['brunel', 'brunel-integrate'];
  const songs = ['song-1', 'song-100', 'stdp-memristor'];
  const networks = ['cuba', ...conductances, 'inhibitory-stdp', 'microcircuit'];
  const promised = ['dc_simple-400', 'dc_simple-1600', ...brunels, ...songs, ...networks];
  assert.equal(Object.keys(COMPARISONS), promised);
  const lines = describe({
    name: 'brunel',
    peer: 'Brian2',
    ratio: { min: 1, median: 2, max: 3 },
    cpuRatio: { min: 1, median: 2, max: 3 },
    biological: 1000,
    seconds: { memspike: 1, peer: 2 },
    firstSeconds: 1.5,
    counts: { memspike: { rate: 1 }, peer: { rate: 2 } },
    disagree: ['rate'],
  });
  assert.match(lines.join('\n'), /brunel: 2\.00 \(1\.00 to 3\.00\) times as fast.*\n.*\n {2}rate.*DISAGREE/);
});

test('counts may differ by a tenth, or by three standard errors where stretches tell them', () => {
  const of = (rate: number, blocks?: number[]) => ({ counts: { rate }, ...(blocks && { blocks: { rate: blocks } }) });
  assert.equal(apart(of(1.09), of(1)), []);
  assert.equal(apart(of(1.2), of(1)), ['rate']);
  assert.equal(apart(of(1.2, [1.1, 1.3]), of(1, [0.9, 1.1])), []); // 0.2 apart, the error of the difference is 0.14
  assert.equal(apart(of(1.2, [1.19, 1.21]), of(1, [0.99, 1.01])), ['rate']);
  assert.equal(apart(of(Number.NaN), of(1)), ['rate']);
});

slowTest(test, '--against runs another work tree in turns, and tells the ratios', async () => {
  const here = fileURLToPath(new URL('../../../', import.meta.url));
  const options = { pairs: 2, tiny: true, log: () => {} } as const;
  const turns = await against(here, 'sparse', options);
  assert.equal(
    turns.map(({ name }) => name),
    ['1,000 neurons, f64 weights', '1,000 neurons, f32 weights', '1,000 neurons, equal weights'],
  );
  for (const { here, there, ratio } of turns) {
    for (const value of [here, there, ratio.min]) assert.ok(value > 0);
    assert.ok(ratio.min <= ratio.median && ratio.median <= ratio.max);
  }
  assert.match(describeTurns(turns)[0]!, /^sparse: 1,000 neurons, f64 weights +\S+ here, +\S+ there, ns\/event; /);
  assert.equal(await against(here, 'unknown', options), []);
  const { status, stderr } = run('--against', 'nowhere');
  assert.is(status, 1);
  assert.match(stderr, /--against is nowhere, but there is no dist\/test\/bench/);
});

test('median and spread', () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 2, 3]), 2.5);
  assert.equal(spread([3, 1, 2]), { min: 1, median: 2, max: 3 });
});

test.run();
