import { pow } from '../../../core/elementary.ts';
import type { DeviceContext } from '../../../core/factories.ts';
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
import type { PulseRun, StatefulDevices, StepFamily } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import { Pulses } from '../../../core/kernels/pulses.ts';
import { TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import { joined } from '../../parts.ts';
import { randomsOf } from '../../randoms.ts';
import type { Cells } from './array.ts';
import { Books } from './books.ts';
import type { Cell } from './cell.ts';
import { Fading } from './fading.ts';
import { type Constants, Fixed } from './fixed.ts';
import { forKernels } from './forKernels.ts';
import { Layout } from './layout.ts';
import { Noise } from './noise.ts';
import { isSteady, type NonIdealities } from './nonidealities.ts';
import { Prices } from './prices.ts';
import type { CellRange } from './range.ts';
import { Readout } from './readout.ts';
import { retentionOf } from './retention.ts';
import { Signal } from './signal.ts';
import { drawFloors, drawSpread, type SpreadParams } from './spread.ts';
import { checkStash, Stash } from './stash.ts';
import { type Kind, stepsOf } from './steps.ts';
import { Wear } from './wear.ts';

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
  /** A kernel's, which takes the steps when it settles the pulses; null: `#take` does. */
  readonly #family: StepFamily | null;
  readonly #take: ReturnType<typeof stepsOf>;
  readonly #cell: Cell;
  readonly #g: Float64Array;
  readonly #weights: Floats;
  readonly #signal: Signal;
  readonly #fixed: Fixed;
  readonly #wear: Wear;
  readonly #noise: Noise;
  readonly #readout: Readout | null;
  readonly #fading: Fading;
  readonly #hiding: Stash | null;
  readonly #layout: Layout;
  readonly #pulses: Pulses;
  readonly #prices: Prices;
  readonly #kernels: Kernels;
  readonly #devices: StatefulDevices;
  /** Whether the last kernel settles the pulses: nothing comes in between that no kernel does. */
  readonly #settles: boolean;
  /** A kernel that takes whole columns, where nothing else comes of a pulse. */
  readonly #column: Kernels['pulseColumn'] | undefined;

  constructor(kind: Kind, range: CellRange, p: SpreadParams & NonIdealities, context: DeviceContext) {
    const { edges, arena, name } = context;
    const { count } = edges;
    const random = randomsOf(context);
    this.#p = p;
    this.#context = context;
    this.#weights = edges.weights as Floats;
    this.#g = arena.f64(count);
    this.#cell = kind.cell?.({ arena, count, random }) ?? { state: {} };
    const spread = drawSpread(p, range, context);
    this.#signal = new Signal(range, spread, drawFloors(p, range, context), context, p.apparentNoise);
    const retention = p.retention
      ? retentionOf(p.retention, count, (k) => this.#signal.offset(k), random('retention'), arena)
      : null;
    this.#wear = new Wear(p, count, context);
    this.#family = kind.step?.family ?? null;
    this.#take = stepsOf(kind, this.#cell, this.#wear, `${name}.device: ${kind.name}`);
    const { up = null, down = null } = spread ?? {};
    this.#fixed = new Fixed({ ends: this.#signal.ends, up, down, lifetimes: this.#wear.lifetimes }, edges, arena);
    this.#fading = new Fading(this.#g, this.#cell, retention, this.#wear, arena);
    this.books = new Books(range, true, null, context);
    this.steady = isSteady(p) && this.#cell.relaxed === undefined;
    this.#readout =
      p.readNoise || p.telegraph || p.readErrors || p.selector ? new Readout(p, edges, this.#signal, context) : null;
    this.#noise = new Noise(p, count, random, arena);
    const { straying } = this.#noise;
    this.#settles = !this.#wear.any && !this.#noise.errs;
    this.#prices = new Prices(this.books, this.#cell, range.electrical?.selection);
    const { differ, partly } = this.#prices;
    this.#pulses = new Pulses(Math.max(longestRow(edges), edges.rows), differ, partly, arena);
    this.#kernels = arena.kernels;
    const { books } = this;
    const { pulses, rows, columns, all } = books;
    const programmed = retention?.programmed ?? null;
    this.#devices = forKernels(
      {
        ...{ g: this.#g, weights: this.#weights, programmed, fades: this.#fading.any },
        stages: { family: this.#family, straying },
      },
      this.#signal,
      books,
      range,
      arena,
    );
    if (this.#settles && !p.writeOnChange && this.#devices.disturb === null) this.#column = arena.kernels.pulseColumn;
    this.#start();
    if (p.stash) checkStash(this.steady, range.electrical, name);
    const hiding = p.stash ? new Stash(p.stash, this.#g, this.#signal, books, context) : null;
    this.#hiding = hiding;
    this.#layout = new Layout(
      [this.#g, pulses, ...(this.#signal.apart ? [this.#signal.apart] : [])],
      edges,
      this.steady && hiding === null,
    );
    this.state = {
      weights: this.#weights,
      g: this.#g,
      since: this.#fading.since,
      stuck: this.#wear.stuck,
      ...books.state,
      ...joined({
        cell: this.#cell,
        retention,
        crossbar: range.electrical && { state: { rows, columns, all } },
        readout: this.#readout,
        noise: p.cycleCorrelation ? this.#noise : null,
        stash: hiding,
      }),
      ...(this.#signal.apart && { apart: this.#signal.apart }),
    };
    if (hiding !== null) {
      this.visible = (row) => hiding.visible(row);
      this.reveal = (k, row, column) => hiding.reveal(k, row, column);
    }
  }

  readonly visible?: Cells['visible'];
  readonly reveal?: Cells['reveal'];

  restored(): void {
    this.#fading.restored();
    this.#wear.restored();
  }

  touch(): void {}

  failures(): Uint8Array | null {
    return this.#wear.failures();
  }

  inRows(): void {
    this.#layout.inRows();
  }

  weight(k: number, t: number): number {
    this.inRows();
    return this.#hiding?.hides(k) ? 0 : this.#signal.weight(k, this.#fading.at(k, t));
  }

  conductance(k: number, t: number): number {
    this.inRows();
    return this.#signal.conductance(k, this.#fading.at(k, t));
  }

  show(row: number, t: number): number {
    const { edges } = this.#context;
    const p = this.#pulses;
    const start = rowStart(edges, row);
    this.#kernels.takeRow(this.#devices, start, rowEnd(edges, row) - start, p);
    if (this.#fading.any) this.#fading.fade(p, t);
    return this.#readout === null
      ? this.#kernels.storeWeights(this.#devices, p)
      : this.#readout.read(row, this.#devices, p, t);
  }

  rest(): void {
    if (this.#cell.rest === undefined) return;
    this.inRows();
    for (let k = 0; k < this.#g.length; k++) if (!this.#wear.isStuck(k)) this.#g[k] = this.#cell.rest(k, this.#g[k]!);
  }

  pulse(run: PulseRun, trace: Float64Array, scale: number, mu: number, t: number): void {
    const p = this.#pulses;
    const { column } = run;
    p.row = run.row;
    p.column = column;
    if (column < 0) this.inRows();
    p.statesFrom = column < 0 ? -1 : this.#layout.column(column);
    if (
      p.statesFrom >= 0 &&
      mu === 0 &&
      this.#column?.(this.#devices, run, trace, scale, p, this.#fixed.of(p), this.#noise.writes)
    )
      return;
    const most = this.#hiding === null ? run.count : 1; // one that hides changes what the next one costs
    for (let from = 0; from < run.count; from += most) {
      const to = Math.min(from + most, run.count);
      this.#kernels.takePulses(this.#devices, run, from, to, trace, scale, p);
      if (p.count > 0 && !this.#hiding?.missed(p)) this.#pulse(p, mu, t);
    }
  }

  normalise(sum: number, t: number): void {
    const { edges, transpose } = this.#context;
    this.inRows();
    for (let column = 0; column < edges.columns; column++) {
      const count = columnLength(edges, transpose, column);
      let total = 0;
      for (let i = 0; i < count; i++) total += this.weight(columnEdge(edges, transpose, column, i), t);
      if (total === 0) continue;
      for (let i = 0; i < count; i++) {
        const k = columnEdge(edges, transpose, column, i);
        if (this.#wear.isStuck(k) || this.#hiding?.hides(k)) continue;
        const g = this.#noise.nearest(this.#signal.state(k, (this.weight(k, t) * sum) / total));
        const difference = this.#signal.conductance(k, g) - this.#signal.conductance(k, this.#g[k]!);
        this.#g[k] = g;
        this.#weights[k] = this.#signal.weight(k, g);
        this.#fading.set(k, t);
        this.books.change(columnRow(transpose, column, i), column, difference);
      }
    }
  }

  #pulse(p: Pulses, mu: number, t: number): void {
    const fixed = this.#fixed.of(p);
    if (this.#fading.any) this.#fading.fade(p, t);
    this.#wear.narrow(p, fixed.lifetimes);
    if (this.#p.writeOnChange) this.#leaveOutIdle(p, fixed);
    this.#scale(p, mu, fixed);
    if (this.#family === null) this.#take(p, t);
    this.#prices.put(p);
    this.#noise.draw(p);
    if (!this.#settles) {
      this.#kernels.computeStates(this.#devices, p);
      this.#noise.err(p);
      this.books.totals[TOTALS.wornOut]! += this.#wear.hold(p);
    }
    this.#kernels.storePulses(this.#devices, p, fixed, this.#fading.written(p, t), this.#settles);
    this.#hiding?.pulsed(p);
  }

  /** Weight dependence of the rule, then the device's own factors, unless the last kernel takes these. */
  #scale(p: Pulses, mu: number, { up, down }: Constants): void {
    const { count, amounts, before } = p;
    if (mu !== 0) for (let i = 0; i < count; i++) amounts[i]! *= pow(amounts[i]! > 0 ? 1 - before[i]! : before[i]!, mu);
    if (this.#settles && this.#family !== null) return;
    if (up !== null && down !== null) this.#kernels.scalePulses(p, up, down);
  }

  #leaveOutIdle(p: Pulses, { lifetimes }: Constants): void {
    const left = p.leaveOutIdle();
    this.books.totals[TOTALS.skipped]! += left;
    if (left > 0) this.#wear.narrow(p, lifetimes); // others have their places now
  }

  /** Brings the initial weights into each device's range, and to its levels. */
  #start(): void {
    const { edges } = this.#context;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
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
    const { lowest, apart, floor, reading } = this.#signal;
    if (this.#readout === null) edges.least = Math.min(apart === null ? lowest : floor, 0);
    else edges.least = lowest >= 0 && reading === 'single' ? 0 : -Infinity; // noise of a reference has no bound
  }
}
