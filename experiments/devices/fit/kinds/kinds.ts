import { UserError } from '../../../../core/declare/errors.ts';
import { findKindColumns } from '../import/columns.ts';
import { parseHeader } from '../import/names.ts';
import type { Table } from '../import/table.ts';
import type { KindFitOptions } from '../options.ts';
import { enduranceKind } from './endurance.ts';
import { ivKind } from './iv.ts';
import type { Kind, KindName } from './kind.ts';
import { ppfKind } from './ppf.ts';
import { retentionKind } from './retention.ts';
import { stdpKind } from './stdp.ts';
import { trainKind } from './train.ts';

/** Kinds of measurement other than pulses, in order of detection: most distinctive columns first. */
export const KINDS: Readonly<Record<Exclude<KindName, 'pulses'>, Kind>> = {
  ppf: ppfKind,
  stdp: stdpKind,
  endurance: enduranceKind,
  train: trainKind,
  iv: ivKind,
  retention: retentionKind,
};

const AMBIGUOUS = ['iv', 'retention'];

function matches(table: Table, kind: Kind): boolean {
  try {
    return kind.matches(new Set(findKindColumns(table, kind.columns).keys()));
  } catch (error) {
    if (error instanceof UserError) return false; // columns of another kind
    throw error;
  }
}

type KindHints = Pick<KindFitOptions, 'columns' | 'readVoltage'>;

function detectOne(table: Table, { readVoltage }: KindHints): KindName {
  if (!table.hasHeader) return 'pulses';
  const isPulsed = table.headers.some(({ text, way }) => {
    const { role = '' } = parseHeader(text);
    return way !== undefined || ['pulse', 'direction', 'width', 'cycle'].includes(role);
  });
  const roles = table.headers.map(({ role }) => role);
  // Voltage and current without time are a loop or, if a read voltage is given, pulses.
  const isRead = readVoltage !== undefined || roles.includes('readVoltage') || table.headers.some((n) => n.readVoltage);
  const isExcluded = (name: string) =>
    (isPulsed && AMBIGUOUS.includes(name)) || (name === 'iv' && isRead && !roles.includes('time'));
  const found = Object.entries(KINDS).find(([name, kind]) => !isExcluded(name) && matches(table, kind));
  return (found?.[0] as KindName | undefined) ?? 'pulses';
}

/** Kind common to all tables; `pulses` if `--columns` gives the columns. @throws UserError for several kinds */
export function detectKind(tables: readonly Table[], hints: KindHints): KindName {
  if (hints.columns !== undefined) return 'pulses';
  const kinds = tables.map((table) => detectOne(table, hints));
  const other = kinds.findIndex((kind) => kind !== kinds[0]);
  if (other < 0) return kinds[0]!;
  const [first, second] = [tables[0]!, tables[other]!];
  const isInWorkbook = [first, second].every(({ kind }) => kind.startsWith('workbook'));
  const sheets = isInWorkbook ? ', or select a sheet (--sheet)' : '';
  throw new UserError(
    `${first.name} looks like ${kinds[0]}, but ${second.name} looks like ${kinds[other]}. Fit one kind at a time and add the second to the device file of the first (--onto)${sheets}; --kind states the kind of all files.`,
  );
}
