/** Crossbars with line resistance: golden values, Kirchhoff's laws, limits, and what the solution costs. */
import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { type BiasVoltages, Crossbar, effectiveConductances, selectCell } from '../../synapses/crossbar/index.ts';
import { isShort, relativeDistance, runs } from '../support.ts';

const close = (found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-12) =>
  assert.ok(relativeDistance([...Array.from(found)], expected) < tolerance, `${Array.from(found)}, not ${expected}`);
const ofResistances = (resistances: readonly (readonly number[])[], lineResistance: number) =>
  new Crossbar({
    rows: resistances.length,
    columns: resistances[0]!.length,
    conductances: resistances.flat().map((ohm) => 1 / ohm),
    lineResistance,
  });
const even = (n: number, ohm: number, lineResistance: number) =>
  new Crossbar({ rows: n, columns: n, conductances: new Float64Array(n * n).fill(1 / ohm), lineResistance });

/** Arrays of up to 9 x 9 cells over six decades of conductance, some cells open, with lines over six decades too. */
const arrays = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      conductances: fc.array(
        fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 9, arbitrary: decades(-8, -2) }),
        { minLength: rows * columns, maxLength: rows * columns },
      ),
      lineResistance: fc.record({ word: decades(-2, 4), bit: decades(-2, 4) }),
      voltages: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
        minLength: rows + columns,
        maxLength: rows + columns,
      }),
    }),
  );
function decades(low: number, high: number) {
  return fc.double({ min: low, max: high, noNaN: true }).map((exponent) => 10 ** exponent);
}
const biasOf = ({ rows, voltages }: { rows: number; voltages: readonly number[] }): BiasVoltages => ({
  wordVoltages: voltages.slice(0, rows),
  bitVoltages: voltages.slice(rows),
});

test('one cell and 2 x 2', () => {
  close(ofResistances([[1000]], 5).currents([1]), [1 / 1010]);
  const pair = [1000, 1000];
  close(ofResistances([pair, pair], 10).currents([1, 1]), [1.914097263168689e-3, 1.895602685192984e-3]);
  const mixed = ofResistances(
    [
      [1000, 10000],
      [10000, 1000],
    ],
    10,
  );
  close(mixed.currents([0.2, 0.1]), [2.035800175241204e-4, 1.164334956017828e-4]);
});

test("the examples of badcrossbar's README", () => {
  const ohm = [
    [345, 903, 755, 257, 646],
    [652, 401, 508, 166, 454],
    [442, 874, 190, 244, 635],
  ];
  const crossbar = ofResistances(ohm, 0.5);
  close(
    crossbar.currents([1.5, 2.3, 1.7]),
    [0.011585025421547, 0.009190641636252, 0.015115681173258, 0.025833208221257, 0.009811792882657],
  );
  const { cells } = crossbar.solve({ wordVoltages: [2.6, 1.1, 3.3], bitVoltages: [0, 0, 0, 0, 0] });
  close([cells[3]! / ohm[0]![3]!], [0.009856197822795886]);
});

test('even arrays: first and last column against ideal lines', () => {
  for (const [n, first, last] of [
    [8, 0.99666345, 0.9938864],
    [16, 0.98919463, 0.97754952],
    [32, 0.96281298, 0.91845866],
    [64, 0.87571768, 0.7400629],
  ] as const) {
    const currents = even(n, 10_000, 1).currents(new Float64Array(n).fill(0.2));
    close([currents[0]! / (n * 2e-5), currents[n - 1]! / (n * 2e-5)], [first, last], 6e-9);
  }
});

test('sneak path: 1 MΩ is read as 29 kΩ among cells of 10 kΩ', () => {
  const crossbar = ofResistances(
    [
      [1e6, 1e4],
      [1e4, 1e4],
    ],
    0,
  );
  close([crossbar.resistance(0, 0)], [1 / (1e-6 + 1 / 3e4)]);
  close([crossbar.resistance(0, 0)], [29126.21359], 1e-9);
  const grounded = crossbar.solve({ wordVoltages: [1, 0], bitVoltages: [0, 0] });
  close([grounded.bitCurrents[0]!], [1e-6]); // lines that are held carry it away
});

test('effective conductances with floating word lines are those of solve; an isolated line conducts nothing', () => {
  const array = { rows: 3, columns: 2, conductances: [1e-6, 2e-6, 5e-6, 1e-7, 3e-6, 1e-6], lineResistance: 1 };
  const crossbar = new Crossbar(array);
  const currents = [0, 1, 2].flatMap((driven) => {
    const wordVoltages = [0, 1, 2].map((i) => (i === driven ? 1 : null));
    return [...crossbar.solve({ wordVoltages, bitVoltages: [0, 0] }).bitCurrents];
  });
  close(crossbar.floatingEffective, currents.map(Math.abs), 1e-9);
  const isolated = new Crossbar({ ...array, conductances: [1e-6, 2e-6, 0, 0, 3e-6, 1e-6] });
  assert.equal([...isolated.floatingEffective.subarray(2, 4)], [0, 0]);
  const { wordCurrents, bitCurrents } = isolated.solve({ wordVoltages: [1, null, 1], bitVoltages: [0, 0] });
  close(bitCurrents.map(Math.abs), [4e-6, 3e-6], 1e-4);
  assert.is(Math.abs(wordCurrents[1]!), 0);
});

test('Kirchhoff: the same as a dense solution of the nodal equations', () => {
  fc.assert(
    fc.property(arrays, (array) => {
      const bias = biasOf(array);
      const { wordVoltages: words, bitVoltages: bits } = new Crossbar(array).solve(bias);
      const dense = nodalVoltages(array, bias);
      const n = array.rows * array.columns;
      for (let k = 0; k < n; k++) {
        assert.ok(Math.abs(words[k]! - dense[k]!) < 1e-7, `word node ${k}: ${words[k]}, not ${dense[k]}`);
        assert.ok(Math.abs(bits[k]! - dense[n + k]!) < 1e-7, `bit node ${k}: ${bits[k]}, not ${dense[n + k]}`);
      }
    }),
    runs(50),
  );
});

test('current that goes in comes out', () => {
  fc.assert(
    fc.property(arrays, (array) => {
      const { wordCurrents, bitCurrents } = new Crossbar(array).solve(biasOf(array));
      const sum = (values: Float64Array) => values.reduce((s, v) => s + v, 0);
      const scale = [...wordCurrents, ...bitCurrents].reduce((s, v) => s + Math.abs(v), 0);
      assert.ok(Math.abs(sum(wordCurrents) - sum(bitCurrents)) <= 1e-12 * scale);
    }),
  );
});

test('lines of hardly any resistance give the ideal product, and ideal ones do so exactly', () => {
  fc.assert(
    fc.property(arrays, (array) => {
      const { rows, columns, conductances } = array;
      for (const lineResistance of [0, 1e-14]) {
        const { effective } = new Crossbar({ rows, columns, conductances, lineResistance });
        conductances.forEach((g, k) => {
          // through other cells, what is open conducts as much as lines hold them apart
          const leak = g === 0 ? 1e-16 : 0;
          assert.ok(Math.abs(effective[k]! - g) <= 1e-12 * g + leak, `${effective[k]}, not ${g}`);
        });
      }
    }),
  );
});

test('solutions superpose, and are reciprocal', () => {
  fc.assert(
    fc.property(arrays, fc.nat(), fc.nat(), (array, a, b) => {
      const { rows, columns, voltages } = array;
      const crossbar = new Crossbar(array);
      const { effective } = crossbar;
      const words = voltages.slice(0, rows);
      const ground = new Array<number>(columns).fill(0);
      const { bitCurrents } = crossbar.solve({ wordVoltages: words, bitVoltages: ground });
      const sum = crossbar.currents(words);
      const scale = [...effective].reduce((s, g) => s + 3 * g, 0);
      sum.forEach((current, j) => {
        assert.ok(Math.abs(current - bitCurrents[j]!) <= 1e-12 * scale);
      });
      const [i, j] = [a % rows, b % columns];
      const one = (n: number, k: number) => Array.from({ length: n }, (_, x) => (x === k ? 1 : 0));
      const forth = crossbar.solve({ wordVoltages: one(rows, i), bitVoltages: ground }).bitCurrents[j]!;
      const back = -crossbar.solve({ wordVoltages: one(rows, -1), bitVoltages: one(columns, j) }).wordCurrents[i]!;
      assert.ok(Math.abs(forth - back) <= 1e-12 * Math.abs(forth));
      assert.ok(Math.abs(forth - effective[i * columns + j]!) <= 1e-12 * Math.abs(forth));
    }),
  );
});

test('a resistance of a line can only lower what its cells are worth together', () => {
  fc.assert(
    fc.property(arrays, (array) => {
      const { rows, columns, conductances } = array;
      const { effective } = new Crossbar(array);
      for (let i = 0; i < rows; i++) {
        const row = (values: ArrayLike<number>) =>
          Array.from({ length: columns }, (_, j) => values[i * columns + j]!).reduce((s, g) => s + g, 0);
        assert.ok(row(effective) <= row(conductances) * (1 + 1e-12));
      }
    }),
  );
});

test('only word lines, or only bit lines, have resistance: chains that can be worked out by hand', () => {
  const cells = { rows: 1, columns: 2, conductances: [1e-3, 1e-3] };
  // 100 Ω, then 1 kΩ in parallel with 100 Ω + 1 kΩ
  const word = new Crossbar({ ...cells, lineResistance: { word: 100, bit: 0 } }).currents([1]);
  const node = 1 / (1 + 100 * (1 / 1000 + 1 / 1100));
  close(word, [node / 1000, node / 1100]);
  const bit = new Crossbar({ ...cells, lineResistance: { word: 0, bit: 100 } }).currents([1]);
  close(bit, [1 / 1100, 1 / 1100]);
});

test('V/2 and V/3: what other cells see while one is written', () => {
  const size = { rows: 5, columns: 4 };
  const ideal = new Crossbar({ ...size, conductances: new Float64Array(20).fill(1e-4), lineResistance: 0 });
  const half = ideal.solve(selectCell('half', size, 1, 2, 3)).cells;
  const third = ideal.solve(selectCell('third', size, 1, 2, 3)).cells;
  for (let k = 0; k < 20; k++) {
    const [row, column] = [Math.floor(k / 4) === 1, k % 4 === 2];
    assert.ok(Math.abs(half[k]! - (row && column ? 3 : row || column ? 1.5 : 0)) < 1e-12);
    assert.ok(Math.abs(third[k]! - (row && column ? 3 : row || column ? 1 : -1)) < 1e-12);
  }
  const real = new Crossbar({ ...size, conductances: new Float64Array(20).fill(1e-4), lineResistance: 50 });
  assert.ok(real.solve(selectCell('half', size, 1, 2, 3)).cells[6]! < 2.95);
});

test('floating lines take no current', () => {
  const crossbar = even(6, 5000, 20);
  const words = [1, null, 0.5, null, null, 0];
  const bits = [null, 0, null, null, -1, null];
  const { wordCurrents, bitCurrents } = crossbar.solve({ wordVoltages: words, bitVoltages: bits });
  words.forEach((v, i) => {
    assert.is(Math.abs(wordCurrents[i]!) > 1e-9, v !== null);
  });
  bits.forEach((v, j) => {
    assert.is(Math.abs(bitCurrents[j]!) > 1e-9, v !== null);
  });
});

test('tiles: one tile is the array, more tiles are nearer to ideal, and each is an array of its own', () => {
  const [rows, columns] = [12, 10];
  const conductances = Float64Array.from({ length: rows * columns }, (_, k) => (1 + (k % 7)) * 1e-5);
  const whole = { rows, columns, conductances, lineResistance: 20 };
  const one = new Crossbar(whole).effective;
  close(effectiveConductances(whole), [...one], 1e-15);
  const tiled = effectiveConductances({ ...whole, tile: { rows: 5, columns: 4 } });
  const loss = (effective: Float64Array) => effective.reduce((sum, g, k) => sum + conductances[k]! - g, 0);
  assert.ok(loss(tiled) > 0 && loss(tiled) < 0.5 * loss(one), `${loss(tiled)} of ${loss(one)}`);
  const corner = new Crossbar({
    rows: 2,
    columns: 2,
    lineResistance: 20,
    conductances: [10, 11].flatMap((i) => [8, 9].map((j) => conductances[i * columns + j]!)),
  });
  close(
    [10, 11].flatMap((i) => [8, 9].map((j) => tiled[i * columns + j]!)),
    [...corner.effective],
    1e-15,
  );
});

test('128 x 128 within 2 s and 512 x 512 within 60 s of processor time', () => {
  const sizes = { 128: 2, ...(!isShort && { 512: 60 }) };
  for (const [size, limit] of Object.entries(sizes)) {
    const n = Number(size);
    const conductances = Float64Array.from({ length: n * n }, (_, k) => 1e-6 + ((k * 7919) % 1009) * 1e-7);
    const before = process.cpuUsage();
    const crossbar = new Crossbar({ rows: n, columns: n, conductances, lineResistance: 1 });
    const currents = crossbar.currents(new Float64Array(n).fill(0.2));
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1e6 < limit, `${n}: ${(user + system) / 1e6} s`);
    const { bitVoltages: bits } = crossbar.solve({
      wordVoltages: new Array<number>(n).fill(0.2),
      bitVoltages: new Array<number>(n).fill(0),
    });
    close(bits.slice((n - 1) * n), [...currents]); // the last segment has 1 Ω
  }
});

test('mistakes are refused in one sentence', () => {
  const good = { rows: 2, columns: 2, conductances: [1, 1, 1, 1], lineResistance: 1 };
  const crossbar = new Crossbar(good);
  for (const [mistake, words] of [
    [() => new Crossbar({ ...good, rows: 0 }), /rows must be .*got 0/],
    [() => new Crossbar({ ...good, columns: 1.5 }), /columns must be .*got 1\.5/],
    [() => new Crossbar({ ...good, conductances: [1] }), /2 × 2 in all \(got 1\)/],
    [() => new Crossbar({ ...good, conductances: [1, 1, -1, 1] }), /cell \(1, 0\) must be .*got -1/],
    [() => new Crossbar({ ...good, conductances: [1, Number.NaN, 1, 1] }), /cell \(0, 1\) must be .*got NaN/],
    [() => new Crossbar({ ...good, lineResistance: -1 }), /lineResistance must be .*got -1/],
    [() => crossbar.currents([1]), /per word line is needed, 2 in all \(got 1\)/],
    [() => crossbar.solve({ wordVoltages: [1], bitVoltages: [0, 0] }), /got 1 and 2/],
    [() => crossbar.solve({ wordVoltages: [1, Number.NaN], bitVoltages: [0, 0] }), /voltage must be .*got NaN/],
    [
      () => crossbar.solve({ wordVoltages: [null, null], bitVoltages: [null, null] }),
      /at least one line must be driven/,
    ],
    [() => crossbar.resistance(2, 0), /cell \(2, 0\) is outside/],
    [() => effectiveConductances({ ...good, tile: { rows: 0, columns: 1 } }), /tile/],
  ] as const)
    assert.throws(mistake, (error: unknown) => error instanceof UserError && words.test(error.message));
});

interface Wired {
  readonly rows: number;
  readonly columns: number;
  readonly conductances: readonly number[];
  readonly lineResistance: { readonly word: number; readonly bit: number };
}

/** Word nodes, then bit nodes, from the nodal equations as they are written down. */
function nodalVoltages(
  { rows, columns, conductances, lineResistance }: Wired,
  { wordVoltages: words, bitVoltages: bits }: BiasVoltages,
): number[] {
  const n = rows * columns;
  const [gw, gb] = [1 / lineResistance.word, 1 / lineResistance.bit];
  const a = Matrix.zeros(2 * n, 2 * n);
  const b = Matrix.zeros(2 * n, 1);
  const between = (k: number, l: number, g: number) => {
    for (const [x, y] of [
      [k, l],
      [l, k],
    ] as const) {
      a.set(x, x, a.get(x, x) + g);
      a.set(x, y, a.get(x, y) - g);
    }
  };
  const held = (k: number, volt: number, g: number) => {
    a.set(k, k, a.get(k, k) + g);
    b.set(k, 0, b.get(k, 0) + g * volt);
  };
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j;
      if (j === 0) held(k, words[i]!, gw);
      else between(k - 1, k, gw);
      if (i === rows - 1) held(n + k, bits[j]!, gb);
      else between(n + k, n + k + columns, gb);
      between(k, n + k, conductances[k]!);
    }
  }
  return solve(a, b).getColumn(0);
}

test.run();
