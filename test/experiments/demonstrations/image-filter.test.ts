/** Ideal devices filter as arithmetic does; levels, noise and lines cost quality; the transform is orthonormal. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compressImage,
  computePsnr,
  type GreyImage,
  makeDctMatrix,
  programMatrix,
} from '../../../experiments/demonstrations/imageFilter/index.ts';
import { findingsOf } from './findingsOf.ts';

const image: GreyImage = {
  rows: 16,
  columns: 16,
  values: Float64Array.from({ length: 256 }, (_, k) => 127 + 100 * Math.sin(k / 3) * Math.cos(k / 40)),
};

test('the transform is orthonormal, and with all frequencies the image comes back', () => {
  const matrix = makeDctMatrix(64);
  for (let a = 0; a < 64; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < 64; i++) sum += matrix[i * 64 + a]! * matrix[i * 64 + b]!;
      assert.ok(Math.abs(sum - (a === b ? 1 : 0)) < 1e-12);
    }
  }
  assert.ok(computePsnr(compressImage(image, programMatrix(matrix, 64, {}, 0, 1), 64), image) > 150);
  assert.ok(computePsnr(compressImage(image, programMatrix(matrix, 64, {}, 5, 1), 64), image) < 40);
});

test('every expectation shows', async () => {
  const { expectations, figures } = await findingsOf('image-filter', { seeds: 2, across: 2 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
  assert.is(figures['PSNR, compression, line resistance, 1']!.values.length, 1); // no chance in it
});

test.run();
