/**
 * Writes docs/reference/models.md from the declarations of the models. Run by `npm run docs`; a test fails if the page is out of date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeAllowed, formatUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, isStimulus, MODELS } from '../network/models.ts';

export const MODELS_PAGE_URL = new URL('../../../docs/reference/models.md', import.meta.url);

const INTRODUCTION = `# Models

This page is generated from the declarations of the models (\`npm run docs\`); do not edit it.

A network file names a model under \`model\`, with its parameters beside it. The TypeScript function of the same name takes the
same parameters: \`{ model: lif, size: 10, tau: 20 }\` is \`lif({ size: 10, tau: 20 })\`. A
parameter without a default is required, unless it says "optional". Units: time ms, potential mV from rest, current pA,
capacitance pF, neuron conductance nS, resistance GΩ, device conductance S, rate Hz. Weights follow \`synapse\` of the target: mV,
pA or nS.

A synapse has up to four parts: **short-term** dynamics scale the weight at an arrival, a **device** stores the
weight and changes it at pulses, and a **rule** sets time, direction and strength of the pulses. A rule needs a
device. A **modulator** scales the pulses of the rule, or the transmission, by a third factor: the spikes of a population, named under \`from\`
with a \`delay\`. In the equations g is the normalised state of a device, from 0 to 1.
`;

export const formatDefault = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const escapeCell = (text: string) => text.replaceAll('|', '\\|');

/** Describes the allowed values of a parameter, without their unit. */
export function describeRange(schema: JsonSchema): string {
  if (schema.type === undefined && !schema.anyOf && !schema.enum) return 'see meaning';
  const text = describeAllowed(schema).replaceAll(/ \([A-Za-z]+\)/g, '');
  return text.replaceAll(` (${schema.unit})`, '');
}

function formatRows(schema: JsonSchema, prefix = ''): string[] {
  const required = new Set(schema.required ?? []);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const initial =
      property.default !== undefined
        ? `\`${formatDefault(property.default)}\``
        : required.has(key)
          ? 'required'
          : 'optional';
    const cells = [`\`${name}\``, initial, describeRange(property), formatUnit(property), property.description ?? ''];
    return [`| ${cells.map(escapeCell).join(' | ')} |`, ...formatRows(property.properties ? property : {}, `${name}.`)];
  });
}

const formatTable = (lines: string[]) =>
  ['| Parameter | Default | Range | Unit | Meaning |', '|---|---|---|---|---|', ...lines].join('\n');

function findCommonRows(models: AnyModel[]) {
  const [first, ...others] = models.map(({ declaration }) => formatRows(toJsonSchema(declaration.params)));
  return (first ?? []).filter((line) => others.every((lines) => lines.includes(line)));
}

function formatSection({ declaration: { name, help, equation, source, params } }: AnyModel, elsewhere: string[]) {
  return [
    `### ${name}`,
    `${capitalise(help)}.`,
    `    ${equation}`,
    formatTable(formatRows(toJsonSchema(params)).filter((line) => !elsewhere.includes(line))),
    `Source: ${source}.`,
  ].join('\n\n');
}

export function renderModelsPage(): string {
  const all = (index: object): AnyModel[] => Object.values(index) as AnyModel[];
  const chapters: [string, AnyModel[]][] = [
    ['Neurons', all(MODELS.neurons).filter(({ declaration }) => !isStimulus(declaration.name))],
    ['Stimuli', all(MODELS.neurons).filter(({ declaration }) => isStimulus(declaration.name))],
    ['Short-term dynamics', all(MODELS.shortTerms)],
    ['Devices', all(MODELS.devices)],
    ['Plasticity rules', all(MODELS.rules)],
    ['Modulators', all(MODELS.modulators)],
  ];
  const contents = chapters.map(([title, models]) => `- ${title}: ${models.map(linkTo).join(', ')}`).join('\n');
  const texts = chapters.map(([title, models]) => {
    const shared = title === 'Devices' ? findCommonRows(models) : [];
    const all =
      shared.length > 0
        ? [
            `All ${title.toLowerCase()} have these parameters; a non-ideality is off if its mapping is left out.`,
            formatTable(shared),
          ]
        : [];
    return [`## ${title}`, ...all, ...models.map((model) => formatSection(model, shared))].join('\n\n');
  });
  return `${[`${INTRODUCTION}\n${contents}`, ...texts].join('\n\n')}\n`;
}

const linkTo = ({ declaration: { name } }: AnyModel) => `[${name}](#${name.toLowerCase()})`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MODELS_PAGE_URL, renderModelsPage());
