import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import { MAX_TIME } from '../time.ts';
import type { Neurons } from './population.ts';

/** From t on these groups of a population hear nothing until it rests. @throws UserError where there are no such groups */
export function disableGroups(population: Neurons, given: Iterable<number>, t: number): void {
  const { model, groups, name } = population;
  if (groups === null)
    throw new UserError(`silence: population ${show(name)} has no groups under winner-take-all inhibition.`);
  const chosen = [...given];
  for (const group of chosen) {
    if (!(Number.isInteger(group) && group >= 0 && group < groups.count))
      throw new UserError(
        `silence: population ${show(name)} has no group ${show(group)}, but ${groups.count} (from 0).`,
      );
    model.inhibitGroup!(group, t, MAX_TIME);
  }
  groups.disable(chosen);
  population.inhibitedUntil = groups.allInhibitedUntil;
  population.next = model.next;
}
