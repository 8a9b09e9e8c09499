import type * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import {
  choice,
  flag,
  integer,
  nonNegative,
  number,
  object,
  optional,
  UNKNOWN_KEY_HINTS,
} from '../../core/declare/params.ts';
import { sinh } from '../../core/elementary.ts';
import { findLargestMagnitude } from '../../core/kernels/arrays.ts';
import { exp, log } from '../../core/math.ts';
import { pulseUpdateParams } from './updates.ts';

const nonlinearityParam = number({
  default: 2,
  min: 2,
  max: 1e6,
  unit: '1',
  help: 'non-linearity of cells: ratio of the currents at full and at half read voltage; 2: ohmic; about 141 with a NbO/TaO selector',
});

/**
 * Current-voltage curve f(v) of a cell, relative to current and voltage of a full read pulse: f(v) = sinh(a
 * v)/sinh(a). For non-linearity k, a = 2 arcosh(k/2), so that f(1/2) = 1/k. `slopeAt` is df/dv; `charge` is the
 * integral of f from 0 to v.
 */
export interface CellIvCurve {
  readonly isOhmic: boolean;
  current(v: number): number;
  slopeAt(v: number): number;
  charge(v: number): number;
}

const OHMIC: CellIvCurve = { isOhmic: true, current: (v) => v, slopeAt: () => 1, charge: (v) => (v * v) / 2 };

/** Current-voltage curve of a cell. @param nonlinearity current at full / current at half read voltage, >= 2 */
export function createCellIvCurve(nonlinearity: number): CellIvCurve {
  if (nonlinearity === 2) return OHMIC;
  const half = nonlinearity / 2;
  const a = 2 * log(half + Math.sqrt(half * half - 1));
  const whole = sinh(a);
  const cosh = (x: number) => (exp(x) + exp(-x)) / 2;
  return {
    isOhmic: false,
    current: (v) => sinh(a * v) / whole,
    slopeAt: (v) => (a * cosh(a * v)) / whole,
    charge: (v) => (2 * sinh((a * v) / 2) ** 2) / (a * whole),
  };
}

const inputParams = object(
  {
    coding: choice(['pulses', 'width', 'amplitude'], {
      default: 'width',
      help: 'coding of inputs: pulses: number of read pulses; width: duration of one pulse; amplitude: voltage of one pulse, the only coding affected by the non-linearity of cells',
    }),
    bits: optional(
      integer({ min: 1, max: 12, help: 'input resolution, bits of the magnitude; default: no quantisation' }),
    ),
    range: optional(
      number({
        min: 0,
        exclusiveMin: true,
        help: 'input that a full pulse represents; larger inputs are clipped; default: largest input seen during calibrate() if bits is given, else 1 without clipping',
      }),
    ),
  },
  'conversion of inputs into read pulses',
);

const outputParams = object(
  {
    bits: optional(
      integer({ min: 2, max: 16, help: 'ADC resolution, bits including the sign; default: no quantisation' }),
    ),
    range: optional(
      number({
        min: 0,
        exclusiveMin: true,
        help: 'largest output of the ADC, in units of weight × input; default: largest output during calibrate()',
      }),
    ),
    calibrated: flag({
      help: 'true to fit one gain per column in calibrate(), to compensate losses in lines and cells; default false',
    }),
  },
  'conversion of currents into outputs',
).register(UNKNOWN_KEY_HINTS, { energy: '; the section `cost` has the energies of converters.' });

const lineParams = object(
  {
    word: nonNegative(0, 'Ω', 'resistance of one segment of a word line'),
    bit: nonNegative(0, 'Ω', 'resistance of one segment of a bit line'),
    tile: optional(
      object({
        rows: integer({ min: 1, help: 'number of rows of a crossbar tile' }),
        columns: integer({ min: 1, help: 'number of columns of a crossbar tile' }),
      }),
    ),
    every: integer({ default: 1, min: 1, help: 'number of updates after which the line losses are computed again' }),
  },
  'line resistance',
);

export const peripheryParams = object({
  input: optional(inputParams),
  output: optional(outputParams),
  lines: optional(lineParams),
  nonlinearity: nonlinearityParam,
  update: optional(pulseUpdateParams),
});

/** Circuits of a crossbar: input coding, ADC, line resistance, non-linear cells and pulse updates. */
export type Periphery = z.input<typeof peripheryParams>;
export type ResolvedPeriphery = z.output<typeof peripheryParams>;

/** ADC of column currents: y ← gain · LSB · round(y / LSB), clipped to the range, LSB = 2 range/(2^bits − 2). */
export function createAdc(
  size: number,
  { bits, range, calibrated = false }: Partial<NonNullable<ResolvedPeriphery['output']>> = {},
) {
  const gains = new Float64Array(size).fill(1);
  const limits = Float64Array.of(range ?? Infinity);
  return {
    state: { limits, gains },
    calibrate(pairs: readonly { readonly ideal: Float64Array; readonly raw: Float64Array }[]) {
      if (range === undefined) {
        const most = pairs.reduce((a, { raw }) => Math.max(a, findLargestMagnitude(raw, raw.length)), 0);
        limits[0] = most > 0 ? most : Infinity;
      }
      if (!calibrated) return;
      for (let j = 0; j < size; j++) {
        const both = pairs.reduce((sum, { ideal, raw }) => sum + ideal[j]! * raw[j]!, 0);
        const own = pairs.reduce((sum, { raw }) => sum + raw[j]! * raw[j]!, 0);
        gains[j] = own > 0 ? both / own : 1;
      }
    },
    convert(y: Float64Array) {
      const limit = limits[0]!;
      const bounded = Number.isFinite(limit);
      if (bits !== undefined && !bounded)
        throw new UserError(
          'CrossbarLayer: output.bits needs output.range, or calibrate() with inputs whose output is not 0.',
        );
      const steps = bits === undefined ? 0 : (1 << (bits - 1)) - 1;
      for (let j = 0; j < y.length; j++) {
        let value = y[j]!;
        if (bounded) value = Math.min(Math.max(value, -limit), limit);
        if (bounded && steps > 0) value = (Math.round((value / limit) * steps) * limit) / steps;
        y[j] = value * gains[j]!;
      }
    },
  };
}

/**
 * Creates the conversion of inputs into read pulses. Without `input` options, an input is the duration of its read pulse.
 * With 2^bits − 1 levels, level n is coded as n pulses, one pulse of n time units, or one pulse of n voltage units.
 */
export function createInputCoding(input: ResolvedPeriphery['input'], cell: CellIvCurve) {
  const { coding = 'width', bits, range: given } = input ?? {};
  // With coding `pulses`, inputs are always quantised (8 bits by default), because pulses are counted.
  const levels = bits === undefined ? (coding === 'pulses' ? 255 : 0) : (1 << bits) - 1;
  const isClipped = given !== undefined || levels > 0;
  const range = Float64Array.of(given ?? 1);
  let values: ArrayLike<number> = [];
  let rows = 0;
  let isPhased = false;
  const toLevel = (x: number) => {
    const within = isClipped ? Math.min(Math.max(x, -1), 1) : x;
    return levels > 0 ? Math.round(within * levels) : within;
  };
  return {
    cell,
    state: { range },
    /** Sets the input range to the largest absolute input, unless a range is given. */
    calibrate(inputs: readonly ArrayLike<number>[]) {
      if (given !== undefined || levels === 0) return;
      let most = 0;
      for (const x of inputs) most = Math.max(most, findLargestMagnitude(x, x.length));
      if (most > 0) range[0] = most;
    },
    /**
     * Starts reading an input vector; returns the number of read phases. `readsSeparately`: true if each pulse is
     * read alone.
     */
    startInput(x: ArrayLike<number>, rowCount: number, readsSeparately: boolean): number {
      values = x;
      rows = rowCount;
      isPhased = readsSeparately && coding !== 'amplitude' && levels > 0 && (coding === 'pulses' || !cell.isOhmic);
      return isPhased ? levels : 1;
    },
    /** Writes the inputs of read phase n to `out`. Returns the factor by which this phase's currents are multiplied. */
    fillPhase(n: number, out: Float64Array): number {
      for (let i = 0; i < rows; i++) {
        const level = toLevel(values[i]! / range[0]!);
        out[i] = isPhased ? (Math.abs(level) > n ? Math.sign(level) : 0) : levels > 0 ? level / levels : level;
      }
      return isPhased ? range[0]! / levels : range[0]!;
    },
    /** Energy of reading a row with input v, as a fraction of the energy of a full read pulse. */
    readEnergyFraction(v: number): number {
      if (coding === 'amplitude') return Math.abs(v * cell.current(v));
      if (coding === 'width') return Math.abs(v) / (isPhased ? levels : 1);
      return isPhased ? 1 : Math.abs(v) * levels;
    },
    /** With coding `amplitude`, replaces voltages `x` by relative cell currents f(x). Returns the new sum of `x`. */
    applyNonlinearity(x: Float64Array, sum: number): number {
      if (cell.isOhmic || coding !== 'amplitude') return sum;
      let bent = 0;
      for (let i = 0; i < rows; i++) bent += x[i] = cell.current(x[i]!);
      return bent;
    },
  };
}
