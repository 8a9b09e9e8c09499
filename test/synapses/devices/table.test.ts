/** The table device: what a pulse does is drawn from the measured distribution at the device's state. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCheckpoint, encodeCheckpoint } from '../../../core/checkpoint/codec.ts';
import { load, save } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { softBound, table } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { type KernelSet, newNetwork } from '../../core/kernels/oracle/index.ts';
import { bench, mean, sd } from './bench.ts';

const SCATTERED = {
  up: [
    [0, 0, 0.02, 0.05],
    [0.5, -0.01, 0.01, 0.04],
    [1, 0, 0.01, 0.02],
  ],
  down: [
    [0, -0.02, 0, 0],
    [1, -0.05, -0.03, 0],
  ],
};
const FLAT = { up: [[0, 0.01]], down: [[0, -0.02]] };

test('one quantile is a step, in a straight line between rows: the table of softBound is softBound', () => {
  const steps = {
    up: [
      [0, 0.1],
      [1, 0],
    ],
    down: [
      [0, 0],
      [1, -0.05],
    ],
  };
  const [a, b] = [
    bench(table({ steps }), { weight: 0.3 }),
    bench(softBound({ etaUp: 0.1, etaDown: 0.05 }), { weight: 0.3 }),
  ];
  for (const strength of [1, 1, 0.5, -1, 2, -0.25, 1, -3]) {
    a.pulse(strength);
    b.pulse(strength);
    assert.ok(Math.abs(a.devices.weight(0, 0) - b.devices.weight(0, 0)) < 1e-14);
  }
});

test('rows apart by any distance are found, and hold beyond the outer ones', () => {
  const up = [
    [0.2, 0.01],
    [0.2001, 0.02],
    [0.9, 0.05],
  ];
  const from = (weight: number) => {
    const b = bench(table({ gMin: 0, gMax: 1, steps: { up, down: [[0, 0]] } }), { weight });
    b.pulse(1);
    return b.devices.weight(0, 0) - weight;
  };
  for (const [g, step] of [
    [0.1, 0.01],
    [0.2, 0.01],
    [0.20005, 0.015],
    [0.55, 0.02 + (0.03 * 0.3499) / 0.6999],
    [0.92, 0.05],
  ] as const)
    assert.ok(Math.abs(from(g) - step) < 2e-8, `at ${g}: ${from(g)}, not ${step}`);
});

test('many devices: mean, sd and quantiles are those of the row', () => {
  const quantiles = [-0.01, 0, 0.01, 0.02, 0.05];
  const columns = 40_000;
  const b = bench(table({ gMin: 0, steps: { up: [[0, ...quantiles]], down: [[0, 0, 0, 0, 0, 0]] } }), {
    weight: 0.5,
    columns,
  });
  b.pulse(1);
  const by = b.weights().map((w) => w - 0.5);
  const sorted = by.toSorted((x, y) => x - y);
  quantiles.forEach((q, k) => {
    const found = sorted[Math.round((k / 4) * (columns - 1))]!;
    assert.ok(Math.abs(found - q) < 6e-4, `quantile ${k}: ${found}, not ${q}`);
  });
  const m = (-0.005 + 0 + 0.01 + 0.02 + 0.025) / 4;
  assert.ok(Math.abs(mean(by) - m) < 3e-4);
  const four = bench(table({ gMin: 0, steps: { up: [[0, ...quantiles]], down: [[0, 0, 0, 0, 0, 0]] } }), {
    weight: 0.5,
    columns,
  });
  four.pulse(4);
  const more = four.weights().map((w) => w - 0.5);
  assert.ok(Math.abs(mean(more) - 4 * m) < 1e-3, 'four pulses go four times as far');
  assert.ok(Math.abs(sd(more) / sd(by) - 2) < 0.03, 'and scatter twice as much');
});

/** Synapses of tables with every row in reach, spread and noise, that learn. */
function learning(kernels: KernelSet) {
  const net = newNetwork(kernels, { seed: 6 });
  const input = net.population('input', poisson({ size: 7, rate: 100 }));
  const output = net.population('output', lif({ size: 5, tau: 20, threshold: 1 }));
  const projection = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.2, 0.8] } } },
    device: table({ steps: SCATTERED, stepSpread: 0.2, cycleToCycle: 0.3, readNoise: { sd: 0.05, of: 'range' } }),
    rule: pairStdp({ aPlus: 0.8, aMinus: 0.7 }),
  });
  return { net, projection };
}

const endOf = ({ net, projection }: ReturnType<typeof learning>) => {
  const { energy, writesUp, writesDown } = projection.devices!.usage;
  assert.ok(writesUp > 100 && writesDown > 100, `${writesUp} pulses up, ${writesDown} down`);
  return JSON.stringify([[...save(net)].map(([k, v]) => [k, [...v]]), energy]);
};

test('a network of tables ends in the same bits with the kernels and the oracle, and cut by a checkpoint', () => {
  const whole = learning('simd');
  whole.net.run(300);
  assert.ok(new Set(whole.projection.edges.weights!).size === 35, 'each device draws its own steps');
  const oracle = learning('oracle');
  oracle.net.run(300);
  assert.is(endOf(oracle), endOf(whole));
  for (const [from, to] of [
    ['simd', 'oracle'],
    ['oracle', 'simd'],
  ] as const) {
    const first = learning(from);
    first.net.run(111);
    const { snapshot } = decodeCheckpoint(encodeCheckpoint(save(first.net), {}), 'test');
    const second = learning(to);
    second.net.run(10); // has a past of its own, which loading replaces
    load(second.net, snapshot);
    second.net.run(189);
    assert.is(endOf(second), endOf(whole), `from ${from} to ${to}`);
  }
});

test('flaws stand beside it: levels, wear and what is stuck', () => {
  const worn = bench(table({ steps: FLAT, gMin: 0, endurance: { cycles: 3, spread: 0, failure: 'last' } }), {
    weight: 0.5,
  });
  for (let i = 0; i < 10; i++) worn.pulse(1);
  assert.ok(worn.devices.weight(0, 0) < 0.53);
  const levels = bench(table({ steps: FLAT, gMin: 0, levels: { count: 3, rounding: 'deterministic' } }), {
    weight: 0.5,
  });
  levels.pulse(1);
  assert.is(levels.devices.weight(0, 0), 0.5);
});

test('an invalid table is refused with row and value', () => {
  const allowed = 'must hold g from 0 to 1, larger than in the row before, and';
  for (const [up, message] of [
    [
      [
        [0, 0.1, 0.2],
        [1, 0],
      ],
      `steps.up.1 ${allowed} 2 ascending quantiles (got [1, 0]).`,
    ],
    [
      [
        [0.5, 0.1],
        [0.5, 0],
      ],
      `steps.up.1 ${allowed} 1 ascending quantiles (got [0.5, 0]).`,
    ],
    [
      [
        [0, 0.1],
        [1.5, 0],
      ],
      `steps.up.1 ${allowed} 1 ascending quantiles (got [1.5, 0]).`,
    ],
    [[[0, 0.2, 0.1]], `steps.up.0 ${allowed} 2 ascending quantiles (got [0, 0.2, 0.1]).`],
  ] as const) {
    const given = { up: up.map((row) => [...row]), down: [[0, 0]] };
    const isRefused = (error: unknown) => error instanceof UserError && error.message.includes(message);
    assert.throws(() => bench(table({ steps: given })), isRefused, message);
  }
});

test.run();
