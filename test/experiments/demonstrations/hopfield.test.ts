/** Patterns are recalled, random cues are not; the energy falls as long as devices are equal. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../core/random/random.ts';
import { programDevicePairs } from '../../../experiments/demonstrations/devicePairs.ts';
import {
  computeHebbianWeights,
  generateRandomPatterns,
  invertRandomUnits,
  recallPattern,
} from '../../../experiments/demonstrations/hopfield/index.ts';
import { findingsOf } from './findingsOf.ts';

test('recall, its limits, and the energy', async () => {
  const { expectations } = await findingsOf('hopfield', { seeds: 1, recalls: 10 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('each change of state is one spike, and ends in the pattern', () => {
  const [pattern, ...others] = generateRandomPatterns(5, 100, 1);
  const how = { spread: 0 };
  const weights = programDevicePairs(computeHebbianWeights([pattern!, ...others]), {
    programming: how,
    seed: 1,
    randomStreamName: 'hopfield',
  });
  const cue = invertRandomUnits(pattern!, 0.1, new RandomStream(1, 'cue'));
  assert.is(cue.filter((s, i) => s !== pattern![i]).length, 10);
  const { overlap, energies } = recallPattern(pattern!, cue, weights, 1);
  assert.is(overlap, 1);
  assert.is(energies.length, 11); // ten units were wrong, and no other one moved
  for (const [k, energy] of energies.entries()) assert.ok(k === 0 || energy < energies[k - 1]!);
  assert.is(recallPattern(pattern!, pattern!, weights, 1).energies.length, 1); // a stored pattern stays
});

test.run();
