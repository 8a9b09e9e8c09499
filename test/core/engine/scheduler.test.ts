/** Scheduler, lanes and indexed heap against sorted arrays. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Scheduler } from '../../../core/engine/scheduler.ts';
import { SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { type EventSource, SpikeQueue } from '../../../core/graph/spikeQueue.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { IndexedHeap } from '../../../neurons/parts/indexedHeap.ts';
import { runs } from '../../support.ts';

const arena = new Arena();

/** Few distinct times: ties are the rule. */
const time = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Infinity));

const source = (order: number): EventSource => ({
  next: Infinity,
  orderInTick: order,
  queuedAt: Infinity,
  queueProxy: null,
});

test('the scheduler gives the earliest source, the lower order first, however their times move', () => {
  const step = fc.oneof(
    fc.record({ source: fc.nat({ max: 7 }), time }),
    fc.record({ until: time }),
    fc.constant('clear' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const scheduler = new Scheduler();
      const sources = [3, 1, 7, 0, 2, 6, 4, 5].map(source);
      const waiting = new Set<EventSource>();
      const first = () =>
        [...waiting]
          .filter((s) => s.next < Infinity)
          .sort((a, b) => a.next - b.next || a.orderInTick - b.orderInTick)[0];
      for (const s of steps) {
        if (s === 'clear') {
          scheduler.clear();
          waiting.clear();
        } else if ('until' in s) {
          const earliest = first();
          const expected = earliest !== undefined && earliest.next <= s.until ? earliest : undefined;
          assert.is(scheduler.pop(s.until), expected);
          if (expected) waiting.delete(expected);
        } else {
          sources[s.source]!.next = s.time;
          waiting.add(sources[s.source]!);
          scheduler.update(sources[s.source]!);
        }
        assert.is(scheduler.peek(), first());
        assert.is(scheduler.earliestTime, first()?.next ?? Infinity);
      }
    }),
    runs(500),
  );
});

test('a source that announces NaN is refused', () => {
  const s = source(0);
  s.next = Number.NaN;
  assert.throws(() => new Scheduler().update(s), /NaN/);
});

test('spikes of many lanes come out in the order of a sorted list', () => {
  const spike = fc.record({ lane: fc.nat({ max: 4 }), gap: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(spike, { maxLength: 300 }), (spikes) => {
      const scheduler = new Scheduler();
      const lanes = [4, 2, 0, 1, 3].map((orderInTick) => Object.assign(new SpikeQueue(arena), { orderInTick }));
      const expected: [time: number, order: number, row: number][] = [];
      let now = 0;
      spikes.forEach(({ lane, gap }, row) => {
        now += gap;
        const l = lanes[lane]!;
        l.push(now + lane, row); // each lane with a delay of its own
        scheduler.update(l);
        expected.push([now + lane, l.orderInTick, row]);
      });
      expected.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      const found: [number, number, number][] = [];
      for (
        let l = scheduler.pop() as SpikeQueue | undefined;
        l !== undefined;
        l = scheduler.pop() as SpikeQueue | undefined
      ) {
        found.push([l.next, l.orderInTick, l.rows[l.head]!]);
        l.removeFirst(1);
        scheduler.update(l);
      }
      assert.equal(found, expected);
    }),
  );
});

test('a lane is a queue: push, pushAll, consume, cancelAfter, clear, save and load', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 2 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        pushAll: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 90 }),
        first: fc.constantFrom(0, 0, 3),
        count: fc.constantFrom(10, 4),
        firstRow: fc.constantFrom(0, 70),
      }),
    },
    { weight: 3, arbitrary: fc.record({ consume: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.record({ cancelAfter: fc.integer({ min: 0, max: 40 }) }) },
    { weight: 1, arbitrary: fc.constant('reload' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let lane = new SpikeQueue(arena);
      let oracle: { time: number; row: number }[] = [];
      let now = 0;
      let row = 0;
      for (const s of steps) {
        if (s === 'reload') {
          const fresh = new SpikeQueue(arena);
          fresh.push(3, 3);
          fresh.load(lane.save());
          lane = fresh;
        } else if ('push' in s) {
          now += s.push;
          lane.push(now, row);
          oracle.push({ time: now, row: row++ });
        } else if ('pushAll' in s) {
          const times = s.pushAll.map((gap) => (now += gap));
          // of the neurons 0 … 9 of the block the lane takes `count` from `first` on
          const neurons = times.map((_, i) => i % 10);
          const block = {
            times: Float64Array.from(times),
            neurons: Uint32Array.from(neurons),
            spikeCount: times.length,
          };
          lane.pushBlock(block, 5, new SourceNeurons(10, [s.first, Math.min(s.count, 10 - s.first)]), s.firstRow);
          times.forEach((time, i) => {
            const place = neurons[i]! - s.first;
            if (place >= 0 && place < s.count) oracle.push({ time: time + 5, row: s.firstRow + place });
          });
          now += times.length > 0 ? 5 : 0;
        } else if ('consume' in s) {
          const count = Math.floor(s.consume * oracle.length);
          lane.removeFirst(count);
          oracle = oracle.slice(count);
        } else {
          lane.cancelAfter(now - s.cancelAfter);
          oracle = oracle.filter(({ time }) => time <= now - s.cancelAfter);
          now = Math.max(oracle.at(-1)?.time ?? 0, now - s.cancelAfter);
        }
        assert.is(lane.length, oracle.length);
        assert.is(lane.next, oracle[0]?.time ?? Infinity);
        const { times, rows } = lane.save();
        assert.equal(
          [...times],
          oracle.map((o) => o.time),
        );
        assert.equal(
          [...rows],
          oracle.map((o) => o.row),
        );
      }
      lane.clear();
      assert.is(lane.next, Infinity);
    }),
    runs(300),
  );
});

test('the indexed heap knows the earliest of times that change, the smaller index first', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.tuple(fc.nat({ max: 11 }), time, fc.boolean()), { maxLength: 80 }),
      (size, changes) => {
        const heap = new IndexedHeap(size, new Arena());
        const { times } = heap;
        const oracle = new Array<number>(size).fill(Infinity);
        assert.is(heap.nextTime, Infinity);
        for (const [i, t, rebuild] of changes) {
          oracle[i % size] = t;
          if (rebuild) {
            times.set(oracle);
            heap.rebuildHeap();
          } else {
            heap.setTime(i % size, t);
          }
          const earliest = Math.min(...oracle);
          assert.is(heap.nextTime, earliest);
          if (earliest < Infinity) assert.is(heap.firstIndex, oracle.indexOf(earliest));
          assert.equal([...times], oracle);
        }
      },
    ),
    runs(300),
  );
});

test.run();
