import type { DeviceContext } from '../../../core/factories.ts';
import { columnEdge, columnLength, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats, State, TypedArray } from '../../../core/kernels/arena.ts';
import type { DeviceUsage, Programmed } from '../../../core/usage.ts';
import { joined } from '../../parts.ts';
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
  readonly isSteady;
  programming: Programmed | null = null;
  protected readonly members: readonly Verified[];
  readonly #parts: Readonly<Record<string, Verified>>;
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
    this.isSteady = this.members.every(({ isSteady }) => isSteady);
    const leasts = members.map(({ sign }, i) => (sign > 0 ? this.members[i]!.edges.least : -Infinity));
    edges.least = leasts.reduce((sum, least) => sum + least, 0) / divisor;
    this.#parts = Object.fromEntries(members.map(({ name }, i) => [name, this.members[i]!]));
    this.sumAll();
  }

  get state(): State {
    return { weights: this.edges.weights!, ...joined(this.#parts), ...this.own };
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
    if (!this.isSteady) this.sumRow(row);
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

  get energy(): DeviceUsage['energy'] {
    return added(this.members.map(({ energy }) => energy));
  }

  /** Added up; upwards is what raises the weight of the synapse. Lists hold the first device of every synapse, then the second. */
  get usage(): DeviceUsage {
    const all = this.members.map(({ usage }) => usage);
    const { energy, programming } = this;
    const { assumed, peripheral, disturbance } = all[0]!;
    const counts = all.map((a, i) => {
      const { devices, reads, writesUp, writesDown, skipped, halfSelected, hidden, stuck, wornOut } = a;
      const [up, down] = this.#signs[i]! > 0 ? [writesUp, writesDown] : [writesDown, writesUp];
      return { devices, reads, writesUp: up, writesDown: down, skipped, halfSelected, hidden, stuck, wornOut };
    });
    return {
      ...added(counts),
      disturbance,
      energy,
      assumed,
      peripheral: peripheral && added(all.map((a) => a.peripheral!)),
      wear: inTurn(all.map(({ wear }) => wear)),
      writeEnergies: inTurn(all.map(({ writeEnergies }) => writeEnergies)),
      get failures() {
        return inTurn(all.map(({ failures }) => failures));
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

/** Lists of one length, one after the other; null where there are none. */
function inTurn<A extends Uint32Array | Float64Array | Uint8Array>(lists: readonly (A | null)[]): A | null {
  const [first] = lists;
  if (!first) return null;
  const all = new (first.constructor as new (length: number) => A)(first.length * lists.length);
  lists.forEach((list, i) => void all.set(list!, first.length * i));
  return all;
}

/** Of all members, by name. */
const added = <T extends object>(of: readonly T[]): T =>
  Object.fromEntries(
    Object.keys(of[0]!).map((key) => [key, of.reduce((sum, one) => sum + Number(Reflect.get(one, key)), 0)]),
  ) as T;
