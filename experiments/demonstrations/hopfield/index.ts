/**
 * A Hopfield network on memristors: weights are differences of two devices, G+ - G-, and threshold units change their states
 * one by one, each at a random time. Recall of random patterns from noisy cues, against the share of wrong units, the number of
 * patterns a unit, and the spread between devices.
 * Source: R183 of the review Nanoscale Horiz. 2023, 8, 716; Hopfield 1982, doi:10.1073/pnas.79.8.2554; capacity 0.138 N: Amit,
 *         Gutfreund & Sompolinsky 1985, doi:10.1103/PhysRevLett.55.1530.
 * Run: memspike demo hopfield --out demos/hopfield
 * Expect: recall from a cue of which 20 % is wrong, none from a random one; it breaks down as the load passes 0.138; the energy
 *         never rises with equal devices, and does with devices that differ, as w_ij and w_ji then differ.
 */
import { mean } from 'simple-statistics';
import { integer, object, Stream } from '../../index.ts';
import { curve, overSeeds } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { hebbian, noisy, onDevices, patternsOf, recall } from './recall.ts';

const NOISES = [0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5];
const LOADS = [0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3];
const SPREADS = [0, 0.25, 0.5, 1, 2, 4];
const [LOW, HIGH] = [0.05, 0.1]; // loads that noise and spread are looked at
const CUE = 0.1; // noise where load and spread are looked at

interface Point {
  readonly noise: number;
  readonly load: number;
  readonly spread: number;
}

interface Outcome extends Point {
  readonly seed: number;
  readonly overlap: number;
  /** Share of changes of state that raised the energy. */
  readonly rises: number;
}

const at = (given: Partial<Point>): Point => ({ noise: CUE, load: LOW, spread: 0, ...given });
const [BY_NOISE, BY_LOAD, BY_SPREAD] = [
  [LOW, HIGH].flatMap((load) => NOISES.map((noise) => at({ noise, load }))),
  LOADS.map((load) => at({ load })),
  [LOW, HIGH].flatMap((load) => SPREADS.map((spread) => at({ spread, load }))),
];
const keyOf = ({ noise, load, spread }: Point) => `${noise} ${load} ${spread}`;
/** Every point once, though some lie on two lines. */
const POINTS = [...new Map([...BY_NOISE, ...BY_LOAD, ...BY_SPREAD].map((point) => [keyOf(point), point])).values()];

function outcome(point: Point, units: number, recalls: number, seed: number): Outcome {
  const patterns = patternsOf(Math.max(1, Math.round(point.load * units)), units, seed);
  const weights = onDevices(hebbian(patterns), point.spread, seed);
  const random = new Stream(seed, 'hopfield/cues');
  const all = Array.from({ length: recalls }, (_, k) => {
    const pattern = patterns[k % patterns.length]!;
    return recall(pattern, noisy(pattern, point.noise, random), weights, `${seed} recall ${k}`);
  });
  const changes = all.reduce((sum, { energies }) => sum + energies.length - 1, 0);
  const rises = all.reduce((sum, one) => sum + one.rises, 0);
  return { ...point, seed, overlap: mean(all.map((one) => one.overlap)), rises: changes > 0 ? rises / changes : 0 };
}

export default demonstration({
  name: 'hopfield',
  title: 'Associative recall by a Hopfield network on pairs of memristors',
  claim: 'A Hopfield network whose weights are memristors recalls stored patterns from incomplete or noisy ones.',
  source:
    'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 183; Hopfield 1982, doi:10.1073/pnas.79.8.2554; Amit, Gutfreund & Sompolinsky 1985, doi:10.1103/PhysRevLett.55.1530',
  parameters: object({
    units: integer({ default: 200, min: 40, max: 2000, help: 'threshold units' }),
    recalls: integer({ default: 20, min: 1, max: 10_000, help: 'cues at each point' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds,
  async run(p, stage) {
    const bySeed = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}`);
      return POINTS.map((point) => outcome(point, p.units, p.recalls, seed));
    });
    const found = bySeed.flat();
    const of = (what: 'overlap' | 'rises', given: Partial<Point>) =>
      found.filter((one) => keyOf(one) === keyOf(at(given))).map((one) => one[what]);
    const overlap = (given: Partial<Point>) => ({ unit: '1', values: of('overlap', given) });
    const percent = (values: readonly number[]) => ({ unit: '%', values: values.map((share) => 100 * share) });
    const equal = bySeed.map((all) => Math.max(...all.filter((one) => one.spread === 0).map((one) => one.rises)));
    const [weak, most] = [SPREADS[2]!, SPREADS.at(-1)!];
    const seedsShown = `${p.units} units; mean and sd of ${p.seeds} seeds, ${p.recalls} recalls each`;
    const y = { label: 'overlap with the pattern', domain: [0, 1] as const };
    return {
      figures: {
        'overlap, 20 % of the cue wrong, load 0.05': overlap({ noise: 0.2 }),
        'overlap, random cue, load 0.05': overlap({ noise: 0.5 }),
        'overlap, load 0.1': overlap({ load: 0.1 }),
        'overlap, load 0.2': overlap({ load: 0.2 }),
        [`overlap, spread ${weak}, load 0.05`]: overlap({ spread: weak }),
        [`overlap, spread ${most}, load 0.05`]: overlap({ spread: most }),
        [`overlap, spread ${most}, load 0.1`]: overlap({ spread: most, load: HIGH }),
        'changes that raise the energy, equal devices': percent(equal),
        [`changes that raise the energy, spread ${weak}, load 0.1`]: percent(of('rises', { spread: weak, load: HIGH })),
        [`changes that raise the energy, spread ${most}, load 0.1`]: percent(of('rises', { spread: most, load: HIGH })),
      },
      expectations: {
        'a cue of which 20 % is wrong is put right': Math.min(...of('overlap', { noise: 0.2 })) > 0.95,
        'control: a random cue is not': Math.abs(mean(of('overlap', { noise: 0.5 }))) < 0.3,
        'control: recall breaks down above 0.138 patterns a unit':
          mean(of('overlap', { load: 0.1 })) > 0.9 && mean(of('overlap', { load: 0.2 })) < 0.7,
        'a spread of 50 % costs less than 0.02 of the overlap':
          mean(of('overlap', {})) - mean(of('overlap', { spread: weak })) < 0.02,
        'the energy never rises with equal devices': Math.max(...equal) === 0,
        'it does with devices that differ': mean(of('rises', { spread: most, load: HIGH })) > 0,
      },
      tables: {
        recalls: tableOf(found, { seed: WHOLE, noise: '1', load: '1', spread: '1', overlap: '1', rises: '1' }),
      },
      pictures: {
        noise: curve({
          title: 'Recall against noise of the cue',
          subtitle: seedsShown,
          x: { label: 'wrong units in the cue (%)' },
          y,
          series: [LOW, HIGH].map((load) => ({
            name: `${load} patterns a unit`,
            points: NOISES.map((noise) => overSeeds(100 * noise, of('overlap', { noise, load }))),
          })),
        }),
        load: curve({
          title: `Recall against load, ${100 * CUE} % of the cue wrong`,
          subtitle: seedsShown,
          x: { label: 'patterns a unit' },
          y,
          series: [{ name: 'equal devices', points: overSeedsAt(LOADS, (load) => of('overlap', { load })) }],
        }),
        spread: curve({
          title: `Recall against spread between devices, ${100 * CUE} % of the cue wrong`,
          subtitle: seedsShown,
          x: { label: 'relative sd between devices' },
          y,
          series: [LOW, HIGH].map((load) => ({
            name: `${load} patterns a unit`,
            points: overSeedsAt(SPREADS, (spread) => of('overlap', { spread, load })),
          })),
        }),
      },
    };
  },
});
