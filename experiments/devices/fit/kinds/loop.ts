import { UserError } from '../../../../core/declare/errors.ts';
import type { MeasuredRows } from '../import/columns.ts';
import { extentOf, groupBy, largestMagnitude, splitList } from '../lists.ts';
import type { FitInput } from './measurementType.ts';

const MIN_POINTS = 20;
/** Smallest voltage at which conductances are computed, share of the largest voltage. */
export const MIN_VOLTAGE_SHARE = 0.2;

/** Maximum number of fitted points, to limit the fit time; longer loops are averaged. */
const MAX_POINTS = 300;

/** Measured current-voltage loop, in s, V and A. `seconds[i]` is the time from point i to point i + 1. */
export interface IvLoop {
  readonly readingsPerPoint: number;
  readonly stepDurations: readonly number[];
  readonly voltage: readonly number[];
  /** Voltage applied from each point to the next, V; equals `voltage` unless readings are averaged. */
  readonly appliedVoltage: readonly number[];
  readonly current: readonly number[];
  readonly maxima: { readonly voltage: number; readonly current: number; readonly time: number };
}

export function parseLoop(rows: MeasuredRows, { options }: FitInput): IvLoop {
  const devices = groupBy(rows.rows, (r) => r.device);
  if (devices.length > 1)
    throw new UserError(
      `loops of ${devices.length} devices are given, but one loop is fitted at a time. Next step: a file per device.`,
    );
  const own = rows.rows;
  if (own.length < MIN_POINTS)
    throw new UserError(`a loop of ${own.length} points is given, but at least ${MIN_POINTS} are needed.`);
  if (!rows.columnRoles.has('time') && options.timeStep === undefined)
    throw new UserError(
      'no column holds the time. Next step: give the time between two points, such as --time-step 10ms, or --columns time=NAME.',
    );
  const times = own.map(({ roleValues }, i) => roleValues.time ?? i * options.timeStep!);
  const back = times.findIndex((t, i) => i > 0 && t < times[i - 1]!);
  if (back > 0)
    throw new UserError(
      `${own[back]!.location}: the time goes back from ${times[back - 1]} to ${times[back]} s, but must rise.`,
    );
  const readingsPerPoint = Math.ceil(own.length / MAX_POINTS);
  const mean = (list: readonly number[]) => averageGroups(list, readingsPerPoint);
  const applied = own.map(({ roleValues }) => roleValues.voltage!);
  const voltage = mean(applied);
  const current = mean(own.map(({ roleValues }) => roleValues.current!));
  const most = { voltage: largestMagnitude(voltage), current: largestMagnitude(current) };
  const [lowest, highest] = extentOf(voltage);
  if (!(lowest < 0 && highest > 0))
    throw new UserError(`the voltage goes from ${lowest} to ${highest} V, but a loop needs both signs.`);
  if (!(most.current > 0)) throw new UserError('the current is 0 at all points of the loop.');
  if (!(times.at(-1)! > times[0]!))
    throw new UserError(`the time is ${times[0]} s at all points of the loop, but must rise.`);
  if (!voltage.some((v, i) => Math.abs(v) > MIN_VOLTAGE_SHARE * most.voltage && current[i] !== 0))
    throw new UserError(
      `the current is 0 at all voltages beyond ${100 * MIN_VOLTAGE_SHARE} % of the largest, where the conductance is read.`,
    );
  // If the current is mostly opposite to the voltage, the sign of the current is reversed.
  const sign = Math.sign(current.reduce((s, i, k) => s + i * voltage[k]!, 0)) || 1;
  const centres = mean(times);
  return {
    readingsPerPoint,
    stepDurations: centres.map((t, i) => (i + 1 < centres.length ? centres[i + 1]! - t : 0)),
    voltage,
    appliedVoltage: mean(applied.slice(readingsPerPoint >> 1)),
    current: current.map((i) => sign * i),
    maxima: { ...most, time: times.at(-1)! - times[0]! },
  };
}

const averageGroups = (list: readonly number[], size: number): readonly number[] =>
  splitList(list, size).map((group) => group.reduce((total, v) => total + v / group.length, 0));

/** Sign of the voltages that increase the conductance (SET polarity). */
export function findSetPolarity({ voltage, current, maxima }: IvLoop): 1 | -1 {
  const isRead = (i: number) => Math.abs(voltage[i]!) > MIN_VOLTAGE_SHARE * maxima.voltage;
  const rise = voltage.reduce((sum, v, i) => {
    if (i === 0 || !isRead(i) || !isRead(i - 1)) return sum;
    return sum + Math.sign(v) * (current[i]! / v - current[i - 1]! / voltage[i - 1]!);
  }, 0);
  return rise >= 0 ? 1 : -1;
}
