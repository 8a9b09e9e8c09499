import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Population } from './population.ts';
import type { Projection } from './projection.ts';

/** Checks that `population` belongs to a network with the given populations. @param what name of the argument in messages */
export function checkPopulation(
  populations: ReadonlyMap<string, Population>,
  population: Population,
  what: string,
  kind?: Population['kind'],
) {
  const { name } = (population ?? {}) as Partial<Population>;
  if (name === undefined || typeof population !== 'object')
    throw new UserError(`${what} is ${show(population)}, but must be a return value of \`population\`.`);
  if (populations.get(name) !== population)
    throw new UserError(`${what} is population ${show(name)}, which belongs to another network.`);
  if (kind !== undefined && population.kind !== kind)
    throw new UserError(
      `${what} is population ${show(name)}, which is not a ${kind === 'neurons' ? 'population of neurons' : kind}.`,
    );
}

export function checkProjection(projections: ReadonlyMap<string, Projection>, projection: Projection, method: string) {
  if (!projection || projections.get(projection.name) !== projection)
    throw new UserError(
      `${method}: the first argument must be a projection of this network, a return value of \`projection\`.`,
    );
}
