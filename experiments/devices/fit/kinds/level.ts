import { UserError } from '../../../../core/declare/errors.ts';
import type { Mapping } from '../../../network/config/override.ts';
import { createModel, getModelsOfKind } from '../../../network/models.ts';
import {
  ALLOW_NON_NEGATIVE,
  ALLOW_POSITIVE,
  type ColumnSpec,
  type ImportOptions,
  type MeasuredRow,
  type MeasuredRows,
} from '../import/columns.ts';
import type { Quantity } from '../import/numbers.ts';
import { findExtent, mean } from '../lists.ts';
import type { FitInput } from './measurementType.ts';

const LEVEL_PATTERNS = {
  conductance: /^(mean |read )?(g|conductance|cond|leitwert)( read| mean)?( s)?$/,
  current: /^(read )?(i|current|strom|epsc|psc)( read)?$/,
  resistance: /^(read )?(r|resistance|widerstand)$/,
  weight: /^(w|weight|normalised|normalized|norm|relative)( conductance| g| current)?$/,
} as const;

export const levelColumnSpecs: readonly ColumnSpec[] = Object.entries(LEVEL_PATTERNS).map(([role, pattern]) => ({
  role,
  pattern,
  quantity: role === 'weight' ? undefined : (role as Quantity),
  isOptional: true,
  ...(role === 'resistance' && ALLOW_POSITIVE),
}));

export const hasLevelColumn = (roles: ReadonlySet<string>): boolean =>
  levelColumnSpecs.some(({ role }) => roles.has(role));

function createVoltageReader({ rows }: MeasuredRows, given: number | undefined): (row: MeasuredRow) => number {
  const named = rows.map(({ roleValues }) => roleValues.readVoltage).find((v) => v !== undefined && v !== (given ?? v));
  if (named !== undefined)
    throw new UserError(
      `the currents were read at ${named} V, as the name of their column says, but --read-voltage is ${given} V.`,
    );
  if (given === undefined && rows.some(({ roleValues }) => roleValues.readVoltage === undefined))
    throw new UserError('the readings are currents. Next step: give their read voltage, such as --read-voltage 0.1.');
  return ({ roleValues }) => roleValues.readVoltage ?? given!;
}

/** Creates a reader of a column of conductances, resistances or currents, in S. */
function createSiemensReader(
  rows: MeasuredRows,
  role: string,
  quantity: Quantity,
  readVoltage: number | undefined,
): (row: MeasuredRow) => number {
  if (quantity === 'resistance') return ({ roleValues }) => 1 / roleValues[role]!;
  if (quantity === 'conductance') return ({ roleValues }) => roleValues[role]!;
  const volts = createVoltageReader(rows, readVoltage);
  return (row) => row.roleValues[role]! / volts(row);
}

export function createConductanceReader(
  rows: MeasuredRows,
  { readVoltage, range }: ImportOptions,
): (row: MeasuredRow) => number {
  const { columnRoles } = rows;
  const quantity = (['conductance', 'resistance', 'current'] as const).find((role) => columnRoles.has(role));
  if (quantity !== undefined) return createSiemensReader(rows, quantity, quantity, readVoltage);
  if (!columnRoles.has('weight'))
    throw new UserError(
      'no column holds the conductance, a current or a resistance. Next step: name one with --columns conductance=NAME (current=NAME, resistance=NAME).',
    );
  if (range === undefined)
    throw new UserError(
      'the readings are normalised weights. Next step: give the conductances of 0 and 1, such as --range 1e-6:1e-4.',
    );
  return ({ roleValues }) => range[0] + (range[1] - range[0]) * roleValues.weight!;
}

const HIGH_COLUMNS: readonly (readonly [role: string, quantity: Quantity, pattern: RegExp])[] = [
  ['high', 'conductance', /^(g ?(max|on|lrs|high)|on|lrs|high|g1|conductance (on|lrs|high|max))( conductance)?$/],
  ['rOn', 'resistance', /^(r ?(on|lrs|low|min)|lrs|on|resistance (on|lrs|low))( resistance)?$/],
  ['iOn', 'current', /^(i ?(on|lrs|high|max)|(on|lrs|high)( state)? current|current (on|lrs|high))$/],
];
const LOW_COLUMNS: typeof HIGH_COLUMNS = [
  ['low', 'conductance', /^(g ?(min|off|hrs|low)|off|hrs|low|g0|conductance (off|hrs|low|min))( conductance)?$/],
  ['rOff', 'resistance', /^(r ?(off|hrs|high|max)|hrs|off|resistance (off|hrs|high))( resistance)?$/],
  ['iOff', 'current', /^(i ?(off|hrs|low|min)|(off|hrs|low)( state)? current|current (off|hrs|low))$/],
];

export const twoLevelColumnSpecs: readonly ColumnSpec[] = HIGH_COLUMNS.flatMap((high, i) =>
  [high, LOW_COLUMNS[i]!].map(([role, quantity, pattern]) => ({
    role,
    pattern,
    quantity,
    isOptional: true,
    ...(quantity === 'resistance' ? ALLOW_POSITIVE : ALLOW_NON_NEGATIVE),
  })),
);

export const hasTwoLevelColumns = (roles: ReadonlySet<string>): boolean =>
  [HIGH_COLUMNS, LOW_COLUMNS].every((columns) => columns.some(([role]) => roles.has(role)));

export function createTwoLevelReader(
  rows: MeasuredRows,
  { readVoltage }: ImportOptions,
): (own: readonly MeasuredRow[]) => { readonly high: readonly number[]; readonly low: readonly number[] } {
  const [readHigh, readLow] = [HIGH_COLUMNS, LOW_COLUMNS].map((columns) => {
    const [g, r, i] = columns.map(([role]) => role);
    const found = columns.find(([role]) => rows.columnRoles.has(role));
    if (found === undefined)
      throw new UserError(
        `no column holds the ${g} conductance. Next step: name one with --columns ${g}=NAME (or ${r}=NAME of a resistance, ${i}=NAME of a current).`,
      );
    return createSiemensReader(rows, found[0], found[1], readVoltage);
  });
  return (own) => {
    const [high, low] = [own.map(readHigh!), own.map(readLow!)];
    // Levels without a unit are taken as resistances if the high-conductance state has the smaller number.
    const isResistance = rows.columnRoles.has('high') && rows.roleUnits.high === '' && mean(high) < mean(low);
    return isResistance ? { high: high.map((r) => 1 / r), low: low.map((r) => 1 / r) } : { high, low };
  };
}

export type ConductanceRange = readonly [low: number, high: number];

/** Finds the conductance range of a device, S, in its parameters or from its model. */
export function findConductanceRange(device: Mapping): ConductanceRange | undefined {
  const { model, gMin, gMax } = device as { model?: string; gMin?: number; gMax?: number };
  if (gMin !== undefined && gMax !== undefined) return [gMin, gMax];
  if (model === undefined || 'gMin' in getModelsOfKind('device')[model]!.declaration.params.shape) return undefined;
  const { electricalProperties: electrical } = createModel('device', device).ranges;
  if (electrical === null)
    throw new UserError(
      `A device of model ${model} has a weight and no conductance, so that conductances cannot be added to it.`,
    );
  return [electrical.gMin, electrical.gMax];
}

export const MEASURED_RANGE_REASONS = {
  'device.gMin': 'lowest conductance that was measured',
  'device.gMax': 'highest conductance that was measured',
};

/** Finds the conductance range of the device to which a fit is added; undefined if not known or only estimated. */
export const findKnownConductanceRange = ({ deviceSection, isRangeAssumed }: FitInput): ConductanceRange | undefined =>
  isRangeAssumed ? undefined : findConductanceRange(deviceSection);

/** Resolves the range for a device file: the known range, or else an estimate that includes `least` to `most`, S. */
export function resolveConductanceRange(given: FitInput, least: number, most: number, levels: readonly number[]) {
  const known = findKnownConductanceRange(given);
  const [low, high] = findConductanceRange(given.deviceSection) ?? [Infinity, -Infinity];
  const [gMin, gMax] = known ?? [Math.min(low, least), Math.max(high, most)];
  return {
    gMin,
    gMax,
    added: known ? {} : { gMin, gMax },
    assumed: known ? {} : MEASURED_RANGE_REASONS,
    notes: createRangeWarnings(levels, known),
  };
}

const MAX_RELATIVE_EXCESS = 0.5;
const MIN_HIGHEST_SHARE = 0.05;
const MIN_LOWEST_SHARE = 0.5;

export function createRangeWarnings(levels: readonly number[], range: ConductanceRange | undefined): string[] {
  const [low, high] = findExtent(levels);
  if (
    range === undefined ||
    (high <= range[1] * (1 + MAX_RELATIVE_EXCESS) &&
      high >= MIN_HIGHEST_SHARE * range[1] &&
      low >= MIN_LOWEST_SHARE * range[0])
  )
    return [];
  const siemens = ([from, to]: ConductanceRange) => `${from.toPrecision(3)} S to ${to.toPrecision(3)} S`;
  return [
    `The readings, ${siemens([low, high])}, do not fit the range of the device that they are added to, ${siemens(range)}.`,
  ];
}
