/** Read noise that depends on the state. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { softBound } from '../../../synapses/devices/index.ts';
import { bench, sd } from './bench.ts';

const N = 8000;
const near = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what}: ${found}, not ${expected}`);

test('read noise by state: linear between rows, constant beyond them, of the current or of the range', () => {
  const stateFactors: [number, number][] = [
    [0.25, 1],
    [0.75, 3],
  ];
  const sdOf = (readNoise: object, weight: number, reading: 'single' | 'pair' = 'single') => {
    const b = bench(softBound({ gMin: 0, gMax: 1e-4, reading, readNoise }), { weight, columns: N });
    b.devices.readRow(0, 1);
    return sd(b.weights());
  };
  for (const [weight, factor] of [
    [0.1, 1],
    [0.25, 1],
    [0.5, 2],
    [0.9, 3],
  ] as const) {
    near(sdOf({ sd: 0.01, stateFactors }, weight) / (0.01 * factor * weight), 1, 0.03, `of the current ${weight}`);
    near(sdOf({ sd: 0.01, of: 'range', stateFactors }, weight) / (0.01 * factor), 1, 0.03, `of the range ${weight}`);
  }
  const pair = bench(softBound({ gMin: 5e-5, reading: 'pair', readNoise: { sd: 0.02, of: 'range', stateFactors } }), {
    weight: 0.5,
    columns: N,
  });
  pair.devices.readRow(0, 1);
  near(sd(pair.weights()) / (0.02 * Math.hypot(2, 1)), 1, 0.03, 'the reference is in state 0');
  assert.throws(
    () =>
      softBound({
        readNoise: {
          stateFactors: [
            [0.5, 1],
            [0.5, 2],
          ],
        },
      }),
    /readNoise\.stateFactors is .*, but must be rows of ascending g/,
  );
});

test.run();
