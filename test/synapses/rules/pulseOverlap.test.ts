/** Overlapping waveforms: the area in closed form against quadrature and by hand, pairs, ties and what is refused. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { pulseOverlap } from '../../../synapses/rules/index.ts';
import { integrateOverlap, type SpikeWaveform, splitWaveform } from '../../../synapses/rules/pulseOverlap.ts';
import { runs } from '../../support.ts';
import { before, change, inOrder, learned, near, type Train, trains } from '../fixedTrains.ts';

/** Head of 1 V for 2 ms, then -0.5 V for 10 ms: rectangles, so that every area is a product. */
const RECTANGLES: [number, number][] = [
  [0, 1],
  [2, 1],
  [2, -0.5],
  [12, -0.5],
];
const GAINS = { thresholdUp: 1.2, thresholdDown: 1.2, gainUp: 0.02, gainDown: 0.02 };

const areas = (pre: SpikeWaveform, post: SpikeWaveform, dt: number, up: number, down: number) => {
  const result = { up: 0, down: 0 };
  integrateOverlap(splitWaveform(pre), splitWaveform(post), dt, { up, down }, result);
  return result;
};

/** The waveform at t, by looking for the piece. */
function voltage(w: SpikeWaveform, t: number): number {
  for (let i = 1; i < w.length; i++) {
    const [[a, va], [b, vb]] = [w[i - 1]!, w[i]!];
    if (t >= a && t < b) return va + ((vb - va) * (t - a)) / (b - a);
  }
  return 0;
}

const waveform: fc.Arbitrary<SpikeWaveform> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -9, max: 9 })), { minLength: 2, maxLength: 6 })
  .map((points) => points.map(([t, v]) => [t / 4, v / 10] as const).sort((a, b) => a[0] - b[0]))
  .filter((points) => points[0]![0] < points.at(-1)![0]);

test('areas in closed form are those of a fine quadrature', () => {
  fc.assert(
    fc.property(waveform, waveform, fc.integer({ min: -40, max: 40 }), (pre, post, ticks) => {
      const dt = ticks / 4;
      const { up, down } = areas(pre, post, dt, 0.55, 0.35);
      const sum = { up: 0, down: 0 };
      const h = 1 / 256; // ms; every corner of a waveform lies between two samples
      const from = Math.max(pre[0]![0], post[0]![0] + dt);
      const to = Math.min(pre.at(-1)![0], post.at(-1)![0] + dt);
      for (let t = from + h / 2; t < to; t += h) {
        const v = voltage(post, t - dt) - voltage(pre, t);
        sum.up += Math.max(v - 0.55, 0) * h;
        sum.down += Math.max(-v - 0.35, 0) * h;
      }
      near(up, sum.up, 2e-3);
      near(down, sum.down, 2e-3);
    }),
    runs(200),
  );
});

test('rectangles: the window by hand', () => {
  const of = (dt: number) => change([50], [50 + dt], { rule: pulseOverlap({ pre: RECTANGLES, ...GAINS }) }) / 2 / 0.02;
  // Above 1.2 V by 0.3 V while the head of the later spike meets the tail of the earlier one.
  for (const [dt, area] of [
    [0.5, 0.3 * 0.5],
    [1, 0.3 * 1],
    [2, 0.3 * 2],
    [5, 0.3 * 2],
    [10, 0.3 * 2],
    [11, 0.3 * 1],
    [11.5, 0.3 * 0.5],
    [12, 0],
    [40, 0],
  ] as const) {
    near(of(dt), area);
    near(of(-dt), -area);
  }
  assert.is(of(0), 0);
});

test('a sawtooth tail: the square of what is left above the threshold', () => {
  // Heads 0.8 V for 1 ms; tail from -0.8 V to 0 V over 16 ms. At dt the head meets -0.8 + 0.05 (t - 1).
  const pre: [number, number][] = [
    [0, 0.8],
    [1, 0.8],
    [1, -0.8],
    [17, 0],
  ];
  const rule = pulseOverlap({ pre, thresholdUp: 1, thresholdDown: 1, gainUp: 1 / 2, gainDown: 1 / 2 });
  const above = (dt: number) => Math.max(0.6 - 0.05 * (dt - 1), 0);
  for (const dt of [1, 4, 8, 12]) near(change([20], [20 + dt], { rule, start: 0 }), above(dt) - 0.05 / 2);
  near(change([20], [20 + 12.5], { rule, start: 0 }), (above(12.5) * (above(12.5) / 0.05)) / 2); // ends after 0.5 ms
  assert.is(change([20], [20 + 13], { rule, start: 0 }), 0);
});

test('like waveforms and thresholds make the window odd', () => {
  fc.assert(
    fc.property(waveform, fc.integer({ min: 0, max: 40 }), (w, ticks) => {
      const [a, b] = [areas(w, w, ticks / 4, 0.5, 0.5), areas(w, w, -ticks / 4, 0.5, 0.5)];
      near(a.up, b.down);
      near(a.down, b.up);
    }),
  );
});

test('each spike pairs with the latest one before it and with one at the same instant', () => {
  const pre: [number, number][] = RECTANGLES;
  const post: [number, number][] = [
    [0, 1],
    [3, 0.9],
    [3, -0.6],
    [9, -0.3],
  ];
  const rule = pulseOverlap({ pre, post, ...GAINS });
  const strength = (dt: number) => {
    const { up, down } = areas(pre, post, dt, 1.2, 1.2);
    return 0.02 * (up - down);
  };
  assert.is.not(strength(0), 0);
  fc.assert(
    fc.property(trains(2), trains(2), fc.boolean(), (x, y, sparse) => {
      const found = learned(x, y, { rule, sparse });
      const last = (t: number, spikes: Train) => before(t, spikes).at(-1) ?? -Infinity;
      x.forEach((a, i) => {
        y.forEach((b, j) => {
          let w = 0.5;
          const move = (strength: number) => {
            w = Math.min(Math.max(w + 2 * strength, -1), 1);
          };
          inOrder(a, b, (side, t) => {
            if (side === 'pre') move(strength(last(t, b) - t));
            else move(strength(t - last(t, a)) + (a.includes(t) ? strength(0) : 0));
          });
          near(found[i]![j]!, w);
        });
      });
    }),
    runs(100),
  );
});

test('a waveform that moves the device alone, or goes back in time, is refused', () => {
  const refusal = (params: Parameters<typeof pulseOverlap>[0]): string => {
    try {
      pulseOverlap(params);
    } catch (error) {
      assert.instance(error, UserError);
      return (error as Error).message;
    }
    return '';
  };
  assert.is(
    refusal({ thresholdUp: 0.6 }),
    'pulseOverlap: a waveform alone must stay below thresholdUp (0.6 V), but pre is -0.7 V at 2 ms.',
  );
  assert.match(refusal({ thresholdDown: 0.7 }), /below thresholdDown \(0\.7 V\), but pre is 0\.7 V at 0 ms/);
  assert.match(
    refusal({
      post: [
        [0, 2],
        [1, 2],
      ],
    }),
    /thresholdUp \(1 V\), but post is 2 V at 0 ms/,
  );
  assert.match(
    refusal({
      pre: [
        [1, 0.1],
        [0, 0.1],
      ],
    }),
    /pulseOverlap: pre is .*times in ascending order/,
  );
  assert.match(refusal({ pre: [[1, 0.1]] }), /pulseOverlap: pre is .*a list of at least 2/);
});

test.run();
