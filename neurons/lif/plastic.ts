import type { Edges } from '../../core/graph/edges.ts';
import type { ArrivalBatch, ArrivalPulses } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { PlasticRecord } from '../../core/kernels/records.ts';
import type { Watch, Watched } from './watch.ts';

/**
 * Arrivals that pulse their synapses and are delivered, one after the other in one call of a kernel, and the looks that they
 * make necessary: as long as no neuron needs more than a look. The same operations in the same order as one by one.
 */
export class Plastic {
  readonly #record: PlasticRecord;
  readonly #run: (record: PlasticRecord) => number;
  readonly #stream: (record: PlasticRecord) => number;
  readonly #watch: Watch;

  private constructor(run: (record: PlasticRecord) => number, watch: Watch, arena: Arena) {
    this.#run = run;
    this.#stream = arena.kernels.deliverBatch;
    this.#watch = watch;
    this.#record = watch.record;
  }

  /** Null where the kernel does not serve: thresholds decay or time constants are close to each other. */
  static of(watched: Watched, watch: Watch, perCapacitance: number, span: number, arena: Arena): Plastic | null {
    const { thresholds, exc, inh, rate } = watched;
    const run = arena.kernels.deliverPlastic;
    if (thresholds.rate > 0 || exc.close || inh.close) return null;
    const plastic = new Plastic(run, watch, arena);
    Object.assign(plastic.#record, {
      ...{ rate, rateE: exc.rate, rateI: inh.rate, perDeltaE: exc.perDelta, perDeltaI: inh.perDelta },
      ...{ perCapacitance, peak: exc.peak, span },
    });
    return plastic;
  }

  /** Takes arrivals `from` … before `until` and returns how many; what is left to be looked at is among the suspects. */
  run(
    { devices, amount, pre, post }: ArrivalPulses,
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    until: number,
    reference: number,
  ): number {
    const r = this.#record;
    r.devices = devices.record;
    this.#between(from, Math.min(to, from + devices.sums.length), until, reference);
    r.amount = amount;
    r.columns = edges.columns;
    r.times = times;
    r.rows = rows;
    r.pre = pre;
    r.post = post;
    return this.#looked(this.#run(r));
  }

  /** Takes arrivals of many lanes before `until`, and returns the index after the last. */
  stream({ record }: ArrivalBatch, from: number, to: number, until: number, reference: number): number {
    const r = this.#record;
    this.#between(from, to, until, reference);
    r.batch = record;
    return this.#looked(this.#stream(r));
  }

  /** Books what a kernel has looked at, and passes on what it returned. */
  #looked(returned: number): number {
    const { candidateCount, checkCount } = this.#record;
    this.#watch.suspectCount = candidateCount;
    this.#watch.rounds.looked(checkCount);
    return returned;
  }

  #between(from: number, to: number, until: number, reference: number): void {
    const r = this.#record;
    r.checkCount = 0;
    r.from = from;
    r.to = to;
    r.until = until;
    r.t0 = reference;
    r.checkEnd = this.#watch.rounds.end;
  }
}
