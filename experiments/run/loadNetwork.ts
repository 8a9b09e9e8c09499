import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dsvFormat } from 'd3-dsv';
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { readRegular } from '../../core/log/file.ts';
import { withDevices } from '../devices/reference.ts';
import { loadConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import type { ConnectionFile } from '../network/connections/part.ts';
import { bindInput } from '../network/inputs.ts';
import { type Origin, withOrigins } from '../network/models.ts';
import { bareImport, isNirFile, prepareImport, withImport } from '../network/nir/import.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import { STIMULUS_READERS } from '../network/stimuli/readers.ts';
import { fileIn } from '../output/file.ts';

const COLUMNS = ['time', 'current'] as const;

/** The steps of a current, `[t, pA]`, from a text file with columns `time` (ms) and `current` (pA). UserError naming the row for what is no number. */
export function readSteps(path: string): [number, number][] {
  const text = readRegular(path)
    .toString()
    .replace(/^\uFEFF/, '');
  const header = text.split(/\r?\n/, 1)[0]!;
  const rows = dsvFormat(['\t', ';', ','].find((s) => header.includes(s)) ?? ',').parse(text);
  if (!COLUMNS.every((name) => rows.columns.includes(name)))
    throw new UserError(`${path} has the header ${show(header)}, but must have columns time and current.`);
  if (rows.length === 0) throw new UserError(`${path} holds no steps.`);
  return rows.map((row, i) => {
    const [t, pA] = COLUMNS.map((name) => {
      const cell = (row[name] ?? '').trim();
      if (cell === '' || !Number.isFinite(Number(cell)))
        throw new UserError(`${path}, row ${i + 1}: ${name} is ${show(cell)}, but must be a number.`);
      return Number(cell);
    });
    return [t!, pA!];
  });
}

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

interface LoadOptions {
  /** Values to override, `path=value`, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Is told what the user should know of a network that is imported. Default: nobody is. */
  readonly tell?: (note: string) => void;
}

/**
 * A network file (YAML or JSON), or a NIR file as one, with all that it names: devices, imported networks, files with their hashes.
 * `buildNetwork` makes a network of it, `runNetwork` runs it into a directory.
 * @throws UserError with the mistakes
 */
export async function loadNetwork(file: string, { set = [], tell }: LoadOptions = {}): Promise<NetworkDescription> {
  await prepareImport(file);
  const bare = isNirFile(file);
  const complete = (given: Mapping) =>
    withDevices(withImport(bare ? { ...bareImport(file), ...given } : given, file, tell), file);
  const sources = { file: bare ? undefined : file, set, complete };
  return absolutePaths(loadConfig(networkSchema, sources, file), file);
}
