/** Poisson stimuli with rates in steps: counts of each step, periods, and errors. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { steppedPoisson } from '../../../neurons/index.ts';
import { trainsOf } from '../statistics.ts';

test('each neuron has its rate times the factor of the step, in every period', () => {
  const rate = [20, 0, 50];
  const steps: [number, number][] = [
    [0, 1],
    [40, 0],
    [60, 2.5],
  ];
  const duration = 200_000;
  const input = { size: 3, rate, steps, period: 100 };
  for (const [j, train] of trainsOf((net) => net.population('p', steppedPoisson(input)), 5, duration).entries()) {
    const counts = [0, 0, 0];
    for (const t of train) counts[t % 100 < 40 ? 0 : t % 100 < 60 ? 1 : 2]!++;
    for (const [k, share] of [0.4 * 1, 0, 0.4 * 2.5].entries()) {
      const expected = (rate[j]! * share * duration) / 1000;
      assert.ok(Math.abs(counts[k]! - expected) <= 4 * Math.sqrt(expected), `neuron ${j}, step ${k}: ${counts[k]}`);
    }
  }
});

test('without a period the last factor stays, and before the first step there are no spikes', () => {
  const steps: [number, number][] = [
    [50, 1],
    [100, 0],
    [150, 4],
  ];
  const [train] = trainsOf((net) => net.population('p', steppedPoisson({ size: 1, rate: 100, steps })), 5, 10_000);
  assert.ok(train!.every((t) => t >= 150 || (t >= 50 && t < 100)));
  const expected = 100 * 0.05 + 400 * 9.85;
  assert.ok(Math.abs(train!.length - expected) < 4 * Math.sqrt(expected), String(train!.length));
});

test('steps out of order, a late start with a period, and negative factors are refused', () => {
  const create = (given: object) => () =>
    new Network({ seed: 1 }).population('p', steppedPoisson({ size: 1, rate: 1, ...given } as never));
  const refused: readonly [object, RegExp][] = [
    [
      {
        steps: [
          [5, 1],
          [5, 2],
        ],
      },
      /populations\.p\.steps\.1 is at 5 ms, but must be later/,
    ], // prettier-ignore
    [{ steps: [[5, 1]], period: 10 }, /must start at 0 ms/],
    [{ steps: [[0, -1]] }, /steps\.0\.1 is -1, but must be a number >= 0/],
  ];
  for (const [given, message] of refused) assert.throws(create(given), message);
});

test.run();
