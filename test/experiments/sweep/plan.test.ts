/** Sweep files: what they ask for, point by point, and what is refused. */
import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import {
  computeQuantile,
  deriveReplicateSeed,
  listSweepPoints,
  planSweep,
} from '../../../experiments/sweep/planSweep.ts';
import { sweepSchema } from '../../../experiments/sweep/schema.ts';
import { place, planned, STUDY, sweepOf } from './support.ts';

const test = suite('sweep plan');
const p = place();
p.write('study.mjs', STUDY);
test.after(() => p.remove());

const points = (parameters: object, more: object = {}) =>
  listSweepPoints(
    validate(sweepSchema, { memspike: 1, experiment: 'mnist', metrics: ['a'], parameters, ...more }, 'test'),
    'test',
  );

test('grids are combined, the last parameter changing first', () => {
  const made = points({ a: { path: 'a', grid: [1, 2] }, b: { path: 'b', list: ['x', true, { k: 1 }] } });
  assert.equal(
    made.map(({ a, b }) => [a, b]),
    [1, 2].flatMap((a) => ['x', true, { k: 1 }].map((b) => [a, b])),
  );
});

test('ranges have both ends and equal steps or ratios', () => {
  const linear = points({ a: { path: 'a', grid: { from: -1, to: 1, steps: 5 } } });
  assert.equal(
    linear.map(({ a }) => a),
    [-1, -0.5, 0, 0.5, 1],
  );
  const log = points({ a: { path: 'a', grid: { from: 1e-3, to: 10, steps: 5, scale: 'log' } } }).map(({ a }) =>
    Number(a),
  );
  assert.equal([log[0], log[4]], [1e-3, 10]);
  assert.ok(log.slice(1).every((v, i) => Math.abs(v / log[i]! / 10 - 1) < 1e-12));
});

test('random parameters keep their range, depend on the seed alone, and follow their distribution', () => {
  const of = (seed: number) =>
    points(
      {
        u: { path: 'a', uniform: [2, 3], count: 500, zip: 'z' },
        l: { path: 'b', logUniform: [0.01, 1], count: 500, zip: 'z' },
        n: { path: 'c', normal: { mean: 5, sd: 2 }, count: 500, zip: 'z' },
        c: { path: 'd', choice: ['a', 'b'], count: 500, zip: 'z' },
      },
      { seed },
    );
  const made = of(1);
  assert.equal(made, of(1));
  assert.not.equal(made, of(2));
  assert.is(made.length, 500);
  const numbers = (name: string) => made.map((point) => Number(point[name]));
  const within = (name: string, low: number, high: number, middle: number) => {
    const sorted = numbers(name).sort((a, b) => a - b);
    assert.ok(sorted[0]! >= low && sorted.at(-1)! <= high, name);
    assert.ok(Math.abs((sorted[250]! - middle) / middle) < 0.1 * (name === 'l' ? 4 : 1), `${name} ${sorted[250]}`);
  };
  within('u', 2, 3, 2.5);
  within('l', 0.01, 1, 0.1);
  within('n', -5, 15, 5);
  const share = made.filter(({ c }) => c === 'a').length / 500;
  assert.ok(Math.abs(share - 0.5) < 0.1, String(share));
});

test('a Latin hypercube has one value in each share of probability, of every parameter', () => {
  const made = points({
    a: { path: 'a', uniform: [0, 1], count: 20, latinHypercube: 'h' },
    b: { path: 'b', logUniform: [1, Math.E], count: 20, latinHypercube: 'h' },
    c: { path: 'c', normal: { mean: 0, sd: 1 }, count: 20, latinHypercube: 'h' },
  });
  assert.is(made.length, 20);
  const strata = (shares: number[]) => shares.map((u) => Math.floor(20 * u)).sort((x, y) => x - y);
  const all = Array.from({ length: 20 }, (_, i) => i);
  assert.equal(strata(made.map(({ a }) => Number(a))), all);
  assert.equal(strata(made.map(({ b }) => Math.log(Number(b)))), all);
  const edges = all.slice(1).map((i) => Number(computeQuantile({ path: 'c', normal: { mean: 0, sd: 1 } }, i / 20)));
  const share = (v: number) => edges.filter((edge) => edge <= v).length / 20;
  assert.equal(strata(made.map(({ c }) => share(Number(c)) + 0.01)), all);
  assert.not.equal(
    made.map(({ a }) => Number(a)),
    made.map(({ a }) => Number(a)).sort(),
  );
});

test('zipped parameters advance together; constraints leave points out', () => {
  const zipped = points({
    a: { path: 'a', grid: [1, 2, 3], zip: 'z' },
    b: { path: 'b', grid: [3, 2, 1], zip: 'z' },
    c: { path: 'c', grid: [0, 9] },
  });
  assert.equal(
    zipped.map(({ a, b, c }) => [a, b, c]),
    [
      [1, 3, 0],
      [1, 3, 9],
      [2, 2, 0],
      [2, 2, 9],
      [3, 1, 0],
      [3, 1, 9],
    ],
  );
  const kept = points(
    { a: { path: 'a', grid: [1, 2, 3] }, b: { path: 'b', grid: [1, 2, 3] } },
    { constraints: [{ less: ['a', 'b'] }, { notEqual: ['b', 2] }] },
  );
  assert.equal(kept, [
    { a: 1, b: 3 },
    { a: 2, b: 3 },
  ]);
});

test('replicates have seeds of their own, shared by all points and told by root and number alone', async () => {
  p.write('paired.yaml', sweepOf('  x: { path: x, grid: [1, 2] }', 'replicates: 3\nseed: 5'));
  assert.is((await p.call('sweep', 'plan', 'paired.yaml', '--out', 'paired', '--no-timed')).status, 0);
  const runs = planned(p, 'paired');
  assert.equal(
    runs.map(({ index, point, replicate }) => [index, point, replicate]),
    [
      [0, 0, 0],
      [1, 0, 1],
      [2, 0, 2],
      [3, 1, 0],
      [4, 1, 1],
      [5, 1, 2],
    ],
  );
  assert.equal(
    runs.map(({ seed }) => seed),
    [0, 1, 2, 0, 1, 2].map((r) => deriveReplicateSeed(5, r)),
  );
  assert.is(new Set(runs.map(({ seed }) => seed)).size, 3);
  assert.is(runs[4].config.seed, runs[4].seed);
  assert.is(runs[4].config.x, 2);
});

test('a point of mnist is what the command line makes of the same settings', async () => {
  p.write(
    'mnist.yaml',
    `
memspike: 1
experiment: mnist
base: { neurons: 30, epochs: 1, train: 20, label: 20, test: 20, device: ag-ceo2-pt }
parameters: { gain: { path: homeostasis.gain, list: [0.5] }, spread: { path: device.deviceToDevice, list: [0.25] } }
metrics: [accuracy.logProbability]
`,
  );
  assert.is((await p.call('sweep', 'plan', 'mnist.yaml', '--out', 'mnist', '--no-timed')).status, 0);
  const { seed, config } = planned(p, 'mnist')[0];
  const words = ['--neurons', '30', '--epochs', '1', '--train', '20', '--label', '20', '--test', '20'];
  const set = ['--set', 'homeostasis.gain=0.5', '--set', 'device.deviceToDevice=0.25'];
  const { status, stderr } = await p.call(
    'mnist',
    ...words,
    '--device',
    'ag-ceo2-pt',
    ...set,
    '--seed',
    String(seed),
    '--out',
    'one',
    '--no-pictures',
  );
  assert.is(status, 0, stderr);
  assert.equal(config, JSON.parse(readFileSync(p.at('one/config.json'), 'utf8')));
});

const MNIST = 'memspike: 1\nexperiment: mnist\nmetrics: [a]\n';
const mistakes: Readonly<Record<string, readonly [text: string, sentence: RegExp]>> = {
  'an unknown path in a study': [
    sweepOf('  x: { path: xx, grid: [1] }'),
    /parameters\.x: xx is not in base, did you mean "x"\?/,
  ],
  'an unknown path in a schema': [
    `${MNIST}parameters: { s: { path: device.deviceToDevise, grid: [0] } }`,
    /parameters\.s: device\.deviceToDevise is unknown, did you mean "deviceToDevice"\?/,
  ],
  'an unknown section': [
    `${MNIST}parameters: { s: { path: devise.gMax, grid: [0] } }`,
    /parameters\.s: the configuration has no "devise", did you mean "device"\?/,
  ],
  'a value out of range': [
    `${MNIST}parameters: { s: { path: neurons, grid: [10, 0] } }`,
    /parameters\.s: neurons is 0, but must be an integer >= 1/,
  ],
  'an empty grid': [
    sweepOf('  x: { path: x, grid: [] }'),
    /parameters\.x\.grid is \[\], but must be a list of at least 1/,
  ],
  'a grid of a thousand million': [
    sweepOf('  x: { path: x, grid: { from: 0, to: 1, steps: 1000000000 } }', 'replicates: 5'),
    /asks for 1,000,000,000 points x 5 replicates = 5,000,000,000 runs, but a sweep may have 1,000,000 at most\./,
  ],
  'more than the budget': [
    sweepOf('  x: { path: x, grid: [1, 2, 3] }', 'replicates: 2\nbudget: { runs: 5 }'),
    /3 points x 2 replicates = 6 runs, but its budget allows 5 at most\./,
  ],
  'unequal zips': [
    sweepOf('  x: { path: x, grid: [1, 2], zip: z }\n  y: { path: y, grid: [1], zip: z }'),
    /x has 2 values and y has 1, but all parameters of zip z must have the same number of values\./,
  ],
  'no count': [sweepOf('  x: { path: x, uniform: [0, 1] }'), /must be a mapping with a count beside uniform\./],
  'two sources': [sweepOf('  x: { path: x, grid: [1], list: [2] }'), /exactly one of the keys grid, list, uniform/],
  'constraints that nothing keeps': [
    sweepOf('  x: { path: x, grid: [1, 2] }', 'constraints: [{ less: [x, 1] }]'),
    /no point satisfies all constraints\./,
  ],
  'a constraint on nothing': [
    sweepOf('  up: { path: x, grid: [1, 2] }', 'constraints: [{ less: [upp, 1] }]'),
    /constraints\.0\.less names "upp", which is not a parameter, did you mean "up"\?/,
  ],
  'a seed among the parameters': [
    sweepOf('  s: { path: seed, grid: [1] }'),
    /parameters\.s sets seed, but each replicate has its own seed/,
  ],
  'a name of another column': [
    sweepOf('  point: { path: x, grid: [1] }'),
    /parameters\.point has the name of another column/,
  ],
  'a name of a metric': [
    sweepOf('  value: { path: x, grid: [1] }'),
    /parameters\.value has the name of another column/,
  ],
  'two parameters that set the same': [
    sweepOf('  a: { path: x, grid: [1] }\n  b: { path: x, grid: [2] }'),
    /parameters\.b sets x, which another parameter already sets\./,
  ],
  'a metric twice': [
    sweepOf('  x: { path: x, grid: [1] }').replace('[value, other]', '[value, value]'),
    /the list `metrics` contains value twice\./,
  ],
  'an unknown experiment': [
    MNIST.replace('mnist', 'mnits'),
    /experiment is "mnits", but must be mnist, learn, run, .*did you mean "mnist"\?/,
  ],
  'a study that is not there': [MNIST.replace('mnist', './nothing.ts'), /nothing\.ts: there is no such file\./],
  'run without a network': [
    MNIST.replace('mnist', 'run'),
    /`network` is missing: the experiment "run" needs a network file\./,
  ],
  'no metrics': ['memspike: 1\nexperiment: mnist', /metrics is missing/],
};

for (const [name, [text, sentence]] of Object.entries(mistakes)) {
  test(`refused in one sentence: ${name}`, async () => {
    p.write('mistake.yaml', text);
    const told = await planSweep(p.at('mistake.yaml'), p.at('mistake')).then(
      () => 'nothing',
      (error: Error) => error,
    );
    assert.instance(told, UserError);
    assert.match((told as UserError).message, sentence);
    assert.not.match((told as UserError).message, /\n/);
    assert.not.ok(existsSync(p.at('mistake')));
  });
}

test.run();
