/** Arrivals at neurons with conductances: kernels and oracle give the same bits, and the table is the attractor. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import {
  lookUpAttractor,
  lookUpExp,
  MAX_TABLE_ARGUMENT,
  MIN_TABLE_ARGUMENT,
} from '../../../core/kernels/conductances.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { computeAttractorPotentialAnyB, createAttractorTable } from '../../../neurons/lif/conductancePotential.ts';
import { CANDIDATE_MARK, CROSSING_SCHEDULED_MARK } from '../../../neurons/lif/conductancePredictor.ts';
import { runs } from '../../support.ts';
import { ORACLE } from './oracle/index.ts';

const bits = (a: Float64Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('hex');

test('the table is e^-b times the attractor over b to 4e-15 of it where b > 1e-3, for fast and slow synapses', () => {
  for (const ts of [0.05, 0.25, 0.5, 1, 1.001, 2.5]) {
    const table = createAttractorTable(ts);
    const stream = new RandomStream(1, 'b');
    for (let k = 0; k < 2000; k++) {
      const b = MIN_TABLE_ARGUMENT * (MAX_TABLE_ARGUMENT / MIN_TABLE_ARGUMENT) ** stream.uniform();
      const error = (lookUpAttractor(table, b) * lookUpExp(table) * b) / computeAttractorPotentialAnyB(ts, b) - 1;
      assert.ok(Math.abs(error) < (b > 1e-3 ? 4e-15 : 3e-14), `ts ${ts}, b ${b}: ${error}`);
    }
  }
});

test('kernel and oracle: states, suspects, potentials and what is left to the caller', () => {
  const arena = new Arena();
  const { kernels } = arena;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(1e6), fc.boolean(), fc.boolean(), (n, seed, sparse, equal) => {
      const s = new RandomStream(seed, 'x');
      const draws = (a: Float64Array, f: () => number) => {
        for (let i = 0; i < a.length; i++) a[i] = f();
        return a;
      };
      const table = arena.f64(createAttractorTable(0.25).length);
      table.set(createAttractorTable(0.25));
      const u = arena.f64(4 * n);
      for (let j = 0; j < n; j++) {
        const [c, sum] = [20 * s.normal(), [0, 1e-14, 3 * s.uniform(), 200][s.integerBelow(4)]!];
        u.set([s.integerBelow(6) === 0 ? -Infinity : c, sum, 40 * sum * (s.uniform() - 0.3)], 4 * j);
        u[4 * j + 3] = [CANDIDATE_MARK, CROSSING_SCHEDULED_MARK, -100 * s.uniform(), 100 * s.uniform(), Infinity][
          s.integerBelow(5)
        ]!;
      }
      const v = arena.f64(4 * n);
      v.set(u);
      const bar = draws(arena.f64(n), () => 10 * s.normal() + 5);
      const targets = sparse ? arena.indices(s.integerBelow(2) === 0 ? n : 1e5, n) : null; // of 16 or 32 bits, and some twice
      targets?.forEach((_, k) => {
        targets[k] = s.integerBelow(n);
      });
      const weights = equal ? null : draws(arena.f64(n), () => 5 * s.normal());
      const edges = { targets, weights, weight: 4 * s.normal() };
      const steps = arena.f64(11);
      steps.set([0.7, 0.91, 1 / 0.91, 0.25, 0.1, 6, 0.1, -2, 50, 20, 51]);
      const lists = () => [arena.u32(n + 1), arena.f64(n + 1), arena.u32(n + 1)] as const;
      const [[a, b, c], [d, e, f]] = [lists(), lists()];
      const found = kernels.addConductances(u, bar, table, edges, 0, n, steps, a, b, 0, c);
      assert.is(ORACLE.addConductances(v, bar, table, edges, 0, n, steps, d, e, 0, f), found);
      assert.is(bits(u), bits(v));
      assert.equal(a.slice(0, found), d.slice(0, found));
      assert.is(bits(b.slice(0, found)), bits(e.slice(0, found)));
      assert.equal(c, f);
    }),
    runs(400),
  );
});

test('two time constants, kernel and oracle: states, suspects and potentials, after any time', () => {
  const arena = new Arena();
  const { kernels } = arena;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1e6), fc.boolean(), fc.boolean(), (n, seed, sparse, equal) => {
      const s = new RandomStream(seed, 'x');
      const now = 100;
      const u = arena.f64(5 * n);
      for (let j = 0; j < n; j++) {
        const since = now - [0, 1e-3, 0.1, 3 * s.uniform(), 2000][s.integerBelow(5)]!;
        const v = s.integerBelow(6) === 0 ? -Infinity : 20 * s.normal();
        const [g, h] = [[0, 1e-12, 5 * s.uniform(), 40][s.integerBelow(4)]!, [0, 30 * s.uniform()][s.integerBelow(2)]!];
        u.set(
          [
            v,
            since,
            g,
            h,
            [CANDIDATE_MARK, CROSSING_SCHEDULED_MARK, -now - s.uniform(), now + s.uniform(), Infinity][
              s.integerBelow(5)
            ]!,
          ],
          5 * j,
        );
      }
      const v = arena.f64(5 * n);
      v.set(u);
      const bar = arena.f64(n);
      for (let j = 0; j < n; j++) bar[j] = 10 * s.normal() + 5;
      const targets = sparse ? arena.indices(n, n) : null;
      targets?.forEach((_, k) => {
        targets[k] = n - 1 - k;
      });
      const weights = equal ? null : arena.f64(n);
      weights?.forEach((_, k) => {
        weights[k] = 5 * s.normal();
      });
      const edges = { targets, weights, weight: 4 * s.normal() };
      const steps = arena.f64(13);
      const rates = [4, 2, 0.3, 12];
      steps.set([
        rates[s.integerBelow(4)]!,
        rates[s.integerBelow(4)]!,
        40,
        -40,
        0.04,
        0,
        0,
        0.04,
        now,
        20,
        now + 0.6,
        3,
        7,
      ]);
      const lists = () => [arena.u32(n + 1), arena.f64(n + 1)] as const;
      const [[a, b], [c, d]] = [lists(), lists()];
      const found = kernels.addTwoConductances(u, bar, edges, 0, n, steps, a, b, 0);
      assert.is(ORACLE.addTwoConductances(v, bar, edges, 0, n, steps, c, d, 0), found);
      assert.is(bits(u), bits(v));
      assert.equal(a.slice(0, found), c.slice(0, found));
      assert.is(bits(b.slice(0, found)), bits(d.slice(0, found)));
    }),
    runs(300),
  );
});

test.run();
