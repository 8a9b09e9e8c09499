import type { DeviceContext } from '../../../core/factories.ts';
import { getColumnEdge, getColumnLength, getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import type { DeviceUsage, Programmed } from '../../../core/usage.ts';
import { joinStates } from '../../joinStates.ts';
import type { ProgrammableDevices } from './verify.ts';

interface SynapseDevice {
  readonly name: string;
  readonly sign: 1 | -1;
  /** Initial weight of the device, computed from the initial weight of its synapse. */
  computeInitialWeight(synapseWeight: number): number;
}

type CreateDevices = (context: DeviceContext) => ProgrammableDevices;
export type PulseMethod = 'pulseRow' | 'pulseColumn';

type PulseLine = (along: PulseMethod, line: number, trace: Float64Array, scale: number, mu: number, t: number) => void;

/** Pulses of the devices of each synapse, normalisation of its weight, and state besides that of the devices. */
interface SynapsePulses extends Pick<ProgrammableDevices, 'normaliseWeights' | 'signedArrays' | 'selectNextDevice'> {
  readonly pulseLine: PulseLine;
  readonly sharedState: StateArrays;
}

export type MultiDeviceArray = ReturnType<typeof createMultiDeviceArray>;

/**
 * Creates several devices per synapse. Device number i of all synapses forms an array with its own random draws, counters
 * and wear. The weight of a synapse is the signed sum of the weights of its devices, divided by `divisor`.
 * @param createPulses creates the pulses, from the arrays and a function that returns the array of synapses
 */
export function createMultiDeviceArray(
  devices: readonly SynapseDevice[],
  divisor: number,
  make: CreateDevices,
  context: DeviceContext,
  createPulses: (members: readonly ProgrammableDevices[], getArray: () => MultiDeviceArray) => SynapsePulses,
) {
  const { edges, arena, name, transpose } = context;
  const signs = devices.map(({ sign }) => sign);
  const members = devices.map((device) => {
    const weights = arena.f64(edges.count);
    for (let k = 0; k < edges.count; k++) weights[k] = device.computeInitialWeight(edges.weights![k]!);
    return make({ ...context, edges: { ...edges, weights }, name: `${name}.${device.name}`, hasRandomWeights: true });
  });
  const memberWeights = members.map((one) => one.edges.weights!);
  const hasSteadyWeights = members.every((one) => one.hasSteadyWeights);
  const leasts = devices.map(({ sign }, i) => (sign > 0 ? members[i]!.edges.minWeight : -Infinity));
  edges.minWeight = leasts.reduce((sum, least) => sum + least, 0) / divisor;
  const deviceArrays = Object.fromEntries(devices.map((device, i) => [device.name, members[i]!]));

  const updateWeight = (k: number) => {
    let sum = 0;
    for (let i = 0; i < memberWeights.length; i++) sum += signs[i]! * memberWeights[i]![k]!;
    edges.weights![k] = sum / divisor;
  };
  const updateAllWeights = () => {
    for (let k = 0; k < edges.count; k++) updateWeight(k);
  };
  const updateRowWeights = (row: number) => {
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) updateWeight(k);
  };
  updateAllWeights();
  const { pulseLine, normaliseWeights, sharedState, ...others } = createPulses(members, () => array);

  const array = {
    edges,
    hasSteadyWeights,
    programmingResult: null as Programmed | null,
    selectNextDevice() {
      for (const one of members) one.selectNextDevice?.();
    },
    ...others,
    updateRowWeights,
    get state(): StateArrays {
      return { weights: edges.weights!, ...joinStates(deviceArrays), ...sharedState };
    },
    normaliseWeights(sum: number, t: number) {
      normaliseWeights(sum, t);
      updateAllWeights();
    },
    pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number) {
      pulseLine('pulseRow', row, trace, scale, mu, t);
      updateRowWeights(row);
    },
    pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number) {
      pulseLine('pulseColumn', column, trace, scale, mu, t);
      const count = getColumnLength(edges, transpose, column);
      for (let i = 0; i < count; i++) updateWeight(getColumnEdge(edges, transpose, column, i));
    },
    readRow(row: number, t: number, energyFraction = 1) {
      for (const one of members) one.readRow(row, t, energyFraction);
      if (!hasSteadyWeights) updateRowWeights(row);
    },
    refreshWeights(t: number) {
      for (const one of members) one.refreshWeights(t);
      updateAllWeights();
    },
    weight(edge: number, t: number): number {
      let sum = 0;
      for (let i = 0; i < members.length; i++) sum += signs[i]! * members[i]!.weight(edge, t);
      return sum / divisor;
    },
    conductance: (edge: number, t: number) => members.reduce((sum, one) => sum + one.conductance(edge, t), 0),
    resetDynamicState(t: number) {
      for (const one of members) one.resetDynamicState(t);
    },
    onCheckpointLoaded() {
      for (const one of members) one.onCheckpointLoaded?.();
    },
    get writes() {
      return members.reduce((sum, { writes }) => sum + writes, 0);
    },
    get energy(): DeviceUsage['energy'] {
      return sumByKey(members.map(({ energy }) => energy));
    },
    /**
     * Sums of the counters of all devices; upward writes are those that raise the weight of the synapse. Lists hold the
     * first device of every synapse, then the second, and so on.
     */
    get usage(): DeviceUsage {
      const all = members.map(({ usage }) => usage);
      const { assumed, assumedRead, electrical } = all[0]!;
      const counts = all.map((a, i) => {
        const { devices, reads, writesUp, writesDown, skipped, halfSelected, hidden, stuck, wornOut } = a;
        const [up, down] = signs[i]! > 0 ? [writesUp, writesDown] : [writesDown, writesUp];
        return { devices, reads, writesUp: up, writesDown: down, skipped, halfSelected, hidden, stuck, wornOut };
      });
      return {
        ...sumByKey(counts),
        energy: sumByKey(all.map(({ energy }) => energy)),
        assumed,
        assumedRead,
        electrical,
        wear: concatenate(all.map(({ wear }) => wear)),
        writeEnergies: concatenate(all.map(({ writeEnergies }) => writeEnergies)),
        get failures() {
          return concatenate(all.map(({ failures }) => failures));
        },
        programming: array.programmingResult,
      };
    },
  };
  return array;
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
 * Creates multi-memristive synapses: the weight is the mean of n devices, which are pulsed in turn, a different one at each
 * pulse time. Variability and noise average out as 1/√n. Source: Boybat et al. 2018, doi:10.1038/s41467-018-04933-y.
 */
export function createRoundRobinArray(n: number, make: CreateDevices, context: DeviceContext): ProgrammableDevices {
  const same = (weight: number) => weight;
  const devices = Array.from(
    { length: n },
    (_, i): SynapseDevice => ({ name: `device${i}`, sign: 1, computeInitialWeight: same }),
  );
  return createMultiDeviceArray(devices, n, make, context, (members) => {
    /** Array [index of the selected device, time of its selection in ms] (part of the state). */
    const turn = context.arena.f64(2);
    turn.set([n - 1, -1]); // before the first pulse
    const selectNextDevice = () => {
      turn[0] = (turn[0]! + 1) % n;
    };
    return {
      sharedState: { turn },
      selectNextDevice,
      pulseLine(along, line, trace, scale, mu, t) {
        if (t !== turn[1]) {
          selectNextDevice();
          turn[1] = t;
        }
        members[turn[0]!]![along](line, trace, scale, mu, t);
      },
      normaliseWeights(sum, t) {
        for (const one of members) one.normaliseWeights(sum, t);
      },
    };
  });
}
