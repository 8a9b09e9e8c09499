// slow: a million spikes; NOISE_SPIKES=1e6 takes four minutes
/** Rates within 0.1 % of Siegert's and CV within 0.001 of Brunel's, over NOISE_SPIKES spikes (3e5) in each regime. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { intervals, kolmogorovSmirnov, moments, trainsOf } from '../statistics.ts';
import { CELL, firstPassage, populationOf, REGIMES } from './whiteNoise.ts';

const SPIKES = Number(process.env.NOISE_SPIKES ?? 3e5);

for (const regime of REGIMES) {
  const { mu, sigma, rate, cv } = regime;
  test(`mu ${mu}, sigma ${sigma}`, () => {
    const each = intervals(trainsOf(populationOf(regime, 1000), 11, SPIKES / rate));
    const found = moments(each);
    const error = cv / Math.sqrt(each.length);
    const deviation = 1000 / (found.mean * rate) - 1;
    const passed = firstPassage(regime, 15_000 / rate, 3000);
    const distance = kolmogorovSmirnov(each, (t) => passed(Math.max(t - CELL.refractory, 0)));
    console.log(`${each.length} intervals: rate ${(100 * deviation).toFixed(4)} % (se ${(100 * error).toFixed(4)}),`);
    console.log(`CV ${(found.cv - cv).toFixed(5)} from ${cv}, KS ${distance.toFixed(2)}`);
    // Expected deviations are below a tenth of these limits; intervals cut by the end of the run add their own small bias.
    assert.ok(Math.abs(deviation) < 0.001 + 2 * error);
    assert.ok(Math.abs(found.cv - cv) < 0.001 + 2 / Math.sqrt(each.length));
    assert.ok(distance < 1.95);
  });
}

test.run();
