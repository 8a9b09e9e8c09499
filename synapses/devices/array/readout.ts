import type { ModelContext } from '../../../core/factories.ts';
import { type Edges, longestRow } from '../../../core/graph/edges.ts';
import type { StatefulDevices } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { randomsOf } from '../../randoms.ts';
import type { NonIdealities } from './nonidealities.ts';
import type { ReadParams } from './range.ts';
import { missProbability } from './selector.ts';
import type { Signal } from './signal.ts';
import { highAfter } from './telegraph.ts';

/**
 * What comes between a device and what is read of it: noise, telegraph noise, errors of a selector. Draws belong to
 * (device, n-th read of its row). State: reads and last read of each row, and the traps.
 */
export class Readout {
  readonly state;
  readonly #telegraph: NonIdealities['telegraph'];
  readonly #sd: number;
  readonly #signal: Signal;
  /** Whether noise is a share of the range. */
  readonly #ofRange: boolean;
  readonly #errorRate: number;
  /** Probability that the selector of a device does not open; null without selectors. */
  readonly #misses: Float64Array | null;
  readonly #unopened: CounterRandom;
  readonly #reads: Uint32Array;
  readonly #seen: Float64Array;
  readonly #high: Uint8Array;
  readonly #noise: CounterRandom;
  readonly #traps: CounterRandom;
  readonly #errors: CounterRandom;
  readonly #references: CounterRandom;
  readonly #kernels: Kernels;
  /** Number of the read at hand, for each device of its row; and the row as a list. */
  readonly #numbers: Uint32Array;
  readonly #row: Uint32Array;

  constructor(p: NonIdealities, edges: Edges, signal: Signal, context: ModelContext) {
    const { arena } = context;
    const random = randomsOf(context);
    this.#telegraph = p.telegraph;
    this.#sd = p.readNoise?.sd ?? 0;
    this.#signal = signal;
    this.#ofRange = this.#sd > 0 && p.readNoise?.of === 'range';
    this.#errorRate = p.readErrors?.rate ?? 0;
    this.#unopened = random('selector');
    const { selector } = p;
    const thresholds = random('selector/threshold');
    this.#misses = selector
      ? Float64Array.from({ length: edges.count }, (_, k) =>
          missProbability(selector, selector, thresholds.normal(k, 0)),
        )
      : null;
    this.#reads = arena.u32(edges.rows);
    this.#seen = arena.f64(p.telegraph ? edges.rows : 0).fill(-Infinity);
    this.#high = arena.u8(p.telegraph ? edges.count : 0);
    this.#noise = random('readNoise');
    this.#traps = random('telegraph');
    this.#errors = random('readErrors');
    this.#references = random('reference');
    this.#kernels = arena.kernels;
    this.#numbers = arena.u32(longestRow(edges) + 8);
    this.#row = arena.u32(8);
    this.state = { reads: this.#reads, seen: this.#seen, high: this.#high };
  }

  /**
   * A read of the devices of a row at t, which are in the states `before`: puts their weights into the edges, returns their
   * conductance altogether, S.
   */
  read(row: number, devices: StatefulDevices, p: Pulses, t: number): number {
    const { reading, reference, least } = this.#signal;
    this.#draw(row, p, t, reading);
    return this.#kernels.storeReadWeights(devices, p, reading === 'pair', reference, this.#ofRange ? least : 0);
  }

  /**
   * Puts what the states seem to be into `before`, what currents are multiplied by into `cycles`, and into `after` what those of the
   * references are: one each (pair) or one, the first, for all.
   */
  #draw(row: number, p: Pulses, t: number, reading: ReadParams['reading']): void {
    const n = this.#reads[row]!++;
    const { edges, count, before: states, cycles: factors, after: references } = p;
    this.#numbers.fill(n, 0, count);
    if (this.#errorRate > 0) {
      this.#kernels.uniforms(this.#errors, edges, this.#numbers, count, factors);
      for (let i = 0; i < count; i++) if (factors[i]! < this.#errorRate) states[i] = 1 - states[i]!;
    }
    if (this.#misses !== null) {
      this.#kernels.uniforms(this.#unopened, edges, this.#numbers, count, factors);
      for (let i = 0; i < count; i++) if (factors[i]! < this.#misses[edges[i]!]!) states[i] = 0;
    }
    const signal = this.#ofRange ? this.#signal : null;
    this.#factors(this.#noise, edges, count, factors, signal && ((i) => signal.rangeOver(edges[i]!, states[i]!)));
    const ofReference = signal && (() => signal.rangeOverReference());
    if (reading === 'pair') this.#factors(this.#references, edges, count, references, ofReference);
    else if (reading === 'referenceColumn')
      this.#factors(this.#references, this.#row.fill(row), 1, references, ofReference);
    else references[0] = 1;
    if (this.#telegraph) this.#trap(row, edges, count, t, n, factors);
  }

  #factors(
    random: CounterRandom,
    entities: Uint32Array,
    count: number,
    out: Float64Array,
    share: ((i: number) => number) | null,
  ): void {
    const sd = this.#sd;
    if (sd === 0) {
      out.fill(1, 0, count);
      return;
    }
    this.#kernels.noise(random, entities, this.#numbers, count, out);
    if (share === null) this.#kernels.factors(out, count, sd);
    else for (let i = 0; i < count; i++) out[i] = Math.max(0, 1 + sd * share(i) * out[i]!);
  }

  /** Moves the traps on to t and lets filled ones take their share. */
  #trap(row: number, edges: Uint32Array, count: number, t: number, n: number, factors: Float64Array): void {
    const telegraph = this.#telegraph!;
    const dt = t - this.#seen[row]!;
    this.#seen[row] = t;
    const stay = highAfter(dt, true, telegraph);
    const rise = highAfter(dt, false, telegraph);
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      const high = this.#traps.uniform(k, n) < (this.#high[k] === 1 ? stay : rise);
      this.#high[k] = high ? 1 : 0;
      if (!high) factors[i]! *= 1 - telegraph.amplitude;
    }
  }
}
