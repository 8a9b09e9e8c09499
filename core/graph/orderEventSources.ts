import { UserError } from '../declare/errors.ts';
import type { Population } from './population.ts';
import type { Projection } from './projection.ts';
import type { EventSource } from './spikeQueue.ts';

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/**
 * Assigns ids to populations and projections, by name, and the processing order of events at one tick: stimuli, threshold
 * crossings and arrivals of each population, timers. A population comes after populations that project to it without
 * delay. Spikes along a dendrite come after the arrivals of the same projection, or before them with `postFirst`.
 */
export function orderEventSources(
  populations: Population[],
  projections: Projection[],
  timers: readonly (EventSource & { name: string })[],
) {
  for (const [id, population] of populations.sort(byName).entries()) population.id = id;
  for (const [id, projection] of projections.sort(byName).entries()) projection.id = id;
  let order = 0;
  for (const population of populations) if (population.kind === 'stimulus') population.orderInTick = order++;
  for (const population of sortByUndelayedProjections(populations, projections)) {
    if (population.kind === 'neurons') population.orderInTick = order++;
    for (const projection of projections) {
      if (projection.target !== population) continue;
      const { dendrite, queues, rule } = projection;
      if (dendrite !== null && rule?.postFirst) dendrite.orderInTick = order++;
      for (const queue of queues) queue.orderInTick = order++;
      if (dendrite !== null && !rule?.postFirst) dendrite.orderInTick = order++;
    }
    if (population.kind === 'stimulus') population.post.orderInTick = order++;
  }
  for (const timer of [...timers].sort(byName)) timer.orderInTick = order++;
}

/** Sorts populations so that sources precede targets if the delay is 0. @throws UserError for a cycle without delay */
function sortByUndelayedProjections(
  populations: readonly Population[],
  projections: readonly Projection[],
): Population[] {
  const ordered: Population[] = [];
  const state = new Map<Population, 'open' | 'done'>();
  const visit = (population: Population, path: readonly Projection[]) => {
    if (state.get(population) === 'done') return;
    if (state.get(population) === 'open') {
      const names = path.map((projection) => projection.name).join(', ');
      throw new UserError(`projections ${names} form a cycle without delay; give one of them a delay above 0 ms.`);
    }
    state.set(population, 'open');
    if (population.kind === 'neurons') {
      for (const projection of projections) {
        if (projection.target === population && projection.delays.includes(0))
          visit(projection.source, [...path, projection]);
      }
    }
    state.set(population, 'done');
    ordered.push(population);
  };
  for (const population of populations) visit(population, []);
  return ordered;
}
