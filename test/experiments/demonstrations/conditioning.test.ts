/** A bell is answered after it came with food; what a tired terminal hides comes back, what the memristor lost does not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runTrials, type TrialSeries } from '../../../experiments/demonstrations/conditioning/index.ts';
import { findingsOf } from './findingsOf.ts';

test('what is expected shows with a few dogs', async () => {
  const { expectations } = await findingsOf('conditioning', { seeds: 1, dogs: 20 });
  assert.ok(expectations.length >= 3);
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

const far = { trialInterval: 100_000 };
const pairs: TrialSeries = { trialKind: 'paired', trialCount: 20, ...far };
const bells = (interval: number): TrialSeries => ({ trialKind: 'bell', trialCount: 20, trialInterval: interval });
const last: TrialSeries = { trialKind: 'bell', trialCount: 1, ...far };
const dogs = { dogs: 20, step: 0.05, deviceToDevice: 0, cycleToCycle: 0, tauRec: 20_000, hasReward: true, seed: 1 };

test('a rest brings back what was only hidden', () => {
  const after = (interval: number, rest: number, given = {}) =>
    runTrials([pairs, { ...bells(interval), finalPause: rest }, last], { ...dogs, ...given }).at(-1)!.answered;
  assert.is(after(10_000, 600_000), 1);
  assert.is(after(10_000, 0), 0); // without the rest
  assert.is(after(300_000, 600_000), 0); // unlearned, not hidden
  assert.is(after(10_000, 600_000, { tauRec: 0 }), 0); // nothing hides it: it is unlearned
});

test('weak synapses stay weak where bell and food are no pair, or the gate is shut', () => {
  const learned = (trial: TrialSeries['trialKind'], given = {}) =>
    runTrials([{ ...pairs, trialKind: trial }], { ...dogs, ...given }).at(-1)!.state;
  assert.ok(learned('paired') > 0.5);
  assert.ok(Math.abs(learned('unpaired') - 0.2) < 1e-12);
  assert.ok(Math.abs(learned('bell') - 0.2) < 1e-12);
  assert.ok(learned('paired', { hasReward: false }) < 0.2);
});

test.run();
