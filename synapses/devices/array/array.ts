import { UserError } from '../../../core/declare/errors.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { columnLength, columnOf, rowEnd, rowSize, rowStart } from '../../../core/graph/edges.ts';
import type { Arena, State } from '../../../core/kernels/arena.ts';
import type { PulsedDevices, PulseRun } from '../../../core/kernels/devices.ts';
import { TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { Devices, Stateful } from '../../../core/model.ts';
import type { DeviceUsage, Programmed } from '../../../core/usage.ts';
import type { Books } from './books.ts';

/** Where the states of devices lie: what pulses do to them, and what is read of them. */
export interface Cells extends Stateful {
  readonly books: Books;
  /** Whether what is read is what was stored. */
  readonly steady: boolean;
  /** For a kernel that pulses rows by itself; null where it cannot. */
  readonly rows: PulsedDevices | null;
  pulse(run: PulseRun, trace: Float64Array, scale: number, mu: number, t: number): void;
  /** A pulse of these columns is to come, for `normalise`; -1: of all. */
  touch(column: number): void;
  normalise(sum: number, t: number): void;
  weight(k: number, t: number): number;
  /** In S. */
  conductance(k: number, t: number): number;
  /** Puts into the edges what is read of a row at t; returns its conductance in S. */
  show(row: number, t: number): number;
  /** Of each device: 0 it works, 1 stuck from the beginning, 2 worn out; null where none can be. */
  failures(): Uint8Array | null;
  /** Devices of a row that are not hidden; missing where none can be. */
  visible?(row: number): number;
  /** Puts what pulses change into the order of rows, as `state` and the books have it. */
  inRows?(): void;
  /** Shows a device again that may be hidden. */
  reveal?(k: number, row: number, column: number): void;
  rest(): void;
}

/** The devices of one projection, one a synapse: brings the pulses of rows and columns to their cells, and reads them. */
export class DeviceArray implements Devices {
  readonly edges;
  readonly isSteady;
  readonly #cells: Cells;
  readonly #transpose;
  readonly #run: PulseRun = {
    start: 0,
    stride: 1,
    count: 0,
    edges: null,
    others: null,
    offset: 0,
    row: -1,
    column: -1,
  };
  readonly #inRows: Door;
  readonly #inColumns: Door;
  readonly #arena: Arena;
  #some: Uint32Array | null = null;
  readonly unmask?: () => void;
  programming: Programmed | null = null;

  constructor(cells: Cells, { edges, transpose, arena, name }: DeviceContext) {
    this.edges = edges;
    this.isSteady = cells.steady;
    this.#cells = cells;
    this.#transpose = transpose;
    this.#arena = arena;
    this.#inRows = new Door(arena, edges.columns, name);
    this.#inColumns = new Door(arena, edges.rows, name);
    if (cells.reveal) this.unmask = () => this.#reveal(cells);
  }

  get state(): State {
    this.#cells.inRows?.();
    return this.#cells.state;
  }

  restored(): void {
    this.#cells.restored?.();
  }

  get writes(): number {
    return this.#cells.books.totals[TOTALS.writes]!;
  }

  get usage(): DeviceUsage {
    return this.#cells.books.accounts(this.#cells, this.programming);
  }

  get energy(): DeviceUsage['energy'] {
    return this.usage.energy;
  }

  weight(edge: number, t: number): number {
    return this.#cells.weight(edge, t);
  }

  conductance(edge: number, t: number): number {
    return this.#cells.conductance(edge, t);
  }

  read(row: number, t: number, share = 1): void {
    const cells = this.#cells;
    const count = cells.visible?.(row) ?? rowSize(this.edges, row);
    if (this.isSteady) cells.books.read(row, count, undefined, share);
    else cells.books.read(row, count, cells.show(row, t), share);
  }

  readBatch(times: Float64Array, rows: Uint32Array, from: number, to: number, sums?: Float64Array): void {
    if (sums || (this.isSteady && !this.#cells.visible)) this.#cells.books.readRows(rows, from, to, sums);
    else for (let i = from; i < to; i++) this.read(rows[i]!, times[i]!);
  }

  refresh(t: number): void {
    if (this.isSteady) return;
    for (let k = 0; k < this.edges.count; k++) this.edges.weights![k] = this.weight(k, t);
  }

  rest(): void {
    this.#cells.rest();
  }

  pulsedDevices(): PulsedDevices | null {
    const { rows } = this.#cells;
    if (rows !== null) this.#cells.touch(-1);
    return rows;
  }

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const { targets } = this.edges;
    const run = this.#run;
    run.start = rowStart(this.edges, row);
    run.stride = 1;
    run.count = rowEnd(this.edges, row) - run.start;
    run.edges = null;
    run.others = targets;
    run.offset = run.start;
    run.row = row;
    run.column = -1;
    this.#cells.touch(-1);
    this.#cells.pulse(run, this.#inRows.let(trace, scale), scale, mu, t);
  }

  pulseColumns(
    row: number,
    columns: Uint32Array,
    count: number,
    trace: Float64Array,
    scale: number,
    mu: number,
    t: number,
  ): boolean {
    if (this.edges.targets !== null || 8 * count > this.edges.columns) return false;
    this.#some ??= this.#arena.u32(this.edges.columns >> 3);
    const start = rowStart(this.edges, row);
    for (let k = 0; k < count; k++) this.#some[k] = start + columns[k]!;
    const run = this.#run;
    run.start = start;
    run.stride = 1;
    run.count = count;
    run.edges = this.#some;
    run.others = columns;
    run.offset = 0;
    run.row = row;
    run.column = -1;
    this.#cells.touch(-1);
    this.#cells.pulse(run, this.#inRows.let(trace, scale), scale, mu, t);
    return true;
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const back = this.#transpose;
    const run = this.#run;
    run.start = column;
    run.stride = this.edges.columns;
    run.count = columnLength(this.edges, back, column);
    run.edges = back === null ? null : back.edges;
    run.others = back === null ? null : back.rows;
    run.offset = back === null ? 0 : back.starts[column]!;
    run.row = -1;
    run.column = column;
    this.#cells.touch(column);
    this.#cells.pulse(run, this.#inColumns.let(trace, scale), scale, mu, t);
  }

  normalise(sum: number, t: number): void {
    this.#cells.normalise(sum, t);
  }

  #reveal(cells: Cells): void {
    const { edges } = this;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) cells.reveal!(k, row, columnOf(edges, row, k));
    }
  }
}

/** Kernels see the arena only: lets its own arrays in, and copies others. */
export class Door {
  readonly #arena: Arena;
  readonly #size: number;
  readonly #name: string;
  #known: Float64Array | null = null;
  #copy: Float64Array | null = null;

  constructor(arena: Arena, size: number, name: string) {
    this.#arena = arena;
    this.#size = size;
    this.#name = name;
  }

  /** The same values where kernels find them. @throws UserError when there are too few, or for a `scale` that is no number */
  let(trace: Float64Array, scale: number): Float64Array {
    if (Number.isNaN(scale)) throw new UserError(`${this.#name}.rule pulses with a strength of NaN.`);
    if (trace === this.#known) return trace;
    if (!(trace.length >= this.#size))
      throw new UserError(
        `${this.#name}.rule pulses ${this.#size} synapses with ${trace.length} strengths, but each needs its own.`,
      );
    if (trace.BYTES_PER_ELEMENT === 8 && this.#arena.owns(trace)) {
      this.#known = trace;
      return trace;
    }
    this.#copy ??= this.#arena.f64(this.#size);
    for (let i = 0; i < this.#size; i++) this.#copy[i] = trace[i]!;
    return this.#copy;
  }
}
