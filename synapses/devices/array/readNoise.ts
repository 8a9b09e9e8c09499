import type * as z from 'zod/mini';
import { choice, object, optional, positive, share } from '../../../core/declare/params.ts';
import type { ModelContext } from '../../../core/factories.ts';
import { type Edges, longestRow } from '../../../core/graph/edges.ts';
import type { StatefulDevices } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { exp } from '../../../core/math.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { createRandoms, deviationParam } from '../../variability.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { ReadParams } from './range.ts';
import { missProbability, type selectorReadParams } from './selector.ts';

export const readNoiseParams = object(
  {
    sd: deviationParam(0.01, 'read noise: sd (normal) of the current of each read, as a share of `of` (assumed)'),
    of: optional(
      choice(['value', 'range'], {
        help: 'reference of the sd: value: the current itself (default); range: the current range, gMax - gMin',
      }),
    ),
  },
  'read noise: each read of the current is noisy',
);

export const readErrorParams = object(
  {
    rate: share(1e-3, 'probability of an error per read (assumed)'),
    writeRate: share(0, 'probability of an error per write pulse, which leaves the device in the mirrored state'),
  },
  'read and write errors: state g is read or written as 1 - g',
);

const dwellTimeParam = (what: string) => positive(100, 'ms', `mean dwell time in the ${what} state (assumed)`);

export const telegraphParams = object(
  {
    amplitude: share(0.1, 'share of the conductance that is lost in the low state (assumed)'),
    tauHigh: dwellTimeParam('high'),
    tauLow: dwellTimeParam('low'),
  },
  'random telegraph noise: the trap of each device is empty (high) or filled (low), with exponential dwell times',
);

/** Probability of the high state `dt` ms after a known state; for dt = Infinity the stationary probability. */
export function highProbability(
  dt: number,
  high: boolean,
  { tauHigh, tauLow }: { tauHigh: number; tauLow: number },
): number {
  const stationary = tauHigh / (tauHigh + tauLow);
  return stationary + ((high ? 1 : 0) - stationary) * exp(-dt * (1 / tauHigh + 1 / tauLow));
}

interface ReadNoiseOptions {
  readonly readNoise?: z.output<typeof readNoiseParams> | undefined;
  readonly readErrors?: z.output<typeof readErrorParams> | undefined;
  readonly telegraph?: z.output<typeof telegraphParams> | undefined;
  readonly selector?: z.output<typeof selectorReadParams> | undefined;
}

/**
 * Read noise, random telegraph noise, read errors and selector misses. Random draws are indexed by (device, number of
 * the read of its row). State: number of reads and time of the last read of each row, and the trap of each device.
 */
export class ReadNoise {
  readonly state;
  readonly #telegraph: ReadNoiseOptions['telegraph'];
  readonly #sd: number;
  readonly #scale: ConductanceScale;
  /** True if read noise is relative to the range, false if relative to the current. */
  readonly #isShareOfRange: boolean;
  readonly #errorRate: number;
  /** Probability that the selector of each device stays closed during a read; null without selectors. */
  readonly #missProbabilities: Float64Array | null;
  readonly #selectorRandom: CounterRandom;
  readonly #reads: Uint32Array;
  readonly #lastRead: Float64Array;
  readonly #high: Uint8Array;
  readonly #noise: CounterRandom;
  readonly #traps: CounterRandom;
  readonly #errors: CounterRandom;
  readonly #references: CounterRandom;
  readonly #kernels: Kernels;
  /** Number of the current read, repeated for each device of the row; `#row`: index of the row. */
  readonly #numbers: Uint32Array;
  readonly #row: Uint32Array;

  constructor(p: ReadNoiseOptions, edges: Edges, scale: ConductanceScale, context: ModelContext) {
    const { arena } = context;
    const random = createRandoms(context);
    this.#telegraph = p.telegraph;
    this.#sd = p.readNoise?.sd ?? 0;
    this.#scale = scale;
    this.#isShareOfRange = this.#sd > 0 && p.readNoise?.of === 'range';
    this.#errorRate = p.readErrors?.rate ?? 0;
    this.#selectorRandom = random('selector');
    const { selector } = p;
    const thresholds = random('selector/threshold');
    this.#missProbabilities = selector
      ? Float64Array.from({ length: edges.count }, (_, k) =>
          missProbability(selector, selector, thresholds.normal(k, 0)),
        )
      : null;
    this.#reads = arena.u32(edges.rows);
    this.#lastRead = arena.f64(p.telegraph ? edges.rows : 0).fill(-Infinity);
    this.#high = arena.u8(p.telegraph ? edges.count : 0);
    this.#noise = random('readNoise');
    this.#traps = random('telegraph');
    this.#errors = random('readErrors');
    this.#references = random('reference');
    this.#kernels = arena.kernels;
    this.#numbers = arena.u32(longestRow(edges) + 8);
    this.#row = arena.u32(8);
    this.state = { reads: this.#reads, seen: this.#lastRead, high: this.#high };
  }

  /** Reads the devices of a row, in states `before`, into their weights; returns their total conductance, S. */
  read(row: number, devices: StatefulDevices, p: Pulses, t: number): number {
    const { reading, reference, least } = this.#scale;
    this.#draw(row, p, t, reading);
    return this.#kernels.storeReadWeights(devices, p, reading === 'pair', reference, this.#isShareOfRange ? least : 0);
  }

  /**
   * Draws the noise of one read: apparent states into `before`, factors of the currents into `cycles`, factors of the
   * reference currents into `after` (one per device for reading `pair`, else one for all).
   */
  #draw(row: number, p: Pulses, t: number, reading: ReadParams['reading']): void {
    const n = this.#reads[row]!++;
    const { edges, count, before: states, cycles: factors, after: references } = p;
    this.#numbers.fill(n, 0, count);
    if (this.#errorRate > 0) {
      this.#kernels.uniforms(this.#errors, edges, this.#numbers, count, factors);
      for (let i = 0; i < count; i++) if (factors[i]! < this.#errorRate) states[i] = 1 - states[i]!;
    }
    if (this.#missProbabilities !== null) {
      this.#kernels.uniforms(this.#selectorRandom, edges, this.#numbers, count, factors);
      for (let i = 0; i < count; i++) if (factors[i]! < this.#missProbabilities[edges[i]!]!) states[i] = 0;
    }
    const scale = this.#isShareOfRange ? this.#scale : null;
    this.#drawFactors(
      this.#noise,
      edges,
      count,
      factors,
      scale && ((i) => scale.rangePerCurrent(edges[i]!, states[i]!)),
    );
    const ofReference = scale && (() => scale.rangePerReference());
    if (reading === 'pair') this.#drawFactors(this.#references, edges, count, references, ofReference);
    else if (reading === 'referenceColumn')
      this.#drawFactors(this.#references, this.#row.fill(row), 1, references, ofReference);
    else references[0] = 1;
    if (this.#telegraph) this.#updateTraps(row, edges, count, t, n, factors);
  }

  #drawFactors(
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

  /** Advances the traps of a row to t and reduces the currents of devices with a filled trap. */
  #updateTraps(row: number, edges: Uint32Array, count: number, t: number, n: number, factors: Float64Array): void {
    const telegraph = this.#telegraph!;
    const dt = t - this.#lastRead[row]!;
    this.#lastRead[row] = t;
    const stay = highProbability(dt, true, telegraph);
    const rise = highProbability(dt, false, telegraph);
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      const high = this.#traps.uniform(k, n) < (this.#high[k] === 1 ? stay : rise);
      this.#high[k] = high ? 1 : 0;
      if (!high) factors[i]! *= 1 - telegraph.amplitude;
    }
  }
}
