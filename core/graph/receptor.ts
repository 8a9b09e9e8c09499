import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import { didYouMean } from '../declare/suggest.ts';
import type { Population } from './population.ts';

/** Number of the receptor that a projection, `where`, has chosen by name among those of its target. */
export function findReceptor(target: Population, receptor: string, where: string): number {
  const known = target.kind === 'neurons' ? (target.model.receptors ?? []) : [];
  const found = known.indexOf(receptor);
  if (found >= 0) return found;
  throw new UserError(
    known.length === 0
      ? `${where}.receptor is ${show(receptor)}, but ${target.name} has no receptors to choose from; leave it out.`
      : `${where}.receptor is ${show(receptor)}${didYouMean(receptor, known, `receptors of ${target.name}`)}`,
  );
}
