import type { RuleFactory } from '../../../core/factories.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { spikeTrains } from '../../../neurons/index.ts';
import { postTriggered } from '../../../synapses/rules/index.ts';
import { createModel } from '../../network/models.ts';
import type { LoadedDevice } from '../load.ts';
import { median } from './spread.ts';

/** What is characterised, and on how many devices. */
export interface Specimen {
  readonly loaded: LoadedDevice;
  readonly devices: number;
  readonly seed: Seed;
  /** Pulses of a train that potentiates, and of one that depresses. */
  readonly pulses: number;
}

/** Pulses of one strength: an input that arrives with the postsynaptic spike makes it go upwards. */
const pulses = (strength: number): RuleFactory => postTriggered({ window: 0, up: strength, down: strength });

/** A pulse that drives every device to its bound, whatever the size of its steps. */
export const SWITCHING = 1e6;

/** State before the first pulse: the lowest or highest that each device has, or a weight. */
export type Start = 'low' | 'high' | number;

/** Far outside every range; drawn weights are brought into that of each device. */
const FAR = 1e9;

export interface Trains {
  /** ms */
  readonly pre: readonly number[];
  readonly post: readonly number[];
}

/** Specimens in a network of their own: device i is projection `device-i`, so that each has an account of its own. */
export interface Bench {
  readonly net: Network;
  readonly projections: readonly Projection[];
}

/**
 * Builds a network in which every device lies between the same two spike trains. Devices have the same names, hence the
 * same draws, on every bench. What makes several devices a synapse is left out: each is measured by itself.
 */
export function bench({ loaded, devices, seed }: Specimen, trains: Trains, start: Start, rule: RuleFactory): Bench {
  const net = new Network({ seed });
  const pre = net.population('pre', spikeTrains({ trains: [[...trains.pre]] }));
  const post = net.population('post', spikeTrains({ trains: [[...trains.post]] }));
  const weight = start === 'low' ? -FAR : start === 'high' ? FAR : start;
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

/** One pulse to every device, at a time in ms. */
export interface Pulse {
  readonly t: number;
  readonly up: boolean;
}

/** A bench whose devices get these pulses, full ones (of strength 1) unless told otherwise. */
export function pulsed(specimen: Specimen, train: readonly Pulse[], start: Start, strength = 1): Bench {
  const post = train.map(({ t }) => t);
  const pre = train.filter(({ up }) => up).map(({ t }) => t);
  return bench(specimen, { pre, post }, start, pulses(strength));
}

/** Runs until `t` (ms), the pulse due then included. */
export function runTo({ net }: Bench, t: number): void {
  if (t > net.now || net.settledTime < 0) net.run(t - net.now);
}

/** Conductance of every device in S; of one without conductance its weight. */
export function state({ net, projections }: Bench): number[] {
  return projections.map(({ devices }) => {
    const siemens = devices!.conductance(0, net.now);
    return Number.isNaN(siemens) ? devices!.weight(0, net.now) : siemens;
  });
}

/** Weights of each device at both ends of its range. */
export function weightRange(specimen: Specimen): { low: number[]; high: number[] } {
  const at = (start: Start) => pulsed(specimen, [], start).projections.map(({ edges }) => edges.weights![0]!);
  return { low: at('low'), high: at('high') };
}

/** Share of the range that a train begins away from the bound where that itself is no place to begin. */
const AWAY = 1e-4;
const TRIED = 20; // pulses

/**
 * Where potentiation (or depression) begins: the lowest (highest) state, or a little away from it for a model whose window
 * function is 0 at the bound, so that no pulse ever moves a device from there.
 */
export function beginning(specimen: Specimen, up: boolean): Start {
  const bound = up ? 'low' : 'high';
  const train = Array.from({ length: TRIED }, (_, i) => ({ t: i + 1, up }));
  const moves = (start: Start): boolean => {
    const b = pulsed(specimen, train, start);
    runTo(b, 0);
    const before = state(b);
    runTo(b, TRIED);
    return state(b).some((g, i) => g !== before[i]);
  };
  if (moves(bound)) return bound;
  const { low, high } = weightRange(specimen);
  const inside = AWAY * (median(high) - median(low));
  const start = up ? median(low) + inside : median(high) - inside;
  return moves(start) ? start : bound;
}

/** Share of the range from which on it counts as traversed. */
export const TRAVERSED = 0.9;

/** Share of the range (of the median specimen) that lies between two states. */
export function shareOfRange(specimen: Specimen, from: number, to: number): number {
  const { low, high } = stateRange(specimen);
  return Math.abs(to - from) / (median(high) - median(low));
}

/** The lowest and highest state of every device. */
export function stateRange(specimen: Specimen): { low: number[]; high: number[] } {
  const at = (start: Start) => state(pulsed(specimen, [], start));
  return { low: at('low'), high: at('high') };
}

/** How the state is called: in S where the device has a conductance, else in the target's unit. */
export function stateAxis(specimen: Specimen): { label: string; unit: string } {
  const siemens = pulsed(specimen, [], 'low').projections[0]!.devices!.conductance(0, 0);
  return Number.isNaN(siemens) ? { label: 'weight', unit: '1' } : { label: 'conductance (S)', unit: 'S' };
}
