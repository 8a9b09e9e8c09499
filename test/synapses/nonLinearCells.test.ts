/** Cells whose current is not in proportion to the voltage: alone, in lines with resistance, and in a layer. */
import { Matrix, solve } from 'ml-matrix';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../core/random/random.ts';
import { Crossbar, CrossbarLayer, NonLinearCrossbar } from '../../synapses/crossbar/index.ts';
import { createCellIvCurve } from '../../synapses/crossbar/periphery.ts';
import { linear } from '../../synapses/devices/index.ts';

const pairs = linear({ gMin: 1e-6, gMax: 1e-4, reading: 'differential' });
const numbers = (n: number, s: string) => {
  const stream = new RandomStream(s, 'numbers');
  return Float64Array.from({ length: n }, () => 2 * stream.uniform() - 1);
};
const close = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  const most = Math.max(...Array.from(expected, Math.abs), 1e-300);
  const off = Math.max(...Array.from(found, (y, j) => Math.abs(y - expected[j]!)));
  assert.ok(off <= tolerance * most, `${Array.from(found).slice(0, 4)}, not ${Array.from(expected).slice(0, 4)}`);
};

test('non-linear cells: golden values, the ohmic limit, and Kirchhoff with a full Newton method', () => {
  const f = createCellIvCurve(141);
  close([f.current(1), f.current(0.5), f.current(-0.5)], [1, 1 / 141, -1 / 141], 1e-12);
  close([f.slopeAt(0.7)], [(f.current(0.7 + 1e-6) - f.current(0.7 - 1e-6)) / 2e-6], 1e-6);
  close([f.current(0.7)], [(f.charge(0.7 + 1e-6) - f.charge(0.7 - 1e-6)) / 2e-6], 1e-6);
  const lineResistance = { word: 300, bit: 500 };
  const conductances = numbers(12, 'g').map((g) => 1e-3 * (1.1 + g));
  const ohmic = new NonLinearCrossbar({ rows: 4, columns: 3, lineResistance, cell: createCellIvCurve(2) });
  const x = [1, -0.5, 0.75, 0];
  close(
    ohmic.currents(x, conductances),
    new Crossbar({ rows: 4, columns: 3, conductances, lineResistance }).currents(x),
    1e-9,
  );
  const found = new NonLinearCrossbar({ rows: 4, columns: 3, lineResistance, cell: f }).currents(x, conductances);
  close(found, denseNewton(4, 3, lineResistance, conductances, x, f), 1e-8);
});

/** The same circuit with all its equations in one matrix, from homotopy in the voltage. */
function denseNewton(
  rows: number,
  columns: number,
  { word, bit }: { word: number; bit: number },
  conductances: Float64Array,
  x: readonly number[],
  f: ReturnType<typeof createCellIvCurve>,
) {
  const cells = rows * columns;
  const v = new Float64Array(2 * cells);
  for (let share = 1; share <= 400; share++) {
    for (let n = 0; n < (share === 400 ? 60 : 3); n++) {
      const A = Matrix.zeros(2 * cells, 2 * cells);
      const b = Matrix.zeros(2 * cells, 1);
      const link = (p: number, q: number | null, g: number, fixed = 0) => {
        A.set(p, p, A.get(p, p) + g);
        if (q !== null) A.set(p, q, A.get(p, q) - g);
        b.set(p, 0, b.get(p, 0) - g * (v[p]! - (q === null ? fixed : v[q]!)));
      };
      for (let k = 0; k < cells; k++) {
        const [i, j] = [Math.floor(k / columns), k % columns];
        link(k, j > 0 ? k - 1 : null, 1 / word, (x[i]! * share) / 400);
        if (j < columns - 1) link(k, k + 1, 1 / word);
        if (i > 0) link(cells + k, cells + k - columns, 1 / bit);
        link(cells + k, i < rows - 1 ? cells + k + columns : null, 1 / bit);
        const u = v[k]! - v[cells + k]!;
        for (const [p, q, sign] of [
          [k, cells + k, 1],
          [cells + k, k, -1],
        ] as const) {
          const g = conductances[k]! * f.slopeAt(u);
          A.set(p, p, A.get(p, p) + g);
          A.set(p, q, A.get(p, q) - g);
          b.set(p, 0, b.get(p, 0) - sign * conductances[k]! * f.current(u));
        }
      }
      const step = solve(A, b);
      for (let k = 0; k < v.length; k++) v[k]! += step.get(k, 0);
    }
  }
  return Float64Array.from({ length: columns }, (_, j) => v[cells + (rows - 1) * columns + j]! / bit);
}

test('a layer of non-linear cells: amplitudes are bent, numbers and lengths of pulses are not', () => {
  const weights = [1, 1];
  const y = (o: object) =>
    new CrossbarLayer({ rows: 2, columns: 1, device: pairs, weights, centred: false, nonlinearity: 141, ...o }).forward(
      [0.5, -1],
      new Float64Array(1),
    )[0]!;
  close([y({ input: { coding: 'amplitude', range: 1 } })], [1 / 141 - 1], 1e-12);
  close([y({ input: { coding: 'pulses', bits: 1, range: 1 } })], [0], 1e-12);
  close([y({ input: { coding: 'width' } })], [-0.5], 1e-12);
  const lines = { word: 10, bit: 10 };
  const whole = y({ input: { coding: 'pulses', bits: 2, range: 1 }, lines }); // 2 and -3 pulses of 3
  const f = createCellIvCurve(141);
  const circuit = new NonLinearCrossbar({ rows: 2, columns: 1, lineResistance: lines, cell: f });
  const [top, bottom] = [new Float64Array(2).fill(1e-4), new Float64Array(2).fill(1e-6)];
  const one = (x: number[]) => (circuit.currents(x, top)[0]! - circuit.currents(x, bottom)[0]!) / (1e-4 - 1e-6);
  close([whole], [(2 * one([1, -1]) + one([0, -1])) / 3], 1e-8);
});

test('lines that are good beside their cells, or a row of poor cells, are solved for', () => {
  const cell = createCellIvCurve(141);
  const currents = (ohm: number, conductances: Float64Array, x: number[]) =>
    new NonLinearCrossbar({ rows: 3, columns: 4, cell, lineResistance: { word: ohm, bit: ohm } }).currents(
      x,
      conductances,
    );
  const good = Float64Array.from({ length: 12 }, (_, k) => 1e-5 * (1 + k));
  for (const ohm of [1e-6, 1e-3]) {
    const plain = Array.from({ length: 4 }, (_, j) => [0, 2].reduce((sum, i) => sum + good[4 * i + j]!, 0));
    currents(ohm, good, [1, 0, 1]).forEach((i, j) => {
      assert.ok(Math.abs(i / plain[j]! - 1) < 1e-4 * (ohm / 1e-3) + 1e-8, `${i}, not ${plain[j]}`);
    });
  }
  const poor = good.map((g, k) => (k < 4 ? 1e-9 : g));
  currents(0.5, poor, [1, 0, 0]).forEach((i) => {
    assert.ok(Math.abs(i / 1e-9 - 1) < 1e-6, `${i}`);
  });
});

test.run();
