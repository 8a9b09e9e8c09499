import { UserError } from '../../../../core/declare/errors.ts';
import type { Mapping } from '../../../network/config/override.ts';
import { createModel, modelsOfKind } from '../../../network/models.ts';
import { anyNumber, type Column, type KindOptions, positive, type Row, type Rows } from './columns.ts';
import type { KindInput } from './kind.ts';

/** The conductance of a device, in any of the ways in which it is read. */
export const levelColumns: readonly Column[] = [
  {
    role: 'conductance',
    pattern: /^(mean |read )?(g|conductance|cond|leitwert)( read| mean)?( s)?$/,
    quantity: 'conductance',
    optional: true,
    ...anyNumber,
  },
  {
    role: 'current',
    pattern: /^(read )?(i|current|strom|epsc|psc)( read)?$/,
    quantity: 'current',
    optional: true,
    ...anyNumber,
  },
  {
    role: 'resistance',
    pattern: /^(read )?(r|resistance|widerstand)$/,
    quantity: 'resistance',
    optional: true,
    ...positive,
  },
  {
    role: 'weight',
    pattern: /^(w|weight|normalised|normalized|norm|relative)( conductance| g| current)?$/,
    optional: true,
    ...anyNumber,
  },
];

/** Readings may be this share above the range, and their highest belongs in the range from this share of its top on. */
const [SLACK, NEAR] = [0.5, 0.05];

const isLevel = (role: string) => levelColumns.some((c) => c.role === role);
export const hasLevel = (roles: ReadonlySet<string>): boolean => [...roles].some(isLevel);

/** V at which the currents of a row were read. */
export function readVoltageOf(
  { name, rows }: Pick<Rows, 'name' | 'rows'>,
  given: number | undefined,
): (row: Row) => number {
  const named = rows.map(({ values }) => values.readVoltage).find((v) => v !== undefined && v !== (given ?? v));
  if (named !== undefined)
    throw new UserError(
      `${name}: its currents were read at ${named} V, as the name of their column says, but --read-voltage is ${given} V.`,
    );
  if (given === undefined && rows.some(({ values }) => values.readVoltage === undefined))
    throw new UserError(
      `${name}: its readings are currents; say at which voltage they were read, such as --read-voltage 0.1.`,
    );
  return ({ values }) => values.readVoltage ?? given!;
}

/** S, from a conductance, a resistance, a current at `--read-voltage`, or a weight within `--range`. */
export function levelsOf({ name, roles, rows }: Rows, { readVoltage, range }: KindOptions): (row: Row) => number {
  if (roles.has('conductance')) return ({ values }) => values.conductance!;
  if (roles.has('resistance')) return ({ values }) => 1 / values.resistance!;
  if (roles.has('current')) {
    const volts = readVoltageOf({ name, rows }, readVoltage);
    return (row) => row.values.current! / volts(row);
  }
  if (roles.has('weight')) {
    if (range === undefined)
      throw new UserError(
        `${name}: its readings are normalised; say which conductances 0 and 1 stand for, such as --range 1e-6:1e-4.`,
      );
    return ({ values }) => range[0] + (range[1] - range[0]) * values.weight!;
  }
  throw new UserError(
    `${name}: no column tells the conductance; needed is one of conductance, current or resistance, or --columns conductance=NAME (current=NAME, resistance=NAME).`,
  );
}

/** Lowest and highest conductance, S. */
export type Range = readonly [number, number];

/**
 * Range of the device that something is added to: as it is written, or, of a model without gMin and gMax, as its own parameters
 * make it; undefined: nothing tells it yet.
 */
export function rangeOf(device: Mapping): Range | undefined {
  const { model, gMin, gMax } = device as { model?: string; gMin?: number; gMax?: number };
  if (gMin !== undefined && gMax !== undefined) return [gMin, gMax];
  if (model === undefined || 'gMin' in modelsOfKind('device')[model]!.declaration.params.shape) return undefined;
  const { electrical } = createModel('device', device).reach;
  if (electrical === null)
    throw new UserError(
      `A device of model ${model} has a weight and no conductance, so that conductances cannot be added to it.`,
    );
  return [electrical.gMin, electrical.gMax];
}

/** Why a range stands in a device file that nothing but readings of this kind tell. */
export const SEEN = {
  'device.gMin': 'lowest conductance that was measured',
  'device.gMax': 'highest conductance that was measured',
};

/** The range of a device that is told, and all that readings came to where none is. */
export function rangeWith({ device, isRangeAssumed }: Pick<KindInput, 'device' | 'isRangeAssumed'>): {
  readonly known: Range | undefined;
  readonly seen: (least: number, most: number) => Range;
} {
  const found = rangeOf(device);
  const known = isRangeAssumed ? undefined : found;
  const [low, high] = found ?? [Infinity, -Infinity];
  return { known, seen: (least, most) => known ?? [Math.min(low, least), Math.max(high, most)] };
}

/** Says of readings far from the range of the device that they are added to. */
export function apart(levels: readonly number[], range: Range | undefined): string[] {
  const [least, most] = [Math.min(...levels), Math.max(...levels)];
  if (range === undefined || (most <= range[1] * (1 + SLACK) && most >= NEAR * range[1] && least >= 0.5 * range[0]))
    return [];
  const told = (g: number) => `${g.toPrecision(3)} S`;
  return [
    `The readings, ${told(least)} to ${told(most)}, are not those of a device from ${told(range[0])} to ${told(range[1])}, which they are added to.`,
  ];
}
