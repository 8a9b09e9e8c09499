/** Generators against their published outputs, unbiased integers, alias tables. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { AliasTable } from '../../../core/random/alias.ts';
import { GENERATOR_COUNT, GENERATOR_STATE_LENGTH } from '../../../core/random/generators.ts';
import { CounterRandom, moveSampleToFront, RandomStream, type Seed, shuffle } from '../../../core/random/random.ts';
import {
  fillExponentialZiggurat,
  getNormalZiggurat,
  LAYER_COUNT,
  ZIGGURAT_LENGTH,
} from '../../../core/random/ziggurat.ts';
import { runs } from '../../support.ts';
import { drawParallel } from '../kernels/oracle/arrays.ts';
import { ORACLE } from '../kernels/oracle/index.ts';

const arena = new Arena();

test('xoshiro128++ gives the numbers of its reference implementation', () => {
  const stream = new RandomStream(1, 'x');
  stream.state.set([1, 2, 3, 4]);
  const expected = [
    641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
  ];
  assert.equal(
    expected.map(() => stream.uint32()),
    expected,
  );
});

test('each lane is a xoshiro128++ of its own', () => {
  const streams = Array.from({ length: GENERATOR_COUNT }, (_, l) => new RandomStream(7, `lane ${l}`));
  const state = new Uint32Array(GENERATOR_STATE_LENGTH);
  streams.forEach((stream, l) => {
    for (let w = 0; w < 4; w++) state[w * GENERATOR_COUNT + l] = stream.state[w]!;
  });
  const words = new Uint32Array(GENERATOR_COUNT);
  for (let draw = 0; draw < 20; draw++) {
    drawParallel(state, words);
    assert.equal(
      [...words],
      streams.map((stream) => stream.uint32()),
    );
  }
});

/** Area beyond x under e^(-x²/2), by the continued fraction of Laplace. */
function normalTail(x: number): number {
  let rest = x;
  for (let k = 200; k > 0; k--) rest = x + k / rest;
  return Math.exp((-x * x) / 2) / rest;
}

test('the layers of the ziggurats have one area and end at the top of the density', () => {
  const exponential = new Float64Array(ZIGGURAT_LENGTH);
  fillExponentialZiggurat(exponential);
  for (const [table, beyond] of [
    [exponential, (x: number) => Math.exp(-x)],
    [getNormalZiggurat(), normalTail],
  ] as const) {
    const density = (i: number) => table[LAYER_COUNT + 1 + i]!;
    const tail = table[1]!;
    const area = tail * density(1) + beyond(tail);
    assert.ok(Math.abs((table[0]! * density(1)) / area - 1) < 1e-13);
    for (let i = 1; i < LAYER_COUNT; i++) {
      const layer = table[i]! * (density(i + 1) - density(i));
      assert.ok(Math.abs(layer / area - 1) < 1e-9, `layer ${i} has the area ${layer}, not ${area}`);
    }
    assert.is(table[LAYER_COUNT], 0);
    assert.is(density(LAYER_COUNT), 1);
  }
});

test('both noises of a draw are normal in every layer, on both sides, and beyond the layers, and independent', () => {
  const n = 4_000_000;
  const table = getNormalZiggurat();
  const edges = [
    0,
    ...Array.from({ length: 60 }, (_, i) => table[LAYER_COUNT - 1 - 34 * i]!),
    table[1]!,
    4.5,
    Infinity,
  ];
  const random = new CounterRandom(3, 'law');
  const arena = new Arena();
  const [entities, numbers, drawn, others] = [arena.u32(n), arena.u32(n), arena.f64(n), arena.f64(n)];
  for (let i = 0; i < n; i++) [entities[i], numbers[i]] = [i >> 4, i & 15];
  arena.kernels.drawNoise(random, entities, numbers, n, drawn, others);
  const place = (z: number) => {
    const x = Math.abs(z);
    let [low, high] = [0, edges.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x < edges[middle]!) high = middle;
      else low = middle;
    }
    return 2 * low + (z < 0 ? 1 : 0);
  };
  /** On one side between 0 and x, by its series. */
  const within = (x: number): number => {
    if (x > 3) return 0.5 - normalTail(x) / Math.sqrt(2 * Math.PI);
    let [sum, term] = [x, x];
    for (let k = 1; k < 100; k++) sum += term *= (x * x) / (2 * k + 1);
    return (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  };
  const share = (i: number) => (edges[i + 1] === Infinity ? 0.5 : within(edges[i + 1]!)) - within(edges[i]!);
  const places = 2 * (edges.length - 1);
  const shares = Array.from({ length: places }, (_, i) => share(i >> 1));
  const both = new Array<number>(places ** 2).fill(0);
  const counts = [drawn, others].map((of) => {
    const found = new Array<number>(places).fill(0);
    for (const z of of) found[place(z)]!++;
    assert.ok(Math.min(...found) > 5, `${found}`);
    assert.ok(Math.abs(chi2(found, shares)) < 4, `${chi2(found, shares)}`);
    return found;
  });
  // The two of one draw are independent of each other: in pairs of places that are not too rare.
  const often = (k: number) => counts.every((found) => found[k]! > 10_000);
  for (let i = 0; i < n; i++) both[places * place(drawn[i]!) + place(others[i]!)]!++;
  const pairs = [...both.keys()].filter((k) => often(Math.floor(k / places)) && often(k % places));
  const expected = pairs.map((k) => shares[Math.floor(k / places)]! * shares[k % places]!);
  const rest = [n - pairs.reduce((sum, k) => sum + both[k]!, 0), 1 - expected.reduce((a, b) => a + b)] as const;
  const off = chi2([...pairs.map((k) => both[k]!), rest[0]], [...expected, rest[1]]);
  assert.ok(pairs.length > 5000 && Math.abs(off) < 4, `${pairs.length} pairs of places, ${off}`);
});

/** Threefry-2x32-20 as in the paper, in BigInt. */
function threefry(c0: number, c1: number, k0: number, k1: number): [number, number] {
  const mask = 0xffffffffn;
  const keys = [BigInt(k0), BigInt(k1), 0x1bd11bdan ^ BigInt(k0) ^ BigInt(k1)];
  let x0 = (BigInt(c0) + keys[0]!) & mask;
  let x1 = (BigInt(c1) + keys[1]!) & mask;
  const rotations = [13n, 15n, 26n, 6n, 17n, 29n, 16n, 24n];
  for (let round = 0; round < 20; round++) {
    const r = rotations[round % 8]!;
    x0 = (x0 + x1) & mask;
    x1 = (((x1 << r) | (x1 >> (32n - r))) & mask) ^ x0;
    if (round % 4 === 3) {
      const s = (round + 1) / 4;
      x0 = (x0 + keys[s % 3]!) & mask;
      x1 = (x1 + keys[(s + 1) % 3]! + BigInt(s)) & mask;
    }
  }
  return [Number(x0), Number(x1)];
}

test('CounterRandom is Threefry-2x32-20, whose known answers the twin below reproduces', () => {
  assert.equal(threefry(0, 0, 0, 0), [0x6b200159, 0x99ba4efe]);
  assert.equal(threefry(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), [0x1cb996fc, 0xbb002be7]);
  assert.equal(threefry(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), [0xc4923a9c, 0x483df7a0]);
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.nat(), fc.nat(), (seed, name, entity, count) => {
      const key = new RandomStream(seed, name); // the key is drawn from the stream of the same name
      const [k0, k1] = [key.uint32(), key.uint32()];
      const random = new CounterRandom(seed, name);
      const [high, low] = threefry(entity, count, k0, k1);
      assert.is(random.uniform(entity, count), ((high >>> 5) * 2 ** 26 + (low >>> 6) + 0.5) * 2 ** -53);
      const state = new Uint32Array(4);
      random.seed(state, entity);
      const blocks = [...threefry(entity, 0x80000000, k0, k1), ...threefry(entity, 0x80000001, k0, k1)];
      assert.equal([...state], blocks);
    }),
  );
});

/** Chi² of counts against equal or given shares, in standard deviations from its mean. */
function chi2(counts: readonly number[], shares: readonly number[] = counts.map(() => 1 / counts.length)): number {
  const n = counts.reduce((a, b) => a + b);
  const chi = counts.reduce((sum, c, i) => sum + (c - n * shares[i]!) ** 2 / (n * shares[i]!), 0);
  return (chi - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

test('below is unbiased, also where 2^32 is no multiple of n', () => {
  for (const n of [1, 2, 3, 7, 784, 2 ** 21, 2 ** 21 + 1, 3 * 2 ** 30, 2 ** 32]) {
    const stream = new RandomStream(5, `below ${n}`);
    const bins = Math.min(n, 7);
    const counts = new Array<number>(bins).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const k = stream.integerBelow(n);
      assert.ok(Number.isInteger(k) && k >= 0 && k < n);
      counts[Math.floor((k / n) * bins)]!++;
    }
    const shares = counts.map((_, b) => (Math.ceil(((b + 1) * n) / bins) - Math.ceil((b * n) / bins)) / n);
    if (bins > 1) assert.ok(Math.abs(chi2(counts, shares)) < 4, `n = ${n}: ${counts}`);
  }
});

test('uniform, exponential and normal have the right moments', () => {
  const n = 200_000;
  const counter = new CounterRandom(1, 'moments');
  const stream = new RandomStream(1, 'moments');
  for (const [name, draw, moments] of [
    ['uniform', () => stream.uniform(), [1 / 2, 1 / 3, 1 / 4, 1 / 5]],
    ['exponential', () => stream.exponential(), [1, 2, 6, 24]],
    ['normal', () => stream.normal(), [0, 1, 0, 3]],
    ['counter uniform', (i: number) => counter.uniform(i, 1), [1 / 2, 1 / 3, 1 / 4, 1 / 5]],
    ['counter exponential', (i: number) => counter.exponential(3, i), [1, 2, 6, 24]],
    ['counter normal', (i: number) => counter.normal(i, i), [0, 1, 0, 3]],
    ['noise', (i: number) => counter.noise(i, i), [0, 1, 0, 3]],
    ['other noise', (i: number) => counter.secondNoise(i, i), [0, 1, 0, 3]],
  ] as const) {
    const values = Array.from({ length: n }, (_, i) => draw(i));
    moments.forEach((expected, k) => {
      const powers = values.map((x) => x ** (k + 1));
      const mean = powers.reduce((a, b) => a + b) / n;
      const sd = Math.sqrt(powers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n / n);
      assert.ok(Math.abs(mean - expected) < 4 * sd, `${name}, moment ${k + 1}: ${mean}, not ${expected}`);
    });
  }
});

test('streams depend on seed and name alone; seeds that are no integer and no text are refused', () => {
  const first = (seed: Seed, name: string) => new RandomStream(seed, name).uint32();
  assert.is(first(7, 'a'), first(7, 'a'));
  assert.is(first(7, 'a'), first('7', 'a'));
  const all = [first(7, 'a'), first(8, 'a'), first(7, 'b'), first('x', 'a'), first(-7, 'a')];
  assert.is(new Set(all).size, all.length);
  for (const seed of [1.5, Number.NaN, Infinity, undefined, null, {}, [1]]) {
    assert.throws(
      () => new RandomStream(seed as Seed, 'a'),
      (e: unknown) => e instanceof UserError && /seed is/.test(e.message),
    );
  }
});

test('an alias table holds exactly the given shares', () => {
  const weight = fc.oneof(fc.constant(0), fc.nat({ max: 1000 }), fc.double({ min: 1e-9, max: 1e3, noNaN: true }));
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1, maxLength: 40 }), (weights) => {
      const n = weights.length;
      const total = weights.reduce((a, b) => a + b);
      fc.pre(total > 0);
      const table = new AliasTable(n, arena);
      const given = arena.f64(n).fill(1);
      table.build(given); // rebuilding leaves nothing behind
      given.set(weights);
      table.build(given);
      const twin = new AliasTable(n, arena);
      twin.slotCount = ORACLE.buildAliasTable(given, twin);
      assert.is(table.slotCount, twin.slotCount);
      assert.is(table.total, twin.total);
      for (const key of ['keepProbabilities', 'ownIndices'] as const)
        assert.equal(table[key].slice(0, table.slotCount), twin[key].slice(0, table.slotCount));
      for (let slot = 0; slot < table.slotCount; slot++)
        if (table.keepProbabilities[slot]! < 1) assert.is(table.otherIndices[slot], twin.otherIndices[slot]);
      assert.ok(Math.abs(table.total / total - 1) < 1e-14);
      const shares = new Array<number>(n).fill(0);
      for (let slot = 0; slot < table.slotCount; slot++) {
        const keep = table.keepProbabilities[slot]!;
        assert.ok(keep >= 0 && keep <= 1);
        shares[table.ownIndices[slot]!]! += keep / table.slotCount;
        if (keep < 1) shares[table.otherIndices[slot]!]! += (1 - keep) / table.slotCount;
      }
      weights.forEach((w, i) => {
        if (w === 0) assert.is(shares[i], 0);
        assert.ok(Math.abs(shares[i]! - w / total) < 1e-14 * n, `${i}: ${shares[i]}, not ${w / total}`);
      });
    }),
    runs(300),
  );
});

test('shuffled lists and samples come in every order equally often', () => {
  const stream = new RandomStream(3, 'orders');
  const below = (n: number) => stream.integerBelow(n);
  const count = 60_000;
  const orders: readonly ((list: number[]) => number[])[] = [
    (list) => shuffle(list, below),
    (list) => moveSampleToFront(list, list.length, below),
  ];
  for (const reorder of orders) {
    const counts = new Map<string, number>();
    for (let k = 0; k < count; k++) {
      const order = reorder([0, 1, 2]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.is(counts.size, 6);
    for (const n of counts.values()) assert.ok(Math.abs(n - count / 6) < 5 * Math.sqrt(count / 6));
  }
});

test.run();
