/** Spikes of images come out of the store as they were put in, to the last bit. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SpikeStore } from '../../../../experiments/training/unsupervised/features/spikeStore.ts';
import { runs } from '../../../support.ts';

const TICK = 2 ** -26;
/** Gaps of nothing, of single steps, and of more than 32 bits of them. */
const gap = fc.oneof(
  fc.constantFrom(0, 1, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 3 * 2 ** 32),
  fc.integer({ min: 0, max: 2 ** 27 }),
);

for (const neurons of [1600, 70_000]) {
  test(`any spikes of ${neurons} neurons`, () => {
    const image = fc.array(fc.record({ gap, neuron: fc.integer({ min: 0, max: neurons - 1 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(image, { minLength: 1, maxLength: 6 }), (images) => {
        const store = new SpikeStore(neurons);
        const all = images.map((spikes) => {
          let ticks = 0;
          return {
            times: Float64Array.from(spikes, (s) => (ticks += s.gap) * TICK),
            neurons: Uint32Array.from(spikes, ({ neuron }) => neuron),
          };
        });
        all.forEach((spikes, i) => {
          assert.not(store.has(7 * i));
          store.put(7 * i, spikes);
        });
        all.toReversed().forEach((spikes, k) => {
          assert.equal({ ...store.get(7 * (all.length - 1 - k)) }, spikes);
        });
      }),
      runs(50),
    );
  });
}

test('more spikes than are allocated at a time', () => {
  const store = new SpikeStore(10);
  const n = 2 ** 20 - 5;
  const long = {
    times: Float64Array.from({ length: n }, (_, k) => k * TICK),
    neurons: Uint32Array.from({ length: n }, (_, k) => k % 10),
  };
  const short = { times: Float64Array.of(1, 2, 300, 300, 301, 302, 303), neurons: Uint32Array.of(1, 2, 3, 4, 5, 6, 7) };
  store.put(1, long);
  store.put(0, short);
  assert.equal({ ...store.get(0) }, short);
  assert.equal({ ...store.get(1) }, long);
});

test.run();
