import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, isStimulus, MODELS } from '../network/models.ts';
import {
  capitalise,
  formatParameter,
  formatParameterTable,
  formatTable,
  type GeneratedPage,
  joinPage,
  referencePath,
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
  const required = new Set(schema.required ?? []);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([key, property]) => [
    formatParameter(`${prefix}${key}`, property, required.has(key)),
    ...formatRows(property.properties ? property : {}, `${prefix}${key}.`),
  ]);
}

const toKey = (row: readonly string[]) => row.join('|');

function findCommonRows(models: readonly AnyModel[]) {
  const [first, ...others] = models.map(({ declaration }) => formatRows(toJsonSchema(declaration.params)));
  return (first ?? []).filter((row) => others.every((rows) => rows.map(toKey).includes(toKey(row))));
}

function formatSection(
  { declaration: { name, help, equation, source, params } }: AnyModel,
  elsewhere: ReadonlySet<string>,
) {
  return [
    `## ${name}`,
    `${capitalise(help)}.`,
    `    ${equation}`,
    formatParameterTable(formatRows(toJsonSchema(params)).filter((row) => !elsewhere.has(toKey(row)))),
    `Source: ${source}.`,
  ].join('\n\n');
}

interface Chapter {
  readonly title: string;
  /** Name of the page below docs/reference/models. */
  readonly page: string;
  readonly models: readonly AnyModel[];
}

function listChapters(): Chapter[] {
  const all = (index: object): AnyModel[] => Object.values(index) as AnyModel[];
  const isStimulusModel = ({ declaration }: AnyModel) => isStimulus(declaration.name);
  return [
    { title: 'Neurons', page: 'neurons', models: all(MODELS.neurons).filter((model) => !isStimulusModel(model)) },
    { title: 'Stimuli', page: 'stimuli', models: all(MODELS.neurons).filter(isStimulusModel) },
    { title: 'Short-term dynamics', page: 'short-term-dynamics', models: all(MODELS.shortTerms) },
    { title: 'Devices', page: 'devices', models: all(MODELS.devices) },
    { title: 'Plasticity rules', page: 'plasticity-rules', models: all(MODELS.rules) },
    { title: 'Modulators', page: 'modulators', models: all(MODELS.modulators) },
  ];
}

/** Path of the entry of each model, relative to docs/reference, by model name. */
export const listModelLinks = (): ReadonlyMap<string, string> =>
  new Map(
    listChapters().flatMap(({ page, models }) =>
      models.map(({ declaration: { name } }) => [name, `models/${page}.md#${name.toLowerCase()}`]),
    ),
  );

const SOURCE = 'the declarations of the models';

function renderChapter({ title, models }: Chapter): string {
  const shared = title === 'Devices' ? findCommonRows(models) : [];
  const elsewhere = new Set(shared.map(toKey));
  return joinPage(SOURCE, [
    `# ${title}`,
    `[Models](../models.md) explains the units and the parts of a synapse.`,
    ...(shared.length === 0 ? [] : [COMMON_PARAMETERS, formatParameterTable(shared)]),
    ...models.map((model) => formatSection(model, elsewhere)),
  ]);
}
const COMMON_PARAMETERS = 'All devices have these parameters. A non-ideality is off if its mapping is left out.';

function renderOverview(): string {
  const links = listModelLinks();
  const chapters = listChapters().flatMap(({ title, page, models }) => {
    const rows = models.map(({ declaration: { name, help } }) => [`[${name}](${links.get(name)})`, capitalise(help)]);
    return [`## ${title}`, `[Parameters and equations](models/${page}.md)`, formatTable(['Model', 'Meaning'], rows)];
  });
  return joinPage(SOURCE, [INTRODUCTION, ...chapters]);
}

/** Creates the pages of the models: an overview, and a page for each kind. */
export const createModelPages = (): GeneratedPage[] => [
  { path: referencePath('models'), render: renderOverview },
  ...listChapters().map((chapter) => ({
    path: referencePath(`models/${chapter.page}`),
    render: () => renderChapter(chapter),
  })),
];
