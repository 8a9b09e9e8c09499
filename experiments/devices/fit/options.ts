import type * as z from 'zod';
import { UsageError } from '../../../core/declare/errors.ts';
import { choice, type Mapping, optional, text } from '../../../core/declare/params.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import type { ColumnAssignments, ImportOptions } from './import/columns.ts';
import { PULSE_COLUMN_ROLES } from './import/layout.ts';
import { DECIMAL_MARK_NAMES, parseQuantity, type Quantity } from './import/numbers.ts';
import { type LinearRamp, mapDirections, type UserPulseSettings } from './import/trains.ts';

export const measurementImportOptions = {
  columns: optional(
    text({
      help: `roles of columns, by name or number, such as pulse=n,conductance=G1; roles: ${PULSE_COLUMN_ROLES.join(', ')}`,
    }),
  ),
  unit: optional(
    text({ help: 'unit of readings, for columns without a unit, such as uS, nA or kOhm; default: S, A, Ohm' }),
  ),
  decimal: optional(
    choice(DECIMAL_MARK_NAMES, { help: 'decimal mark, needed if numbers are ambiguous: 2,250 may be 2250 or 2.25' }),
  ),
  readVoltage: optional(text({ help: 'voltage at which currents were read, such as 0.1 or 100mV' })),
  range: optional(text({ help: 'conductances of the normalised weights 0 and 1, such as 1e-6:1e-4 or 1uS:100uS' })),
  writeVoltage: optional(
    text({
      help: 'write voltage of pulses up/down, such as 4/-2, or 3 for 3/-3; first:last if it grows with each pulse, such as 0.5:3/-0.5:-3',
    }),
  ),
  writeTime: optional(
    text({ help: 'width of the write pulses, such as 300us; up/down if they differ, such as 1ms/10ms' }),
  ),
};
export const sheetOption = optional(
  text({ help: 'name of the workbook sheet to read; default: all sheets with numbers' }),
);
export const timeStepOption = optional(
  text({ help: 'time between successive points of a voltage loop, such as 10ms; needed without a time column' }),
);
type FitOptions = z.output<Mapping<typeof measurementImportOptions>>;
export type UnparsedFitOptions = FitOptions & { readonly timeStep?: string | undefined };

function refuse(value: string, option: string, allowed: string): never {
  throw new UsageError(`device fit: --${option} is ${show(value)}, but must be ${allowed}.`);
}

function parseColumns(words: string, known: readonly string[]): ColumnAssignments {
  const allowed = 'ROLE=COLUMN, separated by commas, such as pulse=n,conductance=G1';
  // A comma that is not followed by ROLE= is part of a column name.
  return words.split(/,(?=\s*[a-z]+=)/i).map((part) => {
    const [, role, column] = /^\s*(\w+)=(.+?)\s*$/.exec(part) ?? refuse(words, 'columns', allowed);
    const found = known.find((name) => name.toLowerCase() === role!.toLowerCase());
    if (found === undefined)
      throw new UsageError(
        `device fit: --columns has the unknown role ${show(role)}${didYouMean(role!, known, 'roles')}`,
      );
    return [found, column!] as const;
  });
}

/**
 * Parses first and last value of up/down pulses: `4/-2`, `3`, `0.5:3/-0.5:-3`. @param mirror ratio down/up, if only up
 * is given
 */
function parseRamps(
  option: string,
  words: string,
  quantity: Quantity,
  mirror: 1 | -1,
  allowed: string,
): readonly [LinearRamp, LinearRamp] {
  const sides = words.split('/').map((side): LinearRamp => {
    const ends = side.split(':').map((end) => parseQuantity(end.trim(), quantity));
    if (ends.length > 2 || !ends.every(Number.isFinite)) refuse(words, option, allowed);
    return [ends[0]!, ends.at(-1)!];
  });
  if (sides.length > 2) refuse(words, option, allowed);
  const [up, down = [mirror * up![0], mirror * up![1]] as const] = sides;
  return [up!, down];
}

function parsePulses({ writeVoltage, writeTime }: FitOptions): UserPulseSettings {
  const volts = 'voltages up/down in V, such as 4/-2 or 0.5:3/-0.5:-3';
  const times = 'a time larger than 0 in s or with its unit, such as 10ms or 1ms/10ms';
  const voltage =
    writeVoltage === undefined ? undefined : parseRamps('write-voltage', writeVoltage, 'voltage', -1, volts);
  const width = writeTime === undefined ? undefined : parseRamps('write-time', writeTime, 'time', 1, times);
  if (width?.flat().some((t) => t <= 0)) refuse(writeTime!, 'write-time', times);
  return mapDirections((d) => {
    const i = d === 'up' ? 0 : 1;
    return { ...(voltage && { voltage: voltage[i] }), ...(width && { width: width[i] }) };
  });
}

/** Parses the options of an import. @param roles column roles that `--columns` may assign */
export function parseImportOptions(options: UnparsedFitOptions, roles: readonly string[]): ImportOptions {
  const { columns, unit, decimal, readVoltage, range, timeStep } = options;
  const volts = readVoltage === undefined ? undefined : parseQuantity(readVoltage.trim(), 'voltage');
  if (volts !== undefined && (volts === 0 || !Number.isFinite(volts)))
    refuse(readVoltage!, 'read-voltage', 'a voltage other than 0, such as 0.1 or 100mV');
  const ends = range?.split(':').map((end) => parseQuantity(end.trim(), 'conductance'));
  if (ends !== undefined && !(ends.length === 2 && ends[0]! >= 0 && ends[0]! < ends[1]! && ends[1]! < Infinity))
    refuse(range!, 'range', 'two conductances, the lower one first, such as 1e-6:1e-4');
  const step = timeStep === undefined ? undefined : parseQuantity(timeStep.trim(), 'time');
  if (step !== undefined && !(step > 0 && step < Infinity))
    refuse(timeStep!, 'time-step', 'a time larger than 0 in s or with its unit, such as 10ms');
  return {
    columns: columns === undefined ? undefined : parseColumns(columns, roles),
    unit,
    decimal,
    readVoltage: volts,
    range: ends as [number, number] | undefined,
    timeStep: step,
    pulseSettings: parsePulses(options),
  };
}
