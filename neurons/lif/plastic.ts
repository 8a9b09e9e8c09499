import type { Edges } from '../../core/graph/edges.ts';
import type { ArrivalPulses } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { Watch, Watched } from './watch.ts';

/** Elements of the record of the kernel; what lies where in it is told in core/kernels/wasm/plastic.ts. */
const LENGTH = 26;

/**
 * Arrivals that pulse their synapses and are delivered, one after the other in one call of a kernel, and the looks that they
 * make necessary: as long as no neuron needs more than a look. The same operations in the same order as one by one.
 */
export class Plastic {
  readonly #f64: Float64Array;
  readonly #u32: Uint32Array;
  readonly #run: (record: Float64Array) => number;
  readonly #watch: Watch;

  private constructor(run: (record: Float64Array) => number, watch: Watch, arena: Arena) {
    this.#run = run;
    this.#watch = watch;
    this.#f64 = arena.f64(LENGTH);
    this.#u32 = new Uint32Array(this.#f64.buffer, this.#f64.byteOffset, 2 * LENGTH);
  }

  /** Null where the kernel does not serve: none is there, thresholds decay or time constants are close to each other. */
  static of(watched: Watched, watch: Watch, perCapacitance: number, span: number, arena: Arena): Plastic | null {
    const { u, thresholds, exc, inh, rate } = watched;
    const run = arena.kernels.plastic;
    if (run === null || thresholds.rate > 0 || exc.close || inh.close) return null;
    const plastic = new Plastic(run, watch, arena);
    const { now, table, starts, ceiling } = watch.tables;
    plastic.#f64.set([rate, exc.rate, inh.rate, exc.perDelta, inh.perDelta, perCapacitance, 0, exc.peak, span], 2);
    plastic.#u32.set([u.byteOffset, thresholds.b.byteOffset], 30);
    plastic.#u32[41] = watch.suspects.byteOffset;
    plastic.#u32.set([now.byteOffset, table.byteOffset, starts.length, starts.byteOffset, ceiling.byteOffset], 44);
    plastic.#u32.set([watch.wakes.byteOffset, watch.crossings.byteOffset], 49);
    return plastic;
  }

  /** Takes arrivals `from` … before `until` and returns how many; what is left to be looked at is among the suspects. */
  run(
    { devices, trace, amount, t0, tau }: ArrivalPulses,
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    until: number,
    reference: number,
  ): number {
    const f = this.#f64;
    const n = this.#u32;
    const watch = this.#watch;
    f[0] = until;
    f[1] = reference;
    f[8] = watch.rounds.end;
    f[11] = amount;
    f[12] = t0;
    f[13] = tau;
    f[14] = 0;
    n[32] = devices.weights.byteOffset;
    n[33] = edges.columns;
    n[34] = times.byteOffset;
    n[35] = rows.byteOffset;
    n[36] = from;
    n[37] = to;
    n[38] = trace.byteOffset;
    n[39] = devices.parameters.byteOffset;
    n[40] = devices.totals.byteOffset;
    const taken = this.#run(f);
    watch.suspectCount = n[42]!;
    watch.rounds.looked(f[14]!);
    return taken;
  }
}
