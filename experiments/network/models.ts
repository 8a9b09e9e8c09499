import type { Model, ModelKind } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';
import type { Factories } from '../../core/factories.ts';
import * as neurons from '../../neurons/index.ts';
import * as devices from '../../synapses/devices/index.ts';
import * as modulators from '../../synapses/modulators/index.ts';
import * as rules from '../../synapses/rules/index.ts';
import * as shortTerms from '../../synapses/shortTerm/index.ts';

/** Models by their names in network files: built-in and registered user-defined models. */
export const MODELS: {
  readonly neurons: typeof neurons;
  readonly devices: typeof devices;
  readonly rules: typeof rules;
  readonly modulators: typeof modulators;
  readonly shortTerms: typeof shortTerms;
} = {
  neurons: { ...neurons },
  devices: { ...devices },
  rules: { ...rules },
  modulators: { ...modulators },
  shortTerms: { ...shortTerms },
};

export type AnyModel = Model<Mapping, unknown>;

/** File of data or models, and the SHA-256 that it had when it was read. */
export interface HashedFile {
  readonly file: string;
  readonly sha256: string;
}

const INDEX_OF_KIND: Readonly<Record<ModelKind, keyof typeof MODELS>> = {
  neuron: 'neurons',
  stimulus: 'neurons',
  device: 'devices',
  rule: 'rules',
  modulator: 'modulators',
  shortTerm: 'shortTerms',
};
export const getModelsOfKind = (kind: ModelKind): Record<string, AnyModel> =>
  MODELS[INDEX_OF_KIND[kind]] as unknown as Record<string, AnyModel>;

function findModel(kind: ModelKind, name: string): AnyModel | undefined {
  const models = getModelsOfKind(kind);
  return Object.hasOwn(models, name) ? models[name] : undefined;
}

const origins = new Map<AnyModel, HashedFile>();

export const isModel = (value: unknown): value is AnyModel =>
  typeof value === 'function' &&
  'declaration' in value &&
  Object.hasOwn(INDEX_OF_KIND, (value as AnyModel).declaration.kind);

/** Keys that network files use beside model parameters, so that parameters must not have these names. */
const RESERVED_KEYS: Readonly<Record<ModelKind, readonly string[]>> = {
  neuron: ['model', 'winnerTakeAll', 'positions', 'record'],
  stimulus: ['model', 'positions'],
  device: ['model', 'preset', 'file'],
  rule: ['model', 'preset', 'file'],
  shortTerm: ['model', 'preset', 'file'],
  modulator: ['model', 'from', 'delay'],
};

interface Parameter {
  /** Keys of the parameter, joined by dots. */
  readonly parameterPath: string;
  readonly schema: JsonSchema;
}

export function listParameters(schema: JsonSchema, path = ''): Parameter[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const inner = value as JsonSchema;
    const here = path === '' ? key : `${path}.${key}`;
    return [{ parameterPath: here, schema: inner }, ...listParameters(inner, here)];
  });
}

export const isNumberSchema = (s: JsonSchema): boolean =>
  s.type === 'number' || s.type === 'integer' || (s.anyOf ?? []).some((a) => isNumberSchema(a as JsonSchema));

const isIntegerSchema = (s: JsonSchema) =>
  s.type === 'integer' || ((s.anyOf ?? []) as JsonSchema[]).some((a) => a.type === 'integer');

/** Message for the first error in a declaration; undefined if there is none. */
export function findDeclarationError(d: AnyModel['declaration']): string | undefined {
  const { name, kind } = d;
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    return `a ${kind} has the name "${name}", but must be a lower-case letter followed by letters and digits.`;
  for (const key of ['help', 'equation', 'source'] as const) {
    const text = d[key] || undefined;
    if (text === undefined) return `${name} has no ${key}; add one line.`;
    if (key !== 'source' && text.length <= 5)
      return `${name} has the ${key} "${text}", which is too short; write one line.`;
  }
  for (const { parameterPath: path, schema } of listParameters(toJsonSchema(d.params))) {
    if (RESERVED_KEYS[kind].includes(path))
      return `${name} has a parameter ${path}, which is a key of network files beside a ${kind}; choose another name.`;
    const { description = '' } = schema;
    if (description === '') return `${name}.${path} has no help; add one line.`;
    if (description.length <= 3)
      return `${name}.${path} has the help "${description}", which is too short; write one line.`;
    if (isNumberSchema(schema) && !isIntegerSchema(schema) && schema.unit === undefined)
      return `${name}.${path} has no unit; the unit of a dimensionless number is '1'.`;
  }
  return undefined;
}

/** Error message if another model already has the name of this model; otherwise undefined. */
export function findModelNameConflict(model: AnyModel): string | undefined {
  const { name, kind } = model.declaration;
  const known = findModel(kind, name);
  if (known === undefined || known === model) return undefined;
  const whose = origins.get(known)?.file ?? 'memspike';
  return `${name} is the name of a ${known.declaration.kind} of ${whose} already; choose another name.`;
}

export function registerModel(model: AnyModel, origin: HashedFile) {
  const fault = findDeclarationError(model.declaration) ?? findModelNameConflict(model);
  if (fault !== undefined) throw new UserError(`${origin.file}: ${fault}`);
  const { name, kind } = model.declaration;
  const index = getModelsOfKind(kind);
  if (index[name] === model) return;
  index[name] = model;
  origins.set(model, origin);
}

function* listChosenModels(config: unknown): Generator<string> {
  if (typeof config !== 'object' || config === null) return;
  if ('model' in config && typeof config.model === 'string') yield config.model;
  for (const part of Object.values(config)) yield* listChosenModels(part);
}

/** Sets `models` of a configuration to the files of the user-defined models that the configuration uses. */
export function addModelFiles<C extends object>(config: C): C {
  const names = new Set(listChosenModels(config));
  const files = [...origins].filter(([model]) => names.has(model.declaration.name)).map(([, origin]) => origin);
  const { models: _, ...rest } = config as { models?: unknown };
  return (files.length > 0 ? { ...rest, models: [...new Set(files)] } : rest) as C;
}

export const isUserNeuronModel = (name: string): boolean => origins.has(findModel('neuron', name)!);

export const isStimulusModelName = (name: string): boolean =>
  findModel('neuron', name)?.declaration.kind === 'stimulus';

/** Name of a model with its parameters, as in a network or device file. */
export interface ModelChoice {
  readonly model: string;
  readonly [parameter: string]: unknown;
}

export function createModel<K extends keyof Factories>(kind: K, choice: unknown): Factories[K] {
  const { model, winnerTakeAll: _, positions: __, record: ___, ...params } = choice as ModelChoice;
  return getModelsOfKind(kind)[model]!(params) as Factories[K];
}
