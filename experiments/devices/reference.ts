import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import type { JsonSchema } from '../../core/declare/jsonSchema.ts';
import { show } from '../../core/declare/show.ts';
import { isMapping, type Mapping } from '../network/config/override.ts';
import { costPresetNames, resolveCost } from './costPresets.ts';
import { loadDevice, overrideDeviceParameters, presetNames } from './load.ts';
import { resolveStepTable } from './steps.ts';

const PARTS = ['device', 'shortTerm', 'rule'] as const;
type Part = (typeof PARTS)[number];
const ABSENT_PART = { device: 'no device', shortTerm: 'no short-term dynamics', rule: 'no learning rule' } as const;

/** Resolves the key `preset` or `file` of a section: loads the named section; the other keys override its values. */
function resolvePart(part: unknown, kind: Part, file: string, where: string): unknown {
  if (!isMapping(part) || !('preset' in part || 'file' in part))
    return kind === 'device' ? resolveStepTable(part, file) : part;
  const { preset, file: named, ...own } = part;
  if (preset !== undefined && named !== undefined)
    throw new UserError(`${where} names both a preset and a file; remove one of them.`);
  const key = preset === undefined ? 'file' : 'preset';
  const name = part[key];
  if (typeof name !== 'string') throw new UserError(`${where}.${key} is ${show(name)}, but must be a text.`);
  const found = loadDevice(key === 'preset' ? name : resolve(dirname(file), name))[kind];
  if (found === null) throw new UserError(`${where}: the ${key} ${show(name)} has ${ABSENT_PART[kind]}.`);
  return overrideDeviceParameters(found, own);
}

/** Resolves presets and files in a network file: `device: { preset: ag-hfox-pt, gMax: 2e-5 }`, `cost: isaac-32nm`. */
export function resolveDeviceReferences(network: Mapping, file: string): Mapping {
  const { projections } = network;
  const cost = resolveCost(network.cost);
  const resolved = cost === undefined ? network : { ...network, cost };
  if (!Array.isArray(projections)) return resolved;
  const parts = projections.map((projection: unknown, i) => {
    if (!isMapping(projection)) return projection;
    const found = PARTS.filter((kind) => projection[kind] !== undefined).map((kind) => [
      kind,
      resolvePart(projection[kind], kind, file, `${file}: projections.${i}.${kind}`),
    ]);
    return { ...projection, ...Object.fromEntries(found) };
  });
  return { ...resolved, projections: parts };
}

const STEPS_FILE: JsonSchema = {
  type: 'string',
  description:
    'CSV file of a step table: direction, normalised conductance g, quantiles of the change of g; path relative to this file',
};

export function addDeviceReferenceSchemas(network: JsonSchema): JsonSchema {
  const schema = structuredClone(network);
  const projection = (schema.properties as { projections: { items: JsonSchema } }).projections.items;
  const parts = projection.properties as Record<string, JsonSchema>;
  const preset = {
    enum: presetNames(),
    description: 'name of a device preset; the other parameters of this section override its values',
  };
  const file = {
    type: 'string',
    description:
      'path of a device file, relative to this file; the other parameters of this section override its values',
  };
  for (const { properties = {} } of parts.device!.oneOf as JsonSchema[])
    if ('steps' in properties) properties.steps = { anyOf: [STEPS_FILE, properties.steps as JsonSchema] };
  for (const kind of PARTS) {
    const takes = kind === 'rule' ? { file } : { preset, file }; // presets contain no learning rule
    const named = Object.entries(takes).map(([key, value]) => ({
      type: 'object',
      properties: { [key]: value },
      required: [key],
    }));
    parts[kind] = { anyOf: [parts[kind]!, ...named] } as JsonSchema;
  }
  const costPreset = { enum: costPresetNames(), description: 'name of a cost preset' };
  const withPreset = { type: 'object', properties: { preset: costPreset }, required: ['preset'] };
  const properties = schema.properties as Record<string, JsonSchema>;
  properties.cost = { anyOf: [properties.cost!, costPreset, withPreset] } as JsonSchema;
  return schema;
}
