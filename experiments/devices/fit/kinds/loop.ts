import { UserError } from '../../../../core/declare/errors.ts';
import type { MeasuredRow, MeasuredRows } from '../import/columns.ts';
import { findExtent, groupBy, maxMagnitude, splitIntoChunks } from '../lists.ts';
import type { FitInput } from './measurementType.ts';

const MIN_POINTS = 10;
/** Smallest voltage at which conductances are computed, share of the largest voltage. */
export const MIN_VOLTAGE_SHARE = 0.2;

const MAX_POINTS = 300;
/** Assumed time between two points, s, if neither a column nor an option gives it. */
export const ASSUMED_TIME_STEP = 0.01;

/** Measured current-voltage loops, in s, V and A. `stepDurations[i]` is the time from point i to point i + 1. */
export interface IvLoop {
  readonly readingsPerPoint: number;
  readonly stepDurations: readonly number[];
  readonly voltage: readonly number[];
  /** Voltage applied from each point to the next, V; equals `voltage` unless readings are averaged. */
  readonly appliedVoltage: readonly number[];
  readonly current: readonly number[];
  readonly maxima: { readonly voltage: number; readonly current: number; readonly time: number };
  /** Indices at which a loop of another device begins, from the common initial state; absent: a single loop. */
  readonly loopStartIndices?: ReadonlySet<number>;
  readonly measuredSign?: 1 | -1;
  readonly isTimeAssumed?: boolean;
  /** True if currents are magnitudes, without sign, at both signs of the voltage. */
  readonly hasUnsignedCurrents?: boolean;
}

function parseTimes(own: readonly MeasuredRow[], timeStep: number): number[] {
  const times = own.map(({ roleValues }, i) => roleValues.time ?? i * timeStep);
  const back = times.findIndex((t, i) => i > 0 && t < times[i - 1]!);
  if (back > 0)
    throw new UserError(
      `${own[back]!.rowLocation}: the time goes back from ${times[back - 1]} to ${times[back]} s, but must rise.`,
    );
  if (!(times.at(-1)! > times[0]!))
    throw new UserError(`the time is ${times[0]} s at all points of the voltage loop, but must rise.`);
  return times;
}

/** Joins the loops of all devices, each of which begins at the same initial state. */
export function parseLoops({ rows, columnRoles }: MeasuredRows, { options }: FitInput): IvLoop {
  const loops = groupBy(rows, ({ device }) => device);
  const shortest = Math.min(...loops.map((own) => own.length));
  if (shortest < MIN_POINTS)
    throw new UserError(`a voltage loop of ${shortest} points is given, but at least ${MIN_POINTS} are needed.`);
  const readingsPerPoint = Math.ceil(rows.length / MAX_POINTS);
  const average = (list: readonly number[]) =>
    splitIntoChunks(list, readingsPerPoint).map((group) => group.reduce((total, v) => total + v / group.length, 0));
  const parts = loops.map((own) => {
    const times = parseTimes(own, options.timeStep ?? ASSUMED_TIME_STEP);
    const applied = own.map(({ roleValues }) => roleValues.voltage!);
    const centres = average(times);
    return {
      voltage: average(applied),
      appliedVoltage: average(applied.slice(readingsPerPoint >> 1)),
      current: average(own.map(({ roleValues }) => roleValues.current!)),
      stepDurations: centres.map((t, i) => (i + 1 < centres.length ? centres[i + 1]! - t : 0)),
      duration: times.at(-1)! - times[0]!,
    };
  });
  const voltage = parts.flatMap((part) => part.voltage);
  const stated = parts.flatMap((part) => part.current);
  const hasUnsignedCurrents =
    stated.every((i) => i >= 0) && [1, -1].every((sign) => stated.some((i, k) => i * sign * voltage[k]! > 0));
  const measured = hasUnsignedCurrents ? stated.map((i, k) => i * Math.sign(voltage[k]!)) : stated;
  const maxima = {
    voltage: maxMagnitude(voltage),
    current: maxMagnitude(measured),
    time: Math.max(...parts.map(({ duration }) => duration)),
  };
  if (!(maxima.voltage > 0)) throw new UserError('the voltage is 0 at all points of the voltage loop.');
  if (!(maxima.current > 0)) throw new UserError('the current is 0 at all points of the voltage loop.');
  if (!voltage.some((v, i) => Math.abs(v) > MIN_VOLTAGE_SHARE * maxima.voltage && measured[i] !== 0))
    throw new UserError(
      `the current is 0 at all voltages beyond ${100 * MIN_VOLTAGE_SHARE} % of the largest, where the conductance is read.`,
    );
  // If the current is mostly opposite to the voltage, the sign of the current is reversed.
  const sign = Math.sign(measured.reduce((s, i, k) => s + i * voltage[k]!, 0)) || 1;
  const [lowest, highest] = findExtent(voltage);
  let start = 0;
  return {
    readingsPerPoint,
    stepDurations: parts.flatMap((part) => part.stepDurations),
    voltage,
    appliedVoltage: parts.flatMap((part) => part.voltage.map((v, i) => part.appliedVoltage[i] ?? v)),
    current: measured.map((i) => sign * i),
    maxima,
    loopStartIndices: new Set(parts.map((part) => (start += part.voltage.length) - part.voltage.length)),
    hasUnsignedCurrents,
    ...(lowest >= 0 && { measuredSign: 1 as const }),
    ...(highest <= 0 && { measuredSign: -1 as const }),
    isTimeAssumed: !columnRoles.has('time') && options.timeStep === undefined,
  };
}

/** Sign of the voltages that increase the conductance (SET polarity). */
export function findSetPolarity({ voltage, current, maxima, loopStartIndices: loopStarts }: IvLoop): 1 | -1 {
  const isRead = (i: number) => Math.abs(voltage[i]!) > MIN_VOLTAGE_SHARE * maxima.voltage;
  const rise = voltage.reduce((sum, v, i) => {
    if (i === 0 || loopStarts?.has(i) || !isRead(i) || !isRead(i - 1)) return sum;
    return sum + Math.sign(v) * (current[i]! / v - current[i - 1]! / voltage[i - 1]!);
  }, 0);
  return rise >= 0 ? 1 : -1;
}
