import { columnOf, longestRow, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { DeviceAccounts, DeviceContext, Devices } from '../../../core/model.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import { accountsOf, COUNT, HIDDEN, READS, SKIPPED, STUCK, UPWARD, WORN_OUT, WRITES } from './accounts.ts';
import { ArrayEnergy } from './arrayEnergy.ts';
import { type Cell, type CellFactory, type CellRange, outOfRange, type SpreadParams } from './cell.ts';
import { toLevel } from './levels.ts';
import { isSteady, type NonIdealities } from './nonidealities.ts';
import { Readout } from './readout.ts';
import { type Retention, retentionOf } from './retention.ts';
import { Signal } from './signal.ts';
import { drawFloors, drawSpread, type Spread } from './spread.ts';
import { type Stash, stashOf } from './stash.ts';
import { Wear } from './wear.ts';

/**
 * Devices of any kind with any non-idealities, one a synapse. A device is in state g, its conductance as a share of its
 * own range, as its last pulse left it; what it is at t follows in closed form (relaxation of the cell, then retention).
 * A pulse goes through the cell, cycle-to-cycle and write noise, the bounds (narrowed by wear), levels and write errors,
 * in this order. Weights that do not change by pulses only are put into the edges when a row is read.
 */
export class CellArray implements Devices {
  readonly edges;
  readonly state;
  readonly steady;
  readonly #p: SpreadParams & NonIdealities;
  readonly #cell: Cell;
  readonly #g: Float64Array;
  /** Time of the last pulse, ms, where the cell relaxes; 0 before the first one. */
  readonly #since: Float64Array;
  readonly #pulses: Uint32Array;
  /** Joules spent on the pulses of each device; empty unless itemised. */
  readonly #joules: Float64Array;
  /** Room for the states of a row at a read. */
  readonly #states: Float64Array;
  readonly #weights: Floats;
  readonly #spread: Spread | null;
  readonly #signal: Signal;
  readonly #retention: Retention | null;
  readonly #wear: Wear;
  readonly #crossbar: ArrayEnergy | null;
  readonly #readout: Readout | null;
  readonly #stash: Stash | null;
  readonly #transpose;
  /** Whether state changes between pulses. */
  readonly #fades: boolean;
  /** Voltage² × time of a pulse, V² s. */
  readonly #square: number;
  readonly #totals: Float64Array;
  readonly #cycles: CounterRandom;
  readonly #noise: CounterRandom;
  readonly #rounding: CounterRandom;
  readonly #errors: CounterRandom;

  constructor(cell: CellFactory, range: CellRange, p: SpreadParams & NonIdealities, context: DeviceContext) {
    const { edges, arena, name, seed } = context;
    if (edges.weights === null) throw new Error('devices need a weight of their own');
    const random = (purpose: string) => new CounterRandom(seed, `${name}/${purpose}`);
    this.edges = edges;
    this.#p = p;
    this.#weights = edges.weights;
    this.#g = arena.f64(edges.count);
    this.#pulses = arena.u32(edges.count);
    this.#joules = arena.f64(context.itemised ? edges.count : 0).fill(range.electrical ? 0 : Number.NaN);
    this.#states = new Float64Array(longestRow(edges));
    this.#cell = cell({ arena, count: edges.count, random });
    this.#since = arena.f64(this.#cell.relaxed === undefined ? 0 : edges.count);
    this.#spread = p.deviceToDevice > 0 ? drawSpread(p.deviceToDevice, range, context) : null;
    this.#signal = new Signal(range, this.#spread, drawFloors(range, context), edges.count);
    this.#totals = arena.f64(COUNT);
    this.#retention = p.retention
      ? retentionOf(p.retention, edges.count, (k) => this.#signal.offset(k), random('retention'), arena)
      : null;
    this.#wear = new Wear(p, edges.count, context);
    this.#crossbar = range.electrical && new ArrayEnergy(range.electrical, edges, this.#totals, arena);
    this.steady = isSteady(p) && this.#cell.relaxed === undefined;
    this.#stash = p.stash ? stashOf(p.stash, this.steady, range.electrical, context) : null;
    this.#readout = p.readNoise || p.telegraph || p.readErrors ? new Readout(p, edges, context) : null;
    this.#transpose = context.transpose;
    this.#fades = this.#cell.relaxed !== undefined || this.#retention !== null;
    const e = range.electrical;
    this.#square = e ? e.writeVoltage ** 2 * e.writeTime : Number.NaN;
    this.#cycles = random('device');
    this.#noise = random('writeNoise');
    this.#rounding = random('rounding');
    this.#errors = random('writeErrors');
    this.#start(context);
    const prefixed = (prefix: string, state: object) =>
      Object.fromEntries(Object.entries(state).map(([key, value]) => [`${prefix}.${key}`, value]));
    this.state = {
      weights: this.#weights,
      g: this.#g,
      since: this.#since,
      pulses: this.#pulses,
      joules: this.#joules,
      totals: this.#totals,
      stuck: this.#wear.stuck,
      ...prefixed('cell', this.#cell.state),
      ...prefixed('retention', this.#retention?.state ?? {}),
      ...prefixed('crossbar', this.#crossbar?.state ?? {}),
      ...prefixed('readout', this.#readout?.state ?? {}),
      ...prefixed('stash', this.#stash?.state ?? {}),
    };
  }

  restored(): void {
    this.#retention?.restored?.();
  }

  get writes(): number {
    return this.#totals[WRITES]!;
  }

  get accounts(): DeviceAccounts {
    return accountsOf(this.#totals, this.#crossbar !== null, {
      wear: this.#pulses,
      writeEnergies: this.#joules.length > 0 ? this.#joules : null,
      failures: () => this.#wear.failures(),
    });
  }

  get energy(): DeviceAccounts['energy'] {
    return this.accounts.energy;
  }

  weight(edge: number, t: number): number {
    return this.#stash?.hides(edge) ? 0 : this.#signal.weight(edge, this.#at(edge, t));
  }

  conductance(edge: number, t: number): number {
    return this.#signal.conductance(edge, this.#at(edge, t));
  }

  read(row: number, t: number): void {
    const start = rowStart(this.edges, row);
    const end = rowEnd(this.edges, row);
    const count = this.#stash?.visible[row] ?? end - start;
    this.#totals[READS]! += count;
    if (this.steady) {
      this.#crossbar?.read(row, count);
      return;
    }
    const states = this.#states;
    states.set(this.#g.subarray(start, end));
    this.#fade(states, start, count, t);
    const readout = this.#readout;
    if (readout === null) {
      const conductance = this.#signal.put(states, start, count, this.#weights);
      this.#crossbar?.read(row, count, conductance);
      return;
    }
    readout.begin(row, t, this.edges);
    const { reading } = this.#signal;
    let reference = reading === 'referenceColumn' ? readout.reference(row) : 1;
    let conductance = 0;
    for (let i = 0; i < count; i++) {
      const k = start + i;
      const g = readout.seen(k, states[i]!);
      if (reading === 'pair') reference = readout.reference(k);
      this.#weights[k] = this.#signal.read(k, g, readout.factor(k), reference);
      conductance += this.#signal.conductance(k, g);
    }
    this.#crossbar?.read(row, count, conductance);
  }

  refresh(t: number): void {
    for (let k = 0; k < this.edges.count; k++) this.#weights[k] = this.weight(k, t);
  }

  rest(): void {
    if (this.#cell.rest === undefined) return;
    for (let k = 0; k < this.edges.count; k++) if (!this.#wear.isStuck(k)) this.#g[k] = this.#cell.rest(k, this.#g[k]!);
  }

  reveal(): void {
    const stash = this.#stash;
    if (stash === null) return;
    const { edges } = this;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        if (stash.reveal(k, row)) this.#show(k, row, columnOf(edges, row, k));
      }
    }
  }

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const { targets } = this.edges;
    const start = rowStart(this.edges, row);
    const end = rowEnd(this.edges, row);
    for (let k = start; k < end; k++) {
      const column = targets === null ? k - start : targets[k]!;
      this.#pulse(k, row, column, scale * trace[column]!, mu, t);
    }
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const { rows, columns } = this.edges;
    const back = this.#transpose;
    const first = back === null ? 0 : back.starts[column]!;
    const count = back === null ? rows : back.starts[column + 1]! - first;
    for (let i = 0; i < count; i++) {
      const row = back === null ? i : back.rows[first + i]!;
      const edge = back === null ? i * columns + column : back.edges[first + i]!;
      this.#pulse(edge, row, column, scale * trace[row]!, mu, t);
    }
  }

  normalise(sum: number, t: number): void {
    const { rows, columns } = this.edges;
    const back = this.#transpose;
    for (let column = 0; column < columns; column++) {
      const first = back === null ? 0 : back.starts[column]!;
      const count = back === null ? rows : back.starts[column + 1]! - first;
      const edge = (i: number) => (back === null ? i * columns + column : back.edges[first + i]!);
      let total = 0;
      for (let i = 0; i < count; i++) total += this.weight(edge(i), t);
      if (total === 0) continue;
      for (let i = 0; i < count; i++) {
        const k = edge(i);
        if (this.#wear.isStuck(k) || this.#stash?.hides(k)) continue;
        const g = this.#level(this.#signal.state(k, (this.weight(k, t) * sum) / total), 0.5);
        this.#program(k, back === null ? i : back.rows[first + i]!, column, g, t);
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

  /** The same for a row of devices from `first` on, whose states as programmed are given. */
  #fade(states: Float64Array, first: number, count: number, t: number): void {
    if (!this.#fades) return;
    const { relaxed } = this.#cell;
    if (relaxed !== undefined) {
      for (let i = 0; i < count; i++) states[i] = relaxed(first + i, states[i]!, t - this.#since[first + i]!);
    }
    this.#retention?.fade(states, first, count, t);
    if (!this.#wear.any) return;
    for (let k = first; k < first + count; k++) if (this.#wear.isStuck(k)) states[k - first] = this.#g[k]!;
  }

  #pulse(k: number, row: number, column: number, strength: number, mu: number, t: number): void {
    if (strength === 0) return;
    if (this.#stash?.hides(k)) {
      this.#totals[SKIPPED]!++;
      if (this.#stash.missed(k, row)) this.#show(k, row, column);
      return;
    }
    const up = strength > 0;
    const g = this.#at(k, t);
    const n = this.#pulses[k]!;
    this.#wear.look(k, n + 1);
    if (this.#p.writeOnChange && (up ? g >= this.#wear.high : g <= this.#wear.low)) {
      this.#totals[SKIPPED]!++;
      return;
    }
    let amount = strength;
    if (mu !== 0) amount *= up ? (1 - g) ** mu : g ** mu;
    if (this.#spread !== null) amount *= up ? this.#spread.up[k]! : this.#spread.down[k]!;
    this.#pulses[k] = n + 1;
    let after = this.#wear.isStuck(k) ? g : this.#after(k, g, amount, t, n);
    if (this.#wear.fails(k, n + 1)) {
      after = this.#wear.held(k, after);
      this.#totals[WORN_OUT]!++;
    }
    this.#totals[WRITES]!++;
    if (up) this.#totals[UPWARD]!++;
    if (this.#crossbar !== null) {
      const mean = (this.#signal.conductance(k, g) + this.#signal.conductance(k, after)) / 2;
      const square = this.#cell.square?.(g, amount) ?? this.#square;
      const joules = this.#crossbar.write(row, column, square, mean, this.#signal.conductance(k, this.#g[k]!));
      if (this.#joules.length > 0) this.#joules[k]! += joules;
    }
    this.#program(k, row, column, after, t);
    if (this.#stash?.pulsed(k, row, after, after - g)) this.#hide(k, row, column);
  }

  #show(k: number, row: number, column: number): void {
    this.#totals[HIDDEN]!--;
    this.#weights[k] = this.#signal.weight(k, this.#g[k]!);
    this.#crossbar?.change(row, column, this.#signal.conductance(k, this.#g[k]!));
  }

  #hide(k: number, row: number, column: number): void {
    this.#totals[HIDDEN]!++;
    this.#weights[k] = 0;
    this.#crossbar?.change(row, column, -this.#signal.conductance(k, this.#g[k]!));
  }

  /** State after the n-th pulse, from g. */
  #after(k: number, g: number, amount: number, t: number, n: number): number {
    const { cycleToCycle, writeNoise, levels, readErrors } = this.#p;
    let after = this.#cell.pulse(k, g, amount, t, n);
    if (cycleToCycle > 0) after = g + (after - g) * (1 + cycleToCycle * this.#cycles.normal(k, n));
    if (writeNoise) after += writeNoise * Math.sqrt(Math.abs(amount)) * this.#noise.normal(k, n);
    const { low, high, share } = this.#wear;
    after = Math.min(Math.max(g + (after - g) * share, low), high);
    if (levels) after = this.#level(after, levels.rounding === 'stochastic' ? this.#rounding.uniform(k, n) : 0.5);
    if (readErrors && readErrors.writeRate > 0 && this.#errors.uniform(k, n) < readErrors.writeRate) after = 1 - after;
    return Math.min(Math.max(after, low), high);
  }

  #level(g: number, u: number): number {
    return this.#p.levels ? toLevel(g, this.#p.levels.count, u) : g;
  }

  /** Device k is left in state g at t. */
  #program(k: number, row: number, column: number, g: number, t: number): void {
    const before = this.#g[k]!;
    this.#g[k] = g;
    if (this.#since.length > 0) this.#since[k] = t;
    this.#retention?.program(k, t);
    this.#weights[k] = this.#signal.weight(k, g);
    this.#crossbar?.change(row, column, this.#signal.conductance(k, g) - this.#signal.conductance(k, before));
  }

  /** Brings the initial weights into each device's range, and to its levels. */
  #start({ edges, name, drawn }: DeviceContext): void {
    const { low, top, reading } = this.#signal;
    const stored = this.#weights instanceof Float32Array ? Math.fround : (w: number) => w;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
        if (!drawn && !(w >= stored(low) && w <= stored(top))) throw outOfRange(w, low, top, name);
        let g = this.#level(this.#signal.state(k, w), 0.5);
        g = this.#cell.start?.(k, g) ?? g;
        if (this.#wear.isStuck(k)) {
          g = this.#wear.held(k, g);
          this.#totals[STUCK]!++;
        }
        this.#g[k] = g;
        this.#weights[k] = this.#signal.weight(k, g);
        this.#crossbar?.place(row, columnOf(edges, row, k), this.#signal.conductance(k, g));
      }
    }
    edges.positive = this.#signal.lowest >= 0 && (this.#readout === null || reading === 'single');
  }
}
