import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, isStimulusModelName, MODELS } from '../network/models.ts';
import {
  capitalise,
  formatParameterRow,
  formatParameterTable,
  formatTable,
  type GeneratedPage,
  getReferencePagePath,
  joinPageParts,
  listSchemaEntries,
} from './page.ts';

const INTRODUCTION = `# Models

A network file names a model under \`model\`, with its parameters beside it. The TypeScript function of the same name takes the
same parameters: \`{ model: lif, size: 10, tau: 20 }\` is \`lif({ size: 10, tau: 20 })\`. A
parameter without a default is required, unless it says "optional". Units: time ms, potential mV from rest, current pA,
capacitance pF, neuron conductance nS, resistance GΩ, device conductance S, rate Hz. Weights follow \`synapse\` of the target: mV,
pA or nS.

A synapse has up to four parts: **short-term** dynamics scale the weight at an arrival, a **device** stores the
weight and changes it at pulses, and a **rule** sets time, direction and strength of the pulses. A rule needs a
device. A **modulator** scales the pulses of the rule, or the transmission, by a third factor: the spikes of a population, named under \`from\`
with a \`delay\`. In the equations g is the normalised state of a device, from 0 to 1.`;

function formatRows(schema: JsonSchema, prefix = ''): string[][] {
  return listSchemaEntries(schema).flatMap(([key, property, isRequired]) => [
    formatParameterRow(`${prefix}${key}`, property, isRequired),
    ...formatRows(property, `${prefix}${key}.`),
  ]);
}

const toList = (index: object): AnyModel[] => Object.values(index) as AnyModel[];
const isStimulusModel = ({ declaration }: AnyModel) => isStimulusModelName(declaration.name);
/** Chapters of the reference of models; `page`: name of the page below docs/reference/models. */
const CHAPTERS = [
  {
    title: 'Neurons',
    page: 'neurons',
    models: toList(MODELS.neurons).filter((model) => !isStimulusModel(model)),
  },
  { title: 'Stimuli', page: 'stimuli', models: toList(MODELS.neurons).filter(isStimulusModel) },
  { title: 'Short-term dynamics', page: 'short-term-dynamics', models: toList(MODELS.shortTerms) },
  { title: 'Devices', page: 'devices', models: toList(MODELS.devices) },
  { title: 'Plasticity rules', page: 'plasticity-rules', models: toList(MODELS.rules) },
  { title: 'Modulators', page: 'modulators', models: toList(MODELS.modulators) },
];

/** Link to the description of each model, relative to docs/reference, by model name. */
export const MODEL_LINKS: ReadonlyMap<string, string> = new Map(
  CHAPTERS.flatMap(({ page, models }) =>
    models.map(({ declaration: { name } }) => [name, `models/${page}.md#${name.toLowerCase()}`]),
  ),
);

const SOURCE = 'the declarations of the models';
const COMMON_PARAMETERS = 'All devices have these parameters. A non-ideality is off if its mapping is left out.';

function renderChapter({ title, models }: (typeof CHAPTERS)[number]): string {
  const tables = models.map(({ declaration }) => formatRows(toJsonSchema(declaration.params)));
  const rowSets = tables.map((rows) => new Set(rows.map(String)));
  const isCommon = (row: readonly string[]) => title === 'Devices' && rowSets.every((rows) => rows.has(String(row)));
  const common = tables[0]!.filter(isCommon);
  return joinPageParts(SOURCE, [
    `# ${title}`,
    `[Models](../models.md) explains the units and the parts of a synapse.`,
    ...(common.length === 0 ? [] : [COMMON_PARAMETERS, formatParameterTable(common)]),
    ...models.flatMap(({ declaration: { name, help, equation, source } }, i) => [
      `## ${name}`,
      `${capitalise(help)}.`,
      `    ${equation}`,
      formatParameterTable(tables[i]!.filter((row) => !isCommon(row))),
      `Source: ${source}.`,
    ]),
  ]);
}

function renderOverview(): string {
  const chapters = CHAPTERS.flatMap(({ title, page, models }) => {
    const rows = models.map(({ declaration: { name, help } }) => [
      `[${name}](${MODEL_LINKS.get(name)})`,
      capitalise(help),
    ]);
    return [`## ${title}`, `[Parameters and equations](models/${page}.md)`, formatTable(['Model', 'Meaning'], rows)];
  });
  return joinPageParts(SOURCE, [INTRODUCTION, ...chapters]);
}

/** Creates the pages of the models: an overview, and a page for each kind. */
export const createModelPages = (): GeneratedPage[] => [
  { path: getReferencePagePath('models'), render: renderOverview },
  ...CHAPTERS.map((chapter) => ({
    path: getReferencePagePath(`models/${chapter.page}`),
    render: () => renderChapter(chapter),
  })),
];
