import type { Population } from '../graph/population.ts';
import { TICK } from '../time.ts';
import type { EngineState, Source } from './engineState.ts';

/** A source of events that may reach a population, `lag` ms later at the earliest. */
export interface ExternalSource {
  readonly source: Source;
  readonly minDelay: number;
}

/**
 * The sources other than a population's own lanes that may bring about an arrival there, by shortest delays; at once what
 * looks at it or moves its synapses: timers, and spikes that come along its dendrites.
 */
export function sourcesReaching(target: Population, { sources, targets }: EngineState): ExternalSource[] {
  const lags = new Map<Population, number>([[target, 0]]);
  const open = [target];
  for (let reached = open.pop(); reached !== undefined; reached = open.pop()) {
    for (const { source, delays } of targets[reached.id]!.incoming) {
      const lag = lags.get(reached)! + Math.min(...delays);
      if (lag >= (lags.get(source) ?? Infinity)) continue;
      lags.set(source, lag);
      open.push(source);
    }
  }
  const found: ExternalSource[] = [];
  for (const source of sources) {
    if (source.kind === 'timer' || (source.kind === 'dendrite' && source.target === target)) {
      found.push({ source, minDelay: 0 });
    }
    const { kind } = source;
    if (kind === 'timer' || kind === 'post' || kind === 'dendrite' || kind === 'stream') continue; // those make no arrivals
    const population = source.kind === 'arrivals' ? source.target : source;
    const lag = lags.get(population);
    if (lag !== undefined && population !== target) found.push({ source, minDelay: lag });
  }
  return found;
}

/** Until when a population can go on by itself. */
export class Lookahead {
  /** What happens in other populations is heard here so much later at the earliest, ms. */
  readonly minDelay: number = Infinity;
  /** Timers and stimuli, which have times of their own. */
  readonly #timed: ExternalSource[] = [];

  constructor(population: Population, loop: EngineState) {
    for (const one of sourcesReaching(population, loop))
      if (one.source.kind === 'timer' || one.source.kind === 'stimulus') this.#timed.push(one);
      else this.minDelay = Math.min(this.minDelay, one.minDelay);
  }

  /** Before `until` and what may come from elsewhere, but at least for the instant `start`: nothing else is due before its end. */
  horizonFrom(start: number, until: number): number {
    let horizon = Math.min(until, start + this.minDelay);
    for (const { source, minDelay } of this.#timed) horizon = Math.min(horizon, source.next + minDelay);
    return Math.max(horizon, start + TICK);
  }
}
