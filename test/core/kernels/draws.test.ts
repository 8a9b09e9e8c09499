import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { PLAIN } from '../../../core/kernels/plain.ts';
import { CounterRandom } from '../../../core/random/random.ts';

const ROUNDS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Threefry-2x32-20 backwards: the entity and count whose draw has these two words. */
function origin({ key }: CounterRandom, h: number, l: number): [number, number] {
  let [x, y] = [h | 0, l | 0];
  for (let group = 5; group >= 1; group--) {
    x = (x - key[group % 3]!) | 0;
    y = (y - key[(group + 1) % 3]! - group) | 0;
    for (const bits of ROUNDS[(group + 1) % 2]!.toReversed()) {
      const turned = y ^ x;
      y = (turned >>> bits) | (turned << (32 - bits));
      x = (x - y) | 0;
    }
  }
  return [(x - key[0]!) >>> 0, (y - key[1]!) >>> 0];
}

test('normal numbers of kernels are those of the twins where formulas change', () => {
  const random = new CounterRandom('words', 'chosen');
  const near = (centre: number, by: number) => [centre - by, centre, centre + by];
  // Powers of two and 3/4 (logarithm), quarters and eighths of a turn (cosine).
  const places = [
    0,
    ...Array.from({ length: 32 }, (_, k) => 2 ** k),
    ...[3, 5, 6, 7].map((k) => k * 2 ** 29),
    2 ** 32 - 1,
  ];
  const words = [
    ...places.flatMap((w) => [...near(w, 1), ...near(w, 2 ** 7), ...near(w, 2 ** 16)]),
    ...[4294963616, 4294963925, 2 ** 29 + 218, 2 ** 29 + 219, 2 ** 30, 3 * 2 ** 30], // where the common formulas are wrong, and the first quarter begins
  ].filter((w) => w >= 0 && w < 2 ** 32);
  const pairs = words.flatMap((w) => [
    [w, 1],
    [w, 12345],
    [12345, w],
    [w, words[(w * 7) % words.length]!],
  ]);
  const arena = new Arena();
  const [entities, counts] = [arena.u32(8), arena.u32(8)];
  const [simd, plain] = [arena.f64(8), arena.f64(8)];
  for (const [h, l] of pairs) {
    // Among others, which are to stay what they are.
    for (let i = 0; i < 8; i++) [entities[i], counts[i]] = origin(random, 0x12345678 * (i + 1), 0x23456789 * (i + 1));
    [entities[5], counts[5]] = origin(random, h!, l!);
    const angle = 2 * Math.PI * l! * 2 ** -32;
    const expected = Math.sqrt(-2 * Math.log((h! + 0.5) * 2 ** -32)) * Math.cos(angle);
    arena.kernels.normals(random, entities, counts, 8, simd);
    PLAIN.normals(random, entities, counts, 8, plain);
    assert.equal(simd, plain, `words ${h}, ${l}`);
    assert.ok(Math.abs(plain[5]! - expected) < 1e-14, `words ${h}, ${l}: ${plain[5]}`);
  }
});

test.run();
