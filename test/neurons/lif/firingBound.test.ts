import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExactResponse, FiringBound } from '../../../neurons/lif/exactResponse.ts';

const THRESHOLD = 15;

for (const [tauM, tauS] of [
  [20, 5],
  [5, 5],
  [4, 10],
] as const)
  test(`tauM ${tauM}, tauS ${tauS}: the bound lies at most 1 % of the threshold below the potential from which a neuron fires`, () => {
    const response = new ExactResponse(tauM, tauS);
    const bound = new FiringBound(response, THRESHOLD);
    const highest = THRESHOLD / response.peakGain;
    for (let current = THRESHOLD; current < highest; current += (highest - THRESHOLD) / 500) {
      const peakFrom = (v: number) => response.computePotential(v, current, response.findMaximum(v, current));
      assert.ok(peakFrom(bound.at(current) - 1e-9) < THRESHOLD, `fires below the bound with ${current} mV`);
      assert.ok(peakFrom(bound.at(current) + 0.01 * THRESHOLD) > THRESHOLD, `is silent above it with ${current} mV`);
    }
    assert.is(bound.at(1.001 * highest), -Infinity);
  });

test.run();
