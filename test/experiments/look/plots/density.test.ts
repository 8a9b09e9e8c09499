import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  layOutPixelRows,
  type PopulationStrip,
  renderSpikeDensityPixels,
} from '../../../../experiments/look/plots/density.ts';

const band = (size: number, more: Partial<PopulationStrip> = {}): PopulationStrip => ({
  firstNeuron: 0,
  size,
  top: 0,
  height: 100,
  colour: '#102030',
  ...more,
});

/** Every neuron of a band fires once, all in column 0 of an image 2 pixels wide. */
function opacities(one: PopulationStrip, height = 100): number[] {
  const neurons = Array.from({ length: one.size }, (_, j) => one.firstNeuron + j);
  const population = neurons.map(() => 0);
  const rgba = renderSpikeDensityPixels(
    { firstSpikeIndex: 0, endSpikeIndex: one.size, getPixelColumn: () => 0, neurons, populationIndices: population },
    [one],
    2,
    height,
  );
  return Array.from({ length: height }, (_, y) => rgba[4 * 2 * y + 3]!);
}

test('where neurons are more than pixels, even activity shows no stripes', () => {
  for (const size of [101, 130, 160, 199, 200, 250, 333, 4096]) {
    const rows = opacities(band(size)).slice(2); // the topmost row may hold fewer neurons
    assert.is(new Set(rows).size, 1, `${size} neurons: ${[...new Set(rows)]}`);
    assert.ok(rows[0]! > 0);
  }
});

test('rows of few neurons touch, or have one clear pixel between them', () => {
  assert.equal(new Set(opacities(band(70))).size, 1);
  const rows = opacities(band(20));
  const clear = rows.flatMap((opacity, y) => (opacity === 0 ? [y] : []));
  assert.equal(
    clear,
    Array.from({ length: 20 }, (_, k) => 5 * k),
  );
});

test('the first neuron is at the bottom, and a single one is no wall', () => {
  const { bounds } = layOutPixelRows(band(10), 1, 100);
  assert.ok(bounds[0]! > bounds[18]!);
  const [from, to] = layOutPixelRows(band(1), 1, 100).bounds;
  assert.is(to! - from!, 18);
  assert.ok(Math.abs((from! + to!) / 2 - 50) <= 1);
});

test('a spike is as large as it must be, and stays in the image', () => {
  const spikes = {
    firstSpikeIndex: 0,
    endSpikeIndex: 2,
    getPixelColumn: () => 9,
    neurons: [0, 999],
    populationIndices: [0, 0],
  };
  const rgba = renderSpikeDensityPixels(spikes, [band(1000)], 10, 100, { width: 2, height: 6 });
  const set = Array.from({ length: 1000 }, (_, k) => k).filter((k) => rgba[4 * k + 3]! > 0);
  assert.is(set.length, 24);
  assert.equal([...new Set(set.map((k) => k % 10))], [8, 9]);
  assert.equal([...rgba.subarray(4 * set[0]!, 4 * set[0]! + 3)], [0x10, 0x20, 0x30]);
});

test('a band that is hidden takes no ink, and more spikes are more opaque', () => {
  const spikes = {
    firstSpikeIndex: 0,
    endSpikeIndex: 4,
    getPixelColumn: (i: number) => (i === 0 ? 0 : 1),
    neurons: [0, 0, 0, 1],
    populationIndices: [0, 0, 0, 1],
  };
  const rgba = renderSpikeDensityPixels(spikes, [band(1, { height: 50 }), null], 2, 100);
  const row = 25;
  assert.ok(rgba[4 * 2 * row + 3]! < rgba[4 * (2 * row + 1) + 3]!);
  assert.is(rgba[4 * (2 * row + 1) + 3], 255);
  assert.ok(rgba.subarray(4 * 2 * 50).every((byte) => byte === 0));
});

test.run();
