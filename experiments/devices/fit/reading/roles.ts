import { KEYS, MEASURES, type Measure, type Role, type Way, wayOf } from './names.ts';
import { columnsCalled, type Table, twoRolesError } from './table.ts';
import { isNumeric, numberOf } from './units.ts';

/** Roles that `--columns` takes; `up` and `down` are conductances in one direction. */
export const NAMED = [...MEASURES, ...KEYS, 'up', 'down'] as const;
export type Naming = readonly (readonly [(typeof NAMED)[number], string])[];

/** Role of each column, from `--columns` or from its name. */
export class Roles {
  readonly #of: readonly (Role | undefined)[];
  readonly ways = new Map<number, Way>();
  readonly #givenConductance = new Set<number>();

  constructor(table: Table, naming: Naming) {
    const given = new Map<number, Role>();
    for (const [role, name] of naming) {
      for (const at of columnsCalled(table, role, name)) {
        const before = given.get(at);
        if (before !== undefined) throw twoRolesError(table, at, [before, role]);
        if (role === 'conductance') this.#givenConductance.add(at);
        given.set(at, role === 'up' || role === 'down' ? 'conductance' : role);
        if (role === 'up' || role === 'down') this.ways.set(at, role);
      }
    }
    const givenRoles = new Set(given.values());
    const isMeasure = (role: Role | undefined) => MEASURES.includes(role as Measure);
    const measured = [...givenRoles].some(isMeasure);
    this.#of = table.names.map(({ role }, at) => {
      const isReplaced = role !== undefined && (givenRoles.has(role) || (measured && isMeasure(role)));
      return given.get(at) ?? (isReplaced ? undefined : (role ?? wordRole(table, at)));
    });
  }

  /** True if `--columns` says that a column is a conductance. */
  isGivenConductance(at: number): boolean {
    return this.#givenConductance.has(at);
  }

  all(role: Role): number[] {
    return this.#of.flatMap((own, at) => (own === role ? [at] : []));
  }

  /** Columns without a role. */
  unknown(): number[] {
    return this.#of.flatMap((own, at) => (own === undefined ? [at] : []));
  }
}

/** `direction` for a column that holds only names of directions, or 1 and -1, whatever its header is. */
function wordRole(table: Table, at: number): Role | undefined {
  const cells = table.rows.map((row) => row.cells[at] ?? '').filter((cell) => cell !== '');
  const isSigned = cells.some((cell) => isNumeric(cell) && numberOf(cell, table.marks) < 0);
  const isDirection = (cell: string) => wayOf(cell) !== undefined && (isSigned || !isNumeric(cell));
  return cells.length > 0 && cells.every(isDirection) ? 'direction' : undefined;
}
