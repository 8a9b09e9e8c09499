/** Readouts of counts without zeros: what they say of the same counts with them. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { READOUTS } from '../../../../../experiments/training/unsupervised/readout/index.ts';
import {
  countSpikesPerImage,
  toSparseSpikeCounts,
} from '../../../../../experiments/training/unsupervised/readout/readout.ts';
import { runs } from '../../../../support.ts';

const NEURONS = 7;
const images = fc.array(fc.array(fc.integer({ min: 0, max: NEURONS - 1 }), { maxLength: 12 }), {
  minLength: 3,
  maxLength: 12,
});

const dense = (spikes: readonly number[][]) => {
  const counts = new Uint16Array(spikes.length * NEURONS);
  spikes.forEach((who, i) => {
    for (const j of who) counts[i * NEURONS + j]!++;
  });
  return counts;
};

/** Spikes one image after the other, with one of another population before each. */
const flat = (spikes: readonly number[][]) => {
  const starts = [0];
  const who = spikes.flatMap((one) => one.flatMap((j) => [3, j]));
  for (const one of spikes) starts.push(starts.at(-1)! + 2 * one.length);
  return countSpikesPerImage(Uint32Array.from(starts), Uint32Array.from(who), (k) => k % 2 === 1, NEURONS);
};

test('counts of spikes as they come, with and without zeros', () => {
  fc.assert(fc.property(images, (spikes) => assert.equal(flat(spikes), toSparseSpikeCounts(dense(spikes), NEURONS))));
});

test('every readout, to the last bit', () => {
  fc.assert(
    fc.property(images, images, (learned, asked) => {
      const labels = Uint8Array.from(learned, (_, i) => i % 3);
      for (const [name, train] of Object.entries(READOUTS)) {
        const random = () => {
          let k = 0;
          return () => (++k * 0.381966) % 1;
        };
        const one = train(dense(learned), labels, learned.length, NEURONS, random());
        const other = train(flat(learned), labels, learned.length, NEURONS, random());
        assert.equal(other.evidence, one.evidence, name);
        const answers = asked.map((_, i) => one.predict(dense(asked), i * NEURONS));
        assert.equal([...one.predictAll(dense(asked))], answers, name);
        assert.equal([...other.predictAll(flat(asked))], answers, name);
      }
    }),
    runs(30),
  );
});

test('sparse counts that do not fit are refused', () => {
  const counts = flat([[1], [2]]);
  assert.throws(
    () => READOUTS.linear(counts, Uint8Array.of(0, 1, 1), 3, NEURONS, Math.random),
    /need 21 spike counts and 3 labels \(got 14 and 3\)/,
  );
});

test.run();
