/** Light on the pixels tells images from noise that flickers, and only from that. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countSpikesPerImage, UNDISTURBED_SCENE } from '../../../experiments/demonstrations/inSensor/index.ts';
import { mnistConfig } from '../../../experiments/training/unsupervised/index.ts';
import { findingsOf } from './findingsOf.ts';

test('light helps, light of another image does not, humidity closes: with a small layer', async () => {
  const small = { seeds: 1, train: 5000, label: 500, test: 40 };
  const { expectations } = await findingsOf('in-sensor', small);
  assert.ok(expectations.length >= 3);
  const fine = /constant noise|less than 3 points/; // take more images than these
  for (const { text, shown } of expectations) assert.ok(shown || fine.test(text), text);
});

/** Two neurons that stand for the left and the right half of 28 × 28 pixels, of which an image is the left one. */
const pixels = 28 * 28;
const left = (i: number) => i % 28 < 14;
const halves = Float32Array.from({ length: 2 * pixels }, (_, k) => (left(k >> 1) === (k % 2 === 0) ? 1 : 0));
const images = Uint8Array.from({ length: 2 * pixels }, (_, i) => (i < pixels === left(i % pixels) ? 255 : 0));

test('light where the image is makes its neuron fire, light elsewhere does not', () => {
  const config = { ...mnistConfig({ neurons: 10, seed: 1 }), neurons: 2 };
  const learned = { weights: halves, thresholds: Float64Array.from([40, 40]) };
  const spikesOf = (light: 'none' | 'own' | 'other', given = {}) => {
    const found = countSpikesPerImage(
      { config, learned },
      images,
      2,
      { ...UNDISTURBED_SCENE, light, noise: 0.2, ...given },
      3,
    );
    return found[0]! + found[3]!;
  };
  assert.ok(spikesOf('own') > 1.5 * spikesOf('other'));
  assert.is(spikesOf('none', { humidity: 1e5 }), 0);
  assert.ok(spikesOf('none') > 0);
});

test('the array transmits steady pixels more than pixels that flicker', () => {
  const config = { ...mnistConfig({ neurons: 10, seed: 1 }), neurons: 2 };
  const learned = { weights: halves, thresholds: Float64Array.from([40, 40]) };
  const sums = { input: new Float64Array(pixels), transmitted: new Float64Array(pixels) };
  countSpikesPerImage({ config, learned }, images, 1, { ...UNDISTURBED_SCENE, light: 'own', noise: 0.4 }, 3, sums);
  const shareOf = (isLeft: boolean) => {
    const total = (values: Float64Array) => values.reduce((sum, n, i) => (left(i) === isLeft ? sum + n : sum), 0);
    return total(sums.transmitted) / total(sums.input);
  };
  assert.ok(shareOf(true) > 1.5 * shareOf(false), `${shareOf(true)} and ${shareOf(false)}`);
});

test.run();
