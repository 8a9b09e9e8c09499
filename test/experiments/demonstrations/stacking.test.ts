/** Layers lower the error of the currents, if they shorten the lines that carry the sum; without resistance there is none. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  applyOutputGains,
  computeCurrentError,
  fitOutputGains,
} from '../../../experiments/demonstrations/trainedLayer.ts';
import { findingsOf } from './findingsOf.ts';

test('the error falls with the layers, and only along the bit lines', async () => {
  const { figures } = await findingsOf('stacking', { neurons: 30, train: 5000, label: 200, test: 200, seeds: 1 });
  const error = (setting: string) => figures[`error of the currents, ${setting}`]!.values[0]!;
  const ofStack = (way: string, layers: number) => error(`line resistance 2 Ω, ${way}, layers ${layers}`);
  assert.ok(ofStack('inputs', 8) < ofStack('inputs', 1) / 2);
  assert.ok(ofStack('outputs', 8) > 0.9 * ofStack('inputs', 1));
  for (const cells of ['ohmic', 'non-linear']) assert.ok(error(`${cells}, layers 8`) < error(`${cells}, layers 1`));
});

test('gains of the outputs take away what is gain, and not what differs from image to image', () => {
  const ideal = Float64Array.of(1, 2, 3, 4); // two images, two outputs
  const gained = Float64Array.of(0.5, 1.6, 1.5, 3.2);
  assert.ok(computeCurrentError(gained, ideal) > 0.1);
  assert.ok(computeCurrentError(applyOutputGains(gained, fitOutputGains(gained, ideal, 2)), ideal) < 1e-7);
  const mixed = Float64Array.of(0.5, 1.6, 3, 2);
  assert.ok(computeCurrentError(applyOutputGains(mixed, fitOutputGains(mixed, ideal, 2)), ideal) > 0.1);
});

test.run();
