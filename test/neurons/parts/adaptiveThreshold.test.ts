/** The bound `least` that kernels skip tests by: never above any stored threshold, whatever happens to them. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ElementParameter } from '../../../core/declare/elementParameter.ts';
import { Arena, type Precision } from '../../../core/kernels/arena.ts';
import { AdaptiveThreshold } from '../../../neurons/parts/adaptiveThreshold.ts';

const SIZE = 5;

test('no threshold lies below the bound', () => {
  const step = fc.record({
    what: fc.constantFrom('set', 'spike', 'rebase', 'restored'),
    neuron: fc.nat(SIZE - 1),
    mV: fc.double({ min: 1, max: 40, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom<Precision>('f32', 'f64'),
      fc.boolean(),
      fc.boolean(),
      fc.array(step, { maxLength: 30 }),
      (precision, decays, gains, steps) => {
        const thresholds = new AdaptiveThreshold(
          {
            size: SIZE,
            precision,
            ...(decays ? { adaptive: { increment: 0.3, tau: 50 } } : {}),
            ...(gains ? { homeostasis: { gain: 2, minimum: 5 } } : {}),
          },
          new ElementParameter(Float64Array.of(20.1)),
          new ElementParameter(Float64Array.of(0)),
          new Arena(),
        );
        steps.forEach(({ what, neuron, mV }, t) => {
          if (what === 'set') thresholds.setThreshold(neuron, t, mV);
          else if (what === 'spike') thresholds.adaptToSpike(neuron, t);
          else if (what === 'rebase') thresholds.moveReferenceTime(t);
          else {
            thresholds.offsets[neuron] = mV;
            thresholds.onCheckpointLoaded();
          }
          assert.ok(thresholds.offsets.every((b) => b >= thresholds.minOffset));
        });
      },
    ),
  );
});

for (const precision of ['f32', 'f64'] as const)
  for (const adaptive of [undefined, { increment: 0, tau: 50 }])
    for (const [threshold, vInf] of [
      [[20], [2]],
      [[20, 20, 20, 19, 20, 20], [2]],
      [[20], [2, 1, 0, -3, 1, 2]],
    ] as const)
      test(`homeostasis of groups, ${precision}, ${adaptive ? 'with' : 'without'} decay, ${threshold.length} thresholds, ${vInf.length} currents`, () => {
        const gain = 3;
        const thresholds = new AdaptiveThreshold(
          { size: 6, precision, adaptive, homeostasis: { gain, minimum: 17.5 } },
          new ElementParameter(Float64Array.from(threshold)),
          new ElementParameter(Float64Array.from(vInf)),
          new Arena(),
          2,
        );
        const expected: number[] = Array.from({ length: 6 }, (_, j) => threshold[j % threshold.length]!);
        for (const winner of [1, 1, 5, 0, 3]) {
          thresholds.adaptToSpike(winner, 0);
          expected[winner]! += gain;
          const first = winner < 3 ? 0 : 3;
          for (let j = first; j < first + 3; j++) expected[j] = Math.max(expected[j]! - gain / 3, 17.5);
          expected.forEach((mV, j) => {
            assert.ok(
              Math.abs(thresholds.thresholdAt(j, 0) - mV) < 1e-5,
              `neuron ${j}: ${thresholds.thresholdAt(j, 0)}, not ${mV}`,
            );
          });
          assert.ok(thresholds.offsets.every((b) => b >= thresholds.minOffset));
        }
      });

test('a spike raises a decayed threshold by the whole increment', () => {
  const thresholds = new AdaptiveThreshold(
    { size: 1, precision: 'f64', adaptive: { increment: 0.3, tau: 50 } },
    new ElementParameter(Float64Array.of(20)),
    new ElementParameter(Float64Array.of(0)),
    new Arena(),
  );
  thresholds.adaptToSpike(0, 0);
  const before = thresholds.thresholdAt(0, 40);
  thresholds.adaptToSpike(0, 40);
  assert.ok(Math.abs(thresholds.thresholdAt(0, 40) - before - 0.3) < 1e-12);
});

test.run();
