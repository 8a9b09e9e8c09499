import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { prefixErrors, UserError, withUsageErrors } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { readRegularFile } from '../../core/log/file.ts';
import { resolveDeviceReferences } from '../devices/reference.ts';
import { loadConfig } from '../network/config/load.ts';
import { applyAssignments, type Mapping } from '../network/config/override.ts';
import { evaluateParameters } from '../network/config/parameters.ts';
import { decodeDelimitedText, parseNumberCell } from '../network/config/text.ts';
import { hashInputFile } from '../network/inputs.ts';
import { addModelFiles, type HashedFile, isUserNeuronModel } from '../network/models.ts';
import { createImportDescription, isNirFile, loadHdf5ForImport, loadWithImport } from '../network/nir/import.ts';
import { type ConnectionFile, importSchema, type NetworkDescription, networkSchema } from '../network/schema.ts';
import { STIMULUS_READERS } from '../network/stimuli/recording.ts';
import { findFileIn } from '../output/file.ts';

const COLUMNS = ['time', 'current'] as const;

/** Reads current steps `[ms, pA]` from a text file. */
function readCurrentSteps(path: string): [number, number][] {
  const { text, header, format } = decodeDelimitedText(readRegularFile(path));
  const rows = format.parse(text);
  if (!COLUMNS.every((name) => rows.columns.includes(name)))
    throw new UserError(`${path} has the header ${show(header)}, but must have columns time and current.`);
  if (rows.length === 0) throw new UserError(`${path} has no rows after its header.`);
  return rows.map((row, i) => {
    const [t, pA] = COLUMNS.map((name) => parseNumberCell(row[name], () => `${path}, row ${i + 1}: ${name}`));
    return [t!, pA!];
  });
}

const PATH_KEYS = ['log', 'file'];

/** Lists existing files named by parameters of a user model, relative to the working directory or the network file. */
function* listNamedFiles(value: unknown, file: string): Generator<string> {
  if (typeof value === 'string') yield* new Set([resolve(value), resolve(dirname(file), value)].filter(isFile));
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) yield* listNamedFiles(part, file);
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/**
 * Makes paths in a network description absolute, adds file hashes and input currents.
 * @param known hashes of files that were read before, by path
 */
export function resolveNetworkFiles(
  description: NetworkDescription,
  file: string,
  known = new Map<string, string>(),
): NetworkDescription {
  const inputs = new Map<string, HashedFile>();
  const bind = (path: string, where: string) =>
    inputs.set(
      path,
      prefixErrors(`${file}: ${where}`, () => hashInputFile(path, known)),
    );
  for (const [name, population] of Object.entries(description.populations) as [string, Record<string, unknown>][]) {
    const { file: table, ...current } = Object(population.current) as { readonly file?: string };
    if (typeof table === 'string') {
      const where = `${file}: populations.${name}.current.file`;
      population.current = {
        ...current,
        steps: prefixErrors(where, () => readCurrentSteps(resolve(dirname(file), table))),
      };
    }
    for (const key of PATH_KEYS) {
      if (typeof population[key] !== 'string') continue;
      const path = resolve(dirname(file), population[key]);
      population[key] = path;
      const input = findFileIn(path, 'spikes.arrows') ?? path;
      // A user-defined model may have a parameter `log` or `file` that is not a path.
      if (Object.hasOwn(STIMULUS_READERS, String(population.model)) || isFile(input))
        bind(input, `populations.${name}.${key}`);
    }
    if (isUserNeuronModel(String(population.model)))
      for (const path of listNamedFiles(population, file)) bind(path, `populations.${name}`);
  }
  for (const [i, { connect }] of description.projections.entries()) {
    const { file: named } = connect as { file?: ConnectionFile };
    if (named === undefined) continue;
    const { path, ...part } = typeof named === 'string' ? { path: named } : named;
    const absolute = resolve(dirname(file), path);
    Object.assign(connect, { file: { path: absolute, ...part } });
    bind(absolute, `projections.${i}.connect.file`);
  }
  return addModelFiles({ ...description, inputs: inputs.size > 0 ? [...inputs.values()] : undefined });
}

interface LoadOptions {
  readonly set?: readonly string[];
  readonly onNote?: (note: string) => void;
}

/** Loads a network file (YAML, JSON or NIR) with all files that it names, for `buildNetwork` or `runNetwork`. */
export async function loadNetwork(file: string, { set = [], onNote }: LoadOptions = {}): Promise<NetworkDescription> {
  if (/\.[cm]?[jt]s$/.test(file))
    throw new UserError(
      `${file} is a program, but must be a network file (YAML, JSON or NIR); run programs with node.`,
    );
  await loadHdf5ForImport(file);
  const isNir = isNirFile(file);
  const isImportSetting = (assignment: string) => assignment.trimStart().startsWith('import.');
  const importSettings = set.filter(isImportSetting);
  const others = set.filter((assignment) => !isImportSetting(assignment));
  const description = loadWithImport((merge) => {
    const addDefaults = (given: Mapping) => {
      const whole = isNir ? { ...createImportDescription(file), ...given } : evaluateParameters(given, file);
      const named = typeof whole.import === 'string' ? { ...whole, import: { file: whole.import } } : whole;
      const assigned = applyAssignments(named, importSettings);
      if (importSettings.length > 0) withUsageErrors(() => validate(importSchema, assigned.import, `${file}: import`));
      return resolveDeviceReferences(merge(assigned, file), file);
    };
    const sources = { file: isNir ? undefined : file, set: others, addDefaults, earlySections: ['parameters'] };
    return loadConfig(networkSchema, sources, file);
  }, onNote);
  return resolveNetworkFiles(description, file);
}
