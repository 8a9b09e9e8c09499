/** SIMD kernels against the oracle: the same bits for random states and sizes, those between vector widths included. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena, type Floats, type Indices, type Precision, type TypedArray } from '../../core/kernels/arena.ts';
import { allocateRecords, DeltaRowsRecord } from '../../core/kernels/records.ts';
import { SCHEDULED_CROSSING_MARGIN } from '../../core/kernels/scalarRows.ts';
import { computeGridCellsPerMs } from '../../core/math.ts';
import { RandomStream } from '../../core/random/random.ts';
import { snap } from '../../core/time.ts';
import { runs } from '../support.ts';
import { ORACLE } from './kernels/oracle/index.ts';
import { addRow, deliverDense, deliverSparse, scanThresholds, testRow } from './kernels/oracle/rows.ts';

const RUNS = 300;
const precision = fc.constantFrom<Precision>('f32', 'f64');
const size = fc.integer({ min: 1, max: 70 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

const arena = () => new Arena();
const same = (a: TypedArray, b: TypedArray) => Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
const bytesOf = (a: TypedArray) => Buffer.from(Uint8Array.from(new Uint8Array(a.buffer, a.byteOffset, a.byteLength)));

/** Ascending times on the grid, some of them equal. */
function arrivals(stream: RandomStream, times: Float64Array, rows: Uint32Array, pre: number): void {
  let t = 0;
  for (let k = 0; k < times.length; k++) {
    if (stream.uniform() > 0.2) t += snap(stream.exponential() * 0.3) + 2 ** -26;
    times[k] = t;
    rows[k] = stream.integerBelow(pre);
  }
}

/** Record of deliveries to neurons with delta synapses. */
function recordOf(a: Arena, fields: { u: Floats; targets?: Indices } & Partial<DeltaRowsRecord>): DeltaRowsRecord {
  const [r] = allocateRecords(a, DeltaRowsRecord, 1) as [DeltaRowsRecord];
  r.size = fields.u.length;
  r.isSingle = fields.u.BYTES_PER_ELEMENT === 4 ? 1 : 0;
  r.hasWideTargets = fields.targets?.BYTES_PER_ELEMENT === 4 ? 1 : 0;
  return Object.assign(r, fields);
}

const fill = (a: Floats, draw: () => number): void => {
  for (let j = 0; j < a.length; j++) a[j] = draw();
};

/** Hits behind their number; several arrivals of one instant may list them in any order. */
const listed = (hits: Uint32Array) => [...hits.subarray(1, hits[0]! + 1)].sort((a, b) => a - b);

test('dense stretch', () => {
  fc.assert(
    fc.property(precision, fc.constantFrom(0, 0.004, 0.02, 0.2), size, size, seed, (p, away, post, pre, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'dense');
      const weights = a.floats(p, pre * post);
      fill(weights, () => (away > 0 && stream.uniform() < 0.5 ? -away : stream.uniform() * 0.3 - away)); // highest anywhere in a block
      const saved = a.floats(p, post);
      const [times, rows] = [a.f64(90), a.u32(90)];
      arrivals(stream, times, rows, pre);
      const [u, v, bar] = [a.floats(p, post), a.floats(p, post), a.floats(p, post)];
      fill(u, () => (stream.uniform() < 0.05 ? -Infinity : stream.normal()));
      v.set(u);
      fill(bar, () => 2 + 8 * stream.uniform());
      const scale = { t0: 0, rate: 0.05, cells: computeGridCellsPerMs(0.05) };
      const until = stream.uniform() < 0.5 ? Infinity : times[60]!;
      const given = { u, bar, weights, ...scale, until, times, rows, from: 0, to: 90 };
      const r = recordOf(a, { ...given, drop: away / 2, saved });
      for (let from = 0; from < times.length; ) {
        r.from = given.from = from;
        const taken = a.kernels.deliverDense(r);
        assert.is(taken, deliverDense({ ...given, u: v }));
        assert.ok(same(u, v));
        if (taken === 0) break;
        from += Math.abs(taken);
      }
    }),
    runs(RUNS),
  );
});

test('lowered thresholds', () => {
  fc.assert(
    fc.property(precision, size, size, seed, (p, n, first, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'lower');
      const b = a.floats(p, first + n + 3);
      fill(b, () => 10 * stream.uniform());
      const c = b.slice();
      const of = [first, n, stream.uniform(), 3 * stream.uniform()] as const;
      assert.is(a.kernels.lowerThresholds(b, ...of), ORACLE.lowerThresholds(c, ...of));
      assert.ok(same(b, c));
    }),
    runs(RUNS),
  );
});

test('sparse stretch, one-to-one rows included', () => {
  fc.assert(
    fc.property(precision, fc.boolean(), fc.boolean(), fc.boolean(), size, seed, (p, wide, equal, identity, n, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'sparse');
      const starts = a.u32(n + 1);
      const all: number[] = [];
      for (let row = 0; row < n; row++) {
        for (let j = 0; j < n; j++) if (identity ? j === row : stream.uniform() < 0.3) all.push(j);
        starts[row + 1] = all.length;
      }
      const targets = wide ? a.u32(all.length) : a.indices(n, all.length);
      targets.set(all);
      const weights = equal ? null : a.floats(p, all.length);
      if (weights) fill(weights, () => stream.uniform() - 0.2);
      const edges = { weights, weight: 0.4, targets, starts, isOneToOne: identity ? 1 : 0 };
      const [times, rows] = [a.f64(90), a.u32(90)];
      arrivals(stream, times, rows, n);
      // In a one-to-one projection the neurons of one instant differ, as they do in a lane.
      if (identity) {
        let t = 0;
        for (let k = 0; k < 90; k++) times[k] = t = Math.max(t + 2 ** -10, times[k]!);
        for (let k = 0; k < 90; k++) rows[k] = k % n;
      }
      const [u, v, bar] = [a.floats(p, n), a.floats(p, n), a.floats(p, n)];
      fill(u, () => stream.normal());
      v.set(u);
      fill(bar, () => 1 + 4 * stream.uniform());
      const least = Math.min(...bar);
      const scale = { t0: 0, rate: 0.05, cells: computeGridCellsPerMs(0.05) };
      const [marks, marks2, hits, hits2] = [a.u8(n), a.u8(n), a.u32(n + 1), a.u32(n + 1)];
      const given = { u, bar, ...edges, ...scale, until: 1e9, times, rows, from: 0, to: 90, marks, fired: hits };
      const r = recordOf(a, { ...given, minBar: least });
      for (let from = 0; from < 90; ) {
        r.from = given.from = from;
        const taken = a.kernels.deliverSparse(r);
        assert.is(taken, deliverSparse({ ...given, u: v, marks: marks2, fired: hits2 }));
        assert.ok(same(u, v));
        if (taken < 0) assert.equal(listed(hits), listed(hits2));
        from += Math.abs(taken);
      }
    }),
    runs(RUNS),
  );
});

test('sparse rows alone: added without a test, tested', () => {
  fc.assert(
    fc.property(precision, fc.boolean(), fc.boolean(), size, seed, (p, wide, equal, n, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'rows');
      const starts = a.u32(n + 1);
      const all: number[] = [];
      for (let row = 0; row < n; row++) {
        for (let j = 0; j < n; j++) if (stream.uniform() < 0.4) all.push(stream.integerBelow(n));
        starts[row + 1] = all.length;
      }
      const targets = wide ? a.u32(all.length) : a.indices(n, all.length);
      targets.set(all);
      const weights = equal ? null : a.floats(p, all.length);
      if (weights) fill(weights, () => stream.uniform() - 0.2);
      const edges = { weights, weight: 0.4, targets, starts };
      const [u, v, bar] = [a.floats(p, n), a.floats(p, n), a.floats(p, n)];
      fill(u, () => (stream.uniform() < 0.05 ? -Infinity : stream.normal()));
      v.set(u);
      fill(bar, () => 4 * stream.uniform() - 1);
      const least = Math.min(...bar);
      const [marks, marks2, hits, hits2] = [a.u8(n), a.u8(n), a.u32(n + 1), a.u32(n + 1)];
      let [found, expected] = [0, 0];
      const r = recordOf(a, { u, bar, ...edges, marks, fired: hits, minBar: least });
      const twin = { u: v, bar, ...edges, marks: marks2, fired: hits2 };
      for (let k = 0; k < 5; k++) {
        const row = stream.integerBelow(n);
        a.kernels.addRow(r, row, 1.1 + k);
        addRow(twin, row, 1.1 + k);
        assert.ok(same(u, v));
        found = a.kernels.testRow(r, row, 1.1 + k, found);
        expected = testRow(twin, row, 1.1 + k, expected);
        assert.is(found, expected);
        assert.ok(same(marks, marks2) && same(hits, hits2));
      }
    }),
    runs(RUNS),
  );
});

test('threshold scan', () => {
  fc.assert(
    fc.property(precision, size, seed, (p, n, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'scan');
      const [u, bar] = [a.floats(p, n), a.floats(p, n)];
      fill(u, () => stream.normal());
      fill(bar, () => stream.normal());
      const [fired, expected] = [a.u32(n), a.u32(n)];
      const found = a.kernels.scanThresholds(recordOf(a, { u, bar }), 1.3, fired);
      assert.is(found, scanThresholds(u, bar, 1.3, expected));
      assert.ok(same(fired, expected));
    }),
    runs(RUNS),
  );
});

test('arrivals as currents, dense and sparse', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 2, 4),
      fc.boolean(),
      fc.constantFrom(0, 0.3, 1),
      size,
      seed,
      (bytes, equal, negative, n, s) => {
        const a = arena();
        const stream = new RandomStream(s, 'currents');
        const all = Array.from({ length: n }, (_, j) => j).filter(() => bytes === 0 || stream.uniform() < 0.7);
        const targets = bytes === 0 ? null : bytes === 2 ? a.indices(n, 2 * all.length) : a.u32(2 * all.length);
        targets?.set([...all, ...all]);
        const weights = equal ? null : a.f64(2 * all.length);
        const draw = () =>
          stream.uniform() < 0.2 ? 0 : stream.uniform() < negative ? -stream.uniform() : stream.uniform();
        if (weights) fill(weights, draw);
        const edges = { weights, weight: draw(), targets };
        const [u, v, steps] = [a.f64(4 * n), a.f64(4 * n), a.f64(5)];
        for (let j = 0; j < n; j++) {
          u[4 * j] = stream.uniform() < 0.1 ? -Infinity : stream.normal();
          u[4 * j + 1] = stream.uniform();
          u[4 * j + 2] = stream.uniform() < 0.3 ? 0 : -stream.uniform();
          u[4 * j + 3] = [0, Number.MIN_VALUE, stream.uniform(), -stream.uniform()][stream.integerBelow(4)]!;
        }
        v.set(u);
        steps.set([-1.3, 1.7, -0.6, 2.1, 0.4]);
        const [suspects, expected] = [a.u32(2 * n + 1), a.u32(2 * n + 1)];
        let [found, known] = [0, 0];
        for (const start of [0, all.length]) {
          const end = start + all.length;
          found = a.kernels.addCurrents(u, edges, start, end, steps, suspects, found);
          known = ORACLE.addCurrents(v, edges, start, end, steps, expected, known);
          assert.is(found, known);
          assert.ok(same(u, v) && same(suspects.subarray(0, found), expected.subarray(0, found)));
        }
      },
    ),
    runs(RUNS),
  );
});

test('a round of neurons with exponential currents', () => {
  fc.assert(
    fc.property(size, seed, (n, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'sweep');
      const [u, v, bar, now, rises] = [a.f64(4 * n), a.f64(4 * n), a.f64(n), a.f64(7), a.f64(4)];
      for (let j = 0; j < n; j++) {
        u[4 * j] = stream.uniform() < 0.1 ? -Infinity : stream.normal();
        u[4 * j + 1] = stream.uniform();
        u[4 * j + 2] = stream.uniform() < 0.3 ? 0 : -stream.uniform();
        u[4 * j + 3] = [SCHEDULED_CROSSING_MARGIN, 0, Number.MIN_VALUE, stream.uniform(), Infinity][
          stream.integerBelow(5)
        ]!;
        bar[j] = stream.normal() + 1;
      }
      v.set(u);
      now.set([0.8, -1.3, 0.7, 0.6, 0.9, 1e-9, 0.35]);
      rises.set([-0.05, -0.06, 0.4, 0.2]);
      const [listed, expected] = [a.u32(n), a.u32(n)];
      assert.is(a.kernels.updateAll(u, bar, now, rises, listed), ORACLE.updateAll(v, bar, now, rises, expected));
      assert.ok(same(u, v) && same(listed, expected));
    }),
    runs(RUNS),
  );
});

test('nearest traces and the strengths made of them', () => {
  fc.assert(
    fc.property(size, fc.integer({ min: 0, max: 91 }), seed, (n, from, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'traces');
      const [times, rows] = [a.f64(91), a.u32(91)];
      arrivals(stream, times, rows, n);
      for (let k = 0; k < 91; k++) times[k]! *= 40; // large exponents
      const [values, expected] = [a.f64(n), a.f64(n)];
      fill(values, () => stream.uniform());
      expected.set(values);
      const [t0, rate] = [stream.uniform(), 0.5];
      a.kernels.setTraces(values, times, rows, from, 91, t0, rate);
      ORACLE.setTraces(expected, times, rows, from, 91, t0, rate);
      assert.ok(same(values, expected));
      const [out, twin] = [a.f64(n), a.f64(n)];
      a.kernels.computeTraceStrengths(values, 0.3, 0.2, out);
      ORACLE.computeTraceStrengths(values, 0.3, 0.2, twin);
      assert.ok(same(out, twin));
      a.kernels.computeRecentStrengths(values, values[0]!, 0.7, -0.3, out);
      ORACLE.computeRecentStrengths(values, values[0]!, 0.7, -0.3, twin);
      assert.ok(same(out, twin));
    }),
    runs(RUNS),
  );
});

test('values of bytes by a table, and their sum', () => {
  fc.assert(
    fc.property(size, seed, (n, s) => {
      const a = arena();
      const stream = new RandomStream(s, 'bytes');
      const [bytes, table] = [a.u8(n), a.f64(256)];
      for (let i = 0; i < n; i++) bytes[i] = stream.uniform() < 0.6 ? 0 : stream.integerBelow(256);
      for (let v = 1; v < 256; v++) table[v] = stream.uniform();
      const [out, twin] = [a.f64(n).fill(1), a.f64(n)];
      assert.is(a.kernels.mapBytes(bytes, table, out), ORACLE.mapBytes(bytes, table, twin));
      assert.ok(same(out, twin));
    }),
    runs(RUNS),
  );
});

test('products of matrices, of transposes and of rows that are mostly zero', () => {
  const side = fc.integer({ min: 1, max: 41 });
  fc.assert(
    fc.property(
      fc.constantFrom('f32', 'f64'),
      fc.boolean(),
      side,
      side,
      side,
      seed,
      (precision, turned, m, k, n, s) => {
        const arenaOf = arena();
        const stream = new RandomStream(s, 'product');
        const [a, b] = [arenaOf.floats(precision, m * k), arenaOf.floats(precision, k * n)];
        fill(a, () => (stream.uniform() < 0.5 ? 0 : stream.normal()));
        fill(b, () => stream.normal());
        const [c, twin] = [arenaOf.floats(precision, m * n), arenaOf.floats(precision, m * n)];
        fill(c, () => Number.NaN);
        const [aRow, aColumn] = turned ? [1, m] : [k, 1];
        arenaOf.kernels.multiply(a, aRow, aColumn, b, c, m, k, n);
        ORACLE.multiply(a, aRow, aColumn, b, twin, m, k, n);
        assert.ok(same(c, twin));
      },
    ),
    runs(RUNS),
  );
});

test.run();
