import { exponential, lif, Network, poisson, programmed } from '../../index.ts';
import type { MnistConfig } from '../../mnist/index.ts';

/** What is wrong with the devices, and how much of it. */
export const FLAWS = ['stuck', 'spread', 'drift', 'unevenDrift'] as const;
export type Flaw = (typeof FLAWS)[number];

/** Share of stuck devices, half of them at each end; relative sd between devices; time of operation over the (mean) time constant. */
export const AMOUNTS: Readonly<Record<Flaw, readonly number[]>> = {
  stuck: [0.1, 0.4],
  spread: [0.5, 1],
  drift: [0.5, 1],
  unevenDrift: [0.25, 0.5],
};

/** Relative sd of the time constant between devices that drift unevenly (assumed). */
export const DRIFT_SPREAD = 1;

/** Tolerances of writing by pulses, share of the range, into devices with this spread; with 1 none gets a pulse. */
export const TOLERANCES: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
export const WRITTEN_SPREAD = 0.5;

/**
 * Devices of the recipe with a flaw.
 * @param operation ms that training takes, during which devices drift
 */
export function flawed(device: MnistConfig['device'], flaw: Flaw, amount: number, operation: number) {
  const tau = operation / amount;
  return {
    ...device,
    ...(flaw === 'stuck' && { stuck: { low: amount / 2, high: amount / 2 } }),
    ...(flaw === 'spread' && { deviceToDevice: amount }),
    ...(flaw === 'drift' && { retention: { tau } }),
    ...(flaw === 'unevenDrift' && { retention: { tau, spread: DRIFT_SPREAD } }),
  };
}

/** Noise of steps where weights are written by pulses (assumed), and pulses at the most. */
const WRITING = { cycleToCycle: 0.3, maxPulses: 300 };

/**
 * Weights that were learned elsewhere, written into the devices of the layer `config` describes, which are the very same that would
 * learn there: same stuck ones, same ranges, same time constants. Each is written until it holds what it should or can; with a
 * tolerance (share of the range) by pulses, each after a look, from the lowest weight on. Read `age` ms later.
 * @returns the weights, and the pulses and joules that a device took on average
 */
export function written(config: MnistConfig, learned: Float32Array, age: number, tolerance?: number) {
  const net = new Network({ seed: config.seed });
  const input = net.population('input', poisson({ size: learned.length / config.neurons }));
  const output = net.population('output', lif({ size: config.neurons, precision: 'f32' }));
  const { model: _, ...device } = config.device;
  const { cycleToCycle, maxPulses } = WRITING;
  const synapses = net.projection(input, output, {
    connect: { matrix: { weights: learned } },
    device: exponential(tolerance ? { ...device, cycleToCycle, programming: { tolerance, maxPulses } } : device),
  });
  net.build();
  synapses.devices!.refresh(age);
  const { programming } = synapses.devices!.accounts;
  return {
    weights: Float32Array.from(synapses.edges.weights!),
    pulses: (programming?.pulses ?? 0) / learned.length,
    joules: (programming?.energy ?? 0) / learned.length,
  };
}

export const imported = (config: MnistConfig, learned: Float32Array, age: number): Float32Array =>
  written(config, learned, age).weights;

/** The same for devices that differ in range, written blindly: each gets its share of a range that is not what was assumed. */
export function blindlyImported({ seed }: MnistConfig, learned: Float32Array, spread: number): Float32Array {
  return Float32Array.from(programmed(learned, { low: 0, high: 1 }, { spread }, seed));
}
