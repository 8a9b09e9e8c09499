import { Bench } from 'tinybench';
import { Scheduler } from '../../../core/engine/scheduler.ts';
import type { EventSource } from '../../../core/graph/spikeQueue.ts';
import { SpikeQueue } from '../../../core/graph/spikeQueue.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { allocateRecords, DeltaRowsRecord } from '../../../core/kernels/records.ts';
import { exp, exponentialScaleAt } from '../../../core/math.ts';
import { RandomStream } from '../../../core/random/random.ts';
import type { Benchmark } from '../figure.ts';

/** Operations a sample, so that the clock's resolution does not matter. */
const BATCH = 1000;

export const micro: Benchmark = {
  title: 'Parts (tinybench, median)',
  async measure({ tiny }) {
    const bench = new Bench({ time: tiny ? 1 : 200, warmupTime: tiny ? 1 : 100 });
    const arena = new Arena();
    const stream = new RandomStream(1, 'bench');
    const sources = Array.from(
      { length: 64 },
      (_, order): EventSource => ({ next: order, orderInTick: order, queuedAt: Infinity, queueProxy: null }),
    );
    const scheduler = new Scheduler();
    for (const source of sources) scheduler.update(source);
    const lane = new SpikeQueue(arena);
    const u = arena.f64(BATCH);
    const bar = arena.f64(BATCH).fill(1);
    const fired = arena.u32(BATCH + 1);
    const [record] = allocateRecords(arena, DeltaRowsRecord, 1) as [DeltaRowsRecord];
    Object.assign(record, { u, bar, size: BATCH });
    let kept = 0;
    const repeat = (name: string, one: (i: number) => number) =>
      bench.add(name, () => {
        for (let i = 0; i < BATCH; i++) kept += one(i);
      });
    repeat('scheduler: next of 64 sources', () => {
      const source = scheduler.pop()!;
      source.next += 64;
      scheduler.update(source);
      return source.orderInTick;
    });
    repeat('lane: a spike in and out', (i) => {
      lane.push(i, i);
      lane.removeFirst(1);
      return lane.head;
    });
    repeat('exp', (i) => exp(i * 1e-3));
    repeat('scaleAt', (i) => exponentialScaleAt(i * 1e-3, 0, 0.1, 2048));
    repeat('uniform draw', () => stream.uniform());
    bench.add('threshold scan, a neuron', () => {
      kept += arena.kernels.scanThresholds(record, 1, fired);
    });
    await bench.run();
    if (Number.isNaN(kept)) throw new Error('a benchmarked part gave NaN');
    return bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(`benchmark of ${name} ended as ${result.state}`);
      return { name, value: (result.latency.p50 * 1e6) / BATCH, unit: 'ns' };
    });
  },
};
