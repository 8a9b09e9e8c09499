/** Live examples of the manual: the numbers of their pictures are those that `npm run docs` recorded. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  listLiveExamples,
  readRecordedPictureHashes,
  runExampleInNode,
} from '../../../experiments/liveExamples/pages.ts';
import { describeSliders } from '../../../experiments/liveExamples/parameters.ts';
import { hashPicture } from '../../../experiments/liveExamples/picture.ts';
import { isShort } from '../../support.ts';

const examples = listLiveExamples();
const recorded = readRecordedPictureHashes();

test('each example is recorded, and at least 25 are', () => {
  assert.equal(Object.keys(recorded).sort(), examples.map(({ id }) => id).sort());
  assert.ok(examples.length >= 25, `${examples.length} live examples`);
});

test('the labels and ranges of all sliders are valid, and most examples have one', () => {
  const sliders = examples.map(describeSliders);
  assert.ok(sliders.filter(({ length }) => length > 0).length > 0.8 * examples.length);
});

// Training on MNIST takes seconds; it is repeated in `npm run test:all`.
for (const example of examples.filter(({ kind }) => !isShort || kind !== 'mnist'))
  test(`${example.id} has the recorded hashes`, async () => {
    const { hash, other } = recorded[example.id]!;
    assert.is(
      hashPicture(await runExampleInNode(example, {})),
      hash,
      `${example.where}: run npm run docs and look at the picture`,
    );
    if (other === undefined || isShort) return;
    assert.is(hashPicture(await runExampleInNode(example, other.values)), other.hash, example.where);
    assert.is.not(other.hash, hash, `${example.where}: the slider has no effect`);
  });

test.run();
