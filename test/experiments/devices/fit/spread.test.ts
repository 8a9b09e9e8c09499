/** Intervals, and spread between devices and cycles. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { slowTest } from '../../../support.ts';
import { fitted, KNOWN } from './known.ts';
import type { Measurement } from './measured.ts';

// Short runs check the width of an interval below.
slowTest(test, '95 % intervals hold the parameter in about 95 % of measurements', () => {
  let [inside, all] = [0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const { models } = fitted({ ...KNOWN[1]!.made, relative: 0.02, devices: 1, cycles: 2, seed });
    for (const [name, value] of Object.entries(KNOWN[1]!.params)) {
      const [low, high] = models.softBound.ci[name]!;
      inside += low <= value && value <= high ? 1 : 0;
      all++;
    }
  }
  const share = inside / all; // sd 1.7 % if the 160 were independent
  assert.ok(share > 0.88 && share < 0.995, `${share}`);
});

test('intervals of what differs between devices are as wide as few devices make them', () => {
  const between = 0.1;
  const { models } = fitted({ ...KNOWN[3]!.made, relative: 0.02, between, cycleToCycle: 0.1, seed: 6 });
  const [low, high] = models.neuroSim.ci.gMax!;
  const half = (high - low) / 2 / models.neuroSim.params.gMax!;
  assert.ok(half > between / Math.sqrt(5), `${half}`); // t is about 2; the spread itself is sampled
});

// Short runs check the spread between devices alone, above.
slowTest(test, 'spread between devices and between cycles are distinguished, and both from read noise', () => {
  const { made } = KNOWN[1]!;
  const of = (m: Partial<Measurement>) => fitted({ ...made, relative: 0.02, devices: 12, seed: 3, ...m }).spread;
  const between = of({ between: 0.15 });
  assert.ok(Math.abs(between.deviceToDevice! / 0.15 - 1) < 0.35, `${between.deviceToDevice}`); // sd of the truth: 12 %
  assert.is(between.cycleToCycle, 0);
  const within = of({ cycleToCycle: 0.3 });
  assert.ok(Math.abs(within.cycleToCycle! / 0.3 - 1) < 0.1, `${within.cycleToCycle}`);
  assert.ok(within.deviceToDevice! < 0.03, `${within.deviceToDevice}`);
  const both = of({ between: 0.15, cycleToCycle: 0.3 });
  assert.ok(Math.abs(both.deviceToDevice! / 0.15 - 1) < 0.35, `${both.deviceToDevice}`);
  assert.ok(Math.abs(both.cycleToCycle! / 0.3 - 1) < 0.1, `${both.cycleToCycle}`);
});

test('spread that was not measured is null', () => {
  assert.equal(fitted({ ...KNOWN[1]!.made, relative: 0.02, devices: 1, cycles: 1, seed: 1 }).spread, {
    deviceToDevice: null,
    cycleToCycle: null,
  });
});

test.run();
