import { dirname, resolve } from 'node:path';
import { within } from '../../core/declare/errors.ts';
import { type ConnectionFile, found } from '../network/connections/found.ts';
import { readSteps } from '../network/currentSteps.ts';
import { withOrigins } from '../network/models.ts';
import type { NetworkDescription } from '../network/schema.ts';

/** Parameters of stimuli that name a file. */
const PATHS = ['log', 'file'];

/**
 * Files that stimuli read and that models come from are named relative to the network file; the resolved configuration names them
 * wherever it lies. A current that stands in a file is taken into it.
 */
export function absolutePaths(description: NetworkDescription, file: string): NetworkDescription {
  for (const [name, population] of Object.entries(description.populations) as [string, Record<string, unknown>][]) {
    const { file: table, ...current } = Object(population.current) as { readonly file?: string };
    if (typeof table === 'string') {
      const where = `${file}: populations.${name}.current.file`;
      population.current = { ...current, steps: within(where, () => readSteps(resolve(dirname(file), table))) };
    }
    for (const key of PATHS) {
      const path = population[key];
      if (typeof path === 'string') population[key] = resolve(dirname(file), path);
    }
  }
  for (const [i, { connect }] of description.projections.entries()) {
    const { file: named } = connect as { file?: ConnectionFile };
    if (named !== undefined)
      Object.assign(connect, { file: found(named, dirname(file), `${file}: projections.${i}.connect.file`) });
  }
  return withOrigins(description);
}
