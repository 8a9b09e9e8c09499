import type { Population } from '../graph/population.ts';
import { TICK } from '../time.ts';
import type { EngineState, NetworkEventSource } from './engineState.ts';

/** Event source whose events can reach a population after `minDelay` ms or later. */
export interface ExternalSource {
  readonly source: NetworkEventSource;
  readonly minDelay: number;
}

/**
 * Finds the event sources, except queues of the population itself, that can cause an arrival at a population, with the
 * minimum total delay, ms. The delay is 0 for timers (they read neurons) and for dendritic spikes (they change synapses).
 */
export function findExternalSources(target: Population, { sources, targetStates }: EngineState): ExternalSource[] {
  const minDelays = new Map<Population, number>([[target, 0]]);
  const pending = [target];
  for (let reached = pending.pop(); reached !== undefined; reached = pending.pop()) {
    for (const { source, delays } of targetStates[reached.id]!.incoming) {
      const minDelay = minDelays.get(reached)! + Math.min(...delays);
      if (minDelay >= (minDelays.get(source) ?? Infinity)) continue;
      minDelays.set(source, minDelay);
      pending.push(source);
    }
  }
  const found: ExternalSource[] = [];
  for (const source of sources) {
    if (source.kind === 'timer' || (source.kind === 'dendrite' && source.target === target)) {
      found.push({ source, minDelay: 0 });
    }
    const { kind } = source;
    if (kind === 'timer' || kind === 'post' || kind === 'dendrite' || kind === 'queueProxy') continue; // these sources cause no arrivals themselves
    const population = source.kind === 'arrivals' ? source.target : source;
    const minDelay = minDelays.get(population);
    if (minDelay !== undefined && population !== target) found.push({ source, minDelay });
  }
  return found;
}

/** Lookahead: time until which no event of another source can reach a population. */
export class Lookahead {
  /** Minimum delay before an event of another population can reach this population, ms. */
  readonly minDelay: number = Infinity;
  /** Timers and stimuli that can reach the population; the times of their next events are known. */
  readonly #timedSources: ExternalSource[] = [];

  constructor(population: Population, engine: EngineState) {
    for (const external of findExternalSources(population, engine))
      if (external.source.kind === 'timer' || external.source.kind === 'stimulus') this.#timedSources.push(external);
      else this.minDelay = Math.min(this.minDelay, external.minDelay);
  }

  /**
   * Time, ms, before which no event of another source reaches the population: at most `until`, at least one tick after
   * `start`.
   */
  findHorizon(start: number, until: number): number {
    let horizon = Math.min(until, start + this.minDelay);
    for (const { source, minDelay } of this.#timedSources) horizon = Math.min(horizon, source.next + minDelay);
    return Math.max(horizon, start + TICK);
  }
}
