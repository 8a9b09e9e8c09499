import { linearRegression } from 'simple-statistics';
import { type DeviceFactory, loadDevice, MODELS, PulseBench, Stream } from '../../index.ts';

/** Boltzmann's constant, eV/K. */
export const BOLTZMANN = 8.617333262e-5;
const ROOM = 300; // K
const ATTEMPT = 1e-13; // s, period of the attempts to pass a barrier: one vibration (assumed)
/** Cr/CuSe/Au, for which the review quotes 80 to 420 K. */
export const PRESET = 'cr-cuse-au';

interface PresetDevice {
  readonly model: keyof typeof MODELS.devices;
  readonly gMin: number;
  readonly gMax: number;
  readonly retention: { readonly tau: number };
}

const { model, ...device } = loadDevice(PRESET).device as unknown as PresetDevice;
/** Time constant at 300 K that the preset derives from its quoted retention, s. */
export const TAU = device.retention.tau / 1000;
/** Energy of a barrier that is passed within TAU at 300 K, eV. */
export const BARRIER = BOLTZMANN * ROOM * Math.log(TAU / ATTEMPT);

const createDevice = MODELS.devices[model] as (p: object) => DeviceFactory;

export interface Storage {
  /** Energy of the barrier, eV; 0: the time constant is that at 300 K at all temperatures. */
  readonly energy: number;
  /** Temperature, K. */
  readonly temperature: number;
}

/** State left after a time (s), as a share of the range, of a device that starts at its largest conductance. */
export type Decay = (seconds: number) => number;

export function decayOf({ energy, temperature }: Storage): Decay {
  const tau = 1000 * (energy > 0 ? ATTEMPT * Math.exp(energy / (BOLTZMANN * ROOM)) : TAU);
  const retention = { ...device.retention, tau, activationEnergy: energy, measuredAt: ROOM, temperature };
  const bench = new PulseBench({
    device: createDevice({ ...device, retention }),
    seed: 1,
    up: [[]],
    weight: { uniform: [1e9, 1e9] }, // clipped to the upper end of the range
  });
  return (seconds) => (bench.devices.conductance(0, 1000 * seconds) - device.gMin) / (device.gMax - device.gMin);
}

/** Mean decay of devices with these barriers. */
export function meanDecay(energies: readonly number[], temperature: number): Decay {
  const decays = energies.map((energy) => decayOf({ energy, temperature }));
  return (seconds) => decays.reduce((sum, left) => sum + left(seconds), 0) / decays.length;
}

/** Draws barriers of `count` devices, eV. */
export function drawBarriers(count: number, sd: number, seed: number): number[] {
  const stream = new Stream(seed, 'temperature/barriers');
  return Array.from({ length: count }, () => BARRIER + sd * stream.normal());
}

/** Time until a tenth is lost, s, by bisection of its logarithm. */
export function findRetentionTime(decay: Decay): number {
  let [low, high] = [-60, 300];
  for (let n = 0; n < 70; n++) {
    const middle = (low + high) / 2;
    if (decay(Math.exp(middle)) > 0.9) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Fits the line of an Arrhenius plot: its slope, eV, and the predicted retention time at a temperature, s. */
export function fitArrhenius(points: readonly { readonly temperature: number; readonly seconds: number }[]) {
  const { m, b } = linearRegression(
    points.map(({ temperature, seconds }) => [1 / (BOLTZMANN * temperature), Math.log(seconds)]),
  );
  return { energy: m, at: (temperature: number) => Math.exp(b + m / (BOLTZMANN * temperature)) };
}
