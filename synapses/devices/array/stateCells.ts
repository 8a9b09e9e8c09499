import { pow } from '../../../core/elementary.ts';
import {
  columnEdge,
  columnLength,
  columnOf,
  columnRow,
  longestRow,
  rowEnd,
  rowStart,
} from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { Kernels, PulseRun, StatefulDevices } from '../../../core/kernels/kernels.ts';
import { Pulses } from '../../../core/kernels/pulses.ts';
import { DevicesRecord, recordsIn } from '../../../core/kernels/records.ts';
import type { DeviceContext } from '../../../core/model.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import type { Cells } from './array.ts';
import { Books, TOTALS } from './books.ts';
import type { Cell, CellFactory, Step } from './cell.ts';
import { Noise } from './noise.ts';
import { isSteady, type NonIdealities } from './nonidealities.ts';
import { Prices } from './prices.ts';
import { type CellRange, outOfRange } from './range.ts';
import { Readout } from './readout.ts';
import { type Retention, retentionOf } from './retention.ts';
import { Signal } from './signal.ts';
import { drawFloors, drawSpread, type Spread, type SpreadParams } from './spread.ts';
import { type Stash, stashOf } from './stash.ts';
import { Wear } from './wear.ts';

/** A device is nothing but its conductance, or has more to it. */
export type Kind = { readonly name: string } & ({ readonly step: Step } | { readonly cell: CellFactory });

/**
 * Devices of any kind with any non-idealities. A device is in state g, its conductance as a share of its own range, as its last
 * pulse left it; what it is at t follows in closed form (relaxation of the cell, then retention). The pulses of a row or column
 * go through the stages together: spread, step, noise, bounds (narrowed by wear), levels, books. Weights that do not change by
 * pulses only are put into the edges when a row is read.
 */
export class StateCells implements Cells {
  readonly books: Books;
  readonly rows = null;
  readonly state;
  readonly steady: boolean;
  readonly #p: SpreadParams & NonIdealities;
  readonly #context: DeviceContext;
  readonly #model: string;
  readonly #step: Step | null;
  readonly #cell: Cell;
  readonly #g: Float64Array;
  /** Time of the last pulse, ms, where the cell relaxes; 0 before the first one. */
  readonly #since: Float64Array;
  readonly #weights: Floats;
  readonly #spread: Spread | null;
  readonly #signal: Signal;
  readonly #retention: Retention | null;
  readonly #wear: Wear;
  readonly #noise: Noise;
  readonly #readout: Readout | null;
  readonly #stash: Stash | null;
  /** Whether state changes between pulses. */
  readonly #fades: boolean;
  readonly #pulses: Pulses;
  readonly #prices: Prices;
  readonly #kernels: Kernels;
  readonly #devices: StatefulDevices;

  constructor(kind: Kind, range: CellRange, p: SpreadParams & NonIdealities, context: DeviceContext) {
    const { edges, arena, name, seed } = context;
    const { count } = edges;
    const random = (purpose: string) => new CounterRandom(seed, `${name}/${purpose}`);
    this.#p = p;
    this.#context = context;
    this.#weights = edges.weights as Floats;
    this.#g = arena.f64(count);
    this.#model = kind.name;
    this.#step = 'step' in kind ? kind.step : null;
    this.#cell = 'cell' in kind ? kind.cell({ arena, count, random }) : { state: {} };
    this.#since = arena.f64(this.#cell.relaxed === undefined ? 0 : count);
    this.#spread = drawSpread(p, range, context);
    this.#signal = new Signal(range, this.#spread, drawFloors(p, range, context), context, p.apparentNoise);
    this.#retention = p.retention
      ? retentionOf(p.retention, count, (k) => this.#signal.offset(k), random('retention'), arena)
      : null;
    this.#wear = new Wear(p, count, context);
    this.books = new Books(range, true, null, context);
    this.steady = isSteady(p) && this.#cell.relaxed === undefined;
    this.#stash = p.stash ? stashOf(p.stash, this.steady, range.electrical, context) : null;
    this.#readout = p.readNoise || p.telegraph || p.readErrors ? new Readout(p, edges, this.#signal, context) : null;
    this.#fades = this.#cell.relaxed !== undefined || this.#retention !== null;
    this.#noise = new Noise(p, count, random, arena);
    this.#prices = new Prices(this.books, this.#cell, range.electrical?.selection);
    const { differ, partly } = this.#prices;
    this.#pulses = new Pulses(Math.max(longestRow(edges), edges.rows), differ, partly, arena);
    this.#kernels = arena.kernels;
    const { books } = this;
    const { totals, pulses, joules, rows, columns, all, square } = books;
    const { low, top, lows, tops, gMin, perWeight, apart, apartSd, floor } = this.#signal;
    const alone = range.electrical === null || range.electrical.selection === 'transistor';
    const fields = {
      ...{ g: this.#g, weights: this.#weights, pulses, totals, all, square },
      ...{ low, top, lows, tops, gMin, perWeight, apart, apartSd, floor },
    };
    const record = recordsIn(arena, DevicesRecord, 1)[0]!;
    Object.assign(record, fields, {
      single: this.#weights instanceof Float32Array ? 1 : 0,
      fades: this.#fades ? 1 : 0,
    });
    if (rows.length > 0) record.rows = rows;
    if (joules.length > 0) record.joules = joules;
    this.#devices = {
      ...fields,
      ...{ record, joules, rows, columns },
      disturb: alone ? null : (row, column, v2t, stored) => books.disturb(row, column, v2t, stored),
    };
    this.#start();
    const prefixed = (prefix: string, state: object = {}) =>
      Object.fromEntries(Object.entries(state).map(([key, value]) => [`${prefix}.${key}`, value]));
    this.state = {
      weights: this.#weights,
      g: this.#g,
      since: this.#since,
      pulses,
      joules,
      totals,
      stuck: this.#wear.stuck,
      ...prefixed('cell', this.#cell.state),
      ...prefixed('retention', this.#retention?.state),
      ...(range.electrical && prefixed('crossbar', { rows, columns, all })),
      ...(books.rowReads.length > 0 && { rowReads: books.rowReads }),
      ...prefixed('readout', this.#readout?.state),
      ...(p.cycleCorrelation && prefixed('noise', this.#noise.state)),
      ...prefixed('stash', this.#stash?.state),
      ...(apart && { apart }),
    };
    if (this.#stash !== null) {
      this.visible = (row) => this.#stash!.visible[row]!;
      this.reveal = (k, row, column) => this.#stash!.reveal(k, row) && this.#show(k, row, column);
    }
  }

  readonly visible?: (row: number) => number;
  readonly reveal?: (k: number, row: number, column: number) => void;

  restored(): void {
    this.#retention?.restored?.();
  }

  touch(): void {}

  failures(): Uint8Array | null {
    return this.#wear.failures();
  }

  weight(k: number, t: number): number {
    return this.#stash?.hides(k) ? 0 : this.#signal.weight(k, this.#at(k, t));
  }

  conductance(k: number, t: number): number {
    return this.#signal.conductance(k, this.#at(k, t));
  }

  show(row: number, t: number): number {
    const { edges } = this.#context;
    const p = this.#pulses;
    const start = rowStart(edges, row);
    p.count = rowEnd(edges, row) - start;
    for (let i = 0; i < p.count; i++) {
      p.edges[i] = start + i;
      p.before[i] = this.#g[start + i]!;
    }
    if (this.#fades) this.#fade(p, t);
    const { edges: devices, count, before: states, after: references, cycles: factors } = p;
    const signal = this.#signal;
    const weights = this.#weights;
    if (this.#readout === null) return signal.put(states, devices, count, weights);
    this.#readout.read(row, devices, count, t, { states, factors, references }, signal.reading);
    const pair = signal.reading === 'pair';
    let conductance = 0;
    for (let i = 0; i < count; i++) {
      const k = devices[i]!;
      weights[k] = signal.read(k, states[i]!, factors[i]!, references[pair ? i : 0]!);
      conductance += signal.conductance(k, states[i]!);
    }
    return conductance;
  }

  rest(): void {
    if (this.#cell.rest === undefined) return;
    for (let k = 0; k < this.#g.length; k++) if (!this.#wear.isStuck(k)) this.#g[k] = this.#cell.rest(k, this.#g[k]!);
  }

  pulse(run: PulseRun, trace: Float64Array, scale: number, mu: number, t: number): void {
    const most = this.#stash === null ? run.count : 1; // one that hides changes what the next one costs
    for (let from = 0; from < run.count; from += most) {
      const to = Math.min(from + most, run.count);
      this.#kernels.takePulses(this.#devices, run, from, to, trace, scale, this.#pulses);
      if (this.#pulses.count > 0 && !this.#missed(this.#pulses)) this.#pulse(this.#pulses, mu, t);
    }
  }

  normalise(sum: number, t: number): void {
    const { edges, transpose } = this.#context;
    for (let column = 0; column < edges.columns; column++) {
      const count = columnLength(edges, transpose, column);
      let total = 0;
      for (let i = 0; i < count; i++) total += this.weight(columnEdge(edges, transpose, column, i), t);
      if (total === 0) continue;
      for (let i = 0; i < count; i++) {
        const k = columnEdge(edges, transpose, column, i);
        if (this.#wear.isStuck(k) || this.#stash?.hides(k)) continue;
        const g = this.#noise.nearest(this.#signal.state(k, (this.weight(k, t) * sum) / total));
        const difference = this.#signal.conductance(k, g) - this.#signal.conductance(k, this.#g[k]!);
        this.#g[k] = g;
        this.#weights[k] = this.#signal.weight(k, g);
        this.#pulses.count = 1;
        this.#pulses.edges[0] = k;
        this.#written(this.#pulses, t);
        this.books.change(columnRow(transpose, column, i), column, difference);
      }
    }
  }

  /** State of device k at t. */
  #at(k: number, t: number): number {
    const g = this.#g[k]!;
    if (!this.#fades || this.#wear.isStuck(k)) return g;
    const left = this.#cell.relaxed === undefined ? g : this.#cell.relaxed(k, g, t - this.#since[k]!);
    return this.#retention === null ? left : this.#retention.left(k, left, t);
  }

  /** States of these devices, which are given as programmed, at t. */
  #fade({ edges, count, before }: Pulses, t: number): void {
    const { relaxed } = this.#cell;
    const since = this.#since;
    if (relaxed) for (let i = 0; i < count; i++) before[i] = relaxed(edges[i]!, before[i]!, t - since[edges[i]!]!);
    this.#retention?.fade(before, edges, count, t);
    if (!this.#wear.any) return;
    for (let i = 0; i < count; i++) if (this.#wear.isStuck(edges[i]!)) before[i] = this.#g[edges[i]!]!;
  }

  #pulse(p: Pulses, mu: number, t: number): void {
    if (this.#fades) this.#fade(p, t);
    this.#wear.narrow(p);
    if (this.#p.writeOnChange) this.#leaveOutIdle(p);
    this.#scale(p, mu);
    this.#prices.put(p);
    this.#stepAll(p, t);
    this.#noise.settle(p);
    this.books.totals[TOTALS.wornOut]! += this.#wear.hold(p);
    this.#kernels.putPulses(this.#devices, p);
    this.#written(p, t);
    if (this.#stash !== null && p.count > 0) this.#hide(this.#stash, p);
  }

  /** Weight dependence of the rule, then the device's own factors. */
  #scale({ count, amounts, before }: Pulses, mu: number): void {
    if (mu !== 0) for (let i = 0; i < count; i++) amounts[i]! *= pow(amounts[i]! > 0 ? 1 - before[i]! : before[i]!, mu);
    if (this.#spread !== null) this.#kernels.scalePulses(this.#pulses, this.#spread.up, this.#spread.down);
  }

  #leaveOutIdle(p: Pulses): void {
    const left = p.leaveOutIdle();
    this.books.totals[TOTALS.skipped]! += left;
    if (left > 0) this.#wear.narrow(p); // others have their places now
  }

  #stepAll({ edges, numbers, count, amounts, before, after }: Pulses, t: number): void {
    const step = this.#step;
    const cell = this.#cell;
    let sum = 0;
    if (step?.family) {
      const { soft, up, down } = step.family;
      this.#kernels.stepPulses(this.#pulses, soft, up.a, up.b, down.a, down.b);
      return;
    }
    if (step !== null) {
      for (let i = 0; i < count; i++) sum += after[i] = step(before[i]!, amounts[i]!);
      if (Number.isNaN(sum)) this.#pulses.refuseNaN(`${this.#context.name}.device: ${this.#model}`);
      return;
    }
    if (cell.pulses !== undefined) {
      cell.pulses(this.#pulses, this.#pulses.cycles);
      return;
    }
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      if (!this.#wear.isStuck(k)) sum += after[i] = cell.pulse!(k, before[i]!, amounts[i]!, t, numbers[i]!);
    }
    if (Number.isNaN(sum)) this.#pulses.refuseNaN(`${this.#context.name}.device: ${this.#model}`);
  }

  /** The devices were programmed at t. */
  #written({ edges, count }: Pulses, t: number): void {
    const since = this.#since;
    if (since.length > 0) for (let i = 0; i < count; i++) since[edges[i]!] = t;
    this.#retention?.program(edges, count, t);
  }

  /** Whether the device of this one pulse is hidden: it misses it then. */
  #missed(p: Pulses): boolean {
    const k = p.edges[0]!;
    if (!this.#stash?.hides(k)) return false;
    this.books.totals[TOTALS.skipped]!++;
    if (this.#stash.missed(k, rowOf(p))) this.#show(k, rowOf(p), p.column < 0 ? p.others[0]! : p.column);
    return true;
  }

  #show(k: number, row: number, column: number): void {
    this.books.totals[TOTALS.hidden]!--;
    this.#weights[k] = this.#signal.weight(k, this.#g[k]!);
    this.books.change(row, column, this.#signal.conductance(k, this.#g[k]!));
  }

  #hide(stash: Stash, p: Pulses): void {
    const k = p.edges[0]!;
    if (!stash.pulsed(k, rowOf(p), p.after[0]!, p.after[0]! - p.before[0]!)) return;
    this.books.totals[TOTALS.hidden]!++;
    this.#weights[k] = 0;
    this.books.change(rowOf(p), p.column < 0 ? p.others[0]! : p.column, -this.#signal.conductance(k, this.#g[k]!));
  }

  /** Brings the initial weights into each device's range, and to its levels. */
  #start(): void {
    const { edges, name, drawn } = this.#context;
    const { low, top, reading } = this.#signal;
    const stored = this.#weights instanceof Float32Array ? Math.fround : (w: number) => w;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
        if (!drawn && !(w >= stored(low) && w <= stored(top))) throw outOfRange(w, low, top, name);
        let g = this.#noise.nearest(this.#signal.state(k, w));
        g = this.#cell.start?.(k, g) ?? g;
        if (this.#wear.isStuck(k)) {
          g = this.#wear.held(k, g);
          this.books.totals[TOTALS.stuck]!++;
        }
        this.#g[k] = g;
        if (this.#signal.apart !== null && !this.#wear.isStuck(k)) this.#signal.stray(k, g, this.#noise.firstStray(k));
        this.#weights[k] = this.#signal.weight(k, g);
        this.books.place(row, columnOf(edges, row, k), this.#signal.conductance(k, g));
      }
    }
    const asStored = this.#readout === null && this.#signal.apart === null;
    edges.positive = this.#signal.lowest >= 0 && (asStored || reading === 'single');
  }
}

/** Row of the only pulse of a batch. */
const rowOf = ({ row, others }: Pulses): number => (row < 0 ? others[0]! : row);
