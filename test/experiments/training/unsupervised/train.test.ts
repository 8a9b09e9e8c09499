/** What a checkpoint tells of training is believed only as far as it can be. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { TrainingLoop } from '../../../../experiments/training/unsupervised/train.ts';

const training = () => new TrainingLoop({} as never, { neurons: 3, epochs: 2, train: 10 } as never, {} as never);

test('notes of a training of another size, or of none, are refused by path', () => {
  const good = training().save();
  training().load(JSON.parse(JSON.stringify(good)));
  for (const [changed, path] of [
    [{ shown: 21 }, 'shown is 21'],
    [{ shown: -1 }, 'shown is -1'],
    [{ shown: 1.5 }, 'shown is 1.5'],
    [{ wins: [1, 2] }, 'wins is [1, 2]'],
    [{ wins: [1, 2, -3] }, 'wins.2 is -3'],
    [{ seconds: 'long' }, 'seconds is "long"'],
    [{ tally: null }, 'tally is null'],
    [{ tally: { ...good.tally, wins: [] } }, 'tally.wins is []'],
    [{ tally: { ...good.tally, recent: [2, ...good.tally.recent.slice(1)] } }, 'tally.recent.0 is 2'],
    [{ tally: { ...good.tally, right: 1001 } }, 'tally.right is 1001'],
  ] as const) {
    assert.throws(
      () => training().load({ ...good, ...changed }),
      (error: unknown) =>
        error instanceof UserError && error.message.startsWith(`the notes of the checkpoint: ${path}`),
      path,
    );
  }
  assert.throws(() => training().load(null), /^the notes of the checkpoint: null is not valid here/);
});

test.run();
