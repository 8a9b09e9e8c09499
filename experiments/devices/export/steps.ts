import { mean } from 'simple-statistics';
import type { DeviceFactory } from '../../../core/factories.ts';
import { createModel, type ModelChoice } from '../../network/models.ts';
import { PulseBench } from '../pulseBench.ts';

export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A device as all of its kind are on average: no spread between them, nothing that fades, fails or disturbs a reading. */
export function typical(device: ModelChoice): ModelChoice {
  const { deviceToDevice, rangeSpread, gMinSpread, stepSpread, stepSpreadDown, stepCorrelation, ...alike } = device;
  const {
    retention,
    endurance,
    stuck,
    readNoise,
    telegraph,
    readErrors,
    selector,
    stash,
    reading,
    oneSided,
    devicesPerSynapse,
    programming,
    selection,
    ...whole
  } = alike;
  return { ...whole, model: device.model };
}

/** The same without noise of its pulses. */
export function exact(device: ModelChoice): ModelChoice {
  const { cycleToCycle, cycleToCycleDown, cycleCorrelation, writeNoise, apparentNoise, levels, ...noiseless } =
    typical(device);
  return { ...noiseless, model: device.model };
}

/** Draws that their means are taken of, for models whose pulses are drawn whatever the noise. */
const DRAWS = 400;
export const drawsOf = ({ model }: ModelChoice): number => (model === 'table' || model === 'quantised' ? DRAWS : 1);

const factory = (device: ModelChoice): DeviceFactory => createModel('device', device);

/** Smallest and largest weight and conductance (S) of a device. */
export function endsOf(device: ModelChoice) {
  const at = (far: number) => {
    const bench = new PulseBench({ device: factory(device), seed: 1, up: [[]], weight: { uniform: [far, far] } });
    return { weight: bench.weights()[0]!, conductance: bench.conductances()[0]! };
  };
  return { low: at(-1e9), high: at(1e9) };
}

/** Change of the conductance, S, by one full pulse each of `draws` devices in each state, the first index. States: shares of the range. */
export function stepsOf(
  device: ModelChoice,
  states: readonly number[],
  draws = 1,
): Readonly<Record<Direction, readonly (readonly number[])[]>> {
  const { low, high } = endsOf(device);
  const weights = states.flatMap((g) =>
    Array<number>(draws).fill(g === 1 ? high.weight : low.weight + g * (high.weight - low.weight)),
  );
  const pulsed = (direction: Direction) => {
    const trains = weights.map(() => [1]);
    const none = weights.map(() => []);
    const [up, down] = direction === 'up' ? [trains, none] : [none, trains];
    const bench = new PulseBench({ device: factory(device), seed: direction, up, down, weights });
    const before = bench.conductances();
    bench.runTo(1);
    const steps = bench.conductances().map((after, k) => after - before[k]!);
    return states.map((_, i) => steps.slice(i * draws, (i + 1) * draws));
  };
  return { up: pulsed('up'), down: pulsed('down') };
}

/** Conductances, S, from one end of the range on, after 0, 1, … pulses towards the other; the mean where pulses are drawn. */
export function trainOf(device: ModelChoice, direction: Direction, pulses: number): number[] {
  const times = Array.from({ length: pulses }, (_, i) => i + 1);
  const { low, high } = endsOf(device);
  const devices = Array.from({ length: drawsOf(device) });
  const [trains, none] = [devices.map(() => times), devices.map(() => [])];
  const [up, down] = direction === 'up' ? [trains, none] : [none, trains];
  const weights = devices.map(() => (direction === 'up' ? low.weight : high.weight));
  const bench = new PulseBench({ device: factory(device), seed: 1, up, down, weights });
  return [0, ...times].map((t) => {
    if (t > 0) bench.runTo(t);
    return mean(bench.conductances());
  });
}
