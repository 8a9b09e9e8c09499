import type { DeviceAccounts, PeripheralEnergy, Programmed } from '../../../core/accounts.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { columnEdge, columnLength, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats, State, TypedArray } from '../../../core/kernels/arena.ts';
import type { Verified } from './verify.ts';

/** One of the devices of each synapse: what its streams and its state are named after, and which way it counts. */
interface Member {
  readonly name: string;
  readonly sign: 1 | -1;
  /** Its own weight at the start, of that of the synapse. */
  start(weight: number): number;
}

type Make = (context: DeviceContext) => Verified;
/** Which way pulses come. */
export type Along = 'pulseRow' | 'pulseColumn';

/**
 * Several devices a synapse. The first ones of all synapses are an array of their own, and so on: with draws, books, wear and
 * half-selected neighbours of their own. The weight of a synapse is the sum of theirs by their signs, divided by `divisor`.
 */
export abstract class Members implements Verified {
  readonly edges;
  /** What they have together. */
  protected readonly own: Record<string, TypedArray> = {};
  readonly #names: readonly string[];
  readonly steady;
  programming: Programmed | null = null;
  protected readonly members: readonly Verified[];
  readonly #signs: readonly number[];
  readonly #divisor: number;
  readonly #weights: readonly Floats[];
  readonly #transpose;

  constructor(members: readonly Member[], divisor: number, make: Make, context: DeviceContext) {
    const { edges, arena, name, transpose } = context;
    this.edges = edges;
    this.#transpose = transpose;
    this.#signs = members.map(({ sign }) => sign);
    this.#divisor = divisor;
    this.members = members.map((member) => {
      const weights = arena.f64(edges.count);
      for (let k = 0; k < edges.count; k++) weights[k] = member.start(edges.weights![k]!);
      return make({ ...context, edges: { ...edges, weights }, name: `${name}.${member.name}`, drawn: true });
    });
    this.#weights = this.members.map((one) => one.edges.weights!);
    this.steady = this.members.every(({ steady }) => steady);
    const leasts = members.map(({ sign }, i) => (sign > 0 ? this.members[i]!.edges.least : -Infinity));
    edges.least = leasts.reduce((sum, least) => sum + least, 0) / divisor;
    this.#names = members.map(({ name }) => name);
    this.sumAll();
  }

  get state(): State {
    const ofMembers = this.members.flatMap(({ state }, i) =>
      Object.entries(state).map(([key, array]) => [`${this.#names[i]}.${key}`, array] as const),
    );
    return { weights: this.edges.weights!, ...Object.fromEntries(ofMembers), ...this.own };
  }

  /** Shares a pulse out among the members. */
  protected abstract pulse(along: Along, line: number, trace: Float64Array, scale: number, mu: number, t: number): void;
  abstract normalise(sum: number, t: number): void;

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    this.pulse('pulseRow', row, trace, scale, mu, t);
    this.sumRow(row);
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    this.pulse('pulseColumn', column, trace, scale, mu, t);
    const count = columnLength(this.edges, this.#transpose, column);
    for (let i = 0; i < count; i++) this.#sum(columnEdge(this.edges, this.#transpose, column, i));
  }

  turn(): void {
    for (const one of this.members) one.turn?.();
  }

  read(row: number, t: number, share = 1): void {
    for (const one of this.members) one.read(row, t, share);
    if (!this.steady) this.sumRow(row);
  }

  refresh(t: number): void {
    for (const one of this.members) one.refresh(t);
    this.sumAll();
  }

  weight(edge: number, t: number): number {
    let sum = 0;
    for (let i = 0; i < this.members.length; i++) sum += this.#signs[i]! * this.members[i]!.weight(edge, t);
    return sum / this.#divisor;
  }

  /** Of all devices of the synapse together. */
  conductance(edge: number, t: number): number {
    let sum = 0;
    for (const one of this.members) sum += one.conductance(edge, t);
    return sum;
  }

  rest(t: number): void {
    for (const one of this.members) one.rest(t);
  }

  restored(): void {
    for (const one of this.members) one.restored?.();
  }

  get writes(): number {
    return this.members.reduce((sum, { writes }) => sum + writes, 0);
  }

  get energy(): DeviceAccounts['energy'] {
    const all = this.members.map(({ energy }) => energy);
    const sum = (key: keyof DeviceAccounts['energy']) => all.reduce((joules, energy) => joules + energy[key], 0);
    return { read: sum('read'), write: sum('write'), halfSelected: sum('halfSelected') };
  }

  /** Added up; upwards is what raises the weight of the synapse. Lists hold the first device of every synapse, then the second. */
  get accounts(): DeviceAccounts {
    const all = this.members.map(({ accounts }) => accounts);
    const { energy, programming } = this;
    const sum = (of: (a: DeviceAccounts, i: number) => number) => all.reduce((total, a, i) => total + of(a, i), 0);
    const up = (a: DeviceAccounts, i: number) => (this.#signs[i]! > 0 ? a.writesUp : a.writesDown);
    return {
      devices: sum((a) => a.devices),
      reads: sum((a) => a.reads),
      writesUp: sum(up),
      writesDown: sum((a, i) => a.writesUp + a.writesDown - up(a, i)),
      skipped: sum((a) => a.skipped),
      halfSelected: sum((a) => a.halfSelected),
      hidden: sum((a) => a.hidden),
      stuck: sum((a) => a.stuck),
      wornOut: sum((a) => a.wornOut),
      energy,
      assumed: all[0]!.assumed,
      peripheral: added(all.map(({ peripheral }) => peripheral)),
      wear: joined(
        Uint32Array,
        all.map(({ wear }) => wear),
      ),
      writeEnergies: joined(
        Float64Array,
        all.map(({ writeEnergies }) => writeEnergies),
      ),
      get failures() {
        return joined(
          Uint8Array,
          all.map(({ failures }) => failures),
        );
      },
      programming,
    };
  }

  /** Puts what the members of a row show into its weights. */
  sumRow(row: number): void {
    for (let k = rowStart(this.edges, row); k < rowEnd(this.edges, row); k++) this.#sum(k);
  }

  protected sumAll(): void {
    for (let k = 0; k < this.edges.count; k++) this.#sum(k);
  }

  #sum(k: number): void {
    let sum = 0;
    for (let i = 0; i < this.#weights.length; i++) sum += this.#signs[i]! * this.#weights[i]![k]!;
    this.edges.weights![k] = sum / this.#divisor;
  }
}

/** Lists one after the other; null where there is none. */
function joined<A extends Uint32Array | Float64Array | Uint8Array>(
  List: new (length: number) => A,
  lists: readonly (A | null)[],
): A | null {
  const all = new List(lists.reduce((length, list) => length + (list?.length ?? 0), 0));
  let at = 0;
  for (const list of lists) {
    if (list === null) return null;
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** Of all members; null where no cost is given. */
function added(energies: readonly (PeripheralEnergy | null)[]): PeripheralEnergy | null {
  return energies.reduce(
    (a, b) =>
      a &&
      b && {
        rowReads: a.rowReads + b.rowReads,
        columnReads: a.columnReads + b.columnReads,
        writePulses: a.writePulses + b.writePulses,
      },
  );
}
