import { UserError } from '../../../../core/declare/errors.ts';
import type { Mapping } from '../../../network/config/override.ts';
import { createModel, getModelsOfKind } from '../../../network/models.ts';
import {
  ALLOW_ANY,
  ALLOW_NON_NEGATIVE,
  ALLOW_POSITIVE,
  type ColumnSpec,
  type ImportOptions,
  type MeasuredRow,
  type MeasuredRows,
} from '../import/columns.ts';
import type { Quantity } from '../import/numbers.ts';
import { extentOf, mean } from '../lists.ts';
import type { FitInput } from './measurementType.ts';

const LEVEL_PATTERNS = {
  conductance: /^(mean |read )?(g|conductance|cond|leitwert)( read| mean)?( s)?$/,
  current: /^(read )?(i|current|strom|epsc|psc)( read)?$/,
  resistance: /^(read )?(r|resistance|widerstand)$/,
  weight: /^(w|weight|normalised|normalized|norm|relative)( conductance| g| current)?$/,
} as const;

export const levelColumns: readonly ColumnSpec[] = Object.entries(LEVEL_PATTERNS).map(([role, pattern]) => ({
  role,
  pattern,
  quantity: role === 'weight' ? undefined : (role as Quantity),
  isOptional: true,
  ...(role === 'resistance' ? ALLOW_POSITIVE : ALLOW_ANY),
}));

export const hasLevelColumn = (roles: ReadonlySet<string>): boolean => levelColumns.some(({ role }) => roles.has(role));

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

export function createConductanceReader(
  rows: MeasuredRows,
  { readVoltage, range }: ImportOptions,
): (row: MeasuredRow) => number {
  const { columnRoles } = rows;
  if (columnRoles.has('conductance')) return ({ roleValues }) => roleValues.conductance!;
  if (columnRoles.has('resistance')) return ({ roleValues }) => 1 / roleValues.resistance!;
  if (columnRoles.has('current')) {
    const volts = createVoltageReader(rows, readVoltage);
    return (row) => row.roleValues.current! / volts(row);
  }
  if (columnRoles.has('weight')) {
    if (range === undefined)
      throw new UserError(
        'the readings are normalised weights. Next step: give the conductances of 0 and 1, such as --range 1e-6:1e-4.',
      );
    return ({ roleValues }) => range[0] + (range[1] - range[0]) * roleValues.weight!;
  }
  throw new UserError(
    'no column holds the conductance, a current or a resistance. Next step: name one with --columns conductance=NAME (current=NAME, resistance=NAME).',
  );
}

const TWO_LEVEL_PATTERNS = {
  conductance: {
    high: /^(g ?(max|on|lrs|high)|on|lrs|high|g1|conductance (on|lrs|high|max))( conductance)?$/,
    low: /^(g ?(min|off|hrs|low)|off|hrs|low|g0|conductance (off|hrs|low|min))( conductance)?$/,
  },
  resistance: {
    rOn: /^(r ?(on|lrs|low|min)|lrs|on|resistance (on|lrs|low))( resistance)?$/,
    rOff: /^(r ?(off|hrs|high|max)|hrs|off|resistance (off|hrs|high))( resistance)?$/,
  },
  current: {
    iOn: /^(i ?(on|lrs|high|max)|(on|lrs|high)( state)? current|current (on|lrs|high))$/,
    iOff: /^(i ?(off|hrs|low|min)|(off|hrs|low)( state)? current|current (off|hrs|low))$/,
  },
} as const;

export const twoLevelColumns: readonly ColumnSpec[] = Object.entries(TWO_LEVEL_PATTERNS).flatMap(
  ([quantity, patterns]) =>
    Object.entries(patterns).map(([role, pattern]) => ({
      role,
      pattern,
      quantity: quantity as Quantity,
      isOptional: true,
      ...(quantity === 'resistance' ? ALLOW_POSITIVE : ALLOW_NON_NEGATIVE),
    })),
);

const LEVEL_ROLES = [
  ['high', 'rOn', 'iOn'],
  ['low', 'rOff', 'iOff'],
] as const;

export const hasTwoLevelColumns = (roles: ReadonlySet<string>): boolean =>
  LEVEL_ROLES.every((choices) => choices.some((role) => roles.has(role)));

export function createTwoLevelReader(
  rows: MeasuredRows,
  { readVoltage }: ImportOptions,
): (own: readonly MeasuredRow[]) => { readonly high: readonly number[]; readonly low: readonly number[] } {
  const levels = LEVEL_ROLES.map((choices) => {
    const [g, r, i] = choices;
    const role = choices.find((one) => rows.columnRoles.has(one));
    if (role === undefined)
      throw new UserError(
        `no column holds the ${g} conductance. Next step: name one with --columns ${g}=NAME (or ${r}=NAME of a resistance, ${i}=NAME of a current).`,
      );
    const volts = role === i ? createVoltageReader(rows, readVoltage) : undefined;
    return (row: MeasuredRow) => {
      const value = row.roleValues[role]!;
      return volts ? value / volts(row) : role === r ? 1 / value : value;
    };
  });
  return (own) => {
    const [high, low] = levels.map((levelOf) => own.map(levelOf)) as [number[], number[]];
    // Levels without a unit are taken as resistances if the high-conductance state has the smaller number.
    const isResistance = rows.columnRoles.has('high') && rows.roleUnits.high === '' && mean(high) < mean(low);
    const toSiemens = (list: readonly number[]) => (isResistance ? list.map((r) => 1 / r) : list);
    return { high: toSiemens(high), low: toSiemens(low) };
  };
}

export type ConductanceRange = readonly [low: number, high: number];

/** Finds the conductance range of a device, S, in its parameters or from its model. */
export function findConductanceRange(device: Mapping): ConductanceRange | undefined {
  const { model, gMin, gMax } = device as { model?: string; gMin?: number; gMax?: number };
  if (gMin !== undefined && gMax !== undefined) return [gMin, gMax];
  if (model === undefined || 'gMin' in getModelsOfKind('device')[model]!.declaration.params.shape) return undefined;
  const { electrical } = createModel('device', device).ranges;
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

/** Resolves the range for a device file: the known range, or else an estimate that includes `least` and `most`, S. */
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
  const [low, high] = extentOf(levels);
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
