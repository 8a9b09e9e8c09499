import { readFileSync } from 'node:fs';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { costPresetNames, getCostPresetPath } from '../devices/costPresets.ts';
import { addDeviceReferenceSchemas } from '../devices/reference.ts';
import { deviceFileSchema } from '../devices/schema.ts';
import { type AnyModel, MODELS } from '../network/models.ts';
import { networkSchema } from '../network/schema.ts';
import { resolvePackagePath } from '../shipped.ts';
import { sweepSchema } from '../sweep/schema.ts';
import { eventPropSchema } from '../training/eventprop/config.ts';
import { netSchema } from '../training/supervised/config.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { formatParameterRow, formatParameterTable, joinPageParts, listSchemaEntries } from './page.ts';

/** File formats: heading, schema, introduction and, for some formats, an example. */
const FORMATS: readonly (readonly [heading: string, schema: () => JsonSchema, text: string, example?: string])[] = [
  [
    'Network file',
    () => addDeviceReferenceSchemas(toJsonSchema(networkSchema)),
    'Input of `memspike run`. `memspike schema` prints the JSON Schema for editors.',
    'experiments/examples/network.yaml',
  ],
  [
    'Device file',
    () => toJsonSchema(deviceFileSchema),
    'Input of `--device` and of `device: { file: … }`; `memspike device show NAME` prints the file of a preset.',
    'experiments/devices/presets/ag-hfox-pt.yaml',
  ],
  ['Sweep file', () => toJsonSchema(sweepSchema), 'Input of `memspike sweep plan`.', 'experiments/examples/sweep.yaml'],
  [
    'Configuration of training on images',
    () => toJsonSchema(mnistSchema),
    'Keys for `--config` and `--set` of `memspike mnist` and `memspike learn`, and for `base` of a sweep of them.',
  ],
  [
    'Configuration of training with labels',
    () => toJsonSchema(netSchema),
    'Keys for `--config` and `--set` of `memspike learn` with `network: net`.',
  ],
  [
    'Configuration of training by spike times',
    () => toJsonSchema(eventPropSchema),
    'Keys for `--config` and `--set` of `memspike learn --network eventprop`.',
  ],
];

const INTRODUCTION = `# Network files and other input files

Files are YAML or JSON. A key with a dot lies in a mapping: \`record.spikes\` is the key \`spikes\` in \`record\`. \`[]\` stands for an entry of a
list, \`NAME\` for a name of your choice. Other keys are refused, with a suggestion. A path is relative to the file that contains it.

A parameter that allows "a mapping with one of the keys uniform, normal, lognormal" takes one number for all elements, or a
distribution from which each element draws its own value: \`{ uniform: [LOW, HIGH] }\`, \`{ normal: { mean: MEAN, sd: SD } }\` or
\`{ lognormal: { mean: MEAN, sd: SD } }\`. [Models](models.md) lists the parameters of each model.`;

/** Maximum number of rows of a nested mapping without its own heading. */
const MAX_NESTED_ROWS = 7;

type NestedMapping = readonly [prefix: string, mapping: JsonSchema];

const MODEL: JsonSchema = {
  description: 'name of a [model](models.md), whose parameters are the other keys of this mapping',
};
const DECLARED_MODELS = new Map(Object.values(MODELS).flatMap((index) => Object.entries<AnyModel>(index)));

const getProperties = (schema: JsonSchema | undefined) =>
  (schema?.properties ?? {}) as Readonly<Record<string, JsonSchema>>;

/** Schema of the keys beside the model parameters in a section with `model`. @param alternatives schema for each model */
function mergeModelKeys(alternatives: readonly JsonSchema[]): JsonSchema {
  const keys = alternatives.flatMap((alternative) => {
    const { model, ...others } = getProperties(alternative);
    const declared = DECLARED_MODELS.get(String(model?.const))!.declaration.params.shape;
    return Object.entries(others).filter(([key]) => !(key in declared));
  });
  return { properties: { model: MODEL, ...Object.fromEntries(keys) }, required: ['model'] };
}

function* listNestedMappings(schema: JsonSchema, path: string): Generator<NestedMapping> {
  const alternatives = (schema.oneOf ?? []) as readonly JsonSchema[];
  if (getProperties(alternatives[0]).model) yield [`${path}.`, mergeModelKeys(alternatives)];
  else if (schema.properties && !('lognormal' in schema.properties)) yield [`${path}.`, schema];
  const { additionalProperties: values, items } = schema;
  if (typeof values === 'object') yield* listNestedMappings(values as JsonSchema, `${path}.NAME`);
  if (typeof items === 'object') yield* listNestedMappings(items as JsonSchema, `${path}[]`);
  for (const one of (schema.anyOf ?? []) as readonly JsonSchema[]) yield* listNestedMappings(one, path);
}

interface RowGroup {
  /** Path of the mapping whose keys the group describes; empty for the file itself. */
  readonly mappingPath: string;
  readonly rows: string[][];
}

/** Lists the keys of a mapping: the first group has the rows of the mapping itself, each later group those of a large nested mapping. */
function groupRows(mapping: JsonSchema, prefix: string): RowGroup[] {
  const own: RowGroup = { mappingPath: prefix.replace(/\.$/, ''), rows: [] };
  const others: RowGroup[] = [];
  for (const [key, schema, isRequired] of listSchemaEntries(mapping)) {
    own.rows.push(formatParameterRow(`${prefix}${key}`, schema, isRequired));
    for (const [path, nested] of listNestedMappings(schema, `${prefix}${key}`)) {
      const [first, ...rest] = groupRows(nested, path) as [RowGroup, ...RowGroup[]];
      if (first.rows.length > MAX_NESTED_ROWS) others.push(first);
      else own.rows.push(...first.rows);
      others.push(...rest);
    }
  }
  return [own, ...others];
}

export function renderFileFormatsPage(): string {
  const chapters = FORMATS.flatMap(([heading, schema, text, example]) => [
    `## ${heading}`,
    text,
    ...(example
      ? [`Example: \`${example}\`.\n\n\`\`\`yaml\n${readFileSync(resolvePackagePath(example), 'utf8')}\`\`\``]
      : []),
    ...groupRows(schema(), '').flatMap(({ mappingPath: path, rows }) => [
      ...(path === '' ? [] : [`### \`${path}\` (${heading.toLowerCase()})`]),
      formatParameterTable(rows, 'Key'),
    ]),
  ]);
  return joinPageParts('the schemas of the files', [INTRODUCTION, ...chapters]);
}

const SYSTEM_COST_INTRODUCTION = `# System cost

The section \`cost\` of a network, device or configuration file, or \`--cost PRESET\`, describes the circuits around the devices.
[Cost of a system](../guide/system-cost.md) shows how to use it, a worked example and a measured chip. For a read of M columns with k input bits in series:

    E = k [sum V² G t_r + rows C V² + M (E_sh + E_adc + E_sa)]
    t = k (t_r + s T_adc)

C is the capacitance of a line, s the number of columns per converter, T_adc = (bits + 1)/clock (SAR) or 2^bits/clock (ramp).
Without sample and hold, the array is read s times. With \`coding: integrated\`, an integrator collects 2^k - 1 pulses before one
conversion. A write pulse adds C V² of its row line; a step of program-and-verify takes t_w + t_r + T_adc. Presets scale circuits
published for another node after Stillmaker & Baas 2017 (doi:10.1016/j.vlsi.2017.02.002).`;

export const renderSystemCostPage = (): string =>
  joinPageParts('experiments/cost', [
    SYSTEM_COST_INTRODUCTION,
    '## Presets',
    'Energies in J, areas in µm², times in s, capacitances in F; values that are not listed are 0. Each value is quoted, derived or assumed.',
    ...costPresetNames().map(
      (name) => `### ${name}\n\n\`\`\`yaml\n${readFileSync(getCostPresetPath(name), 'utf8').trim()}\n\`\`\``,
    ),
  ]);
