import type { RuleFactory } from '../../../core/factories.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { spikeTrains } from '../../../neurons/index.ts';
import { postTriggered } from '../../../synapses/rules/index.ts';
import { createModel } from '../../network/models.ts';
import type { LoadedDevice } from '../load.ts';
import { OUT_OF_RANGE_WEIGHT } from '../pulseBench.ts';
import { median } from './measurementReport.ts';

/** Simulated devices to be measured (specimens): parameters, number, random seed and pulses per train. */
export interface SpecimenSet {
  readonly loaded: LoadedDevice;
  readonly deviceCount: number;
  readonly seed: Seed;
  /** Number of pulses per potentiating or depressing train. */
  readonly pulseCount: number;
}

export const SWITCHING_PULSE_STRENGTH = 1e6;

/** Initial state: the lowest or highest state of each device, or a weight. */
export type InitialDeviceState = 'low' | 'high' | number;

/** Test network. Each device is a projection of its own, so that its energy is counted separately. */
interface TestNetwork {
  readonly net: Network;
  readonly projections: readonly Projection[];
}

/** Creates a network of single-device synapses, all between the same two spike trains. */
export function createTestNetwork(
  { loaded, deviceCount: devices, seed }: SpecimenSet,
  trains: { readonly pre: readonly number[]; readonly post: readonly number[] },
  start: InitialDeviceState,
  rule: RuleFactory,
): TestNetwork {
  const net = new Network({ seed });
  const pre = net.population('pre', spikeTrains({ trains: [[...trains.pre]] }));
  const post = net.population('post', spikeTrains({ trains: [[...trains.post]] }));
  const weight = start === 'low' ? -OUT_OF_RANGE_WEIGHT : start === 'high' ? OUT_OF_RANGE_WEIGHT : start;
  const { oneSided, devicesPerSynapse, ...device } = loaded.device;
  const alone = createModel('device', { ...device, ...(device.reading === 'differential' && { reading: 'single' }) });
  const projections = Array.from({ length: devices }, (_, i) =>
    net.projection(pre, post, {
      name: `device-${i}`,
      connect: { all: { weight: { uniform: [weight, weight] } } },
      device: alone,
      rule,
    }),
  );
  return { net, projections };
}

export interface Pulse {
  readonly time: number;
  readonly isUp: boolean;
}

export const createPulses = (count: number, period: number, isUp: (i: number) => boolean): Pulse[] =>
  Array.from({ length: count }, (_, i) => ({ time: period * (i + 1), isUp: isUp(i) }));

export function applyPulses(
  specimen: SpecimenSet,
  train: readonly Pulse[],
  start: InitialDeviceState,
  pulseStrength = 1,
): TestNetwork {
  const post = train.map(({ time: t }) => t);
  const pre = train.filter(({ isUp: up }) => up).map(({ time: t }) => t);
  // One pulse per postsynaptic spike: up if a presynaptic spike arrives simultaneously, else down.
  const rule = postTriggered({ window: 0, up: pulseStrength, down: pulseStrength });
  return createTestNetwork(specimen, { pre, post }, start, rule);
}

export function runUntil({ net }: TestNetwork, t: number): void {
  if (t > net.now || net.settledTime < 0) net.run(t - net.now);
}

/** Conductance of every device, S, or its weight if the model has no conductance. */
export function readDeviceStates({ net, projections }: TestNetwork): number[] {
  return projections.map(({ devices }) => {
    const siemens = devices!.conductance(0, net.now);
    return Number.isNaN(siemens) ? devices!.weight(0, net.now) : siemens;
  });
}

export function readDeviceStatesAtTime(b: TestNetwork, t: number): number[] {
  runUntil(b, t);
  return readDeviceStates(b);
}

const readWeights = ({ projections }: TestNetwork): number[] => projections.map(({ edges }) => edges.weights![0]!);

/** Medians over devices of their lowest and highest weight. @param read reads another quantity instead of weights */
export const readWeightRange = (specimen: SpecimenSet, read = readWeights) => ({
  low: median(read(applyPulses(specimen, [], 'low'))),
  high: median(read(applyPulses(specimen, [], 'high'))),
});

export const readStateRange = (specimen: SpecimenSet) => readWeightRange(specimen, readDeviceStates);

/** Distance of the start state from a bound at which pulses have no effect, fraction of the range. */
const BOUND_DISTANCE = 1e-4;
const TEST_PULSE_COUNT = 20;

/**
 * Finds the start state of a train: the lowest state for pulses up, the highest for pulses down. If pulses have no
 * effect at that bound, the start state is slightly inside the range.
 */
export function findStartState(specimen: SpecimenSet, isUp: boolean): InitialDeviceState {
  const bound = isUp ? 'low' : 'high';
  const train = createPulses(TEST_PULSE_COUNT, 1, () => isUp);
  const moves = (start: InitialDeviceState): boolean => {
    const b = applyPulses(specimen, train, start);
    const before = readDeviceStatesAtTime(b, 0);
    return readDeviceStatesAtTime(b, TEST_PULSE_COUNT).some((g, i) => g !== before[i]);
  };
  if (moves(bound)) return bound;
  const { low, high } = readWeightRange(specimen);
  const inside = BOUND_DISTANCE * (high - low);
  const start = isUp ? low + inside : high - inside;
  return moves(start) ? start : bound;
}

export const MIN_RANGE_COVERAGE = 0.9;

export function toFractionOfRange(specimen: SpecimenSet, from: number, to: number): number {
  const { low, high } = readStateRange(specimen);
  return Math.abs(to - from) / (high - low);
}

export function describeStateAxis(specimen: SpecimenSet): { label: string; unit: string } {
  const siemens = applyPulses(specimen, [], 'low').projections[0]!.devices!.conductance(0, 0);
  return Number.isNaN(siemens) ? { label: 'weight', unit: '1' } : { label: 'conductance (S)', unit: 'S' };
}

/** Numbers of pulses of the trains; the longer train is applied only if the shorter one ends within the range. */
const [SHORT_TRAIN, LONG_TRAIN] = [100, 1000];
const DEVICE_COUNT = 25;
/** A change has ended if at most this fraction of the total change is left. */
const MAX_REMAINING = 0.02;
const PULSE_PERIOD_MS = 100;
const PULSE_COUNT_STEP = 10;

/** Number of pulses after which the median state has made 98 % of its total change; undefined if it does not change. */
function countPulses(loaded: LoadedDevice, isUp: boolean, pulses: number): number | undefined {
  const specimen: SpecimenSet = { loaded, deviceCount: DEVICE_COUNT, seed: 1, pulseCount: pulses };
  const train = createPulses(pulses, PULSE_PERIOD_MS, () => isUp);
  const start = findStartState(specimen, isUp);
  const b = applyPulses(specimen, train, start);
  const levels = [0, ...train.map(({ time: t }) => t)].map((t) => median(readDeviceStatesAtTime(b, t)));
  const last = levels.at(-1)!;
  const inside = typeof start === 'number' && toFractionOfRange(specimen, levels[0]!, last) < MIN_RANGE_COVERAGE;
  if (inside) return pulses < LONG_TRAIN ? undefined : pulses;
  const remaining = MAX_REMAINING * Math.abs(last - levels[0]!);
  return remaining === 0 ? undefined : levels.findLastIndex((g) => Math.abs(g - last) > remaining) + 1;
}

/** Number of pulses from one end of the range to the other: a model parameter, or else measured with up to 1,000 pulses. */
export function countPulsesThroughRange(loaded: LoadedDevice): number {
  const counted = [loaded.device.pulsesUp, loaded.device.pulsesDown].filter((n) => typeof n === 'number');
  if (counted.length > 0) return Math.ceil(Math.max(...counted));
  const found = [true, false].flatMap(
    (isUp) => countPulses(loaded, isUp, SHORT_TRAIN) ?? countPulses(loaded, isUp, LONG_TRAIN) ?? [],
  );
  const most = found.length > 0 ? Math.max(...found) : LONG_TRAIN;
  return Math.ceil(most / PULSE_COUNT_STEP) * PULSE_COUNT_STEP;
}
