import { linearRegression } from 'simple-statistics';
import { type DeviceFactory, loadDevice, MODELS, PulseBench, Stream } from '../../index.ts';

/** Boltzmann's constant, eV/K. */
export const BOLTZMANN = 8.617333262e-5;
const ROOM = 300; // K
const ATTEMPT = 1e-13; // s: of a barrier that is tried once in a vibration (assumed)
/** Cr/CuSe/Au, of which the review quotes 80 to 420 K. */
export const PRESET = 'cr-cuse-au';

interface Quoted {
  readonly model: keyof typeof MODELS.devices;
  readonly gMin: number;
  readonly gMax: number;
  readonly retention: { readonly tau: number };
}

const { model, ...device } = loadDevice(PRESET).device as unknown as Quoted;
/** Time constant at 300 K that the preset derives from its quoted retention, s. */
export const TAU = device.retention.tau / 1000;
/** Energy of a barrier that is passed within TAU at 300 K, eV. */
export const BARRIER = BOLTZMANN * ROOM * Math.log(TAU / ATTEMPT);

const make = MODELS.devices[model] as (p: object) => DeviceFactory;

export interface Storage {
  /** eV; 0: temperature does not matter, and the time constant is that at 300 K. */
  readonly energy: number;
  /** K. */
  readonly temperature: number;
}

/** A device of the preset with this barrier, at its largest conductance at first; tells the share of the range that is left after so many seconds. */
export function fading({ energy, temperature }: Storage): (seconds: number) => number {
  const tau = 1000 * (energy > 0 ? ATTEMPT * Math.exp(energy / (BOLTZMANN * ROOM)) : TAU);
  const retention = { ...device.retention, tau, activationEnergy: energy, measuredAt: ROOM, temperature };
  const bench = new PulseBench({
    device: make({ ...device, retention }),
    seed: 1,
    up: [[]],
    weight: { uniform: [1e9, 1e9] }, // beyond the range: brought to its upper end
  });
  return (seconds) => (bench.devices.conductance(0, 1000 * seconds) - device.gMin) / (device.gMax - device.gMin);
}

/** The mean share of the range that devices with these barriers have left. */
export function populationLeft(energies: readonly number[], temperature: number): (seconds: number) => number {
  const each = energies.map((energy) => fading({ energy, temperature }));
  return (seconds) => each.reduce((sum, left) => sum + left(seconds), 0) / each.length;
}

/** Barriers of `count` devices, eV. */
export function barriers(count: number, sd: number, seed: number): number[] {
  const stream = new Stream(seed, 'temperature/barriers');
  return Array.from({ length: count }, () => BARRIER + sd * stream.normal());
}

/** When a tenth is lost, s, by bisection of its logarithm. */
export function retentionTime(left: (seconds: number) => number): number {
  let [low, high] = [-60, 300];
  for (let n = 0; n < 70; n++) {
    const middle = (low + high) / 2;
    if (left(Math.exp(middle)) > 0.9) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The line of an Arrhenius plot through these points: its slope, eV, and the time that it gives at a temperature, s. */
export function arrhenius(points: readonly { readonly temperature: number; readonly seconds: number }[]) {
  const xs = points.map(({ temperature }) => 1 / (BOLTZMANN * temperature));
  const ys = points.map(({ seconds }) => Math.log(seconds));
  const { m, b } = linearRegression(xs.map((x, k) => [x, ys[k]!]));
  return { energy: m, at: (temperature: number) => Math.exp(b + m / (BOLTZMANN * temperature)) };
}
