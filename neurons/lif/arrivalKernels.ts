import type { Edges } from '../../core/graph/edges.ts';
import type { ArrivalBatch, ArrivalPulses } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { PlasticRecord } from '../../core/kernels/records.ts';
import type { CrossingPredictor, PredictorInput } from './crossingPredictor.ts';

/**
 * Arrivals that pulse their synapses and are delivered, one after the other in one call of a kernel, and the looks that they
 * make necessary: as long as no neuron needs more than a look. The same operations in the same order as one by one.
 */
export class ArrivalKernels {
  readonly #record: PlasticRecord;
  readonly #plasticKernel: (record: PlasticRecord) => number;
  readonly #streamKernel: (record: PlasticRecord) => number;
  readonly #predictor: CrossingPredictor;

  private constructor(receivePlastic: (record: PlasticRecord) => number, watch: CrossingPredictor, arena: Arena) {
    this.#plasticKernel = receivePlastic;
    this.#streamKernel = arena.kernels.deliverBatch;
    this.#predictor = watch;
    this.#record = watch.record;
  }

  /** Null where the kernel does not serve: thresholds decay or time constants are close to each other. */
  static create(
    watched: PredictorInput,
    watch: CrossingPredictor,
    perCapacitance: number,
    span: number,
    arena: Arena,
  ): ArrivalKernels | null {
    const { thresholds, exc, inh, rate } = watched;
    const run = arena.kernels.deliverPlastic;
    if (thresholds.rate > 0 || exc.isNearDegenerate || inh.isNearDegenerate) return null;
    const plastic = new ArrivalKernels(run, watch, arena);
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
    this.#setRange(from, Math.min(to, from + devices.sums.length), until, reference);
    r.amount = amount;
    r.columns = edges.columns;
    r.times = times;
    r.rows = rows;
    r.pre = pre;
    r.post = post;
    return this.#finish(this.#plasticKernel(r));
  }

  /** Takes arrivals of many lanes before `until`, and returns the index after the last. */
  receiveBatch({ record }: ArrivalBatch, from: number, to: number, until: number, reference: number): number {
    const r = this.#record;
    this.#setRange(from, to, until, reference);
    r.batch = record;
    return this.#finish(this.#streamKernel(r));
  }

  /** Books what a kernel has looked at, and passes on what it returned. */
  #finish(returned: number): number {
    const { candidateCount, checkCount } = this.#record;
    this.#predictor.candidateCount = candidateCount;
    this.#predictor.checkInterval.countChecks(checkCount);
    return returned;
  }

  #setRange(from: number, to: number, until: number, reference: number): void {
    const r = this.#record;
    r.checkCount = 0;
    r.from = from;
    r.to = to;
    r.until = until;
    r.t0 = reference;
    r.checkEnd = this.#predictor.checkInterval.end;
  }
}
