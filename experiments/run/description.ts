import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { prefixErrors } from '../../core/declare/errors.ts';
import type { ConnectionFile } from '../network/connections/found.ts';
import { readSteps } from '../network/currentSteps.ts';
import { bindInput } from '../network/inputs.ts';
import { type Origin, withOrigins } from '../network/models.ts';
import type { NetworkDescription } from '../network/schema.ts';
import { STIMULUS_READERS } from '../network/stimuli/readers.ts';
import { fileIn } from '../output/file.ts';

/** Parameters of stimuli that name a file. */
const PATHS = ['log', 'file'];

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/**
 * Files that stimuli read and that models come from are named relative to the network file; the resolved configuration names them
 * wherever it lies, and is bound to their content. A current that stands in a file is taken into it.
 * @param known hashes of files that were read before
 */
export function absolutePaths(
  description: NetworkDescription,
  file: string,
  known = new Map<string, string>(),
): NetworkDescription {
  const inputs = new Map<string, Origin>();
  const bind = (path: string, where: string) =>
    inputs.set(
      path,
      prefixErrors(`${file}: ${where}`, () => bindInput(path, known)),
    );
  for (const [name, population] of Object.entries(description.populations) as [string, Record<string, unknown>][]) {
    const { file: table, ...current } = Object(population.current) as { readonly file?: string };
    if (typeof table === 'string') {
      const where = `${file}: populations.${name}.current.file`;
      population.current = { ...current, steps: prefixErrors(where, () => readSteps(resolve(dirname(file), table))) };
    }
    for (const key of PATHS) {
      if (typeof population[key] !== 'string') continue;
      const path = resolve(dirname(file), population[key]);
      population[key] = path;
      const input = fileIn(path, 'spikes.arrows') ?? path;
      // A model of the user's may mean something else than a file that it reads.
      if (Object.hasOwn(STIMULUS_READERS, String(population.model)) || isFile(input))
        bind(input, `populations.${name}.${key}`);
    }
  }
  for (const [i, { connect }] of description.projections.entries()) {
    const { file: named } = connect as { file?: ConnectionFile };
    if (named === undefined) continue;
    const { path, ...part } = typeof named === 'string' ? { path: named } : named;
    const absolute = resolve(dirname(file), path);
    Object.assign(connect, { file: { path: absolute, ...part } });
    bind(absolute, `projections.${i}.connect.file`);
  }
  return withOrigins({ ...description, inputs: inputs.size > 0 ? [...inputs.values()] : undefined });
}
