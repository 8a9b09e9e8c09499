import type * as z from 'zod';
import { UsageError } from '../../../core/declare/errors.ts';
import { choice, type Mapping, optional, text } from '../../../core/declare/params.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import type { KindOptions } from './import/columns.ts';
import { NAMED, type Naming } from './import/layout.ts';
import { DECIMALS, type Quantity, quantityOf } from './import/numbers.ts';
import type { ReadingOptions } from './import/readings.ts';
import { type Course, DIRECTIONS, type GivenPulses, type Pulses } from './import/trains.ts';
import type { Kind } from './kinds/kind.ts';

/** Options of commands that read measurements: properties that the files themselves do not state. */
export const readingOptions = {
  columns: optional(
    text({
      help: `roles of columns, by name or number: pulse=n,conductance=G1; roles: ${NAMED.join(', ')}`,
    }),
  ),
  unit: optional(text({ help: 'unit of readings whose column has none: uS, nA, kOhm; default: S, A, Ohm' })),
  decimal: optional(
    choice(DECIMALS, { help: 'decimal mark, for files whose numbers do not show it: 2,250 may be 2250 or 2.25' }),
  ),
  readVoltage: optional(text({ help: 'read voltage of currents: 0.1, 100mV' })),
  range: optional(text({ help: 'conductances of the normalised weights 0 and 1: 1e-6:1e-4, 1uS:100uS' })),
  writeVoltage: optional(
    text({
      help: 'write voltage of pulses up/down: 4/-2, or 3 for 3/-3; first:last if it grows with each pulse: 0.5:3/-0.5:-3',
    }),
  ),
  writeTime: optional(text({ help: 'width of the write pulses: 10ms, 300us; up/down if they differ: 1ms/10ms' })),
};
export const sheet = optional(text({ help: 'name of the only sheet of a workbook to read' }));
export const timeStep = optional(text({ help: 'time between the points of a loop without a time column: 10ms' }));
type Given = z.output<Mapping<typeof readingOptions>>;

function refuse(option: string, given: string, needed: string): never {
  throw new UsageError(`device fit: --${option} is ${show(given)}, but must be ${needed}.`);
}

/** Parses `--columns`; case of the roles does not matter. */
function parseColumns<Role extends string>(words: string, known: readonly Role[]): (readonly [Role, string])[] {
  const needed = 'ROLE=COLUMN, separated by commas, such as pulse=n,conductance=G1';
  // A comma within a name is part of it: what follows it has no = then.
  const parts = words.split(/,(?=\s*[a-z]+=)/i);
  return parts.map((part) => {
    const [, role, column] = /^\s*(\w+)=(.+?)\s*$/.exec(part) ?? refuse('columns', words, needed);
    const found = known.find((name) => name.toLowerCase() === role!.toLowerCase());
    if (found === undefined)
      throw new UsageError(`device fit: --columns names ${show(role)}${didYouMean(role!, known, 'known')}`);
    return [found, column!] as const;
  });
}

/** Parses a quantity with or without a unit. */
function parseQuantity(option: string, words: string, one: string, quantity: Quantity, needed: string): number {
  const value = quantityOf(one.trim(), quantity);
  return Number.isFinite(value) ? value : refuse(option, words, needed);
}

/** Parses courses up and down: `4/-2`, `3`, `0.5:3/-0.5:-3`. @param mirror factor from the direction given to the other one */
function parseCourses(
  option: string,
  words: string,
  quantity: Quantity,
  mirror: 1 | -1,
  needed: string,
): readonly [Course, Course] {
  const sides = words.split('/').map((side) => {
    const ends = side.split(':').map((one) => parseQuantity(option, words, one, quantity, needed));
    if (ends.length > 2) refuse(option, words, needed);
    return [ends[0]!, ends.at(-1)!] as const;
  });
  if (sides.length > 2) refuse(option, words, needed);
  const [up, down = [mirror * up![0], mirror * up![1]] as const] = sides;
  return [up!, down];
}

function parsePulses({ writeVoltage, writeTime }: Given): GivenPulses | undefined {
  if (writeVoltage === undefined && writeTime === undefined) return undefined;
  const volts = 'voltages up/down in V, such as 4/-2 or 0.5:3/-0.5:-3';
  const times = 'a time larger than 0 in s or with its unit, such as 10ms or 1ms/10ms';
  const voltage =
    writeVoltage === undefined ? undefined : parseCourses('write-voltage', writeVoltage, 'voltage', -1, volts);
  const width = writeTime === undefined ? undefined : parseCourses('write-time', writeTime, 'time', 1, times);
  if (width?.flat().some((t) => t <= 0)) refuse('write-time', writeTime!, times);
  const of = (i: 0 | 1): Pulses => ({ ...(voltage && { voltage: voltage[i] }), ...(width && { width: width[i] }) });
  return { [DIRECTIONS[0]]: of(0), [DIRECTIONS[1]]: of(1) };
}

/** Read voltage and range, which convert readings to conductances. */
function parseScales({ readVoltage, range }: Given): Pick<KindOptions, 'readVoltage' | 'range'> {
  const volts = 'a voltage other than 0, such as 0.1 or 100mV';
  const siemens = 'two conductances, the lower one first, such as 1e-6:1e-4';
  const read =
    readVoltage === undefined ? undefined : parseQuantity('read-voltage', readVoltage, readVoltage, 'voltage', volts);
  if (read === 0) refuse('read-voltage', readVoltage!, volts);
  const ends = range?.split(':').map((one) => parseQuantity('range', range, one, 'conductance', siemens));
  if (ends !== undefined && !(ends.length === 2 && ends[0]! >= 0 && ends[0]! < ends[1]!))
    refuse('range', range!, siemens);
  return {
    ...(read !== undefined && { readVoltage: read }),
    ...(ends !== undefined && { range: ends as [number, number] }),
  };
}

/** Options for a measurement of pulses. */
export function pulseOptions(given: Given): ReadingOptions & { readonly pulses?: GivenPulses } {
  const { columns, unit, decimal } = given;
  return {
    ...parseScales(given),
    columns: columns === undefined ? undefined : (parseColumns(columns, NAMED) as Naming),
    unit,
    decimal,
    pulses: parsePulses(given),
  };
}

/** Options for a measurement of another kind. */
export function kindOptions(given: Given & { readonly timeStep?: string | undefined }, kind: Kind): KindOptions {
  const { columns, timeStep, decimal } = given;
  const roles = [...kind.columns.map(({ role }) => role), 'device'];
  const time = 'a time larger than 0 in s or with its unit, such as 10ms';
  const step = timeStep === undefined ? undefined : parseQuantity('time-step', timeStep, timeStep, 'time', time);
  if (step !== undefined && step <= 0) refuse('time-step', timeStep!, time);
  return {
    ...parseScales(given),
    ...(columns !== undefined && { columns: parseColumns(columns, roles) }),
    ...(step !== undefined && { timeStep: step }),
    decimal,
  };
}
