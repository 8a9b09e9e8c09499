import { type Edges, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Arena } from '../../../core/kernels/arena.ts';
import { HALF_ENERGY, HALF_SELECTED, READ_ENERGY, WRITE_ENERGY } from './accounts.ts';
import type { ConductanceParams } from './cell.ts';

/**
 * What reads and writes cost in the crossbar of one projection. Read: V² G t; write: V² (G_before + G_after)/2 t. Devices
 * that are not selected see a part of the write voltage: V/2 along the row and the column, or V/3 everywhere, at the
 * conductances that they were last programmed to.
 */
export class ArrayEnergy {
  readonly state;
  readonly #p: ConductanceParams;
  readonly #edges: Edges;
  readonly #totals: Float64Array;
  /** Conductances as programmed: sum of each row, of each column (V/2), and of all (V/3). */
  readonly #rows: Float64Array;
  readonly #columns: Float64Array;
  readonly #all: Float64Array;
  readonly #inColumn: Uint32Array;

  constructor(p: ConductanceParams, edges: Edges, totals: Float64Array, arena: Arena) {
    this.#p = p;
    this.#edges = edges;
    this.#totals = totals;
    this.#rows = arena.f64(edges.rows);
    this.#columns = arena.f64(p.selection === 'half' ? edges.columns : 0);
    this.#all = arena.f64(1);
    this.#inColumn = new Uint32Array(this.#columns.length);
    this.state = { rows: this.#rows, columns: this.#columns, all: this.#all };
  }

  /** A device is there, at this conductance. */
  place(row: number, column: number, conductance: number): void {
    if (this.#inColumn.length > 0) this.#inColumn[column]!++;
    this.change(row, column, conductance);
  }

  /** A device was programmed to a conductance higher by this. */
  change(row: number, column: number, difference: number): void {
    this.#rows[row]! += difference;
    if (this.#columns.length > 0) this.#columns[column]! += difference;
    this.#all[0]! += difference;
  }

  /** One read of a row with this conductance altogether (absent: as programmed). */
  read(row: number, devices: number, conductance = this.#rows[row]!): void {
    const { readVoltage, readTime, reading, gMin } = this.#p;
    const references = reading === 'single' ? 0 : reading === 'pair' ? devices : 1;
    this.#totals[READ_ENERGY]! += (conductance + references * gMin) * readVoltage ** 2 * readTime;
  }

  /**
   * One write of device (row, column), which was programmed to `stored` before; returns the joules spent in itself.
   * @param square voltage² × time of the pulse, V² s
   * @param mean of its conductance before and after
   */
  write(row: number, column: number, square: number, mean: number, stored: number): number {
    const joules = square * mean;
    this.#totals[WRITE_ENERGY]! += joules;
    if (this.#p.selection === 'transistor') return joules;
    const { count } = this.#edges;
    const half = this.#p.selection === 'half';
    const inRow = rowEnd(this.#edges, row) - rowStart(this.#edges, row);
    const others = half ? this.#rows[row]! + this.#columns[column]! - 2 * stored : this.#all[0]! - stored;
    this.#totals[HALF_SELECTED]! += half ? inRow + this.#inColumn[column]! - 2 : count - 1;
    this.#totals[HALF_ENERGY]! += (Math.max(others, 0) * square) / (half ? 4 : 9); // sums round
    return joules;
  }
}
