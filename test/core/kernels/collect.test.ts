/** What is collected out of queues, against a sorted list of all that is in flight, and rows by source against those by delay. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Edges } from '../../../core/graph/edges.ts';
import { copyEdgesBySource, MultiDelayQueue } from '../../../core/graph/multiDelayQueue.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { ArrivalBatchRecord, allocateRecords, EdgesRecord } from '../../../core/kernels/records.ts';
import { runs } from '../../support.ts';

const arena = new Arena();
const [FIRST, START] = [97, 100];
const TERMINALS = 7;
const PLACES = 8000;
const NOTHING = { length: 0, save: () => ({ times: new Float64Array(0), rows: new Uint32Array(0) }) };

/** On a grid, so that many arrivals are of one instant and slots are crowded, or anywhere. */
const delay = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((k) => 0.5 * k),
  fc.double({ min: 0.1, max: 4, noNaN: true }),
);
const projection = fc.record({
  delays: fc.uniqueArray(delay, { minLength: 1, maxLength: 40 }),
  ordered: fc.boolean(),
  weighted: fc.boolean(),
  fired: fc.array(fc.record({ at: fc.nat(5), terminal: fc.nat(TERMINALS - 1) }), { maxLength: 80 }),
  seed: fc.nat(1000),
});

function edgesOf(rows: number, weighted: boolean, seed: number): Edges & { starts: Uint32Array } {
  const starts = arena.u32(rows + 1);
  for (let row = 0; row < rows; row++) starts[row + 1] = starts[row]! + ((row * 7919 + seed) % 3) * (row % 7);
  const count = starts[rows]!;
  const targets = arena.indices(1000, count);
  for (let k = 0; k < count; k++) targets[k] = (k * 31 + seed) % 1000;
  const weights = weighted ? arena.f64(count) : null;
  for (let k = 0; weights && k < count; k++) weights[k] = k + seed;
  return { rows, columns: 1000, count, starts, targets, weights } as Partial<Edges> as ReturnType<typeof edgesOf>;
}

/** Targets and weights of a row as they lie in a copy. */
function rowOf({ rowStarts: starts, targets, weights }: ReturnType<typeof copyEdgesBySource>, row: number): number[][] {
  const [from, to] = [starts[row]!, starts[row + 1]!];
  if (weights === null) return [[...targets.subarray(from, to)], []];
  const n = to - from - Math.ceil((to - from) / 5);
  const behind = new Uint16Array(weights.buffer, weights.byteOffset + 8 * (from + n), n);
  return [[...behind], [...weights.subarray(from, from + n)]];
}

test('arrivals are collected in the order of time, projection and row', () => {
  const [arrivals] = allocateRecords(arena, ArrivalBatchRecord, 1) as [ArrivalBatchRecord];
  const times = arena.f64(PLACES);
  const [rows, projectionIndices, order] = [arena.u32(PLACES), arena.u32(PLACES), arena.u32(PLACES)];
  Object.assign(arrivals, { times, rows, projectionIndices, order, slots: arena.u32(PLACES + 1), capacity: PLACES });
  const collect = (start: number, horizon: number, some: boolean) => {
    Object.assign(arrivals, { start, horizon, count: 0, skipsEmptyRows: Number(some) });
    arena.kernels.collectArrivals(arrivals);
  };
  fc.assert(
    fc.property(fc.array(projection, { minLength: 1, maxLength: 3 }), fc.nat(8), fc.boolean(), (given, ahead, some) => {
      const records = allocateRecords(arena, EdgesRecord, given.length);
      Object.assign(arrivals, { edges: records[0], projectionCount: given.length });
      const horizon = START + 0.5 * ahead;
      const expected: { t: number; p: number; row: number; edges: number[][] }[] = [];
      let later = Infinity;
      const known = given.map(({ delays, ordered, weighted, fired, seed }, p) => {
        const edges = edgesOf(delays.length * TERMINALS, weighted, seed);
        const queue = new MultiDelayQueue(
          delays.map(() => NOTHING),
          delays,
          TERMINALS,
          arena,
        );
        const { starts, targets, weights } = edges;
        Object.assign(records[p]!, { starts, targets, weights, queue: queue.record });
        const copy = ordered ? copyEdgesBySource(edges, records[p]!, queue, arena) : null;
        if (copy) Object.assign(records[p]!, { ...copy, starts: copy.rowStarts });
        for (const { at, terminal } of [...fired].sort((a, b) => a.at - b.at || a.terminal - b.terminal)) {
          queue.push(FIRST + 0.5 * at, terminal);
          for (const [lane, d] of delays.entries()) {
            const row = lane * TERMINALS + terminal;
            const t = FIRST + 0.5 * at + d;
            const [from, to] = [starts[row]!, starts[row + 1]!];
            if (t >= horizon) later = Math.min(later, t);
            else if (t >= START && (!some || !ordered || from < to))
              expected.push({
                t,
                p,
                row,
                edges: [[...targets!.subarray(from, to)], [...(weights?.subarray(from, to) ?? [])]],
              });
          }
        }
        return { queue, copy, edges };
      });
      collect(FIRST, START, some); // is over
      collect(START, horizon, some);
      expected.sort((a, b) => a.t - b.t || a.p - b.p || a.row - b.row);
      const found = [...order.subarray(0, arrivals.count)].map((i) => {
        const { queue, copy, edges } = known[projectionIndices[i]!]!;
        const row = rows[i]!;
        const { queueIndices } = queue;
        const own = copy
          ? queueIndices[row % queueIndices.length]! * TERMINALS + Math.floor(row / queueIndices.length)
          : row;
        const [from, to] = [edges.starts[own]!, edges.starts[own + 1]!];
        const direct = [[...edges.targets!.subarray(from, to)], [...(edges.weights?.subarray(from, to) ?? [])]];
        return { t: times[i]!, p: projectionIndices[i]!, row: own, edges: copy ? rowOf(copy, row) : direct };
      });
      assert.equal(found, expected);
      assert.is(arrivals.nextTime, later);
    }),
    runs(200),
  );
});

test.run();
