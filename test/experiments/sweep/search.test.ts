/** `memspike sweep run --search`: what is computed, that it is chosen by validation data, and that interruption changes nothing. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plan, type PlannedRun, readPlan } from '../../../experiments/sweep/directory.ts';
import {
  createDirectSearch,
  createHalvingSearch,
  createRandomSearch,
  type MetricLookup,
  type SearchMethod,
} from '../../../experiments/sweep/search.ts';
import { slowTest } from '../../support.ts';
import { begun, place, STUDY, statusOf, sweepOf } from './support.ts';

const test = suite('sweep run --search');
const p = place();
p.write('study.mjs', STUDY);
test.after(() => p.remove());

async function plan(name: string, parameters: string, more = ''): Promise<Plan> {
  p.write(`${name}.yaml`, sweepOf(parameters, more));
  const { status, stderr } = await p.call('sweep', 'plan', `${name}.yaml`, '--out', name, '--no-timed');
  assert.is(status, 0, stderr);
  return readPlan(p.at(name));
}

/** Lets a search run on a function instead of an experiment; the runs of each step. */
function steps(search: SearchMethod, value: (run: PlannedRun) => number): PlannedRun[][] {
  const values = new Map<PlannedRun, number>();
  const known: MetricLookup = (run) => values.get(run);
  const all: PlannedRun[][] = [];
  for (let step = search(known); step; step = search(known)) {
    const fresh = step.runs.filter((run) => !values.has(run));
    assert.ok(fresh.length > 0, 'a step asks for nothing new');
    for (const run of fresh) values.set(run, value(run));
    all.push(fresh);
  }
  return all;
}

const GRID = '{ from: 0, to: 1, steps: 9 }';
const cube = await plan(
  'cube',
  ['x', 'y', 'wait'].map((name) => `  ${name}: { path: ${name}, grid: ${GRID} }`).join('\n'),
);
const number = ({ parameters }: PlannedRun, name: string) => parameters[name] as number;
/** Its least value over the grid is 0. */
const bowl = (run: PlannedRun) =>
  120 * (number(run, 'x') - 0.625) ** 2 +
  80 * (number(run, 'y') - 0.25) ** 2 +
  10 * Math.abs(number(run, 'wait') - 0.75);

test('direct finds the best of 729 points among 60, which as many random ones do not come near', () => {
  const found = steps(createDirectSearch(cube, { points: 60 }), bowl).flat();
  assert.is(found.length, 60);
  assert.is(new Set(found).size, 60);
  assert.is(Math.min(...found.map(bowl)), 0);
  const drawn = Array.from({ length: 20 }, (_, seed) => {
    const facts = { ...cube.facts, sweep: { ...cube.facts.sweep, seed } };
    return Math.min(
      ...steps(createRandomSearch({ ...cube, facts }, { points: 60 }), bowl)
        .flat()
        .map(bowl),
    );
  });
  assert.ok(drawn.reduce((a, b) => a + b) / drawn.length > 1, String(drawn));
});

test('direct ends by itself when nothing is left to ask, with failed points and constraints', async () => {
  const few = await plan(
    'few',
    '  x: { path: x, uniform: [0, 1], count: 4 }\n  y: { path: y, list: [0, 1] }\n  m: { path: mode, list: [fine] }',
  );
  assert.is(few.runs.length, 8);
  const seen = steps(createDirectSearch(few, { points: 1000 }), (run) =>
    number(run, 'x') > 0.5 ? Infinity : number(run, 'x'),
  ).flat();
  assert.ok(seen.length >= 4 && seen.length <= 8, String(seen.length));
  const left = await plan(
    'left',
    `  x: { path: x, grid: ${GRID} }\n  y: { path: y, grid: ${GRID} }`,
    'constraints: [{ less: [x, y] }]',
  );
  const best = steps(createDirectSearch(left, { points: 30 }), (run) => number(run, 'y') - 2 * number(run, 'x')).flat();
  assert.ok(best.length <= 30 && best.length > 10, String(best.length));
  assert.ok(best.every((run) => number(run, 'x') < number(run, 'y')));
});

test('random points are each computed once and depend on the seed alone', () => {
  const of = (points: number) =>
    steps(createRandomSearch(cube, { points }), bowl)
      .flat()
      .map(({ index }) => index);
  assert.equal(of(20), of(20));
  assert.equal(of(30).slice(0, 20), of(20));
  assert.is(new Set(of(729)).size, 729);
});

test('halving over a parameter: each rung has the best of the one before, at about equal cost', async () => {
  const rungs = await plan(
    'rungs',
    `  x: { path: x, grid: { from: 1, to: 16, steps: 16 } }\n  budget: { path: wait, list: [4, 1, 16] }`,
  );
  const found = steps(createHalvingSearch(rungs, { resource: 'budget' }), (run) => Math.abs(number(run, 'x') - 7));
  const told = found.map((step) => step.map((run) => [number(run, 'budget'), number(run, 'x')]));
  assert.equal(
    told.map((step) => step.length),
    [16, 4, 1],
  );
  assert.ok(told[0]!.every(([budget]) => budget === 1));
  assert.equal(told[1]!.map(([, x]) => x).sort(), [6, 7, 8, 5].sort());
  assert.equal(told[2], [[16, 7]]);
});

test('halving over replicates: a failed run counts as worst', async () => {
  const paired = await plan('paired', '  x: { path: x, grid: [1, 2, 3, 4] }', 'replicates: 4');
  const found = steps(createHalvingSearch(paired, {}), (run) => (number(run, 'x') === 1 ? Infinity : number(run, 'x')));
  assert.equal(
    found.map((step) => step.map(({ point, replicate }) => `${point}.${replicate}`)),
    [
      ['0.0', '1.0', '2.0', '3.0'],
      ['1.1', '2.1'],
      ['1.2', '1.3'],
    ],
  );
});

// The searches above represent the two slow tests in short runs.
slowTest(test, 'an interrupted search goes on to the same points, whatever the number of workers', async () => {
  const parameters = `  x: { path: x, grid: ${GRID} }\n  y: { path: y, grid: ${GRID} }`;
  const searched = async (out: string, points: string, workers: string) =>
    await p.call('sweep', 'run', out, '--search', 'direct', '--lowest', '--points', points, '--workers', workers);
  for (const out of ['once', 'twice']) await plan(out, parameters);
  const once = await searched('once', '20', '1');
  assert.is(once.status, 0, once.stderr);
  assert.match(
    once.stdout,
    /^direct, iteration 0: 1 point\n(direct, .*\n)+20 runs done in once\.\nNext step: memspike sweep plot once\n$/,
  );
  assert.is((await searched('twice', '7', '2')).status, 0);
  assert.match(
    (await searched('twice', '20', '2')).stdout,
    /20 runs done in twice\.\nNext step: memspike sweep plot twice\n$/,
  );
  assert.is((await statusOf(p, 'twice')).resultsSha256, (await statusOf(p, 'once')).resultsSha256);
  assert.equal(begun(p, 'twice'), Array(20).fill(1));
  assert.is((await p.call('sweep', 'collect', 'once')).status, 0);
  assert.is(readFileSync(p.at('once/results.csv'), 'utf8').trimEnd().split('\n').length, 21);
});

slowTest(test, 'the test set decides nothing', async () => {
  const base = 'neurons: 5, train: 20, label: 20, test: 20';
  const mnist = (split: string) =>
    `memspike: 1\nexperiment: mnist\nbase: { ${base}${split} }\nparameters: { up: { path: device.alphaUp, grid: [0.01, 0.02] } }\nreplicates: 2\nmetrics: [accuracy.logProbability]\n`;
  for (const [out, split] of [
    ['tested', ''],
    ['validated', ', split: validation'],
  ] as const) {
    p.write(`${out}.yaml`, mnist(split));
    assert.is((await p.call('sweep', 'plan', `${out}.yaml`, '--out', out, '--no-timed')).status, 0);
  }
  const { status, stderr } = await p.call('sweep', 'run', 'tested', '--search', 'halving');
  assert.is(status, 1);
  assert.is(
    stderr,
    'memspike: accuracy.logProbability is measured on the test set; a search by it would leave no data to test the result; put split: validation into base.\n',
  );
  assert.is((await statusOf(p, 'tested')).missing, 4);
  const fine = await p.call('sweep', 'run', 'validated', '--search', 'halving');
  assert.is(fine.status, 0, fine.stderr);
  assert.match(
    fine.stdout,
    /^halving, rung 1 of 2: 2 candidates at replicates 1\nhalving, rung 2 of 2: 1 candidate at replicates 2\n3 runs done/,
  );
});

test('what a search cannot work with is told in a sentence', async () => {
  await plan('plain', '  x: { path: x, grid: [0, 1] }\n  how: { path: mode, list: [fine, more] }');
  const cases: readonly (readonly [words: string[], status: number, sentence: RegExp])[] = [
    [['--search', 'direct'], 1, /the search "direct" needs a maximum number of points: --points is missing\.$/],
    [['--search', 'halving'], 1, /halving needs a resource that grows: name a parameter with --resource/],
    [['--search', 'halving', '--resource', 'hwo'], 1, /hwo is not a parameter of the sweep, did you mean "how"\?$/],
    [
      ['--search', 'halving', '--resource', 'how'],
      1,
      /--resource how has the value "fine", but its values must be numbers above 0\.$/,
    ],
    [
      ['--search', 'random', '--points', '1', '--metric', 'vale'],
      1,
      /vale is not a metric of the sweep, did you mean "value"\?$/,
    ],
    [['--search', 'bayes'], 2, /--search is "bayes", but must be /],
    [['--search', 'random', '--points', '1', '--index', '0'], 2, /--search does not allow --index or --shard/],
    [['--points', '3'], 2, /--points applies only with --search\.$/],
  ];
  for (const [words, status, sentence] of cases) {
    const found = await p.call('sweep', 'run', 'plain', ...words);
    assert.is(found.status, status, words.join(' '));
    assert.match(found.stderr.trimEnd(), sentence);
  }
});

test.run();
