import { CounterRandom } from '../../../../core/random/random.ts';
import { listDeviceNames, mapDirections, type Train } from '../import/trains.ts';
import { clip } from '../lists.ts';
import { splitPulseCount } from './advance.ts';
import type { CandidateFit } from './candidateFit.ts';
import { DEVICE_TO_DEVICE_FACTOR_KEYS, type DeviceFactors, type ModelCurve } from './curves.ts';
import { type DeviceSpread, getReadNoiseScale, type NoiseModel } from './noiseModel.ts';

/** Draws gMin, gMax and steps of each device, relative to the mean device, from log-normal distributions. */
function drawFactors(
  devices: readonly string[],
  between: DeviceSpread,
  random: CounterRandom,
  number: number,
): Map<string, DeviceFactors> {
  const rho = between.correlation ?? 0;
  return new Map(
    devices.map((device, d) => {
      const z = DEVICE_TO_DEVICE_FACTOR_KEYS.map((_, i) => random.normal(number, 4 * d + i));
      z[3] = rho * z[2]! + Math.sqrt(1 - rho * rho) * z[3]!;
      const factor = (sd: number, normal: number) => Math.exp(Math.sqrt(Math.log1p(sd * sd)) * normal);
      const values = DEVICE_TO_DEVICE_FACTOR_KEYS.map((key, i) => [key, factor(between[key], z[i]!)]);
      return [device, Object.fromEntries(values) as Record<keyof DeviceFactors, number>];
    }),
  );
}

/**
 * Creates a simulator of the measured pulse trains, with the fitted noise and device-to-device variability. Pulse
 * numbers are those measured. The n-th random number depends only on `name`, simulation number and n.
 * @param measured factors of the measured devices; trains then start at their measured first readings; null: factors
 * and start levels are random
 */
export function createTrainSimulator(
  name: string,
  trains: readonly Train[],
  c: CandidateFit,
  between: DeviceSpread | null,
  measured: ReadonlyMap<string, DeviceFactors> | null = null,
): (noise: NoiseModel, number: number) => Train[] {
  const random = new CounterRandom(1, name);
  const drawn = new CounterRandom(1, `${name} devices`);
  const devices = listDeviceNames(trains);
  return (noise, number) => {
    let draws = 0;
    const normal = () => random.normal(number, draws++);
    const factors = measured ?? (between === null ? undefined : drawFactors(devices, between, drawn, number));
    const courses = new Map(
      devices.map((device) => [device, mapDirections((d): ModelCurve => c.createModelCurve(d, factors?.get(device)))]),
    );
    return trains.map((train) => {
      const curve = courses.get(train.device)![train.direction];
      const startState = clip((train.conductance[0]! / c.conductanceUnit - curve.startBound) / curve.range);
      const conductance = measured
        ? simulateTrain(train, { ...curve, startState }, { ...noise, startSd: null }, normal)
        : simulateTrain(train, curve, noise, normal);
      return { ...train, conductance: conductance.map((level) => level * c.conductanceUnit) };
    });
  };
}

function simulateTrain(
  { direction, elapsed }: Train,
  { startBound, range, startState, advance }: ModelCurve,
  noise: NoiseModel,
  normal: () => number,
): number[] {
  const gain = noise.trainGainSd?.[direction] ? 1 + noise.trainGainSd[direction] * normal() : 1;
  const sd = noise.stepSd[direction];
  // Noise is independent between pulses, so its sd grows with the square root of the number of pulses.
  const by = (h: number, count: number) =>
    (advance(h, count) - h) * (sd > 0 ? gain + (sd * normal()) / Math.sqrt(count) : gain);
  let h = noise.startSd ? clip(startState + noise.startSd * normal()) : startState;
  let n = 0;
  return elapsed.map((at) => {
    for (const count of splitPulseCount(at - n)) h = clip(h + by(h, count));
    n = at;
    const level = startBound + range * h;
    return level + noise.readSd * getReadNoiseScale(noise.kind, level) * normal();
  });
}
