/**
 * A Hopfield network on memristors: weights are differences of two devices, G+ - G-, and threshold units change their states
 * one by one at random times. Recall of random patterns from noisy cues, against the share of wrong units, the number of
 * patterns per unit, and the spread between devices. The theoretical capacity is 0.138 patterns per unit. With spread, w_ij and
 * w_ji differ, and the energy can rise.
 */
import { mean } from 'simple-statistics';
import { integer, object, Stream } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, mapSeeds, SEED_PARAMS } from '../demonstration.ts';
import { programPairs } from '../devicePairs.ts';
import { percent, ResultGrid, ratio } from '../findings.ts';
import { addNoise, drawPatterns, hebbianWeights, recallPattern } from './recall.ts';

const NOISES = [0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5];
const LOADS = [0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3];
const SPREADS = [0, 0.25, 0.5, 1, 2, 4];
const [LOW, HIGH] = [0.05, 0.1]; // loads, patterns per unit
const CUE = 0.1; // noise, if load or spread is varied

interface Setting {
  readonly noise: number;
  readonly load: number;
  readonly spread: number;
}

const settingOf = (given: Partial<Setting>): Setting => ({ noise: CUE, load: LOW, spread: 0, ...given });
const SETTINGS = [
  ...[LOW, HIGH].flatMap((load) => NOISES.map((noise) => settingOf({ noise, load }))),
  ...LOADS.map((load) => settingOf({ load })),
  ...[LOW, HIGH].flatMap((load) => SPREADS.map((spread) => settingOf({ spread, load }))),
];
const DISTINCT_SETTINGS = [...new Map(SETTINGS.map((one) => [JSON.stringify(one), one])).values()];

/** Mean overlap, and the share of changes of state that raise the energy. */
function measureRecall(setting: Setting, units: number, recalls: number, seed: number) {
  const { noise, load, spread } = setting;
  const patterns = drawPatterns(Math.max(1, Math.round(load * units)), units, seed);
  const weights = programPairs(hebbianWeights(patterns), { how: { spread }, seed, stream: 'hopfield' });
  const random = new Stream(seed, 'hopfield/cues');
  const all = Array.from({ length: recalls }, (_, k) => {
    const pattern = patterns[k % patterns.length]!;
    return recallPattern(pattern, addNoise(pattern, noise, random), weights, `${seed} recall ${k}`);
  });
  const changes = all.reduce((sum, { energies }) => sum + energies.length - 1, 0);
  const rises = all.reduce((sum, one) => sum + one.rises, 0);
  const overlap = mean(all.map((one) => one.overlap));
  return { seed, noise, load, spread, overlap, rises: changes > 0 ? rises / changes : 0 };
}

export default defineDemonstration({
  name: 'hopfield',
  title: 'Associative recall by a Hopfield network on pairs of memristors',
  claim: 'A Hopfield network whose weights are memristors recalls stored patterns from incomplete or noisy ones.',
  source:
    'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 183; Hopfield 1982, doi:10.1073/pnas.79.8.2554; Amit, Gutfreund & Sompolinsky 1985, doi:10.1103/PhysRevLett.55.1530',
  parameters: object({
    units: integer({ default: 200, min: 40, max: 2000, help: 'number of threshold units' }),
    recalls: integer({ default: 20, min: 1, max: 10_000, help: 'number of cues per setting' }),
    ...SEED_PARAMS,
  }),
  steps: ({ seeds }) => seeds,
  async run(p, context) {
    const runs = await mapSeeds(p, async (seed) => {
      await context.step(`seed ${seed}`);
      return DISTINCT_SETTINGS.map((setting) => measureRecall(setting, p.units, p.recalls, seed));
    });
    const grid = new ResultGrid(runs.flat());
    const overlaps = (given: Partial<Setting>) => grid.values('overlap', settingOf(given));
    const overlap = (given: Partial<Setting>) => ratio(overlaps(given));
    const rises = (given: Partial<Setting>) => percent(grid.values(({ rises }) => 100 * rises, settingOf(given)));
    const equalRises = runs.map((run) => Math.max(...new ResultGrid(run).values('rises', { spread: 0 })));
    const [weak, most] = [SPREADS[2]!, SPREADS.at(-1)!];
    const subtitle = `${p.units} units; mean and sd of ${p.seeds} seeds, ${p.recalls} recalls each`;
    const y = { label: 'overlap with the pattern', domain: [0, 1] as const };
    const perLoad = (load: number) => `${load} patterns a unit`;
    return {
      figures: {
        'overlap, 20 % of the cue wrong, load 0.05': overlap({ noise: 0.2 }),
        'overlap, random cue, load 0.05': overlap({ noise: 0.5 }),
        'overlap, load 0.1': overlap({ load: 0.1 }),
        'overlap, load 0.2': overlap({ load: 0.2 }),
        [`overlap, spread ${weak}, load 0.05`]: overlap({ spread: weak }),
        [`overlap, spread ${most}, load 0.05`]: overlap({ spread: most }),
        [`overlap, spread ${most}, load 0.1`]: overlap({ spread: most, load: HIGH }),
        'changes that raise the energy, equal devices': percent(equalRises.map((share) => 100 * share)),
        [`changes that raise the energy, spread ${weak}, load 0.1`]: rises({ spread: weak, load: HIGH }),
        [`changes that raise the energy, spread ${most}, load 0.1`]: rises({ spread: most, load: HIGH }),
      },
      expectations: {
        'a cue of which 20 % is wrong is put right': Math.min(...overlaps({ noise: 0.2 })) > 0.95,
        'control: a random cue is not': Math.abs(mean(overlaps({ noise: 0.5 }))) < 0.3,
        'control: recall breaks down above 0.138 patterns a unit':
          mean(overlaps({ load: 0.1 })) > 0.9 && mean(overlaps({ load: 0.2 })) < 0.7,
        'a spread of 50 % costs less than 0.02 of the overlap':
          mean(overlaps({})) - mean(overlaps({ spread: weak })) < 0.02,
        'the energy never rises with equal devices': Math.max(...equalRises) === 0,
        'it does with devices that differ': grid.mean('rises', settingOf({ spread: most, load: HIGH })) > 0,
      },
      tables: { recalls: grid.table() },
      pictures: {
        noise: curve({
          title: 'Recall against noise of the cue',
          subtitle,
          x: { label: 'wrong units in the cue (%)' },
          y,
          series: [LOW, HIGH].map((load) =>
            grid.line(perLoad(load), ({ noise }) => 100 * noise, 'overlap', { load, spread: 0 }),
          ),
        }),
        load: curve({
          title: `Recall against load, ${100 * CUE} % of the cue wrong`,
          subtitle,
          x: { label: 'patterns a unit' },
          y,
          series: [grid.line('equal devices', 'load', 'overlap', { noise: CUE, spread: 0 })],
        }),
        spread: curve({
          title: `Recall against spread between devices, ${100 * CUE} % of the cue wrong`,
          subtitle,
          x: { label: 'relative sd between devices' },
          y,
          series: [LOW, HIGH].map((load) => grid.line(perLoad(load), 'spread', 'overlap', { load, noise: CUE })),
        }),
      },
    };
  },
});
