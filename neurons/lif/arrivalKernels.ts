import type { Edges } from '../../core/graph/edges.ts';
import type { ArrivalBatch, ArrivalPulses } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { PlasticRecord } from '../../core/kernels/records.ts';
import type { CrossingPredictor, PredictorInput } from './crossingPredictor.ts';

/**
 * Kernel calls of `LifExponential` that deliver several arrivals one after the other, with pulses of plastic synapses
 * and threshold checks. A call ends when a crossing must be computed. Results are identical to single deliveries.
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

  /** Creates the kernel calls; returns null for decaying thresholds and for nearly equal time constants. */
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
      rate,
      rateE: exc.rate,
      rateI: inh.rate,
      perDeltaE: exc.perDelta,
      perDeltaI: inh.perDelta,
      perCapacitance,
      peak: exc.peak,
      span,
    });
    return plastic;
  }

  /** Delivers arrivals `from` … `to - 1` before `until`, each preceded by its pulses; returns the number delivered. */
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
    r.devices = devices;
    this.#setRange(from, Math.min(to, from + devices.sums.length), until, reference);
    r.amount = amount;
    r.columns = edges.columns;
    r.times = times;
    r.rows = rows;
    r.pre = pre;
    r.post = post;
    return this.#finish(this.#plasticKernel(r));
  }

  /** Delivers arrivals of many queues before `until`; returns the index after the last delivered one. */
  receiveBatch({ record }: ArrivalBatch, from: number, to: number, until: number, reference: number): number {
    const r = this.#record;
    this.#setRange(from, to, until, reference);
    r.batch = record;
    return this.#finish(this.#streamKernel(r));
  }

  /** Copies the number of candidates and of checks from the record of a kernel call; returns `returned`. */
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
