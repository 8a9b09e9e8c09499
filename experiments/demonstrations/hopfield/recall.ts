import { alternating, glauber, Network, type Seed, Stream, spikeTrains } from '../../index.ts';
import { sampleFirst } from '../demonstration.ts';

/** Mean time between two updates of a unit, ms. */
const WAIT = 1;
/** Duration of a recall, ms: long against WAIT. Symmetric weights converge; others may oscillate for ever. */
const DURATION = 50;
/** Delay, ms: one step of the time grid, because a cycle needs a delay. Updates less than 15 ps apart do not see each other. */
const DELAY = 2 ** -26;
/** Rounding error of sums of weights, as a share of the energy of a stored pattern. */
const ROUNDING = 1e-9;

/** Draws random patterns of ±1, each independently. */
export function drawPatterns(count: number, units: number, seed: Seed): Float64Array[] {
  const random = new Stream(seed, 'hopfield/patterns');
  return Array.from({ length: count }, () => Float64Array.from({ length: units }, () => 2 * random.below(2) - 1));
}

/** Hebbian weights w_ij = (1/N) Σ ξ_i ξ_j, w_ii = 0, row-major. */
export function hebbianWeights(patterns: readonly Float64Array[]): Float64Array {
  const n = patterns[0]!.length;
  const weights = new Float64Array(n * n);
  for (const pattern of patterns)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== j) weights[i * n + j]! += (pattern[i]! * pattern[j]!) / n;
  return weights;
}

/** Inverts exactly this share of the units of a pattern. */
export function addNoise(pattern: Float64Array, share: number, random: Stream): Float64Array {
  const cue = pattern.slice();
  const count = Math.round(share * cue.length);
  const inverted = sampleFirst(Uint32Array.from(cue.keys()), count, (n) => random.below(n));
  for (const unit of inverted.subarray(0, count)) cue[unit]! *= -1;
  return cue;
}

export interface Recall {
  /** Final overlap (1/N) Σ ξ_i s_i with the pattern. */
  readonly overlap: number;
  /** Energy -(1/2) Σ w_ij s_i s_j per unit at the start and after each change of state. */
  readonly energies: readonly number[];
  /** Number of changes that raised the energy. */
  readonly rises: number;
}

/** Runs units s = ±1 from a cue: at random times, each unit sets s_j to the sign of its field h_j = Σ_i w_ij s_i. */
export function recallPattern(pattern: Float64Array, cue: Float64Array, weights: Float64Array, seed: Seed): Recall {
  const n = cue.length;
  const net = new Network({ seed });
  const up = [...cue.keys()].filter((j) => cue[j]! > 0);
  const population = net.population('units', glauber({ size: n, tau: WAIT, up }));
  const changes = weights.map((w) => 2 * w); // from -1 to 1
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
  const rises = energies.filter((energy, k) => k > 0 && energy > energies[k - 1]! + ROUNDING).length;
  return { overlap: pattern.reduce((sum, x, i) => sum + x * s[i]!, 0) / n, energies, rises };
}
