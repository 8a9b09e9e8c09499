/** Layers lower the error of the currents, if they shorten the lines that carry the sum; without resistance there is none. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureStacks } from '../../../experiments/demonstrations/stacking/index.ts';
import { applyGains, computeError, fitGains } from '../../../experiments/demonstrations/trainedLayer.ts';

test('the error falls with the layers, and only along the bit lines', async () => {
  const stage = { signal: new AbortController().signal, step: async () => {} };
  const given = { neurons: 30, train: 5000, label: 200, test: 200 };
  const study = { layers: [1, 8], lineResistances: [2], cells: { layers: [1, 8], lineResistances: [0.1, 8] } };
  const { stacks, cells } = await measureStacks(given, study, 1, stage);
  const error = (way: string, ohm: number, layers: number) =>
    stacks.find((s) => s.way === way && s.lineResistance === ohm && s.layers === layers)!.error;
  assert.ok(error('inputs', 0, 1) < 1e-6);
  assert.ok(error('inputs', 2, 8) < error('inputs', 2, 1) / 2);
  assert.ok(error('outputs', 2, 8) > 0.9 * error('inputs', 2, 1));
  const cell = (kind: string, ohm: number, layers: number) =>
    cells.find((c) => c.cells === kind && c.lineResistance === ohm && c.layers === layers)!;
  for (const kind of ['ohmic', 'non-linear']) {
    assert.ok(cell(kind, 8, 8).error < cell(kind, 8, 1).error);
    for (const layers of [1, 8]) assert.ok(cell(kind, 0.1, layers).error < cell(kind, 8, layers).error / 10);
  }
});

test('gains of the outputs take away what is gain, and not what differs from image to image', () => {
  const ideal = Float64Array.of(1, 2, 3, 4); // two images, two outputs
  const gained = Float64Array.of(0.5, 1.6, 1.5, 3.2);
  assert.ok(computeError(gained, ideal) > 0.1);
  assert.ok(computeError(applyGains(gained, fitGains(gained, ideal, 2)), ideal) < 1e-7);
  const mixed = Float64Array.of(0.5, 1.6, 3, 2);
  assert.ok(computeError(applyGains(mixed, fitGains(mixed, ideal, 2)), ideal) > 0.1);
});

test.run();
