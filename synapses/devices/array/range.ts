import type * as z from 'zod/mini';
import type { Params } from '../../../core/declare/define.ts';
import { UserError } from '../../../core/declare/errors.ts';
import {
  choice,
  integer,
  nonNegative,
  number,
  object,
  optional,
  positive,
  positiveFraction,
  withDefault,
} from '../../../core/declare/params.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { AssumedPulse } from '../../../core/usage.ts';
import { optionalRelativeSdParam } from '../../variability.ts';
import { arrayParams, disturbParams } from './passiveArray.ts';

const oneSidedParams = object(
  {
    refreshAt: positiveFraction(
      0.9,
      'weight of one side, as a fraction of weightAtGMax, above which a pair is refreshed if the other side exceeds `tolerance` (assumed value)',
    ),
    tolerance: positiveFraction(
      0.01,
      'tolerance of the weights after a refresh, as a fraction of weightAtGMax (assumed value)',
    ),
    reset: positive(100, '1', 'strength of the downward pulses of a refresh (assumed value)'),
    strength: positive(1, '1', 'strength of the upward pulses of a refresh (assumed value)'),
    maxPulses: integer({
      default: 200,
      min: 1,
      help: 'maximum number of pulses per reset or write of a refresh (assumed value)',
    }),
  },
  'one-sided differential pair: upward pulses raise G+, downward pulses raise G-; near saturation both are reset and the difference is written back; default: each pulse moves both in opposite directions',
);

export type OneSidedPairParams = z.output<typeof oneSidedParams>;

/** Default voltage (V) and duration (s) of a read pulse, reported as assumed values. */
const DEFAULT_READ = { voltage: 0.1, time: 1e-8 };

export const readoutParams = {
  weightAtGMax: positive(1, '1', 'weight of a device at gMax, in the weight unit of the target neurons'),
  reading: choice(['single', 'pair', 'referenceColumn', 'differential'], {
    default: 'single',
    help: 'weight as a function of conductance G: single: proportional to G; pair: to G - gMin, with one reference device per synapse; referenceColumn: to G - gMin, with one column of reference devices; differential: to G+ - G- of two plastic devices, within ±weightAtGMax',
  }),
  oneSided: optional(oneSidedParams),
  gMinSpread: optionalRelativeSdParam(
    'device-to-device variability of gMin: relative sd (log-normal); default: deviceToDevice',
  ),
  readVoltage: nonNegative(
    DEFAULT_READ.voltage,
    'V',
    'voltage of a read pulse; each arrival is one read (assumed value)',
  ),
  readTime: nonNegative(DEFAULT_READ.time, 's', 'duration of a read pulse (assumed value)'),
  selection: choice(['transistor', 'half', 'third'], {
    default: 'transistor',
    help: 'half-select scheme: transistor: unselected devices see no voltage; half: devices of the same row or column see half the write voltage; third: all unselected devices see a third of the write voltage',
  }),
  disturb: optional(disturbParams),
  array: withDefault(arrayParams, arrayParams.parse({})),
  assumed: optional(
    choice(['writeVoltage', 'writeTime', 'writePulse'], {
      help: 'names of the write parameters whose values are assumed, not measured; reports mark them',
    }),
  ),
  assumedRead: optional(
    choice(['readVoltage', 'readTime', 'readPulse', 'none'], {
      help: 'names of read parameters with assumed values, which reports mark; default: those left at their default',
    }),
  ),
};

/** Finds the assumed values of a read pulse: voltage, V, and duration, s. Returns null if no value is assumed. */
export function findAssumedReadPulse(p: Partial<Pick<ReadParams, 'readVoltage' | 'readTime' | 'assumedRead'>>) {
  const isAssumed = (key: 'readVoltage' | 'readTime', value: number) =>
    p.assumedRead === undefined ? p[key] === value : p.assumedRead === key || p.assumedRead === 'readPulse';
  const voltage = isAssumed('readVoltage', DEFAULT_READ.voltage);
  const time = isAssumed('readTime', DEFAULT_READ.time);
  if (!voltage && !time) return null;
  return { ...(voltage && { voltage: p.readVoltage! }), ...(time && { time: p.readTime! }) } satisfies AssumedPulse;
}

export const optionalNonNegativeParam = (unit: string, help: string) => optional(number({ min: 0, unit, help }));

/** Default voltage (V) and duration (s) of a write pulse, reported as assumed values. */
const ASSUMED_WRITE = { voltage: 1, time: 1e-7 };

export const writePulseParams = {
  writeVoltage: optionalNonNegativeParam(
    'V',
    `voltage of a write pulse; default: the voltage given for either direction, or ${ASSUMED_WRITE.voltage} V (assumed)`,
  ),
  writeVoltageUp: optionalNonNegativeParam('V', 'voltage of an upward pulse; default: writeVoltage'),
  writeVoltageDown: optionalNonNegativeParam(
    'V',
    'voltage of a downward pulse; default: writeVoltage, or the voltage of an upward pulse',
  ),
  writeTime: optionalNonNegativeParam('s', 'duration of a write pulse; default: 100 ns (assumed)'),
  writeTimeDown: optionalNonNegativeParam('s', 'duration of a downward pulse; default: writeTime'),
};

export type WriteParams = Partial<Params<typeof writePulseParams> & Pick<ReadParams, 'assumed'>>;

/** Voltages (V) and durations (s) of upward and downward pulses. */
export interface WritePulse {
  readonly upVoltage: number;
  readonly downVoltage: number;
  readonly upDuration: number;
  readonly downDuration: number;
  /** Assumed values of the write pulse: voltage, V, and duration, s; null if no value is assumed. */
  readonly assumedPulse: AssumedPulse | null;
}

/** Completes a write pulse. Missing values are taken from `otherwise` and reported as assumed values. */
export function resolveWritePulse(
  p: WriteParams,
  otherwise: { readonly voltage: number; readonly time: number } = ASSUMED_WRITE,
): WritePulse {
  const up = p.writeVoltageUp ?? p.writeVoltage ?? p.writeVoltageDown ?? otherwise.voltage;
  const down = p.writeVoltageDown ?? p.writeVoltage ?? up;
  const time = p.writeTime ?? otherwise.time;
  const givenVoltage = p.writeVoltageUp ?? p.writeVoltage ?? p.writeVoltageDown;
  const voltage = givenVoltage === undefined || p.assumed === 'writeVoltage' || p.assumed === 'writePulse';
  const length = p.writeTime === undefined || p.assumed === 'writeTime' || p.assumed === 'writePulse';
  const assumed = { ...(voltage && { voltage: up }), ...(length && { time }) };
  const timeDown = p.writeTimeDown ?? time;
  return {
    upVoltage: up,
    downVoltage: down,
    upDuration: time,
    downDuration: timeDown,
    assumedPulse: voltage || length ? assumed : null,
  };
}

export const conductanceParams = {
  gMin: nonNegative(1e-6, 'S', 'smallest conductance (assumed value)'),
  gMax: positive(1e-4, 'S', 'largest conductance (assumed value)'),
  ...readoutParams,
  ...writePulseParams,
};

/** Types of the parameter declarations; their names keep generated declaration files (.d.ts) short. */
export type ReadParamSchemas = { [K in keyof typeof readoutParams]: (typeof readoutParams)[K] };
/** Parameter schemas of devices with a conductance: reading, write pulse, gMin and gMax, by parameter name. */
export type ConductanceParamSchemas = { [K in keyof typeof conductanceParams]: (typeof conductanceParams)[K] };

export type ReadParams = Params<typeof readoutParams>;

export interface ConductanceParams extends ReadParams {
  readonly gMin: number;
  readonly gMax: number;
  readonly pulse: WritePulse;
}

/** Weight range of a single device. `conductance` is null for a device without a conductance. */
export interface CellRange {
  readonly wMin: number;
  readonly wMax: number;
  readonly conductanceParams: ConductanceParams | null;
}

export function checkRange({ wMin, wMax, conductanceParams: e }: CellRange) {
  if (wMin < wMax) return;
  const [low, high] = e ? ['gMin', 'gMax'] : ['wMin', 'wMax'];
  const [least, most] = e ? [e.gMin, e.gMax] : [wMin, wMax];
  throw createRangeError(low, least, high, most);
}

export const createRangeError = (low: string, least: number, high: string, most: number): UserError =>
  new UserError(`device.${low} must be below device.${high} (got ${least} and ${most}).`);

export interface WeightBounds {
  readonly minWeight: number;
  readonly maxWeight: number;
  readonly resetWeight: number;
}

/** Checks that weights lie in the range, whose bounds are rounded to the weights' precision. */
export function checkWeights(weights: Floats, { minWeight: low, maxWeight: high }: WeightBounds, name: string) {
  const [least, most] = weights instanceof Float32Array ? [Math.fround(low), Math.fround(high)] : [low, high];
  const wrong = weights.find((w) => !(w >= least && w <= most));
  if (wrong !== undefined)
    throw new UserError(
      `${name}.connect gives a weight of ${wrong}, outside the range of its device from ${low} to ${high}.`,
    );
}
