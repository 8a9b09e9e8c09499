/** Keys of a chip from the conductances of its devices, compared within one chip (intra) and between chips (inter). */
import { max, mean, min } from 'simple-statistics';
import * as z from 'zod/mini';
import { integer, linear, number, object, PulseBench, type Seed } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, measureSeeds, SEED_PARAMS } from '../demonstration.ts';
import { areNear, inUnit, isGreater, makeTable, WHOLE } from '../findings.ts';

const CYCLE_SDS = [0.01, 0.03, 0.1, 0.3, 1];
const DEVICE_SDS = [0.03, 0.1, 0.3];
const BIN_COUNT = 50;
const PERIOD = 1; // ms between pulses
const [UP, DOWN] = [10, 3]; // pulses of one round: to the middle of the range, and back to its lower end

type ChipOptions = Readonly<Record<'devices' | 'rounds' | 'deviceToDevice' | 'cycleToCycle', number>>;
type Key = readonly boolean[];

/**
 * Keys of a chip, one per round of programming: bit k is true if device 2k conducts better than device 2k + 1. Chips of different
 * seeds have different devices.
 */
function readKeys(seed: Seed, { devices, rounds, deviceToDevice, cycleToCycle }: ChipOptions): Key[] {
  const starts = Array.from({ length: rounds }, (_, k) => k * (UP + DOWN) * PERIOD);
  const trains = (pulses: number, after: number) => {
    const train = starts.flatMap((start) => Array.from({ length: pulses }, (_, k) => start + (after + k) * PERIOD));
    return Array.from({ length: devices }, () => train);
  };
  const device = linear({ etaUp: 0.05, etaDown: 1, deviceToDevice, cycleToCycle });
  const bench = new PulseBench({ device, seed, up: trains(UP, 0), down: trains(DOWN, UP) });
  return starts.map((start) => {
    bench.runTo(start + (UP - 1) * PERIOD);
    const siemens = bench.conductances();
    return Array.from({ length: devices / 2 }, (_, k) => siemens[2 * k]! > siemens[2 * k + 1]!);
  });
}

/** Hamming distance: share of the bits in which two keys differ. */
const hammingDistance = (a: Key, b: Key): number =>
  a.reduce((sum, bit, k) => sum + (bit === b[k] ? 0 : 1), 0) / a.length;

/** Distances between all keys of each chip, and between the first keys of all chips. */
function measureDistances(chips: readonly (readonly Key[])[]) {
  const ofPairs = (keys: readonly Key[]) => keys.flatMap((a, i) => keys.slice(i + 1).map((b) => hammingDistance(a, b)));
  return { intra: chips.flatMap(ofPairs), inter: ofPairs(chips.map(([first]) => first!)) };
}

/** Share of the values in each bin from 0 to 1, at the centres of the bins. */
const histogram = (values: readonly number[]) =>
  Array.from({ length: BIN_COUNT }, (_, k) => {
    const inside = values.filter((v) => Math.min(Math.floor(v * BIN_COUNT), BIN_COUNT - 1) === k);
    return { x: (k + 0.5) / BIN_COUNT, y: inside.length / values.length };
  });

export default defineDemonstration({
  name: 'fingerprint',
  title: 'Authentication of a chip by device-to-device variability',
  claim: 'The conductances of 1024 memristors are a key that authenticates a chip.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 108',
  parameters: object({
    devices: integer({ default: 1024, min: 32, max: 65_536, help: 'number of devices per chip, two per bit' }).check(
      z.refine((n) => n % 2 === 0, 'an even number'),
    ),
    chips: integer({ default: 8, min: 2, max: 100, help: 'number of chips' }),
    rounds: integer({ default: 5, min: 2, max: 100, help: 'number of times that each chip is programmed' }),
    deviceToDevice: number({ default: 0.3, min: 0, max: 2, help: 'relative sd between devices' }),
    cycleToCycle: number({ default: 0.1, min: 0, max: 2, help: 'relative sd of each pulse' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const measureChips = (seed: number, options: ChipOptions) =>
      measureDistances(Array.from({ length: p.chips }, (_, chip) => readKeys(`${seed}, chip ${chip}`, options)));
    const { runs, sweep } = await measureSeeds(p, context, async (seed) => {
      const runs = measureChips(seed, p);
      const sweep = [];
      for (const deviceToDevice of DEVICE_SDS) {
        await context.step(`devices that differ by ${deviceToDevice}`);
        for (const cycleToCycle of CYCLE_SDS) {
          const { intra, inter } = measureChips(seed, { ...p, deviceToDevice, cycleToCycle });
          sweep.push({ deviceToDevice, cycleToCycle, intra: mean(intra), inter: mean(inter) });
        }
      }
      return { runs, sweep };
    });
    const [smallestInter, largestIntra] = [
      runs.values(({ inter }) => min(inter)),
      runs.values(({ intra }) => max(intra)),
    ];
    const meanInter = runs.values(({ inter }) => mean(inter));
    const noisy = sweep.values('intra', { deviceToDevice: 0.03, cycleToCycle: 1 });
    const share = inUnit('share of bits');
    return {
      figures: {
        'mean distance of one chip': share(runs.values(({ intra }) => mean(intra))),
        'largest distance of one chip': share(largestIntra),
        'mean distance of two chips': share(meanInter),
        'smallest distance of two chips': share(smallestInter),
        'one chip, devices differ by 0.03, pulses by 1': share(noisy),
      },
      expectations: {
        'keys of different chips differ in half of their bits': areNear(meanInter, 0.5, 0.03),
        'control: keys of one chip are closer than keys of any two chips': isGreater(smallestInter, largestIntra),
        'control: keys are lost if cycle-to-cycle exceeds device-to-device variability':
          mean(noisy) > 3 * sweep.mean('intra', { deviceToDevice: 0.03, cycleToCycle: 0.01 }) && mean(noisy) > 0.3,
      },
      tables: {
        distances: makeTable(
          runs.rows.flatMap(({ seed, intra, inter }) => [
            ...intra.map((distance) => ({ seed, chips: 1, distance })),
            ...inter.map((distance) => ({ seed, chips: 2, distance })),
          ]),
          { chips: WHOLE },
        ),
        sweep: sweep.table(),
      },
      pictures: {
        distances: curve({
          title: 'Hamming distance of keys of one chip and of two',
          subtitle: `${p.devices} devices that differ by ${p.deviceToDevice}, pulses by ${p.cycleToCycle}; ${p.chips} chips, ${p.rounds} rounds, ${p.seeds} seeds together`,
          x: { label: 'share of bits that differ', domain: [0, 1] },
          y: { label: 'share of pairs of keys' },
          series: [
            { name: 'one chip, programmed again', points: histogram(runs.rows.flatMap(({ intra }) => intra)) },
            { name: 'two chips', points: histogram(runs.rows.flatMap(({ inter }) => inter)) },
          ],
        }),
        sweep: curve({
          title: 'Distance of the keys of one chip against cycle-to-cycle variability',
          subtitle: `mean and sd of ${p.seeds} seeds`,
          x: { label: 'relative sd of a pulse (cycle to cycle)', log: true },
          y: { label: 'share of bits that differ', domain: [0, 0.6] },
          series: DEVICE_SDS.map((deviceToDevice) => {
            const name = `one chip, devices differ by ${deviceToDevice}`;
            return sweep.line(name, 'cycleToCycle', 'intra', { deviceToDevice });
          }),
          references: [{ name: 'two chips', y: sweep.mean('inter') }],
        }),
      },
    };
  },
});
