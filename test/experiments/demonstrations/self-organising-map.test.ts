/** A neighbourhood puts like neurons side by side, and so does arranging them afterwards; without either their order is that of chance. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { arrangeUnits, trainKohonenMap } from '../../../experiments/demonstrations/selfOrganisingMap/index.ts';
import { RandomStream, topography } from '../../../experiments/index.ts';
import { findingsOf } from './findingsOf.ts';

test('the map is ordered, the layer without neighbourhood is not', async () => {
  const small = { seeds: 1, width: 7, spreadStart: 2, train: 6000, label: 1000, test: 300, split: 'validation' };
  const { figures, expectations } = await findingsOf('self-organising-map', small);
  const error = (name: string) => figures[`topographic error, ${name}`]!.values[0]!;
  assert.ok(error('map') < 0.75 * error('no neighbourhood'));
  assert.ok(error('no neighbourhood') > 0.55);
  assert.ok(error('no neighbourhood, arranged afterwards') < 0.75 * error('no neighbourhood'));
  assert.is(expectations[1]!.shown, error('map') < error('no neighbourhood, arranged afterwards'));
});

/** Bumps on a ring of 16 pixels, one at each place. */
const bumps = (place: number) =>
  Array.from({ length: 16 }, (_, i) => Math.round(255 * Math.exp(-((((i - place + 24) % 16) - 8) ** 2) / 8)));

test('units that are mixed up are put in order again, and no unit is lost', () => {
  const stream = new RandomStream(1, 'test');
  const order = Array.from({ length: 16 }, (_, k) => (k * 7) % 16);
  const weights = Float64Array.from({ length: 256 }, (_, k) => bumps(order[k % 16]!)[Math.floor(k / 16)]!);
  const lattice = { units: 16, width: 16 };
  const placed = arrangeUnits({ ...lattice, weights }, stream);
  assert.equal([...placed].sort(), [...weights].sort());
  const between = Array.from({ length: 16 }, (_, k) => bumps(k).map((v, i) => v + bumps((k + 1) % 16)[i]!)).flat();
  const torn = (of: Float64Array) => topography(between, { ...lattice, weights: of }).topographicError;
  assert.ok(torn(placed) <= 2 / 16 && torn(weights) > 0.8, `${torn(placed)}, mixed up ${torn(weights)}`);
});

test("Kohonen's map finds the order, and none without neighbourhood", () => {
  const images = Uint8Array.from(Array.from({ length: 2000 }, (_, n) => bumps((n * 5) % 16)).flat());
  const torn = (spreadStart: number) => {
    const course = { units: 16, width: 16, spreadStart, spreadEnd: spreadStart / 8 };
    const weights = trainKohonenMap(images, 2000, course, new RandomStream(3, 'test'));
    return topography(images.subarray(0, 256), { ...course, weights }).topographicError;
  };
  assert.ok(torn(5) < 0.3 && torn(0.01) > 0.5, `${torn(5)}, ${torn(0.01)}`);
});

test.run();
