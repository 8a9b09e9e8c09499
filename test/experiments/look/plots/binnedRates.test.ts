import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseBinWidth, computeBinCount, computeBinnedRates } from '../../../../experiments/look/plots/binnedRates.ts';

const times = [0, 1, 9.5, 10, 24, 25];
const populations = [0, 0, 1, 0, 1, 1];
const window = [0, 25] as const;
const of = (from: number, to: number, first: number, count: number) =>
  computeBinnedRates(
    { firstSpikeIndex: from, endSpikeIndex: to, getTime: (i) => times[i]!, populationIndices: populations },
    [2, 1],
    {
      window,
      binWidth: 10,
      firstBinIndex: first,
      binCount: count,
    },
  ).map((r) => [...r]);

test('rates are per neuron and second; the last bin is as long as the window leaves it, and has the end', () => {
  assert.is(computeBinCount(window, 10), 3);
  assert.equal(of(0, 6, 0, 3), [
    [100, 50, 0],
    [100, 0, 400],
  ]);
});

test('some of the bins, from more spikes than are in them', () => {
  assert.equal(of(0, 6, 1, 2), [
    [50, 0],
    [0, 400],
  ]);
  assert.equal(of(2, 5, 0, 1), [[0], [100]]);
});

test('bins are 1, 2 or 5 times a power of ten wide, 40 to 100 of them', () => {
  for (const length of [0.03, 1, 99, 100, 101, 333, 5e6]) {
    const bin = chooseBinWidth([7, 7 + length]);
    assert.match(bin.toExponential(6), /^[125]\.000000e/);
    const bins = length / bin;
    assert.ok(bins >= 40 - 1e-9 && bins <= 100 + 1e-6, `${bins} bins of ${bin} in ${length}`);
  }
});

test.run();
