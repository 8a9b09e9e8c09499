/** Devices on the bench take the pulses they are sent, by kernels or without. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linear, PulseBench, softBound } from '../../../experiments/index.ts';

const UP = [[10, 20], [10, 20, 30], []];
const DOWN = [[], [25, 40], []];

test('steps add up, each device by its own trains', () => {
  for (const more of [{}, { writeNoise: 1e-12 }]) {
    const device = linear({ gMin: 0, etaUp: 0.1, etaDown: 0.05, ...more }); // the second kind has no kernel
    const bench = new PulseBench({ device, seed: 1, up: UP, down: DOWN });
    const near = (t: number, expected: readonly number[]) => {
      bench.runTo(t);
      for (const [k, w] of bench.weights().entries()) assert.ok(Math.abs(w - expected[k]!) < 1e-9, `${t} ms: ${w}`);
    };
    near(0, [0, 0, 0]);
    near(20, [0.2, 0.2, 0]);
    near(100, [0.2, 0.2, 0]); // 3 × 0.1 - 2 × 0.05
    assert.is(bench.devices.writes, 7);
  }
});

test('strength, start and conductance', () => {
  const bench = new PulseBench({
    device: softBound({ gMin: 0, gMax: 1e-4, etaUp: 0.1 }),
    seed: 1,
    up: [[5]],
    strength: 0.5,
    weight: 0.2,
  });
  bench.runTo(5);
  const [siemens] = bench.conductances() as [number];
  assert.ok(Math.abs(siemens - 1e-4 * (0.2 + 0.05 * 0.8)) < 1e-18, `${siemens}`);
});

test.run();
