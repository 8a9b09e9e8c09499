import { UserError } from '../../../../core/declare/errors.ts';
import { groupsOf, type Rows } from './columns.ts';
import type { KindInput } from './kind.ts';

const LEAST = 20;
/** Voltages beyond this share of the largest tell conductances. */
export const TELLS = 0.2;

/** Maximum number of points that are fitted; the neighbouring readings of a longer loop are averaged, so that its fit ends in seconds. */
const MAX_POINTS = 300;

/** A loop as it was measured; the voltage of point i is held until point i + 1. */
export interface Loop {
  /** Number of readings that each point is the mean of. */
  readonly readingsPerPoint: number;
  readonly seconds: readonly number[];
  readonly voltage: readonly number[];
  /** Voltage from the time of each point to that of the next: that of the point itself, unless readings are averaged. */
  readonly drive: readonly number[];
  readonly current: readonly number[];
  readonly most: { readonly voltage: number; readonly current: number; readonly time: number };
}

export function loopOf(rows: Rows, { options }: KindInput): Loop {
  const devices = groupsOf(rows.rows, (r) => r.device);
  if (devices.length > 1)
    throw new UserError(
      `${rows.name}: the loops of ${devices.length} devices are there; fit them one by one, each from a file of its own.`,
    );
  const own = rows.rows;
  if (own.length < LEAST)
    throw new UserError(`${rows.name}: a loop of ${own.length} points is there, but ${LEAST} are needed at least.`);
  if (!rows.roles.has('time') && options.timeStep === undefined)
    throw new UserError(
      `${rows.name}: no column tells the time; say what lies between two points, such as --time-step 10ms, or --columns time=NAME.`,
    );
  const times = own.map(({ values }, i) => values.time ?? i * options.timeStep!);
  const back = times.findIndex((t, i) => i > 0 && t < times[i - 1]!);
  if (back > 0)
    throw new UserError(
      `${rows.name}: ${own[back]!.where}: the time goes back from ${times[back - 1]} to ${times[back]} s, but must rise.`,
    );
  const readingsPerPoint = Math.ceil(own.length / MAX_POINTS);
  const mean = (list: readonly number[]) => averageGroups(list, readingsPerPoint);
  const applied = own.map(({ values }) => values.voltage!);
  const voltage = mean(applied);
  const current = mean(own.map(({ values }) => values.current!));
  const largest = (list: readonly number[]) => Math.max(...list.map(Math.abs));
  if (!(Math.min(...voltage) < 0 && Math.max(...voltage) > 0))
    throw new UserError(
      `${rows.name}: the voltage goes from ${Math.min(...voltage)} to ${Math.max(...voltage)} V, but a loop needs both signs.`,
    );
  if (!(largest(current) > 0)) throw new UserError(`${rows.name}: the current is 0 at all points of the loop.`);
  if (!(times.at(-1)! > times[0]!))
    throw new UserError(`${rows.name}: the time is ${times[0]} s at all points of the loop, but must rise.`);
  const isDriven = (v: number, i: number) => Math.abs(v) > TELLS * largest(voltage) && i !== 0;
  if (!voltage.some((v, i) => isDriven(v, current[i]!)))
    throw new UserError(
      `${rows.name}: the current is 0 at all voltages beyond ${100 * TELLS} % of the largest, where it tells the conductance.`,
    );
  // A positive voltage that drives a negative current is one that was counted the other way.
  const sign = Math.sign(current.reduce((s, i, k) => s + i * voltage[k]!, 0)) || 1;
  const centres = mean(times);
  return {
    readingsPerPoint,
    seconds: centres.map((t, i) => (i + 1 < centres.length ? centres[i + 1]! - t : 0)),
    voltage,
    drive: mean(applied.slice(readingsPerPoint >> 1)),
    current: current.map((i) => sign * i),
    most: { voltage: largest(voltage), current: largest(current), time: times.at(-1)! - times[0]! },
  };
}

/** Means of every `size` values. */
function averageGroups(list: readonly number[], size: number): readonly number[] {
  if (size === 1) return list;
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => {
    const group = list.slice(i * size, (i + 1) * size);
    return group.reduce((sum, v) => sum + v / group.length, 0);
  });
}

/** Sign of the voltages at which the conductance rises. */
export function setting({ voltage, current, most }: Loop): 1 | -1 {
  const tells = (i: number) => Math.abs(voltage[i]!) > TELLS * most.voltage;
  const rise = voltage.reduce((sum, v, i) => {
    if (i === 0 || !tells(i) || !tells(i - 1)) return sum;
    return sum + Math.sign(v) * (current[i]! / v - current[i - 1]! / voltage[i - 1]!);
  }, 0);
  return rise >= 0 ? 1 : -1;
}
