import { number, optional } from '../../core/declare/params.ts';
import type { DeviceHooks } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { PulseTarget } from '../../core/model.ts';

export const minPulseStrengthParam = optional(
  number({
    min: 0,
    unit: '1',
    help: 'smallest pulse strength sent; weaker pulses are neither sent nor counted; default: all pulses are sent',
  }),
);

export class MinPulseStrengthFilter {
  readonly minPulseStrength: number;
  readonly #size: number;
  readonly #indices;
  /** Trace values of the selected synapses during a pulse, 0 for all others. */
  readonly #traces;

  constructor(size: number, minStrength: number, arena: Arena) {
    this.#size = size;
    this.minPulseStrength = minStrength;
    this.#indices = arena.u32(size);
    this.#traces = arena.f64(size);
  }

  /** Pulses synapses of a row with |scale × trace| >= `minPulseStrength`; `active`: columns that may reach it. */
  pulseRow(
    devices: PulseTarget & Partial<DeviceHooks>,
    row: number,
    traces: Float64Array,
    scale: number,
    mu: number,
    t: number,
    active: ActiveTraceList,
  ) {
    const n =
      8 * active.count > this.#size
        ? this.#selectStrongIndices(traces, scale)
        : this.#selectStrongActiveIndices(active, traces, scale);
    if (n === 0 || devices.pulseColumns?.(row, this.#indices, n, traces, scale, mu, t)) return;
    devices.pulseRow(row, this.#copySelectedTraces(traces, n), scale, mu, t);
    this.#clearSelectedTraces(n);
  }

  pulseColumn(devices: PulseTarget, column: number, traces: Float64Array, scale: number, mu: number, t: number) {
    const n = this.#selectStrongIndices(traces, scale);
    if (n === 0) return;
    devices.pulseColumn(column, this.#copySelectedTraces(traces, n), scale, mu, t);
    this.#clearSelectedTraces(n);
  }

  /** Selects the indices with |scale × trace| >= `minPulseStrength`, ascending; returns their number. */
  #selectStrongIndices(traces: Float64Array, scale: number): number {
    const limit = this.minPulseStrength / Math.abs(scale);
    const list = this.#indices;
    const size = this.#size; // reading the length of an arena array is slow
    let n = 0;
    for (let i = 0; i < size; i++) {
      const trace = traces[i]!;
      if (trace >= limit || trace <= -limit) list[n++] = i;
    }
    return n;
  }

  /** Selects the active indices with |scale × trace| >= `minPulseStrength`, ascending; returns their number. */
  #selectStrongActiveIndices(active: ActiveTraceList, traces: Float64Array, scale: number): number {
    const limit = this.minPulseStrength / Math.abs(scale);
    const list = this.#indices;
    let n = 0;
    for (let k = 0; k < active.count; k++) {
      const column = active.indices[k]!;
      const trace = traces[column]!;
      if (!(trace >= limit || trace <= -limit)) continue;
      let place = n++;
      for (; place > 0 && list[place - 1]! > column; place--) list[place] = list[place - 1]!;
      list[place] = column;
    }
    return n;
  }

  #copySelectedTraces(traces: Float64Array, n: number): Float64Array {
    for (let k = 0; k < n; k++) this.#traces[this.#indices[k]!] = traces[this.#indices[k]!]!;
    return this.#traces;
  }

  #clearSelectedTraces(n: number) {
    for (let k = 0; k < n; k++) this.#traces[this.#indices[k]!] = 0;
  }
}

/**
 * List of presynaptic or postsynaptic neurons whose traces can still cause pulses, so that an arrival need not check
 * all neurons. Derived from other state, and therefore not saved.
 */
export class ActiveTraceList {
  readonly indices;
  count = 0;
  readonly #isListed;

  constructor(size: number) {
    this.indices = new Uint32Array(size);
    this.#isListed = new Uint8Array(size);
  }

  addIndex(index: number) {
    if (this.#isListed[index] === 1) return;
    this.#isListed[index] = 1;
    this.indices[this.count++] = index;
  }

  removeAt(k: number) {
    const { indices } = this;
    this.#isListed[indices[k]!] = 0;
    indices[k] = indices[--this.count]!;
  }

  removeAllIndices() {
    while (this.count > 0) this.removeAt(this.count - 1);
  }
}
