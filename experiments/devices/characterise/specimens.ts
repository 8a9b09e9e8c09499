import type { RuleFactory } from '../../../core/factories.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { spikeTrains } from '../../../neurons/index.ts';
import { postTriggered } from '../../../synapses/rules/index.ts';
import { createModel } from '../../network/models.ts';
import type { LoadedDevice } from '../load.ts';
import { median } from './part.ts';

/** Device to characterise, number of its specimens, and random seed. */
export interface SpecimenSet {
  readonly loaded: LoadedDevice;
  readonly devices: number;
  readonly seed: Seed;
  /** Number of pulses per train and direction. */
  readonly pulses: number;
}

/** Rule with one pulse at each postsynaptic spike: up if a presynaptic spike arrives simultaneously, else down. */
const pulseRule = (strength: number): RuleFactory => postTriggered({ window: 0, up: strength, down: strength });

/** Strength of a pulse that drives every device to its bound. */
export const SWITCHING_STRENGTH = 1e6;

/** Initial state: the lowest or highest state of each device, or a weight. */
export type Start = 'low' | 'high' | number;

/** Weight far outside every range; weights are clipped to the range of the device. */
const OUT_OF_RANGE_WEIGHT = 1e9;

/** Spike times, ms. */
export interface Trains {
  readonly pre: readonly number[];
  readonly post: readonly number[];
}

/** Network of specimens: device i is projection `device-i`, so that each specimen has its own energy account. */
export interface TestNetwork {
  readonly net: Network;
  readonly projections: readonly Projection[];
}

/**
 * Creates a network in which every device connects the same two spike trains. Devices have the same names, and so the same random
 * numbers, in every network. Parameters that combine several devices to a synapse are ignored: each device is measured by itself.
 */
export function bench(
  { loaded, devices, seed }: SpecimenSet,
  trains: Trains,
  start: Start,
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

/** Pulse that every device receives at time t, ms. */
export interface Pulse {
  readonly t: number;
  readonly up: boolean;
}

/** Creates a network whose devices receive these pulses. @param strength default: 1, a full pulse */
export function pulsed(specimen: SpecimenSet, train: readonly Pulse[], start: Start, strength = 1): TestNetwork {
  const post = train.map(({ t }) => t);
  const pre = train.filter(({ up }) => up).map(({ t }) => t);
  return bench(specimen, { pre, post }, start, pulseRule(strength));
}

/** Runs the network until t, ms, including pulses at t. */
export function runTo({ net }: TestNetwork, t: number): void {
  if (t > net.now || net.settledTime < 0) net.run(t - net.now);
}

/** Conductance of every device, S, or its weight if the model has no conductance. */
export function state({ net, projections }: TestNetwork): number[] {
  return projections.map(({ devices }) => {
    const siemens = devices!.conductance(0, net.now);
    return Number.isNaN(siemens) ? devices!.weight(0, net.now) : siemens;
  });
}

/** Weights of each specimen at the lower and upper end of its range. */
export function weightRange(specimen: SpecimenSet): { low: number[]; high: number[] } {
  const at = (start: Start) => pulsed(specimen, [], start).projections.map(({ edges }) => edges.weights![0]!);
  return { low: at('low'), high: at('high') };
}

/** Distance of the start state from the bound, fraction of the range, if pulses cannot leave the bound. */
const BOUND_DISTANCE = 1e-4;
/** Number of test pulses; a start state is suitable if they move at least one device. */
const TEST_PULSE_COUNT = 20;

/**
 * Start state of potentiation (or depression): the lowest (highest) state, or a state near it if the window function of
 * the model is 0 at the bound, so that no pulse moves a device from there.
 */
export function beginning(specimen: SpecimenSet, up: boolean): Start {
  const bound = up ? 'low' : 'high';
  const train = Array.from({ length: TEST_PULSE_COUNT }, (_, i) => ({ t: i + 1, up }));
  const moves = (start: Start): boolean => {
    const b = pulsed(specimen, train, start);
    runTo(b, 0);
    const before = state(b);
    runTo(b, TEST_PULSE_COUNT);
    return state(b).some((g, i) => g !== before[i]);
  };
  if (moves(bound)) return bound;
  const { low, high } = weightRange(specimen);
  const inside = BOUND_DISTANCE * (median(high) - median(low));
  const start = up ? median(low) + inside : median(high) - inside;
  return moves(start) ? start : bound;
}

/** Minimum share of the range that a train must cover. */
export const MIN_TRAVERSED_SHARE = 0.9;

/** Distance between two states as a share of the range of the median specimen. */
export function shareOfRange(specimen: SpecimenSet, from: number, to: number): number {
  const { low, high } = readStateRanges(specimen);
  return Math.abs(to - from) / (median(high) - median(low));
}

/** Lowest and highest state of every device. */
export function readStateRanges(specimen: SpecimenSet): { low: number[]; high: number[] } {
  const at = (start: Start) => state(pulsed(specimen, [], start));
  return { low: at('low'), high: at('high') };
}

/** Axis of the state: conductance in S, or weight if the model has no conductance. */
export function createAxisOfState(specimen: SpecimenSet): { label: string; unit: string } {
  const siemens = pulsed(specimen, [], 'low').projections[0]!.devices!.conductance(0, 0);
  return Number.isNaN(siemens) ? { label: 'weight', unit: '1' } : { label: 'conductance (S)', unit: 'S' };
}

/** Train lengths, pulses; the second is tried if the first moves no device, or not through its whole range. */
const TRAIN_LENGTHS = [100, 1000];
/** Number of specimens over which the median state is taken. */
const DEVICE_COUNT = 25;
/** Maximum distance from the final state, fraction of the total change, that counts as the end of the range. */
const MAX_REMAINING = 0.02;
/** Interval between pulses, ms. */
const PERIOD = 100;
/** Multiple to which the number of pulses is rounded up. */
const PULSE_STEP = 10;

/** Number of pulses until 98 % of the total change of the median state; undefined if it does not change. */
function pulsesThrough(loaded: LoadedDevice, up: boolean, pulses: number): number | undefined {
  const specimen: SpecimenSet = { loaded, devices: DEVICE_COUNT, seed: 1, pulses };
  const train: Pulse[] = Array.from({ length: pulses }, (_, i) => ({ t: PERIOD * (i + 1), up }));
  const start = beginning(specimen, up);
  const b = pulsed(specimen, train, start);
  const levels = [0, ...train.map(({ t }) => t)].map((t) => {
    runTo(b, t);
    return median(state(b));
  });
  const last = levels.at(-1)!;
  const inside = typeof start === 'number' && shareOfRange(specimen, levels[0]!, last) < MIN_TRAVERSED_SHARE;
  if (inside) return pulses < TRAIN_LENGTHS.at(-1)! ? undefined : pulses;
  const remaining = MAX_REMAINING * Math.abs(last - levels[0]!);
  return remaining === 0 ? undefined : levels.findLastIndex((g) => Math.abs(g - last) > remaining) + 1;
}

/** Number of pulses that move a device through its range: a parameter of its model or, at most 1,000, measured. */
export function countPulsesThroughRange(loaded: LoadedDevice): number {
  const counted = [loaded.device.pulsesUp, loaded.device.pulsesDown].filter((n) => typeof n === 'number');
  if (counted.length > 0) return Math.ceil(Math.max(...counted));
  const found = [true, false].map((up) =>
    TRAIN_LENGTHS.reduce<number | undefined>((pulses, most) => pulses ?? pulsesThrough(loaded, up, most), undefined),
  );
  const moved = found.filter((pulses) => pulses !== undefined);
  return Math.ceil(Math.max(...(moved.length > 0 ? moved : [TRAIN_LENGTHS.at(-1)!])) / PULSE_STEP) * PULSE_STEP;
}
