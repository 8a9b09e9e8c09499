import { UserError } from '../../../core/declare/errors.ts';
import type { Bins } from './bins.ts';
import { correlation } from './correlation.ts';
import type { AnalysisOptions } from './options.ts';
import { vanRossum } from './vanRossum.ts';
import { victorPurpura } from './victorPurpura.ts';

export interface Pair {
  readonly population: string;
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
  readonly vanRossum: number;
  readonly victorPurpura: number;
}

export interface Pairs {
  readonly pairs: readonly Pair[];
  /** Why there are none, although there are neurons to compare. */
  readonly skipped: string | null;
}

/** Neurons compared when none are named. */
export const FIRST = 10;
/** Spikes held in memory at once, and steps (spikes of a x spikes of b, summed over pairs) of the Victor-Purpura distance. */
const MOST_SPIKES = 5_000_000;
const MOST_STEPS = 5e9;

/** What it takes to compare all pairs of neurons with these numbers of spikes. */
function tooMuch(counts: readonly number[]): string | null {
  const spikes = counts.reduce((sum, n) => sum + n, 0);
  const steps = (spikes ** 2 - counts.reduce((sum, n) => sum + n * n, 0)) / 2;
  if (spikes <= MOST_SPIKES && steps <= MOST_STEPS) return null;
  return (
    `comparing ${counts.length} neurons with ${spikes} spikes takes ${steps.toPrecision(2)} steps; ` +
    `at most ${MOST_SPIKES} spikes and ${MOST_STEPS.toPrecision(1)} steps are done: name fewer with --neurons or choose a shorter window`
  );
}

/**
 * The trains of a few neurons, held whole, because distances need them so. The neurons named must fit into memory and time, or
 * it is a UserError; of those not named the distances are left out then, and `skipped` says why.
 */
export class Trains {
  readonly #population: string;
  readonly #trains: ({ readonly times: Float64Array; n: number } | undefined)[] = [];
  readonly #skipped: string | null;

  constructor(population: string, counts: ReadonlyMap<number, number>, named: boolean) {
    this.#population = population;
    this.#skipped = tooMuch([...counts.values()]);
    if (this.#skipped && named) throw new UserError(`${population}: ${this.#skipped}.`);
    if (this.#skipped) return;
    for (const [neuron, count] of counts) this.#trains[neuron] = { times: new Float64Array(count), n: 0 };
  }

  spike(t: number, neuron: number): void {
    const train = this.#trains[neuron];
    if (train) train.times[train.n++] = t;
  }

  result(bins: Bins, { tau, cost }: AnalysisOptions): Pairs {
    const trains = [...this.#trains.entries()].flatMap(([neuron, train]) => (train ? [[neuron, train] as const] : []));
    const pairs = trains.flatMap(([a, { times: x }], i) =>
      trains.slice(i + 1).map(([b, { times: y }]) => ({
        population: this.#population,
        a,
        b,
        correlation: correlation(x, y, bins),
        vanRossum: vanRossum(x, y, tau),
        victorPurpura: victorPurpura(x, y, cost),
      })),
    );
    return { pairs, skipped: this.#skipped };
  }
}
