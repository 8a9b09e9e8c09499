import { alternating, glauber, MemoryTable, Network, type Seed, Stream, spikeTrains } from '../../index.ts';
import { onPairs } from '../pairs.ts';

/** Mean time between two looks of a unit at its field, ms. */
const WAIT = 1;
/** Long against that. Symmetric weights come to rest; others may go round for ever. */
const LONGEST = 50; // ms
/** ms: one step of the time grid, as a cycle needs a delay. A change is seen before the next one unless that comes within 15 ps. */
const DELAY = 2 ** -26;
/** Rounding of sums of weights, as a share of the energy of a stored pattern. */
const ROUNDING = 1e-9;

/** Random patterns of ±1, each in a row of its own. */
export function patternsOf(count: number, units: number, seed: Seed): Float64Array[] {
  const random = new Stream(seed, 'hopfield/patterns');
  return Array.from({ length: count }, () => Float64Array.from({ length: units }, () => 2 * random.below(2) - 1));
}

/** Hebbian weights w_ij = (1/N) Σ ξ_i ξ_j, w_ii = 0, row-major. */
export function hebbian(patterns: readonly Float64Array[]): Float64Array {
  const n = patterns[0]!.length;
  const weights = new Float64Array(n * n);
  for (const pattern of patterns)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== j) weights[i * n + j]! += (pattern[i]! * pattern[j]!) / n;
  return weights;
}

/**
 * Weights on pairs of devices: w_ij and w_ji are of different ones, and differ where those do.
 */
export function onDevices(weights: Float64Array, spread: number, seed: Seed): Float64Array {
  return onPairs(weights, { how: { spread }, seed, stream: 'hopfield' });
}

/** The pattern with exactly this share of its units turned round. */
export function noisy(pattern: Float64Array, share: number, random: Stream): Float64Array {
  const cue = pattern.slice();
  const left = Uint32Array.from(cue.keys());
  for (let k = 0; k < Math.round(share * cue.length); k++) {
    const other = k + random.below(cue.length - k);
    [left[k], left[other]] = [left[other]!, left[k]!];
    cue[left[k]!]! *= -1;
  }
  return cue;
}

export interface Recall {
  /** (1/N) Σ ξ_i s_i with the pattern, at the end. */
  readonly overlap: number;
  /** -(1/2) Σ w_ij s_i s_j per unit at the start and after each change of state. */
  readonly energies: readonly number[];
  /** Changes that raised the energy. */
  readonly rises: number;
}

/** Lets units s = ±1 go from a cue, each of which sets s_j to the sign of its field h_j = Σ_i w_ij s_i at times of its own. */
export function recall(pattern: Float64Array, cue: Float64Array, weights: Float64Array, seed: Seed): Recall {
  const n = cue.length;
  const net = new Network({ seed });
  const up = [...cue.keys()].filter((j) => cue[j]! > 0);
  const population = net.population('units', glauber({ size: n, tau: WAIT, up }));
  const changes = weights.map((w) => 2 * w); // from -1 to 1
  const recurrent = { connect: { matrix: { weights: changes } }, shortTerm: alternating({ up }), delay: DELAY };
  net.projection(population, population, recurrent);
  const start = net.population('start', spikeTrains({ trains: [[0]] }));
  net.projection(start, population, { connect: { matrix: { weights: fieldsOf(cue, weights) } } });
  const flips = new MemoryTable();
  net.recordSpikes([population], flips);
  net.run(LONGEST);
  net.flush();

  const s = cue.slice();
  const energies = [energyOf(s, weights)];
  for (const j of flips.column('neuron')) {
    let field = 0;
    for (let i = 0; i < n; i++) field += (s[i]! * (weights[i * n + j]! + weights[j * n + i]!)) / 2;
    energies.push(energies.at(-1)! + (2 * s[j]! * field) / n);
    s[j]! *= -1;
  }
  const rises = energies.filter((energy, k) => k > 0 && energy > energies[k - 1]! + ROUNDING).length;
  return { overlap: overlap(pattern, s), energies, rises };
}

function fieldsOf(s: Float64Array, weights: Float64Array): Float64Array {
  const n = s.length;
  return s.map((_, j) => s.reduce((sum, state, i) => sum + state * weights[i * n + j]!, 0));
}

const overlap = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0) / a.length;

function energyOf(s: Float64Array, weights: Float64Array): number {
  const n = s.length;
  return weights.reduce((sum, w, k) => sum - (w * s[Math.floor(k / n)]! * s[k % n]!) / 2, 0) / n;
}
