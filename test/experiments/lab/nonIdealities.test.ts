/** Comparison of non-idealities: variants are compared with the same seeds. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { compareVariants, type VariantResult } from '../../../experiments/lab/worker/nonIdealities.ts';

const test = suite('non-idealities of the lab');
const variant = (name: string) => ({ name, changedValues: { name } });
const SEED_EFFECTS = [0, 0, -7, 3, 11];

async function compare(names: readonly string[], seeds: readonly number[], effects: Record<string, number[]>) {
  const found: VariantResult[] = [];
  const train = async ({ name }: Record<string, unknown>, seed: number) => {
    const effect = effects[name as string];
    if (effect === undefined) throw new UserError('it cannot be trained');
    return 80 + SEED_EFFECTS[seed]! + effect[seed]!;
  };
  await compareVariants(names.map(variant), seeds, train, (result) => found.push(result));
  return found;
}

test('differences are paired over the seeds, with an interval and what it means', async () => {
  const effects = { is: [0, 0, 0, 0, 0], worse: [0, -2, -3, -2, -3], alike: [0, 1, -1, 2, -1] };
  const [is, worse, broken, alike] = await compare(['is', 'worse', 'broken', 'alike'], [1, 2, 3, 4], effects);
  assert.equal(is, { name: 'is', accuracy: 81.75, resultText: '' });
  assert.is(worse!.resultText, '-2.5 points (95 % interval -3.4 to -1.6)');
  assert.is(alike!.resultText, '+0.3 points (95 % interval -2.1 to 2.6), no significant effect');
  assert.equal(broken, { name: 'broken', resultText: 'it cannot be trained' });
});

test('one seed gives no interval, and a device that cannot be trained nothing to compare with', async () => {
  const [, one] = await compare(['is', 'worse'], [1], { is: [0, 0], worse: [0, -2] });
  assert.is(one!.resultText, '-2.0 points (one seed, no interval)');
  assert.equal(await compare(['is', 'worse'], [1], { worse: [0, -2] }), [
    { name: 'is', resultText: 'it cannot be trained' },
  ]);
});

test.run();
