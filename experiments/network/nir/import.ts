import { dirname, resolve } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { validate } from '../../../core/declare/validate.ts';
import { readRegularFile } from '../../../core/log/file.ts';
import { loadHdf5Library } from '../../logs/hdf5.ts';
import { isMapping, type Mapping } from '../config/override.ts';
import { importSchema, type NetworkDescription } from '../schema.ts';
import { convertNirFile } from './describe.ts';

export const isNirFile = (file: string): boolean => /\.nir$/i.test(file);
const NAMES_IMPORT = /(?:^|[{,\s])["']?import["']?\s*:/m;

/** Loads the HDF5 library if the file is a NIR file or imports one. */
export async function loadHdf5ForImport(file: string): Promise<unknown> {
  if (isNirFile(file)) return loadHdf5Library(file);
  let found: string;
  try {
    found = String(readRegularFile(file));
  } catch {
    return undefined; // the error is reported when the file is parsed
  }
  return NAMES_IMPORT.test(found) ? loadHdf5Library(`import in ${file}`) : undefined;
}

/** Loads the HDF5 library if a projection refers to a NIR file. */
export async function loadHdf5ForSynapses({ projections }: { readonly projections: readonly object[] }): Promise<void> {
  const named = projections.some((p) => {
    const { file } = (p as { connect?: { file?: unknown } }).connect ?? {};
    return isMapping(file) && isNirFile(String(file.path));
  });
  if (named) await loadHdf5Library('a projection from a NIR file');
}

export const createImportDescription = (file: string): Mapping => ({
  memspike: 1,
  import: { file: resolve(file) },
  duration: 1000,
});

/** What a network description contains of an imported file. */
interface ImportedPart {
  readonly path: string;
  /** Names of all populations of the file, and of its inputs with their numbers of neurons. */
  readonly names: readonly string[];
  readonly inputSizes: ReadonlyMap<string, number>;
}

/**
 * Lists remarks on inputs of an imported file that have no spikes, and on stimuli that no projection names.
 * @throws UserError if an input has another number of neurons than in the file
 */
export function checkImportedInputs(
  { path, names, inputSizes }: ImportedPart,
  { populations, projections }: NetworkDescription,
): readonly string[] {
  const trainsOf = (name: string) => (populations[name] as { trains?: unknown[][] } | undefined)?.trains;
  for (const [name, expected] of inputSizes) {
    const { size = trainsOf(name)?.length } = populations[name] as { size?: unknown };
    if (typeof size === 'number' && size !== expected)
      throw new UserError(`populations.${name} has ${size} neurons, but this input of ${path} has ${expected}.`);
  }
  const silent = [...inputSizes.keys()].filter((name) => trainsOf(name)?.every((train) => train.length === 0));
  const isUsed = (name: string) => projections.some(({ from, to }) => from === name || to === name);
  const unused = Object.keys(populations).filter((name) => !names.includes(name) && !isUsed(name));
  return [
    ...(silent.length === 0
      ? []
      : [
          `${silent.join(', ')} ${silent.length === 1 ? 'gets' : 'get'} no spikes from ${path}; a population of that name in a network file, or --set populations.${silent[0]}='{ model: poisson, … }', takes its place.`,
        ]),
    ...unused.map(
      (name) =>
        `populations.${name} is not in ${path} and has no projections; inputs of the file: ${[...inputSizes.keys()].join(', ')}.`,
    ),
  ];
}

/**
 * Replaces `import` in a network description by the imported network. A population in `network` changes parameters of
 * the imported population with equal name or, with a `model`, replaces it.
 */
function mergeImportedNetwork(network: Mapping, file: string, onImport: (part: ImportedPart) => void): Mapping {
  const { import: named, ...own } = network;
  if (named === undefined) return network;
  const option = validate(importSchema, named, `${file}: import`);
  const { file: path, ...options } = typeof option === 'string' ? { file: option, unit: 's' as const } : option!;
  const imported = convertNirFile(resolve(dirname(file), path), options);
  const populations: Record<string, unknown> = { ...imported.populations };
  const given = own.populations ?? {};
  if (!isMapping(given)) throw new UserError(`${file}: populations is ${show(given)}, but must be a mapping.`);
  for (const [name, population] of Object.entries(given)) {
    const before = Object.hasOwn(populations, name) ? populations[name] : undefined;
    const merges = isMapping(population) && !('model' in population) && isMapping(before);
    populations[name] = merges ? { ...before, ...population } : population;
  }
  const projections = own.projections ?? [];
  if (!Array.isArray(projections))
    throw new UserError(`${file}: projections is ${show(projections)}, but must be a list.`);
  const sizeOf = (name: string) => (imported.populations[name]!.trains as unknown[]).length;
  const inputSizes = new Map(imported.inputs.map((name) => [name, sizeOf(name)]));
  onImport({ path, names: Object.keys(imported.populations), inputSizes });
  return {
    record: imported.record,
    ...own,
    populations,
    projections: [...imported.projections, ...projections],
  };
}

type Merge = (network: Mapping, file: string) => Mapping;

/**
 * Loads a network description with `load`, which gets the function that replaces `import`, and checks the inputs of the imported file.
 * @param onNote receives remarks for the user
 */
export function loadWithImport<T extends NetworkDescription>(
  load: (merge: Merge) => T,
  onNote: (note: string) => void = () => {},
): T {
  const imported = new Map<string, ImportedPart>();
  const description = load((network, file) =>
    mergeImportedNetwork(network, file, (part) => imported.set(part.path, part)),
  );
  for (const part of imported.values()) for (const note of checkImportedInputs(part, description)) onNote(note);
  return description;
}
