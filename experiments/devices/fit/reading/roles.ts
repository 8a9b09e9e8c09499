import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { KEYS, MEASURES, type Measure, type Role, type Way, wayOf } from './names.ts';
import type { Table } from './table.ts';
import { isNumeric, numberOf } from './units.ts';

/** What `--columns` may name; `up` and `down` are columns of conductance in one direction. */
export const NAMED = [...MEASURES, ...KEYS, 'up', 'down'] as const;
export type Naming = readonly (readonly [(typeof NAMED)[number], string])[];

/** The columns of each role, as `--columns` or their names tell. */
export class Roles {
  readonly #of: readonly (Role | undefined)[];
  readonly ways = new Map<number, Way>();
  readonly #told = new Set<number>();

  constructor(table: Table, naming: Naming) {
    const given = new Map<number, Role>();
    for (const [role, name] of naming) {
      for (const at of columnsCalled(table, role, name)) {
        const before = given.get(at);
        if (before !== undefined)
          throw new UserError(
            `${table.name}: --columns says of the column ${show(table.names[at]!.text || String(at + 1))} that it is ${before} and ${role}.`,
          );
        if (role === 'conductance') this.#told.add(at);
        given.set(at, role === 'up' || role === 'down' ? 'conductance' : role);
        if (role === 'up' || role === 'down') this.ways.set(at, role);
      }
    }
    const told = new Set(given.values());
    const isMeasure = (role: Role | undefined) => MEASURES.includes(role as Measure);
    const measured = [...told].some(isMeasure);
    this.#of = table.names.map(({ role }, at) => {
      const isTold = role !== undefined && (told.has(role) || (measured && isMeasure(role)));
      return given.get(at) ?? (isTold ? undefined : (role ?? wordsOf(table, at)));
    });
  }

  /** Whether `--columns` says that a column holds conductances. */
  isTold(at: number): boolean {
    return this.#told.has(at);
  }

  all(role: Role): number[] {
    return this.#of.flatMap((own, at) => (own === role ? [at] : []));
  }

  /** Columns of no known role. */
  foreign(): number[] {
    return this.#of.flatMap((own, at) => (own === undefined ? [at] : []));
  }
}

function columnsCalled(table: Table, role: string, name: string): number[] {
  const texts = table.names.map(({ text }) => text.toLowerCase());
  const found = texts.flatMap((text, at) => (text === name.toLowerCase() ? [at] : []));
  if (found.length > 0) return found;
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(name) ?? [];
  if (first !== undefined && 1 <= Number(first) && Number(first) <= Number(last) && Number(last) <= texts.length)
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) - 1 + i);
  const known = table.names.map(({ text }, at) => text || String(at + 1));
  throw new UserError(
    `${table.name}: no column is called ${show(name)}, as is said of ${role}${didYouMean(name, known, 'its columns')}`,
  );
}

/** A column that holds nothing but the names of directions, or 1 and -1, tells them, whatever it is called. */
function wordsOf(table: Table, at: number): Role | undefined {
  const cells = table.rows.map((row) => row.cells[at] ?? '').filter((cell) => cell !== '');
  const isSigned = cells.some((cell) => isNumeric(cell) && numberOf(cell, table.marks) < 0);
  const tells = (cell: string) => wayOf(cell) !== undefined && (isSigned || !isNumeric(cell));
  return cells.length > 0 && cells.every(tells) ? 'direction' : undefined;
}
