import * as z from 'zod/mini';
import {
  choice,
  described,
  fraction,
  nonNegative,
  number,
  object,
  optional,
  pair,
  positive,
  refine,
} from '../../../core/declare/params.ts';
import { minLength } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { ModelContext } from '../../../core/factories.ts';
import { type Edges, findMaxRowLength } from '../../../core/graph/edges.ts';
import type { DevicesRecord, PulseBatchRecord } from '../../../core/kernels/records.ts';
import { exp } from '../../../core/math.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';
import { createNamedRandomStreams, relativeSdParam } from '../../variability.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { ReadParams } from './range.ts';

const params = {
  threshold: positive(1, 'V', 'mean switching voltage (assumed value)'),
  spread: nonNegative(0.05, 'V', 'sd (normal) of the switching voltage between devices (assumed value)'),
  tau: positive(10, 'ns', 'mean switching time at the switching voltage (assumed value)'),
  slope: positive(0.05, 'V', 'voltage increase that shortens the switching time by a factor of e (assumed value)'),
};
const selectorParams = object(params);
type SelectorParams = z.output<typeof selectorParams>;

export const selectorReadParams = object(
  {
    voltage: number({ min: 0, exclusiveMin: true, unit: 'V', help: 'voltage across the selector during a read' }),
    time: number({ min: 0, exclusiveMin: true, unit: 'ns', help: 'duration of the read pulse' }),
    ...params,
  },
  'selector in series (1S1R): it may stay off during a read pulse, so that a conducting device is read as not conducting; this is more frequent at higher switching voltages',
);

/** Probability that a selector stays off during a read pulse. z: its switching voltage minus the mean, in sd. */
const computeMissProbability = (
  { voltage, time }: ReadPulse,
  { threshold, spread, tau, slope }: SelectorParams,
  z: number,
): number => exp(-time / (tau * exp((threshold + spread * z - voltage) / slope)));

/**
 * Finds the devices whose selector lets a pulse pass: its mean switching time is at most the duration of the pulse.
 * `pulse`: voltage across the selector, V, and duration, ns.
 */
export function createSelectorTest(selector: SelectorParams, context: ModelContext) {
  const random = createNamedRandomStreams([SELECTOR_THRESHOLDS], context)[SELECTOR_THRESHOLDS];
  return (k: number, pulse: ReadPulse): boolean =>
    computeMissProbability(pulse, selector, random.normal(k, 0)) <= exp(-1);
}

const SELECTOR_THRESHOLDS = 'selector/threshold';

interface ReadPulse {
  /** Voltage across the selector, V. */
  readonly voltage: number;
  /** Duration of the read pulse, ns. */
  readonly time: number;
}

/**
 * Estimates the fraction of selectors that stay off during a read pulse: the read error rate of conducting 1S1R
 * cells. Averages over `devices` random selectors. With switching voltage V_th (normal), a selector switches on after
 * an exponentially distributed time of mean tau e^(-(V - V_th)/slope).
 * @param pulse voltage across the selector, V, and duration, ns
 */
export function estimateSelectorMissRate(
  pulse: ReadPulse,
  given: Partial<SelectorParams>,
  { devices, seed }: { readonly devices: number; readonly seed: Seed },
): number {
  const selector = validate(selectorParams, given, 'selector');
  const random = new CounterRandom(seed, 'selector/threshold');
  let misses = 0;
  for (let k = 0; k < devices; k++) {
    misses += computeMissProbability(pulse, selector, random.normal(k, 0));
  }
  return misses / devices;
}

type StateFactors = readonly (readonly [state: number, factor: number])[];

const hasAscendingStates = (rows: StateFactors) => rows.every(([g], i) => i === 0 || g > rows[i - 1]![0]);

const stateFactors = described(
  z
    .array(
      pair(
        number({ min: 0, max: 1, unit: '1', help: 'state g' }),
        number({ min: 0, unit: '1', help: 'factor of the read-noise sd in state g' }),
      ),
    )
    .check(minLength(2), refine(hasAscendingStates, 'rows of ascending g')),
  {
    description:
      'read noise by state: rows of state g and the factor of the sd in that state, linear between rows; default: the same sd in all states',
  },
);

/** Interpolates the factor of the read-noise sd at state g; constant beyond the first and the last row. */
function interpolateFactor(rows: StateFactors, g: number): number {
  const next = rows.findIndex(([state]) => state > g);
  if (next <= 0) return rows.at(next)![1];
  const [[a, from], [b, to]] = [rows[next - 1]!, rows[next]!];
  return from + ((g - a) / (b - a)) * (to - from);
}

export const readNoiseParams = object(
  {
    sd: relativeSdParam(
      0.01,
      'read noise: sd (normal) of the read current, as a fraction of reference `of` (assumed value)',
    ),
    of: optional(
      choice(['value', 'range'], {
        help: 'reference of parameter sd: value, the read current (default), or range, the difference of the read currents at gMax and gMin',
      }),
    ),
    stateFactors: optional(stateFactors),
  },
  'read noise: each read of the current is noisy',
);

export const readErrorParams = object(
  {
    rate: fraction(1e-3, 'probability of an error per read (assumed value)'),
    writeRate: fraction(0, 'probability of an error per write pulse, which leaves the device in the mirrored state'),
  },
  'read and write errors: state g is read or written as 1 - g',
);

const dwellTimeParam = (what: string) => positive(100, 'ms', `mean dwell time in the ${what} state (assumed value)`);

export const telegraphNoiseParams = object(
  {
    amplitude: fraction(0.1, 'share of the conductance that is lost in the low state (assumed value)'),
    tauHigh: dwellTimeParam('high'),
    tauLow: dwellTimeParam('low'),
  },
  'random telegraph noise: the trap of each device is empty (high) or filled (low), with exponential dwell times',
);

/** Probability that a telegraph-noise trap is in the high state after `dt` ms. `high`: true if it starts there. */
function computeHighProbability(
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
  readonly telegraph?: z.output<typeof telegraphNoiseParams> | undefined;
  readonly selector?: z.output<typeof selectorReadParams> | undefined;
}

/**
 * Read noise, random telegraph noise, read errors and selectors that stay off. Random draws are indexed by (device,
 * number of the read of its row).
 */
export function createReadNoise(p: ReadNoiseOptions, edges: Edges, scale: ConductanceScale, context: ModelContext) {
  const { arena } = context;
  const { kernels } = arena;
  const { telegraph, selector } = p;
  const sd = p.readNoise?.sd ?? 0;
  const isShareOfRange = sd > 0 && p.readNoise?.of === 'range'; // otherwise sd is a fraction of the current
  const rows = p.readNoise?.stateFactors;
  const getStateFactor = (g: number) => (rows ? interpolateFactor(rows, g) : 1);
  /** True if the sd is the same fraction of every current. */
  const isConstant = !isShareOfRange && !rows;
  const errorRate = p.readErrors?.rate ?? 0;
  const names = ['selector', SELECTOR_THRESHOLDS, 'readNoise', 'telegraph', 'readErrors', 'reference'] as const;
  const random = createNamedRandomStreams(names, context);
  const missProbabilities =
    selector &&
    Float64Array.from({ length: edges.count }, (_, k) =>
      computeMissProbability(selector, selector, random[SELECTOR_THRESHOLDS].normal(k, 0)),
    );
  const reads = arena.u32(edges.rows);
  const lastRead = arena.f64(telegraph ? edges.rows : 0).fill(-Infinity);
  const isHigh = arena.u8(telegraph ? edges.count : 0);
  // Inputs of the random-number kernel: read count of a row, repeated for each of its devices; and index of the row.
  const numbers = arena.u32(findMaxRowLength(edges) + 8);
  const rowIndex = arena.u32(8);

  const drawFactors = (
    stream: CounterRandom,
    entities: Uint32Array,
    count: number,
    out: Float64Array,
    share: ((i: number) => number) | null,
  ) => {
    if (sd === 0) {
      out.fill(1, 0, count);
      return;
    }
    kernels.drawNoise(stream, entities, numbers, count, out);
    if (share === null) kernels.convertToNoiseFactors(out, count, sd);
    else for (let i = 0; i < count; i++) out[i] = Math.max(0, 1 + sd * share(i) * out[i]!);
  };

  /** Advances the traps (telegraph noise) of a row to t; reduces the currents of devices with a filled trap. */
  const updateTraps = (
    row: number,
    { edgeIndices: edges, count, cycleDraws: factors }: PulseBatchRecord,
    t: number,
    n: number,
  ) => {
    const dt = t - lastRead[row]!;
    lastRead[row] = t;
    const stay = computeHighProbability(dt, true, telegraph!);
    const rise = computeHighProbability(dt, false, telegraph!);
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      const high = random.telegraph.uniform(k, n) < (isHigh[k] === 1 ? stay : rise);
      isHigh[k] = high ? 1 : 0;
      if (!high) factors[i]! *= 1 - telegraph!.amplitude;
    }
  };

  /**
   * Draws the noise of one read into a batch: read states in `statesBefore`, factors of the currents in `cycleDraws`,
   * and factors of the reference currents in `statesAfter` (one per device for reading `pair`, otherwise one in all).
   */
  const draw = (row: number, p: PulseBatchRecord, t: number, reading: ReadParams['reading']) => {
    const n = reads[row]!++;
    const { edgeIndices: edges, count, statesBefore: states, cycleDraws: factors, statesAfter: references } = p;
    numbers.fill(n, 0, count);
    if (errorRate > 0) {
      kernels.drawUniforms(random.readErrors, edges, numbers, count, factors);
      for (let i = 0; i < count; i++) if (factors[i]! < errorRate) states[i] = 1 - states[i]!;
    }
    if (missProbabilities) {
      kernels.drawUniforms(random.selector, edges, numbers, count, factors);
      for (let i = 0; i < count; i++) if (factors[i]! < missProbabilities[edges[i]!]!) states[i] = 0;
    }
    const ofCurrent = (i: number) =>
      getStateFactor(states[i]!) * (isShareOfRange ? scale.computeRangeToCurrentRatio(edges[i]!, states[i]!) : 1);
    drawFactors(random.readNoise, edges, count, factors, isConstant ? null : ofCurrent);
    // Factor of the noise of the reference device, which is at gMin (state 0).
    const ofReference = () => getStateFactor(0) * (isShareOfRange ? scale.computeRangeToReferenceRatio() : 1);
    const share = isConstant ? null : ofReference;
    if (reading === 'pair') drawFactors(random.reference, edges, count, references, share);
    else if (reading === 'referenceColumn') drawFactors(random.reference, rowIndex.fill(row), 1, references, share);
    else references[0] = 1;
    if (telegraph) updateTraps(row, p, t, n);
  };

  return {
    state: { reads, seen: lastRead, high: isHigh },
    read(row: number, devices: DevicesRecord, p: PulseBatchRecord, t: number): number {
      const { reading, referenceWeight, minCurrent } = scale;
      draw(row, p, t, reading);
      return kernels.storeReadWeights(devices, p, reading === 'pair', referenceWeight, isShareOfRange ? minCurrent : 0);
    },
  };
}
