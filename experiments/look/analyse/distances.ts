import { UserError } from '../../../core/declare/errors.ts';
import { computeCorrelation } from './correlation.ts';
import type { TimeBins } from './counts.ts';
import type { AnalysisOptions } from './options.ts';

export type PairMeasures = ReturnType<SpikeTrains['compareTrainPairs']>[number];

export const DEFAULT_COMPARED_NEURON_COUNT = 10;
const MAX_SPIKES = 5_000_000;
/** Maximum number of steps for Victor-Purpura distances; a pair of neurons with n and m spikes needs n m steps. */
const MAX_STEPS = 5e9;

/**
 * Van Rossum distance of two spike trains: Euclidean distance after convolution with exp(-t / tau), normalised to 1 for one spike
 * against none: d^2 = K(a, a) + K(b, b) - 2 K(a, b), K(a, b) = sum over i, j of exp(-|a_i - b_j| / tau).
 * @param a ascending times, ms; @param tau ms. Time O(n_a + n_b).
 * Definition: `elephant.spike_train_dissimilarity.van_rossum_distance`. Source: van Rossum 2001, doi:10.1162/089976601300014321;
 * in linear time: Houghton & Kreuz 2012, doi:10.3109/0954898X.2012.673048.
 */
export function vanRossum(a: ArrayLike<number>, b: ArrayLike<number>, tau: number): number {
  let [i, j, last] = [0, 0, 0];
  // `difference`: Σ ±exp((t_i - t) / tau) over spikes t_i up to time t, + for train a, - for train b. `squared`:
  // squared van Rossum distance of the spikes up to t.
  let difference = 0;
  let squared = 0;
  while (i < a.length || j < b.length) {
    const fromA = i < a.length && (j >= b.length || a[i]! <= b[j]!);
    const t = fromA ? a[i++]! : b[j++]!;
    const sign = fromA ? 1 : -1;
    difference *= Math.exp((last - t) / tau);
    squared += 1 + 2 * sign * difference;
    difference += sign;
    last = t;
  }
  return Math.sqrt(Math.max(0, squared));
}

/**
 * Victor-Purpura distance of two spike trains: smallest cost of turning one into the other, if inserting or deleting a
 * spike costs 1 and moving a spike by dt costs `cost` * dt.
 * @param a ascending times, ms; @param cost 1/ms. Time O(n_a n_b), memory O(n_b).
 * Definition: `elephant.spike_train_dissimilarity.victor_purpura_distance`. Source: Victor & Purpura 1996,
 * doi:10.1152/jn.1996.76.2.1310.
 */
export function victorPurpura(a: ArrayLike<number>, b: ArrayLike<number>, cost: number): number {
  // `row[j]`: Victor-Purpura distance between the first i spikes of train a and the first j spikes of train b
  const row = Float64Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const moved = diagonal + cost * Math.abs(a[i - 1]! - b[j - 1]!);
      diagonal = row[j]!;
      row[j] = Math.min(moved, row[j]! + 1, row[j - 1]! + 1);
    }
  }
  return row[b.length]!;
}

function explainOmission(counts: readonly number[]): string | null {
  const spikes = counts.reduce((sum, n) => sum + n, 0);
  const steps = (spikes ** 2 - counts.reduce((sum, n) => sum + n * n, 0)) / 2;
  if (spikes <= MAX_SPIKES && steps <= MAX_STEPS) return null;
  return (
    `comparing ${counts.length} neurons with ${spikes} spikes takes ${steps.toPrecision(2)} steps, but at most ` +
    `${MAX_SPIKES} spikes and ${MAX_STEPS.toPrecision(1)} steps are supported; choose fewer --neurons or a shorter window`
  );
}

export class SpikeTrains {
  readonly #populationName: string;
  readonly #trains = new Map<number, number[]>();
  readonly omissionReason: string | null;

  /** @param counts spikes per neuron @param required if there are too many spikes: true: error; false: no distances */
  constructor(population: string, counts: ReadonlyMap<number, number>, required: boolean) {
    this.#populationName = population;
    this.omissionReason = explainOmission([...counts.values()]);
    if (this.omissionReason && required) throw new UserError(`${population}: no distances: ${this.omissionReason}.`);
    if (this.omissionReason) return;
    for (const neuron of counts.keys()) this.#trains.set(neuron, []);
  }

  addSpike(t: number, neuron: number): void {
    this.#trains.get(neuron)?.push(t);
  }

  compareTrainPairs(bins: TimeBins, { tau, cost }: AnalysisOptions) {
    const trains = [...this.#trains].sort(([a], [b]) => a - b);
    return trains.flatMap(([a, x], i) =>
      trains.slice(i + 1).map(([b, y]) => ({
        population: this.#populationName,
        a,
        b,
        correlation: computeCorrelation(x, y, bins),
        vanRossum: vanRossum(x, y, tau),
        victorPurpura: victorPurpura(x, y, cost),
      })),
    );
  }
}
