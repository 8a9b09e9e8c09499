import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { createOrientationMaps } from '../../../../experiments/training/unsupervised/images.ts';

const SIZE = 28;
const HALF = SIZE / 2;

/** Sum of each quadrant: how much there is of each of the four orientations. */
function amounts(draw: (x: number, y: number) => number): number[] {
  const image = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => draw(i % SIZE, Math.floor(i / SIZE)));
  const out = createOrientationMaps(image, SIZE, SIZE);
  const sums = [0, 0, 0, 0];
  out.forEach((v, i) => {
    const [y, x] = [Math.floor(i / SIZE), i % SIZE];
    sums[(y >= HALF ? 2 : 0) + (x >= HALF ? 1 : 0)]! += v;
  });
  return sums;
}

const largest = (list: number[]) => list.indexOf(Math.max(...list));

test('a bar of each orientation answers in the map of its own', () => {
  const inside = (v: number) => v >= 4 && v < 24;
  assert.is(
    largest(amounts((x, y) => (x >= 12 && x < 16 && inside(y) ? 255 : 0))),
    0,
    'vertical bar: gradient along x',
  );
  assert.is(
    largest(amounts((x, y) => (y >= 12 && y < 16 && inside(x) ? 255 : 0))),
    2,
    'horizontal bar: gradient along y',
  );
  assert.is(largest(amounts((x, y) => (Math.abs(x + y - 27) < 3 && inside(x) ? 255 : 0))), 1, 'rising diagonal');
  assert.is(largest(amounts((x, y) => (Math.abs(x - y) < 3 && inside(x) ? 255 : 0))), 3, 'falling diagonal');
});

test('direction of contrast does not matter, a black image stays black, the strongest cell is 255', () => {
  assert.is(largest(amounts((x) => (x < 14 ? 0 : 200))), 0);
  assert.is(largest(amounts((x) => (x < 14 ? 200 : 0))), 0);
  assert.equal(
    amounts(() => 0),
    [0, 0, 0, 0],
  );
  const out = createOrientationMaps(
    Uint8Array.from({ length: 784 }, (_, i) => (i % 28 > 13 ? 90 : 0)),
    28,
    28,
  );
  assert.is(Math.max(...out), 255);
});

test('odd sides are refused', () => {
  assert.throws(
    () => createOrientationMaps(new Uint8Array(15), 3, 5),
    (e: unknown) => e instanceof UserError && /3 x 5/.test(e.message),
  );
});

test.run();
