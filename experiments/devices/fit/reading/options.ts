import type * as z from 'zod';
import { UsageError } from '../../../../core/declare/errors.ts';
import { choice, type Mapping, optional, text } from '../../../../core/declare/params.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import type { KindOptions } from '../kinds/columns.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ReadingOptions } from './cells.ts';
import { DECIMALS } from './marks.ts';
import type { Course, GivenPulses, Pulses } from './pulses.ts';
import { NAMED, type Naming } from './roles.ts';
import { DIRECTIONS } from './train.ts';
import { type Quantity, quantityOf } from './units.ts';

/** Options of commands that read measurements: what files do not tell themselves. */
export const readingOptions = {
  columns: optional(
    text({
      help: `which column is what, by name or number: pulse=n,conductance=G1; known: ${NAMED.join(', ')}`,
    }),
  ),
  unit: optional(text({ help: 'unit of readings whose column does not tell it: uS, nA, kOhm; default: S, A, Ohm' })),
  decimal: optional(
    choice(DECIMALS, { help: 'what stands before decimals, where the file does not tell: 2,250 may be 2250 or 2.25' }),
  ),
  readVoltage: optional(text({ help: 'at which currents were read: 0.1, 100mV' })),
  range: optional(text({ help: 'conductances that normalised weights of 0 and 1 stand for: 1e-6:1e-4, 1uS:100uS' })),
  writeVoltage: optional(
    text({
      help: 'of the pulses, up/down: 4/-2, or 3 for 3/-3; from first to last where they grow: 0.5:3/-0.5:-3',
    }),
  ),
  writeTime: optional(text({ help: 'length of the pulses: 10ms, 300us; up/down where they differ: 1ms/10ms' })),
};
export const sheet = optional(text({ help: 'the only sheet of a workbook to read, by its name' }));
export const timeStep = optional(
  text({ help: 'time between the points of a loop whose columns do not tell it: 10ms' }),
);
type Given = z.output<Mapping<typeof readingOptions>>;

function refuse(option: string, given: string, needed: string): never {
  throw new UsageError(`device fit: --${option} is ${show(given)}, but must be ${needed}.`);
}

/** Roles and columns of `--columns`; `known`: the roles that there are, in any letters. */
function namingOf<Role extends string>(words: string, known: readonly Role[]): (readonly [Role, string])[] {
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

function amount(option: string, words: string, one: string, quantity: Quantity, needed: string): number {
  const value = quantityOf(one.trim(), quantity);
  return Number.isFinite(value) ? value : refuse(option, words, needed);
}

/** `4/-2`, `3`, `0.5:3/-0.5:-3`: courses up and down; `mirror` is what one alone means for the other direction. */
function coursesOf(
  option: string,
  words: string,
  quantity: Quantity,
  mirror: 1 | -1,
  needed: string,
): readonly [Course, Course] {
  const sides = words.split('/').map((side) => {
    const ends = side.split(':').map((one) => amount(option, words, one, quantity, needed));
    if (ends.length > 2) refuse(option, words, needed);
    return [ends[0]!, ends.at(-1)!] as const;
  });
  if (sides.length > 2) refuse(option, words, needed);
  const [up, down = [mirror * up![0], mirror * up![1]] as const] = sides;
  return [up!, down];
}

function pulsesGiven({ writeVoltage, writeTime }: Given): GivenPulses | undefined {
  if (writeVoltage === undefined && writeTime === undefined) return undefined;
  const volts = 'voltages up/down in V, such as 4/-2 or 0.5:3/-0.5:-3';
  const times = 'a time larger than 0 in s or with its unit, such as 10ms or 1ms/10ms';
  const voltage =
    writeVoltage === undefined ? undefined : coursesOf('write-voltage', writeVoltage, 'voltage', -1, volts);
  const width = writeTime === undefined ? undefined : coursesOf('write-time', writeTime, 'time', 1, times);
  if (width?.flat().some((t) => t <= 0)) refuse('write-time', writeTime!, times);
  const of = (i: 0 | 1): Pulses => ({ ...(voltage && { voltage: voltage[i] }), ...(width && { width: width[i] }) });
  return { [DIRECTIONS[0]]: of(0), [DIRECTIONS[1]]: of(1) };
}

/** Voltage and range that readings are taken to conductances with. */
function scalesOf({ readVoltage, range }: Given): Pick<KindOptions, 'readVoltage' | 'range'> {
  const volts = 'a voltage other than 0, such as 0.1 or 100mV';
  const siemens = 'two conductances, the lower one first, such as 1e-6:1e-4';
  const read =
    readVoltage === undefined ? undefined : amount('read-voltage', readVoltage, readVoltage, 'voltage', volts);
  if (read === 0) refuse('read-voltage', readVoltage!, volts);
  const ends = range?.split(':').map((one) => amount('range', range, one, 'conductance', siemens));
  if (ends !== undefined && !(ends.length === 2 && ends[0]! >= 0 && ends[0]! < ends[1]!))
    refuse('range', range!, siemens);
  return {
    ...(read !== undefined && { readVoltage: read }),
    ...(ends !== undefined && { range: ends as [number, number] }),
  };
}

/** The options as the reader of pulses takes them. */
export function readingOf(given: Given): ReadingOptions & { readonly pulses?: GivenPulses } {
  const { columns, unit, decimal } = given;
  return {
    ...scalesOf(given),
    columns: columns === undefined ? undefined : (namingOf(columns, NAMED) as Naming),
    unit,
    decimal,
    pulses: pulsesGiven(given),
  };
}

/** The options as another kind of measurement takes them. */
export function kindOptionsOf(given: Given & { readonly timeStep?: string | undefined }, kind: Kind): KindOptions {
  const { columns, timeStep, decimal } = given;
  const roles = [...kind.columns.map(({ role }) => role), 'device'];
  const time = 'a time larger than 0 in s or with its unit, such as 10ms';
  const step = timeStep === undefined ? undefined : amount('time-step', timeStep, timeStep, 'time', time);
  if (step !== undefined && step <= 0) refuse('time-step', timeStep!, time);
  return {
    ...scalesOf(given),
    ...(columns !== undefined && { columns: namingOf(columns, roles) }),
    ...(step !== undefined && { timeStep: step }),
    decimal,
  };
}
