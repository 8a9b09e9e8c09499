import { UserError } from '../../../../core/declare/errors.ts';
import type { Grid } from '../reading/grid.ts';
import type { Decimal } from '../reading/marks.ts';
import { nameOf } from '../reading/names.ts';
import { type Table, tableOf } from '../reading/table.ts';
import { placesOf } from './columns.ts';
import { KINDS } from './index.ts';
import type { Kind } from './kind.ts';
import type { KindName } from './names.ts';

export const kindNamed = (name: Exclude<KindName, 'pulses'>): Kind => KINDS[name];

/** Kinds whose columns readings after pulses may have too. */
const AMBIGUOUS = ['iv', 'retention'];

function tells(table: Table, kind: Kind): boolean {
  try {
    return kind.isTold(new Set(placesOf(table, kind.columns).keys()));
  } catch (error) {
    if (error instanceof UserError) return false; // columns of another kind
    throw error;
  }
}

/** What is said of the columns, and of the numbers in them. */
interface KindGiven {
  readonly columns?: string | undefined;
  readonly decimal?: Decimal | undefined;
  readonly readVoltage?: string | undefined;
}

/** What was measured, by the names of the columns; pulses where they tell nothing else. */
function kindOf(grid: Grid, { decimal, readVoltage }: KindGiven): KindName {
  const table = tableOf(grid, decimal);
  if (!table.hasNames) return 'pulses';
  const isPulsed = table.names.some(({ text, way }) => {
    const { role } = nameOf(text);
    return way !== undefined || role === 'pulse' || role === 'direction' || role === 'width' || role === 'cycle';
  });
  const roles = table.names.map(({ role }) => role);
  // Without a time a voltage and a current may be those of pulses too, but only if it is told at which voltage was read.
  const isRead = readVoltage !== undefined || roles.includes('readVoltage') || table.names.some((n) => n.readVoltage);
  const isNone = (name: string) =>
    (isPulsed && AMBIGUOUS.includes(name)) || (name === 'iv' && isRead && !roles.includes('time'));
  const found = Object.entries(KINDS).find(([name, kind]) => !isNone(name) && tells(table, kind));
  return (found?.[0] as KindName | undefined) ?? 'pulses';
}

/**
 * The kind of all these tables; pulses where --columns tells what columns are.
 * @throws UserError for tables of several kinds
 */
export function guessedKind(grids: readonly Grid[], given: KindGiven): KindName {
  if (given.columns !== undefined) return 'pulses';
  const kinds = grids.map((grid) => kindOf(grid, given));
  const other = kinds.findIndex((kind) => kind !== kinds[0]);
  if (other < 0) return kinds[0]!;
  const [first, second] = [grids[0]!, grids[other]!];
  const how = [first, second].every(({ kind }) => kind.startsWith('workbook'))
    ? ' (--sheet NAME takes one of them)'
    : '';
  throw new UserError(
    `${first.name} looks like ${kinds[0]}, but ${second.name} like ${kinds[other]}: measurements of several kinds are fitted one after the other, the second onto the device file of the first (--onto)${how}; --kind tells what all are.`,
  );
}
