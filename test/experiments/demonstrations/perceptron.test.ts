/** Letters are learned in place, whatever the spread; labels that no plane tells apart are not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PATTERNS, trainArray } from '../../../experiments/demonstrations/perceptron/index.ts';
import { findingsOf } from './findingsOf.ts';

test('arrays learn, spread and small steps cost epochs, shuffled labels are not learned', async () => {
  const { figures, expectations } = await findingsOf('perceptron', { seeds: 8, epochs: 150 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
  assert.ok(expectations.length >= 3);
  assert.ok(figures['epochs, no spread']!.values.every((epochs) => epochs > 1 && epochs < 40));
});

test('there are 30 patterns, and training is what makes the errors fall', () => {
  assert.is(PATTERNS.length, 30);
  const given = { spread: 0.2, step: 0.03, rule: 'sign', shuffled: false, epochs: 60, seed: 5 } as const;
  const errors = trainArray(given);
  assert.ok(errors[0]! > 5 && errors.at(-1) === 0, `${errors}`);
  const weak = trainArray({ ...given, step: 1e-6 });
  assert.is(weak.at(-1), weak[0]); // pulses that do next to nothing teach nothing
});

test.run();
