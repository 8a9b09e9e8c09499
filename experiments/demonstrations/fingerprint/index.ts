/** Chip fingerprints: Hamming distances between keys of one chip (intra) and between keys of different chips (inter). */
import { max, mean, min } from 'simple-statistics';
import * as z from 'zod/mini';
import { integer, linear, number, PulseBench, type Seed } from '../../index.ts';
import {
  areAllNear,
  CYCLE_TO_CYCLE_SD_HELP,
  DEVICE_TO_DEVICE_SD_HELP,
  defineDemonstration,
  isGreaterPerSeed,
  mapRange,
} from '../demonstration.ts';

const CYCLE_SDS = [0.01, 0.03, 0.1, 0.3, 1];
const DEVICE_SDS = [0.03, 0.1, 0.3];
const [UP, DOWN] = [10, 3]; // pulses of one round, 1 ms apart: to the middle of the range, and back to its lower end

type ChipOptions = Readonly<Record<'devices' | 'rounds' | 'deviceToDevice' | 'cycleToCycle', number>>;
type ChipKey = readonly boolean[];

/** Keys of chip `seed`, one per programming cycle. Bit k is 1 if device 2k has a larger conductance than device 2k + 1. */
function readKeys(seed: Seed, { devices, rounds, deviceToDevice, cycleToCycle }: ChipOptions): ChipKey[] {
  const starts = mapRange(rounds, (k) => k * (UP + DOWN));
  const trains = (pulses: number, after: number) => {
    const train = starts.flatMap((start) => mapRange(pulses, (k) => start + after + k));
    return mapRange(devices, () => train);
  };
  const device = linear({ etaUp: 0.05, etaDown: 1, deviceToDevice, cycleToCycle });
  const bench = new PulseBench({ device, seed, up: trains(UP, 0), down: trains(DOWN, UP) });
  return starts.map((start) => {
    bench.runTo(start + UP - 1);
    const siemens = bench.conductances();
    return mapRange(devices / 2, (k) => siemens[2 * k]! > siemens[2 * k + 1]!);
  });
}

const hammingDistance = (a: ChipKey, b: ChipKey): number =>
  a.reduce((sum, bit, k) => sum + (bit === b[k] ? 0 : 1), 0) / a.length;

/** Hamming distances, share of bits. `intra`: between all keys of a chip; `inter`: between the first keys of all pairs of chips. */
function measureDistances(chips: readonly ChipKey[][]) {
  const ofPairs = (keys: ChipKey[]) => keys.flatMap((a, i) => keys.slice(i + 1).map((b) => hammingDistance(a, b)));
  return { intra: chips.flatMap(ofPairs), inter: ofPairs(chips.map(([first]) => first!)) };
}

export default defineDemonstration({
  parameters: {
    devices: integer({ default: 1024, min: 32, max: 65_536, help: 'number of devices per chip, two per bit' }).check(
      z.refine((n) => n % 2 === 0, 'an even number'),
    ),
    chips: integer({ default: 8, min: 2, max: 100, help: 'number of chips' }),
    rounds: integer({ default: 5, min: 2, max: 100, help: 'number of times that each chip is programmed' }),
    deviceToDevice: number({ default: 0.3, min: 0, max: 2, help: DEVICE_TO_DEVICE_SD_HELP }),
    cycleToCycle: number({ default: 0.1, min: 0, max: 2, help: CYCLE_TO_CYCLE_SD_HELP }),
  },
  async simulate(p, context) {
    const measureChips = (seed: number, options: ChipOptions) =>
      measureDistances(mapRange(p.chips, (chip) => readKeys(`${seed}, chip ${chip}`, options)));
    const { distances, sweep } = await context.measurePerSeed(async (seed) => {
      const { intra, inter } = measureChips(seed, p);
      const kinds = Object.entries({ 'one chip': intra, 'two chips': inter });
      const sweep = [];
      for (const deviceToDevice of DEVICE_SDS) {
        await context.reportProgress(`devices that differ by ${deviceToDevice}`);
        for (const cycleToCycle of CYCLE_SDS) {
          const found = measureChips(seed, { ...p, deviceToDevice, cycleToCycle });
          sweep.push({ deviceToDevice, cycleToCycle, intra: mean(found.intra), inter: mean(found.inter) });
        }
      }
      return {
        distances: kinds.map(([keys, all]) => ({ keys, mean: mean(all), smallest: min(all), largest: max(all) })),
        sweep,
      };
    });
    const [one, two] = [{ keys: 'one chip' }, { keys: 'two chips' }];
    const [smallest, largest] = [distances.values('smallest', two), distances.values('largest', one)];
    const noisy = { deviceToDevice: 0.03, cycleToCycle: 1 };
    return {
      expectations: {
        'keys of different chips differ in half of their bits': areAllNear(distances.values('mean', two), 0.5, 0.03),
        'control: keys of one chip are closer than keys of any two chips': isGreaterPerSeed(smallest, largest),
        'control: keys are lost if cycle-to-cycle exceeds device-to-device variability':
          sweep.mean('intra', noisy) > 3 * sweep.mean('intra', { ...noisy, cycleToCycle: 0.01 }) &&
          sweep.mean('intra', noisy) > 0.3,
      },
    };
  },
});
