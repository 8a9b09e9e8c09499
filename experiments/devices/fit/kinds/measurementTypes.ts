import { UserError } from '../../../../core/declare/errors.ts';
import { findMeasurementColumns, splitColumnGroups } from '../import/columns.ts';
import { parseHeader } from '../import/names.ts';
import type { Table } from '../import/table.ts';
import type { UnparsedFitOptions } from '../options.ts';
import { enduranceMeasurementType } from './endurance.ts';
import { ivMeasurementType } from './iv.ts';
import type { MeasurementKind, MeasurementType } from './measurementType.ts';
import { ppfMeasurementType } from './ppf.ts';
import { retentionMeasurementType } from './retention.ts';
import { stdpMeasurementType } from './stdp.ts';
import { spikeTrainMeasurementType } from './train.ts';

/** Kinds of measurement in order of detection: most distinctive columns first. */
export const MEASUREMENT_TYPES: Readonly<Record<Exclude<MeasurementKind, 'pulses'>, MeasurementType>> = {
  ppf: ppfMeasurementType,
  stdp: stdpMeasurementType,
  endurance: enduranceMeasurementType,
  train: spikeTrainMeasurementType,
  iv: ivMeasurementType,
  retention: retentionMeasurementType,
};

const AMBIGUOUS_KINDS = ['iv', 'retention'];
const PULSE_ROLES = ['pulse', 'direction', 'width', 'cycle'];

function matchesKind(table: Table, kind: MeasurementType): boolean {
  try {
    const [first] = splitColumnGroups(table, kind.columns);
    return kind.matchesColumnRoles(new Set(findMeasurementColumns(first!, kind.columns).keys()));
  } catch (error) {
    if (error instanceof UserError) return false; // columns of another kind
    throw error;
  }
}

const MIN_SWEEP_VOLTAGES = 8;

/** True if the table has many different voltages, and no column of pulse width or direction. */
function isSweep({ headers, rows }: Table): boolean {
  const at = headers.findIndex(({ text }) => parseHeader(text.replace(/\d+$/, '')).role === 'voltage');
  const isPulse = headers.some(
    ({ role, direction }) => direction !== undefined || role === 'width' || role === 'direction',
  );
  return !isPulse && at >= 0 && new Set(rows.map(({ cells }) => cells[at])).size >= MIN_SWEEP_VOLTAGES;
}

function detectTableKind(table: Table, readVoltage: string | undefined): MeasurementKind {
  if (!table.hasHeader) return 'pulses';
  const isPulsed = table.headers.some(
    ({ text, direction }) => direction !== undefined || PULSE_ROLES.includes(parseHeader(text).role ?? ''),
  );
  const roles = table.headers.map(({ role }) => role);
  // A table of voltage and current without time holds a voltage loop or, if a read voltage is given, pulses.
  const stated = [readVoltage, table.readVoltage, ...table.headers.map((header) => header.readVoltage)];
  const isRead = roles.includes('readVoltage') || stated.some((voltage) => voltage !== undefined);
  const isExcluded = (name: string) =>
    (isPulsed && AMBIGUOUS_KINDS.includes(name) && !(name === 'iv' && isSweep(table))) ||
    (name === 'iv' && isRead && !roles.includes('time'));
  const found = Object.entries(MEASUREMENT_TYPES).find(([name, kind]) => !isExcluded(name) && matchesKind(table, kind));
  return (found?.[0] as MeasurementKind | undefined) ?? 'pulses';
}

/** Detects the kind of measurement, which must be the same in all tables; `pulses` if `--columns` is given. */
export function detectMeasurementKind(
  tables: readonly Table[],
  { columns, readVoltage }: UnparsedFitOptions,
): MeasurementKind {
  if (columns !== undefined) return 'pulses';
  const kinds = tables.map((table) => detectTableKind(table, readVoltage));
  const other = kinds.findIndex((kind) => kind !== kinds[0]);
  if (other < 0) return kinds[0]!;
  const [first, second] = [tables[0]!, tables[other]!];
  const isInWorkbook = [first, second].every(({ fileFormat }) => fileFormat.startsWith('workbook'));
  const sheets = isInWorkbook ? ', or select a sheet (--sheet)' : '';
  throw new UserError(
    `${first.name} looks like ${kinds[0]}, but ${second.name} looks like ${kinds[other]}. Fit one kind at a time and add the second to the device file of the first (--onto)${sheets}; --kind states the kind of all files.`,
  );
}
