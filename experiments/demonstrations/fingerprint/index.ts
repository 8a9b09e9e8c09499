/**
 * A chip known by its devices: no two arrays of memristors are alike, and each answers alike when it is programmed again. Keys
 * are compared by the share of bits in which they differ, of one chip (intra) and between chips (inter).
 * Source: authentication by 1024 devices in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 108.
 * Run: memspike demo fingerprint --out DIR
 * Expect: distances near 0.5 between chips and small ones within a chip, apart as long as devices differ by more than
 *         their pulses scatter; without differences between devices no fingerprint.
 */

import { max, mean, min } from 'simple-statistics';
import * as z from 'zod/mini';
import { integer, number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { distances, keys } from './chips.ts';

const SCATTERS = [0.01, 0.03, 0.1, 0.3, 1]; // of a pulse
const SPREADS = [0.03, 0.1, 0.3]; // between devices
const BINS = 50;

interface Setting {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

/** Share of the values in each bin from 0 to 1, at the middles of the bins. */
const histogram = (values: readonly number[]) =>
  Array.from({ length: BINS }, (_, k) => {
    const inside = values.filter((v) => Math.min(Math.floor(v * BINS), BINS - 1) === k);
    return { x: (k + 0.5) / BINS, y: inside.length / values.length };
  });

export default demonstration({
  name: 'fingerprint',
  title: 'A chip known by the differences between its memristors',
  claim: 'The conductances of 1024 memristors are a key that authenticates a chip.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 108',
  parameters: object({
    devices: integer({ default: 1024, min: 32, max: 65_536, help: 'of a chip (even); two make a bit' }).check(
      z.refine((n) => n % 2 === 0, 'an even number'),
    ),
    chips: integer({ default: 8, min: 2, max: 100, help: 'compared with each other' }),
    rounds: integer({ default: 5, min: 2, max: 100, help: 'how often each is programmed' }),
    deviceToDevice: number({ default: 0.3, min: 0, max: 2, help: 'relative sd between devices' }),
    cycleToCycle: number({ default: 0.1, min: 0, max: 2, help: 'relative sd of each pulse' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (1 + SPREADS.length),
  async run(p, stage) {
    const batch = (seed: number, { deviceToDevice, cycleToCycle }: Setting) =>
      distances(
        Array.from({ length: p.chips }, (_, chip) =>
          keys({ ...p, seed: `${seed}, chip ${chip}`, deviceToDevice, cycleToCycle }),
        ),
      );
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}`);
      const found = batch(seed, p);
      const sweep: (Setting & { intra: number; inter: number })[] = [];
      for (const deviceToDevice of SPREADS) {
        await stage.step(`seed ${seed}, devices that differ by ${deviceToDevice}`);
        for (const cycleToCycle of SCATTERS) {
          const { intra, inter } = batch(seed, { deviceToDevice, cycleToCycle });
          sweep.push({ deviceToDevice, cycleToCycle, intra: mean(intra), inter: mean(inter) });
        }
      }
      return { seed, found, sweep };
    });
    const share = (of: (found: ReturnType<typeof distances>) => number) => ({
      unit: 'share of bits',
      values: runs.map(({ found }) => of(found)),
    });
    const swept = (deviceToDevice: number, cycleToCycle: number, which: 'intra' | 'inter') =>
      runs.map(
        ({ sweep }) =>
          sweep.find((s) => s.deviceToDevice === deviceToDevice && s.cycleToCycle === cycleToCycle)![which],
      );
    const apart = runs.every(({ found }) => max(found.intra) < min(found.inter));
    return {
      figures: {
        'mean distance of one chip': share(({ intra }) => mean(intra)),
        'largest distance of one chip': share(({ intra }) => max(intra)),
        'mean distance of two chips': share(({ inter }) => mean(inter)),
        'smallest distance of two chips': share(({ inter }) => min(inter)),
        'one chip, devices differ by 0.03, pulses by 1': { unit: 'share of bits', values: swept(0.03, 1, 'intra') },
      },
      expectations: {
        'keys of two chips differ in half of their bits': runs.every(
          ({ found }) => Math.abs(mean(found.inter) - 0.5) < 0.03,
        ),
        'control: a chip is nearer to itself than any two chips are': apart,
        'control: the fingerprint goes where pulses scatter more than devices differ':
          mean(swept(0.03, 1, 'intra')) > 3 * mean(swept(0.03, 0.01, 'intra')) && mean(swept(0.03, 1, 'intra')) > 0.3,
      },
      tables: {
        distances: tableOf(
          runs.flatMap(({ seed, found: { intra, inter } }) => [
            ...intra.map((distance) => ({ seed, chips: 1, distance })),
            ...inter.map((distance) => ({ seed, chips: 2, distance })),
          ]),
          { seed: WHOLE, chips: WHOLE, distance: '1' },
        ),
        sweep: tableOf(
          runs.flatMap(({ seed, sweep }) => sweep.map((point) => ({ seed, ...point }))),
          { seed: WHOLE, deviceToDevice: '1', cycleToCycle: '1', intra: '1', inter: '1' },
        ),
      },
      pictures: {
        distances: curve({
          title: 'Hamming distance of keys of one chip and of two',
          subtitle: `${p.devices} devices that differ by ${p.deviceToDevice}, pulses by ${p.cycleToCycle}; ${p.chips} chips, ${p.rounds} rounds, ${p.seeds} seeds together`,
          x: { label: 'share of bits that differ', domain: [0, 1] },
          y: { label: 'share of pairs of keys' },
          series: (['intra', 'inter'] as const).map((which) => ({
            name: which === 'intra' ? 'one chip, programmed again' : 'two chips',
            points: histogram(runs.flatMap(({ found }) => found[which])),
          })),
        }),
        sweep: curve({
          title: 'When a chip is no longer like itself',
          subtitle: `mean and sd of ${p.seeds} seeds`,
          x: { label: 'relative sd of a pulse (cycle to cycle)', log: true },
          y: { label: 'share of bits that differ', domain: [0, 0.6] },
          series: SPREADS.map((spread) => ({
            name: `one chip, devices differ by ${spread}`,
            points: overSeedsAt(SCATTERS, (scatter) => swept(spread, scatter, 'intra')),
          })),
          references: [
            { name: 'two chips', y: mean(SPREADS.flatMap((s) => SCATTERS.flatMap((c) => swept(s, c, 'inter')))) },
          ],
        }),
      },
    };
  },
});
