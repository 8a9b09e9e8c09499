import type { DeviceContext } from '../../../core/factories.ts';
import { columnEdge, columnLength, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats, State, TypedArray } from '../../../core/kernels/arena.ts';
import type { DeviceUsage, Programmed } from '../../../core/usage.ts';
import { joinStates } from '../../joinStates.ts';
import type { ProgrammableDevices } from './verify.ts';

interface SynapseDevice {
  readonly name: string;
  readonly sign: 1 | -1;
  /** Initial weight of this device for a synapse of the given initial weight. */
  computeInitialWeight(synapseWeight: number): number;
}

type CreateDevices = (context: DeviceContext) => ProgrammableDevices;
export type PulseMethod = 'pulseRow' | 'pulseColumn';

/**
 * Several devices per synapse. Device number i of all synapses forms an array with its own random draws, counters and
 * wear. The weight of a synapse is the signed sum of the weights of its devices, divided by `divisor`.
 */
export abstract class MultiDeviceArray implements ProgrammableDevices {
  readonly edges;
  protected readonly sharedState: Record<string, TypedArray> = {};
  readonly isSteady;
  programmingResult: Programmed | null = null;
  protected readonly members: readonly ProgrammableDevices[];
  readonly #deviceArrays: Readonly<Record<string, ProgrammableDevices>>;
  readonly #signs: readonly number[];
  readonly #weightDivisor: number;
  readonly #weights: readonly Floats[];
  readonly #transpose;

  constructor(members: readonly SynapseDevice[], divisor: number, make: CreateDevices, context: DeviceContext) {
    const { edges, arena, name, transpose } = context;
    this.edges = edges;
    this.#transpose = transpose;
    this.#signs = members.map(({ sign }) => sign);
    this.#weightDivisor = divisor;
    this.members = members.map((member) => {
      const weights = arena.f64(edges.count);
      for (let k = 0; k < edges.count; k++) weights[k] = member.computeInitialWeight(edges.weights![k]!);
      return make({ ...context, edges: { ...edges, weights }, name: `${name}.${member.name}`, hasRandomWeights: true });
    });
    this.#weights = this.members.map((one) => one.edges.weights!);
    this.isSteady = this.members.every(({ isSteady }) => isSteady);
    const leasts = members.map(({ sign }, i) => (sign > 0 ? this.members[i]!.edges.minWeight : -Infinity));
    edges.minWeight = leasts.reduce((sum, least) => sum + least, 0) / divisor;
    this.#deviceArrays = Object.fromEntries(members.map(({ name }, i) => [name, this.members[i]!]));
    this.updateAllWeights();
  }

  get state(): State {
    return { weights: this.edges.weights!, ...joinStates(this.#deviceArrays), ...this.sharedState };
  }

  protected abstract pulseLine(
    along: PulseMethod,
    line: number,
    trace: Float64Array,
    scale: number,
    mu: number,
    t: number,
  ): void;
  abstract normalise(sum: number, t: number): void;

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number) {
    this.pulseLine('pulseRow', row, trace, scale, mu, t);
    this.updateRowWeights(row);
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number) {
    this.pulseLine('pulseColumn', column, trace, scale, mu, t);
    const count = columnLength(this.edges, this.#transpose, column);
    for (let i = 0; i < count; i++) this.#updateWeight(columnEdge(this.edges, this.#transpose, column, i));
  }

  selectNextDevice() {
    for (const one of this.members) one.selectNextDevice?.();
  }

  read(row: number, t: number, energyFraction = 1) {
    for (const one of this.members) one.read(row, t, energyFraction);
    if (!this.isSteady) this.updateRowWeights(row);
  }

  refresh(t: number) {
    for (const one of this.members) one.refresh(t);
    this.updateAllWeights();
  }

  weight(edge: number, t: number): number {
    let sum = 0;
    for (let i = 0; i < this.members.length; i++) sum += this.#signs[i]! * this.members[i]!.weight(edge, t);
    return sum / this.#weightDivisor;
  }

  conductance(edge: number, t: number): number {
    let sum = 0;
    for (const one of this.members) sum += one.conductance(edge, t);
    return sum;
  }

  rest(t: number) {
    for (const one of this.members) one.rest(t);
  }

  onRestore() {
    for (const one of this.members) one.onRestore?.();
  }

  get writes(): number {
    return this.members.reduce((sum, { writes }) => sum + writes, 0);
  }

  get energy(): DeviceUsage['energy'] {
    return sumByKey(this.members.map(({ energy }) => energy));
  }

  /**
   * Sums of the counters of all devices; upward writes are those that raise the weight of the synapse. Lists hold the
   * first device of every synapse, then the second, and so on.
   */
  get usage(): DeviceUsage {
    const all = this.members.map(({ usage }) => usage);
    const { energy, programmingResult: programming } = this;
    const { assumed, assumedRead, electrical } = all[0]!;
    const counts = all.map((a, i) => {
      const { devices, reads, writesUp, writesDown, skipped, halfSelected, hidden, stuck, wornOut } = a;
      const [up, down] = this.#signs[i]! > 0 ? [writesUp, writesDown] : [writesDown, writesUp];
      return { devices, reads, writesUp: up, writesDown: down, skipped, halfSelected, hidden, stuck, wornOut };
    });
    return {
      ...sumByKey(counts),
      energy,
      assumed,
      assumedRead,
      electrical,
      wear: concatenate(all.map(({ wear }) => wear)),
      writeEnergies: concatenate(all.map(({ writeEnergies }) => writeEnergies)),
      get failures() {
        return concatenate(all.map(({ failures }) => failures));
      },
      programming,
    };
  }

  updateRowWeights(row: number) {
    for (let k = rowStart(this.edges, row); k < rowEnd(this.edges, row); k++) this.#updateWeight(k);
  }

  protected updateAllWeights() {
    for (let k = 0; k < this.edges.count; k++) this.#updateWeight(k);
  }

  #updateWeight(k: number) {
    let sum = 0;
    for (let i = 0; i < this.#weights.length; i++) sum += this.#signs[i]! * this.#weights[i]![k]!;
    this.edges.weights![k] = sum / this.#weightDivisor;
  }
}

function concatenate<A extends Uint32Array | Float64Array | Uint8Array>(lists: readonly (A | null)[]): A | null {
  const [first] = lists;
  if (!first) return null;
  const all = new (first.constructor as new (length: number) => A)(first.length * lists.length);
  lists.forEach((list, i) => void all.set(list!, first.length * i));
  return all;
}

const sumByKey = <T extends object>(of: readonly T[]): T =>
  Object.fromEntries(
    Object.keys(of[0]!).map((key) => [key, of.reduce((sum, one) => sum + Number(Reflect.get(one, key)), 0)]),
  ) as T;

/**
 * Multi-memristive synapse: its weight is the mean of n devices, which are pulsed in turn, a different one at each
 * pulse time. Variability and noise average out as 1/√n. Source: Boybat et al. 2018, doi:10.1038/s41467-018-04933-y.
 */
export class RoundRobinArray extends MultiDeviceArray {
  /** Array [index of the selected device, time of its selection in ms] (part of the state). */
  readonly #selectedDevice: Float64Array;

  constructor(n: number, make: CreateDevices, context: DeviceContext) {
    const same = (weight: number) => weight;
    super(
      Array.from({ length: n }, (_, i) => ({ name: `device${i}`, sign: 1, computeInitialWeight: same })),
      n,
      make,
      context,
    );
    this.#selectedDevice = context.arena.f64(2);
    this.#selectedDevice.set([n - 1, -1]); // before the first pulse
    this.sharedState.turn = this.#selectedDevice;
  }

  override selectNextDevice() {
    this.#selectedDevice[0] = (this.#selectedDevice[0]! + 1) % this.members.length;
  }

  protected pulseLine(along: PulseMethod, line: number, trace: Float64Array, scale: number, mu: number, t: number) {
    if (t !== this.#selectedDevice[1]) {
      this.selectNextDevice();
      this.#selectedDevice[1] = t;
    }
    this.members[this.#selectedDevice[0]!]![along](line, trace, scale, mu, t);
  }

  normalise(sum: number, t: number) {
    for (const one of this.members) one.normalise(sum, t);
    this.updateAllWeights();
  }
}
