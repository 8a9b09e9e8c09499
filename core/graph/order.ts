import { UserError } from '../declare/errors.ts';
import type { EventSource } from './eventSource.ts';
import type { Population } from './population.ts';
import type { Projection } from './projection.ts';

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/**
 * Gives populations and projections their ids, by name, and every event source its place within an instant: stimuli
 * first, then one population after the other along projections without delay, each with its predicted crossings, its
 * arrivals by projection id, those along the dendrite of a projection after its own (or before, where its rule says so), its own spikes as a stimulus; timers
 * last.
 */
export function orderSources(
  populations: Population[],
  projections: Projection[],
  timers: readonly (EventSource & { name: string })[],
): void {
  populations.sort(byName).forEach((population, id) => {
    population.id = id;
  });
  projections.sort(byName).forEach((projection, id) => {
    projection.id = id;
  });
  let order = 0;
  for (const population of populations) if (population.kind === 'stimulus') population.order = order++;
  for (const population of alongInstantProjections(populations, projections)) {
    if (population.kind === 'neurons') population.order = order++;
    for (const projection of projections) {
      if (projection.target !== population) continue;
      const { dendrite, queues, rule } = projection;
      if (dendrite !== null && rule?.postFirst) dendrite.order = order++;
      for (const lane of queues) lane.order = order++;
      if (dendrite !== null && !rule?.postFirst) dendrite.order = order++;
    }
    if (population.kind === 'stimulus') population.post.order = order++;
  }
  for (const timer of [...timers].sort(byName)) timer.order = order++;
}

/** Populations such that a projection without delay leads from an earlier to a later one; a cycle of them is refused. */
function alongInstantProjections(populations: readonly Population[], projections: readonly Projection[]): Population[] {
  const ordered: Population[] = [];
  const state = new Map<Population, 'open' | 'done'>();
  const visit = (population: Population, path: readonly Projection[]): void => {
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
