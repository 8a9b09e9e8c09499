import { customValue, integer, object } from '../declare/params.ts';
import { validate } from '../declare/validate.ts';
import type { Neurons, Population } from '../graph/population.ts';

/** Stop early: when the population, or each of several, has fired `spikes` more times, at the end of that instant. */
export interface StopAfter {
  readonly population: Neurons | readonly Neurons[];
  readonly spikes: number;
}

const some = (v: unknown): boolean => typeof v === 'object' && v !== null && (v as unknown[]).length !== 0;
const schema = object({
  population: customValue(some, 'a population of neurons, or a list of some'),
  spikes: integer({ min: 1, help: 'how many more spikes' }),
});

/** UserError for what is no `StopAfter`. At a glance where possible: a short run takes less time than `validate`. */
export function checkStopAfter(given: StopAfter, where: string): void {
  const { population, spikes } = given ?? {};
  const sound = some(population) && Number.isInteger(spikes) && spikes >= 1;
  if (!sound || Object.keys(given).length !== 2) validate(schema, given, where);
}

/** What is still missing until a run stops early. */
export class SpikeCountdown {
  /** Whether anything is waited for at all. */
  readonly active: boolean;
  over = false;
  readonly #populations: readonly Population[];
  /** Of each of them. */
  readonly #missing: number[];

  constructor(stop?: StopAfter) {
    this.active = stop !== undefined;
    const { population = [], spikes = 0 } = stop ?? {};
    this.#populations = Array.isArray(population) ? [...new Set(population)] : [population as Neurons];
    this.#missing = this.#populations.map(() => spikes);
  }

  /** How many spikes of the population are waited for; Infinity for none. */
  remaining(population: Population): number {
    const missing = this.#missing[this.#populations.indexOf(population)] ?? 0;
    return missing > 0 ? missing : Infinity;
  }

  countSpikes(population: Population, spikes: number): void {
    const place = this.#populations.indexOf(population);
    if (place < 0) return;
    this.#missing[place]! -= spikes;
    this.over = this.#missing.every((left) => left <= 0);
  }
}
