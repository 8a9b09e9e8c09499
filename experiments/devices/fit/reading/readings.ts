import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { CellFault, Cells, type ReadingOptions } from './cells.ts';
import { Faults } from './faults.ts';
import { columnName, type Layout, type Series } from './layout.ts';
import { quantityOfRole } from './names.ts';
import type { Reading } from './reading.ts';
import { inSiemens } from './siemens.ts';
import { filled, type Table, type TableRow } from './table.ts';
import { exponentOf } from './units.ts';

/** What instruments and programs write for a reading that was not taken. */
const ABSENT = /^(nan|n\/?a|#n\/?a|null|none|-{2,}|overflow|\+?9\.9\d*e\+?3[78])$/i;

/** What a table tells, row by row, and how many readings it has that are marked as not taken. */
export interface Readings {
  readonly readings: readonly Reading[];
  readonly absent: number;
}

function requireMeans(table: Table, { series }: Layout, options: ReadingOptions): void {
  const { measure, name } = series[0]!;
  const called = (s: Series) => `${table.name}: the column ${show(columnName(table, s.at))}`;
  const column = called(series[0]!);
  for (const s of measure === 'current' ? series : []) refuseVoltage(called(s), s, options);
  if (measure === 'weight' && options.range === undefined)
    throw new UserError(
      `${column} holds normalised weights; say which conductances 0 and 1 stand for, such as --range 1e-6:1e-4.`,
    );
  if (measure !== 'weight' && options.range !== undefined)
    throw new UserError(`${column} holds no normalised weights but a ${measure}, which --range does not go with.`);
  const quantity = quantityOfRole(measure);
  if (options.unit === undefined) return;
  if (quantity === undefined || exponentOf(options.unit, quantity) === undefined)
    throw new UserError(`${column} holds a ${measure}, so --unit ${options.unit} is no unit of it.`);
  if (name.exponent !== undefined && name.exponent !== exponentOf(options.unit, quantity))
    throw new UserError(`${column} has a unit in its name, other than --unit ${options.unit}.`);
}

/** Currents are read at one voltage, told by the name of their column, by a column beside it, or by an option. */
function refuseVoltage(column: string, told: Series, options: ReadingOptions): void {
  const [named, given] = [told.name.readVoltage, options.readVoltage];
  if (named !== undefined && given !== undefined && named !== given)
    throw new UserError(`${column} was read at ${named} V, as its name says, but --read-voltage is ${given} V.`);
  if (told.readVoltage !== undefined && given !== undefined)
    throw new UserError(`${column} has a column of read voltages beside it, which --read-voltage does not go with.`);
  if (told.readVoltage === undefined && named === undefined && given === undefined)
    throw new UserError(`${column} holds currents; say at which voltage they were read, such as --read-voltage 0.1.`);
}

/** The readings of a table in S, in the order of its rows, column after column. */
export function readingsOf(table: Table, layout: Layout, options: ReadingOptions): Readings {
  requireMeans(table, layout, options);
  const faults = new Faults(table.name);
  const cells = new Cells(table, layout, options);
  const readings: Reading[] = [];
  let absent = 0;
  const isWide = layout.series.length > 1;
  for (const row of table.rows) {
    if (filled(row.cells) > table.names.length)
      faults.add(`${row.where}: ${filled(row.cells)} cells stand under ${table.names.length} names`);
  }
  faults.throwIfAny();
  for (const s of layout.series) {
    const cellAt = (row: TableRow) => row.cells[s.at] ?? '';
    const last = table.rows.findLastIndex((row) => cellAt(row) !== '' && !ABSENT.test(cellAt(row)));
    const hasHole = table.rows.slice(0, last + 1).some((row) => cellAt(row) === '' || ABSENT.test(cellAt(row)));
    // Without a counter a reading that was not taken still had its pulse: rows are counted then.
    const countsRows = hasHole && s.pulse === undefined && layout.device === undefined;
    for (const [at, row] of table.rows.entries()) {
      const cell = row.cells[s.at] ?? '';
      if (ABSENT.test(cell) || (isWide && cell === '')) {
        absent += cell === '' ? 0 : 1;
        continue;
      }
      const wrong: string[] = [];
      const attempt = <T>(read: () => T): T | undefined => {
        try {
          return read();
        } catch (error) {
          if (!(error instanceof CellFault)) throw error;
          wrong.push(error.message);
          return undefined;
        }
      };
      const reading = {
        where: row.where,
        way: attempt(() => cells.way(row, s)),
        pulse: countsRows ? at : attempt(() => cells.pulse(row, s)),
        conductance: attempt(() => cells.value(row, s))!,
        voltage: attempt(() => cells.property(row, 'voltage', s.voltage)),
        width: attempt(() => cells.property(row, 'width', s.width)),
        device: cells.key(row, layout.device, s.device) ?? '',
        cycle: cells.key(row, layout.cycle, s.cycle),
      };
      for (const fault of wrong) faults.add(`${row.where}, ${fault}`);
      if (wrong.length === 0) readings.push(reading);
    }
  }
  faults.throwIfAny();
  if (readings.length === 0) throw new UserError(`${table.name} holds no readings.`);
  return { readings: inSiemens(table, layout, bySign(readings), options, faults), absent };
}

/** Without directions the signs of the voltage tell them; a reading without a pulse belongs to the train that follows. */
function bySign(readings: readonly Reading[]): readonly Reading[] {
  const volts = readings.map(({ voltage = 0 }) => voltage);
  const isSigned = volts.some((v) => v > 0) && volts.some((v) => v < 0);
  if (!isSigned || readings.some(({ way }) => way !== undefined)) return readings;
  let sign = Math.sign(volts.findLast((v) => v !== 0)!);
  const signs = volts.map(() => 0);
  for (let i = volts.length - 1; i >= 0; i--) signs[i] = sign = Math.sign(volts[i]!) || sign;
  return readings.map((r, i) => ({ ...r, way: signs[i]! > 0 ? '+V' : '-V' }));
}
