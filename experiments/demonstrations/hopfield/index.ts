/** Hopfield network, random asynchronous updates. Weights G+ - G- of unequal devices are asymmetric, so that the energy can rise. */
import { mean } from 'simple-statistics';
import { alternating, choice, glauber, integer, Network, RandomStream, type Seed, spikeTrains } from '../../index.ts';
import { areAllEqual, defineDemonstration, isGreaterPerSeed, mapRange, moveSampleToFront } from '../demonstration.ts';
import { programDevicePairs } from '../devicePairs.ts';

const MEAN_UPDATE_INTERVAL = 1; // ms, mean time between two updates of a unit
const DURATION = 50; // ms of a recall: symmetric weights converge, asymmetric weights may oscillate for ever
/** One tick, ms: the shortest delay of recurrent connections. Updates less than 15 ps apart do not interact. */
const DELAY = 2 ** -26;
/** Rounding tolerance of Hopfield energies per unit; a stored pattern has an energy of about -1/2. */
const ROUNDING_TOLERANCE = 1e-9;

export function generateRandomPatterns(count: number, units: number, seed: Seed): Float64Array[] {
  const random = new RandomStream(seed, 'hopfield/patterns');
  return mapRange(count, () => Float64Array.from({ length: units }, () => 2 * random.integerBelow(2) - 1));
}

/** Hebb's rule: w_ij = (1/N) Σ ξ_i ξ_j, summed over patterns ξ of N units; w_ii = 0, row-major. */
export function computeHebbianWeights(patterns: readonly Float64Array[]): Float64Array {
  const n = patterns[0]!.length;
  const weights = new Float64Array(n * n);
  for (const pattern of patterns)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== j) weights[i * n + j]! += (pattern[i]! * pattern[j]!) / n;
  return weights;
}

export function invertRandomUnits(pattern: Float64Array, share: number, random: RandomStream): Float64Array {
  const cue = pattern.slice();
  const count = Math.round(share * cue.length);
  const inverted = moveSampleToFront(Uint32Array.from(cue.keys()), count, (n) => random.integerBelow(n));
  for (const unit of inverted.subarray(0, count)) cue[unit]! *= -1;
  return cue;
}

/**
 * Recalls pattern ξ from a cue: at random times, unit j sets its state s_j = ±1 to the sign of Σ_i w_ij s_i. Returns the final overlap
 * (1/N) Σ ξ_i s_i, the energies per unit, -(1/2N) Σ w_ij s_i s_j, at the start and after each change, and the number of changes that
 * raised it.
 */
export function recallPattern(pattern: Float64Array, cue: Float64Array, weights: Float64Array, seed: Seed) {
  const n = cue.length;
  const net = new Network({ seed });
  const up = [...cue.keys()].filter((j) => cue[j]! > 0);
  const population = net.population('units', glauber({ size: n, tau: MEAN_UPDATE_INTERVAL, up }));
  const changes = weights.map((w) => 2 * w); // a change of s from -1 to 1 is 2
  const recurrent = { connect: { matrix: { weights: changes } }, shortTerm: alternating({ up }), delay: DELAY };
  net.projection(population, population, recurrent);
  const start = net.population('start', spikeTrains({ trains: [[0]] }));
  const fields = cue.map((_, j) => cue.reduce((sum, state, i) => sum + state * weights[i * n + j]!, 0));
  net.projection(start, population, { connect: { matrix: { weights: fields } } });
  const flips = net.recordSpikes([population]);
  net.run(DURATION);

  const s = cue.slice();
  const energies = [weights.reduce((sum, w, k) => sum - (w * s[Math.floor(k / n)]! * s[k % n]!) / 2, 0) / n];
  for (const j of flips.of('units').neurons) {
    let field = 0;
    for (let i = 0; i < n; i++) field += (s[i]! * (weights[i * n + j]! + weights[j * n + i]!)) / 2;
    energies.push(energies.at(-1)! + (2 * s[j]! * field) / n);
    s[j]! *= -1;
  }
  const rises = energies.filter((energy, k) => k > 0 && energy > energies[k - 1]! + ROUNDING_TOLERANCE).length;
  return { overlap: pattern.reduce((sum, x, i) => sum + x * s[i]!, 0) / n, energies, rises };
}

const NOISES = [0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5];
const LOADS = [0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3];
const SPREADS = [0.25, 0.5, 1, 2, 4]; // relative sd between devices; 0 is simulated in addition
const [LOW, HIGH] = [0.05, 0.1]; // two loads: number of patterns per unit
const CUE_NOISE = 0.1; // share of wrong units in the cue, if load or spread is varied

const CLEAN = { noise: CUE_NOISE, load: LOW, spread: 0 };
type RecallSetting = typeof CLEAN;

const SETTINGS: RecallSetting[] = [
  ...[LOW, HIGH].flatMap((load) => NOISES.map((noise) => ({ ...CLEAN, noise, load }))),
  ...LOADS.filter((load) => load !== LOW && load !== HIGH).map((load) => ({ ...CLEAN, load })),
  ...[LOW, HIGH].flatMap((load) => SPREADS.map((spread) => ({ ...CLEAN, spread, load }))),
];

type RecallOptions = Readonly<Record<'units' | 'recalls', number>> & { readonly stored: string };

function measureRecall(setting: RecallSetting, { units, recalls, stored }: RecallOptions, seed: number) {
  const { noise, load, spread } = setting;
  const count = Math.max(1, Math.round(load * units));
  const patterns = generateRandomPatterns(count, units, seed);
  const others = stored === 'others' ? generateRandomPatterns(count, units, `${seed} others`) : patterns;
  const options = { programming: { spread }, seed, randomStreamName: 'hopfield' };
  const weights = programDevicePairs(computeHebbianWeights(others), options);
  const random = new RandomStream(seed, 'hopfield/cues');
  const all = mapRange(recalls, (k) => {
    const pattern = patterns[k % patterns.length]!;
    return recallPattern(pattern, invertRandomUnits(pattern, noise, random), weights, `${seed} recall ${k}`);
  });
  const changes = all.reduce((sum, { energies }) => sum + energies.length - 1, 0);
  const rises = all.reduce((sum, one) => sum + one.rises, 0);
  const overlap = mean(all.map((one) => one.overlap));
  return { noise, load, spread, overlap, rises: changes > 0 ? (100 * rises) / changes : 0 };
}

export default defineDemonstration({
  parameters: {
    units: integer({ default: 200, min: 40, max: 2000, help: 'number of threshold units in the Hopfield network' }),
    recalls: integer({ default: 20, min: 1, max: 10_000, help: 'number of recall trials per setting' }),
    stored: choice(['patterns', 'others'], {
      default: 'patterns',
      help: 'patterns that the weights store: `patterns` (the patterns to recall) or `others` (different patterns, control)',
    }),
  },
  async simulate(p, context) {
    const { recalls, controls } = await context.measurePerSeed((seed) => ({
      recalls: SETTINGS.map((setting) => measureRecall(setting, p, seed)),
      controls: measureRecall({ ...CLEAN, noise: 0.2 }, { ...p, stored: 'others' }, seed),
    }));
    const overlaps = (given: Partial<RecallSetting>) => recalls.values('overlap', { ...CLEAN, ...given });
    const [weak, most] = [0.5, SPREADS.at(-1)!];
    return {
      figures: {
        'control: overlap, weights of other patterns': { unit: '1', values: controls.values('overlap') },
      },
      expectations: {
        'a cue with 20 % wrong units recalls the pattern': isGreaterPerSeed(overlaps({ noise: 0.2 }), 0.95),
        'control: weights that store other patterns lose the pattern': isGreaterPerSeed(
          0.5,
          controls.values('overlap'),
        ),
        'control: a random cue does not recall the pattern': Math.abs(mean(overlaps({ noise: 0.5 }))) < 0.3,
        'control: recall fails above 0.138 patterns per unit':
          mean(overlaps({ load: 0.1 })) > 0.9 && mean(overlaps({ load: 0.2 })) < 0.7,
        'a spread of 50 % costs less than 0.02 overlap': mean(overlaps({})) - mean(overlaps({ spread: weak })) < 0.02,
        'the energy never rises with equal devices': areAllEqual(recalls.values('rises', { spread: 0 }), 0),
        'the energy rises at times if devices differ':
          recalls.mean('rises', { ...CLEAN, spread: most, load: HIGH }) > 0,
      },
    };
  },
});
