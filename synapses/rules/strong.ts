import { number, optional } from '../../core/declare/params.ts';
import type { DeviceHooks } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { PulseTarget } from '../../core/model.ts';
import type { Recent } from './recent.ts';

/** Parameter of rules whose strengths fade with time. */
export const minStrengthParam = optional(
  number({
    min: 0,
    unit: '1',
    help: 'weaker pulses are neither sent nor counted nor booked; left out: all are sent',
  }),
);

/** Sends those pulses of a row or column only that have at least a certain strength. */
export class Strong {
  /** The least strength. */
  readonly least: number;
  readonly #size: number;
  readonly #list: Uint32Array;
  /** 0 but while pulses are sent. */
  readonly #traces: Float64Array;

  /** @param least above 0 */
  constructor(size: number, least: number, arena: Arena) {
    this.#size = size;
    this.least = least;
    this.#list = arena.u32(size);
    this.#traces = arena.f64(size);
  }

  /** @param recent holds all columns that can be strong enough */
  pulseRow(
    devices: PulseTarget & Partial<DeviceHooks>,
    row: number,
    traces: Float64Array,
    scale: number,
    mu: number,
    t: number,
    recent: Recent,
  ): void {
    const n = 8 * recent.count > this.#size ? this.#choose(traces, scale) : this.#chooseOf(recent, traces, scale);
    if (n === 0 || devices.pulseColumns?.(row, this.#list, n, traces, scale, mu, t)) return;
    devices.pulseRow(row, this.#show(traces, n), scale, mu, t);
    this.#hide(n);
  }

  pulseColumn(devices: PulseTarget, column: number, traces: Float64Array, scale: number, mu: number, t: number): void {
    const n = this.#choose(traces, scale);
    if (n === 0) return;
    devices.pulseColumn(column, this.#show(traces, n), scale, mu, t);
    this.#hide(n);
  }

  /** Lists those with |scale × trace| >= least, ascending; returns how many. */
  #choose(traces: Float64Array, scale: number): number {
    const limit = this.least / Math.abs(scale);
    const list = this.#list;
    const size = this.#size; // the length of an array of the arena is slow to ask for
    let n = 0;
    for (let i = 0; i < size; i++) {
      const trace = traces[i]!;
      if (trace >= limit || trace <= -limit) list[n++] = i;
    }
    return n;
  }

  /** The same among a few. */
  #chooseOf(recent: Recent, traces: Float64Array, scale: number): number {
    const limit = this.least / Math.abs(scale);
    const list = this.#list;
    let n = 0;
    for (let k = 0; k < recent.count; k++) {
      const column = recent.list[k]!;
      const trace = traces[column]!;
      if (!(trace >= limit || trace <= -limit)) continue;
      let place = n++;
      for (; place > 0 && list[place - 1]! > column; place--) list[place] = list[place - 1]!;
      list[place] = column;
    }
    return n;
  }

  #show(traces: Float64Array, n: number): Float64Array {
    for (let k = 0; k < n; k++) this.#traces[this.#list[k]!] = traces[this.#list[k]!]!;
    return this.#traces;
  }

  #hide(n: number): void {
    for (let k = 0; k < n; k++) this.#traces[this.#list[k]!] = 0;
  }
}
