import { customValue, integer, object } from '../declare/params.ts';
import { validate } from '../declare/validate.ts';
import type { Neurons, Population } from '../graph/population.ts';

/** Stop condition: a run ends at the first tick at which each population has fired, during this run, `spikes` spikes in total. */
export interface StopAfter {
  readonly population: Neurons | readonly Neurons[];
  readonly spikes: number;
}

const isPopulationOrList = (v: unknown): boolean =>
  typeof v === 'object' && v !== null && (v as unknown[]).length !== 0;
const schema = object({
  population: customValue(isPopulationOrList, 'a population of neurons, or a list of populations'),
  spikes: integer({ min: 1, help: 'number of spikes that each population must fire in the run to end it' }),
});

/** Quick validation of a stop condition; calls the slower `validate` only to report an error. @throws UserError */
export function checkStopAfter(given: StopAfter, where: string) {
  const { population, spikes } = given ?? {};
  const isValid = isPopulationOrList(population) && Number.isInteger(spikes) && spikes >= 1;
  if (!isValid || Object.keys(given).length !== 2) validate(schema, given, where);
}

export class SpikeCountdown {
  readonly isActive: boolean;
  isMet = false;
  readonly #populations: readonly Population[];
  readonly #remainingCounts: number[];

  constructor(stop?: StopAfter) {
    this.isActive = stop !== undefined;
    const { population = [], spikes = 0 } = stop ?? {};
    this.#populations = Array.isArray(population) ? [...new Set(population)] : [population as Neurons];
    this.#remainingCounts = this.#populations.map(() => spikes);
  }

  /** Number of spikes that a population must still fire to meet the stop condition; Infinity if it need not fire any. */
  getRemainingSpikes(population: Population): number {
    const missing = this.#remainingCounts[this.#populations.indexOf(population)] ?? 0;
    return missing > 0 ? missing : Infinity;
  }

  countSpikes(population: Population, spikes: number) {
    const index = this.#populations.indexOf(population);
    if (index < 0) return;
    this.#remainingCounts[index]! -= spikes;
    this.isMet = this.#remainingCounts.every((left) => left <= 0);
  }
}
