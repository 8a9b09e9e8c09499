import { DIRECTIONS, type Direction, type Train } from './train.ts';

/** First and last value of a train; the same where pulses do not grow. */
export type Course = readonly [first: number, last: number];

/** The pulses of one direction, as far as they are told. */
export interface Pulses {
  /** From the first reading of a train to its last, in the longest one. */
  readonly count?: number;
  /** V, with its sign. */
  readonly voltage?: Course;
  /** s. */
  readonly width?: Course;
}

/** Voltages and lengths told beside the files, by direction. */
export type GivenPulses = Readonly<Partial<Record<Direction, Pulses>>>;

/** Ends of a train's course that differ by less are those of one setting, read back. */
const STEADY = 0.05;

/** A course over the pulses of a train, in equal steps a pulse. */
function along([first, last]: Course, elapsed: readonly number[]): number[] {
  const most = elapsed.at(-1)! || 1;
  return elapsed.map((pulses) => (first === last ? first : first + ((last - first) * pulses) / most));
}

/** The same trains with pulses that are told beside the file. */
export function withPulses(trains: readonly Train[], given: GivenPulses): Train[] {
  return trains.map((train) => {
    const { voltage, width } = given[train.direction] ?? {};
    return {
      ...train,
      ...(voltage && { voltage: along(voltage, train.elapsed) }),
      ...(width && { width: along(width, train.elapsed) }),
    };
  });
}

function courseOf(lists: readonly (readonly number[] | undefined)[]): Course | undefined {
  const told = lists.filter((list) => list !== undefined);
  if (told.length === 0 || told.length < lists.length) return undefined;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [first, last] = [mean(told.map((list) => list[0]!)), mean(told.map((list) => list.at(-1)!))];
  if (Math.abs(last - first) > STEADY * Math.max(Math.abs(first), Math.abs(last))) return [first, last];
  const all = told.flat();
  const level = all.every((value) => value === all[0]) ? all[0]! : mean(all);
  return [level, level];
}

/** Voltage and length of the pulses of each direction: means over its trains; undefined where a train does not tell. */
export function pulsesOf(trains: readonly Train[]): Readonly<Record<Direction, Pulses>> {
  const of = (direction: Direction): Pulses => {
    const own = trains.filter((t) => t.direction === direction);
    const [voltage, width] = [courseOf(own.map((t) => t.voltage)), courseOf(own.map((t) => t.width))];
    const count = own.reduce((most, t) => Math.max(most, t.elapsed.at(-1)!), 0);
    return { count, ...(voltage && { voltage }), ...(width && { width }) };
  };
  return Object.fromEntries(DIRECTIONS.map((direction) => [direction, of(direction)])) as Record<Direction, Pulses>;
}

const meanOf = ([first, last]: Course): number => (first + last) / 2;
/** Root of the mean square over a course in equal steps. */
const rms = ([first, last]: Course): number =>
  first === last ? Math.abs(first) : Math.sqrt((first * first + first * last + last * last) / 3);

/**
 * What a device file says of the pulses, as far as they are told: length and voltage, of each direction where they differ. NeuroSim's
 * model takes voltages that grow with each pulse; any other one gets the root of their mean square.
 */
export function pulseParams(model: string, { up, down }: Readonly<Record<Direction, Pulses>>): Record<string, number> {
  const found: Record<string, number> = {};
  const lengths = [up.width, down.width].flatMap((width) => (width ? [meanOf(width)] : []));
  if (lengths.length > 0) found.writeTime = lengths[0]!;
  if (lengths.length > 1 && lengths[1] !== lengths[0]) found.writeTimeDown = lengths[1]!;
  if (model !== 'neuroSim') {
    const [a, b] = [up.voltage && rms(up.voltage), down.voltage && rms(down.voltage)];
    if (a !== undefined && a === b) return { ...found, writeVoltage: a };
    return { ...found, ...(a !== undefined && { writeVoltageUp: a }), ...(b !== undefined && { writeVoltageDown: b }) };
  }
  for (const [name, { voltage, count }] of [
    ['Up', up],
    ['Down', down],
  ] as const) {
    if (!voltage) continue;
    const [first, last] = voltage.map(Math.abs) as [number, number];
    found[`writeVoltage${name}`] = first;
    if (first !== last) found[`voltageStep${name}`] = (last - first) / Math.max(1, count!);
  }
  return found;
}
