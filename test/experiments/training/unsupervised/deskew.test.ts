import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deskew, deskewImages } from '../../../../experiments/training/unsupervised/images.ts';

/** Centroid and shear of an image, by their definitions. */
function moments(image: Uint8Array, columns: number) {
  const sum = (f: (x: number, y: number) => number): number =>
    image.reduce((total, grey, i) => total + grey * f(i % columns, Math.floor(i / columns)), 0);
  const mass = sum(() => 1);
  const [x, y] = [sum((x) => x) / mass, sum((_, y) => y) / mass];
  const shear = sum((u, v) => (u - x) * (v - y)) / sum((_, v) => (v - y) ** 2);
  return { x, y, shear, mass };
}

/** A stroke of the given width, slanted by `slope` pixels a row. */
function stroke(rows: number, columns: number, slope: number, shift: number): Uint8Array {
  const image = new Uint8Array(rows * columns);
  for (let y = 6; y < 20; y++) {
    const middle = columns / 2 + slope * (y - 13) + shift;
    for (let x = 0; x < columns; x++) {
      image[y * columns + x] = Math.max(0, Math.round(255 * (1 - Math.abs(x - middle) / 2)));
    }
  }
  return image;
}

for (const [rows, columns] of [
  [28, 28],
  [26, 34],
] as const) {
  for (const [slope, shift] of [
    [0, 3],
    [0.6, -2.3],
    [-0.5, 1.5],
  ] as const) {
    test(`slope ${slope}, shift ${shift} on ${rows}x${columns} becomes upright and centred`, () => {
      const image = stroke(rows, columns, slope, shift);
      const before = moments(image, columns);
      const after = moments(deskewImages(image, rows, columns), columns);
      assert.ok(Math.abs(after.shear) < 0.01, `shear ${before.shear} -> ${after.shear}`);
      assert.ok(Math.abs(after.x - (columns - 1) / 2) < 0.05, `x ${after.x}`);
      assert.ok(Math.abs(after.y - (rows - 1) / 2) < 0.05, `y ${after.y}`);
      assert.ok(Math.abs(after.mass / before.mass - 1) < 0.02, `mass ${before.mass} -> ${after.mass}`);
    });
  }
}

test('an upright centred image stays as it is', () => {
  const image = Uint8Array.of(0, 9, 0, 0, 9, 0, 0, 9, 0);
  assert.equal([...deskewImages(image, 3, 3)], [...image]);
});

test('a black image stays black and one inked row is only centred', () => {
  const images = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 0, 0, 0, 0, 0, 0);
  assert.equal([...deskewImages(images, 3, 3)], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 0, 0, 0]);
});

test('only the image at the offset is written', () => {
  const out = new Uint8Array(12).fill(77);
  deskew(Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1), 4, 2, 2, out);
  assert.equal([...out], [77, 77, 77, 77, 0, 0, 0, 0, 77, 77, 77, 77]);
});

test.run();
