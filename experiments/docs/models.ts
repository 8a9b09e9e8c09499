/**
 * Writes docs/models.md: every model with its equation, parameters and source, from the declarations that also drive
 * validation. Run by `npm run docs`; a test fails when the page is out of date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeAllowed, displayUnit } from '../../core/declare/allowed.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, isStimulus, MODELS } from '../network/models.ts';

/** The page, from the built script as well as from its source. */
export const PAGE = new URL('../../../docs/models.md', import.meta.url);

const INTRODUCTION = `# Models

This page is generated from the declarations of the models (\`npm run docs\`); do not edit it.

A model is named in a network file under \`model\`, with its parameters beside it, and has a function of the same name in
TypeScript that takes the same parameters: \`{ model: lif, size: 10, tau: 20 }\` is \`lif({ size: 10, tau: 20 })\`. A
parameter without a default is required, unless it says "optional". Units: time ms, potential mV from rest, current pA,
capacitance pF, neuron conductance nS, resistance GΩ, device conductance S, rate Hz. Weights follow \`synapse\` of the target: mV,
pA or nS.

A synapse is made of up to four parts: **short-term** dynamics scale what an arrival delivers, a **device** holds the
weight and answers pulses, and a **rule** decides when, which way and how strongly the device is pulsed. A rule needs a
device. A **modulator** may stand between the two: the spikes of a population, named under \`from\` with a \`delay\`, are a
third factor and decide what becomes of the rule's pulses, or of what is transmitted. In the equations g is the state of a device, its weight as a
share of its range, from 0 to 1.
`;

/** A default as one would write it in a network file. */
export const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** What a value may be, without its unit, which has a column of its own. */
export function range(schema: JsonSchema): string {
  if (schema.type === undefined && !schema.anyOf && !schema.enum) return 'see meaning';
  const text = describeAllowed(schema).replaceAll(/ \([A-Za-z]+\)/g, '');
  return text.replaceAll(` (${schema.unit})`, '');
}

function rows(schema: JsonSchema, prefix = ''): string[] {
  const required = new Set(schema.required ?? []);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const initial =
      property.default !== undefined ? `\`${written(property.default)}\`` : required.has(key) ? 'required' : 'optional';
    const cells = [`\`${name}\``, initial, range(property), displayUnit(property), property.description ?? ''];
    return [`| ${cells.map(cell).join(' | ')} |`, ...rows(property.properties ? property : {}, `${name}.`)];
  });
}

const table = (lines: string[]): string =>
  ['| Parameter | Default | Range | Unit | Meaning |', '|---|---|---|---|---|', ...lines].join('\n');

/** Lines of the table that all these models have. */
function common(models: AnyModel[]): string[] {
  const [first, ...others] = models.map(({ declaration }) => rows(toJsonSchema(declaration.params)));
  return (first ?? []).filter((line) => others.every((lines) => lines.includes(line)));
}

function section({ declaration: { name, help, equation, source, params } }: AnyModel, elsewhere: string[]): string {
  return [
    `### ${name}`,
    `${help[0]!.toUpperCase()}${help.slice(1)}.`,
    `    ${equation}`,
    table(rows(toJsonSchema(params)).filter((line) => !elsewhere.includes(line))),
    `Source: ${source}.`,
  ].join('\n\n');
}

/** The text of docs/models.md. */
export function modelsPage(): string {
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
    const shared = title === 'Devices' ? common(models) : [];
    const all =
      shared.length > 0
        ? [`All ${title.toLowerCase()} take these; an effect whose mapping is left out is off.`, table(shared)]
        : [];
    return [`## ${title}`, ...all, ...models.map((model) => section(model, shared))].join('\n\n');
  });
  return `${[`${INTRODUCTION}\n${contents}`, ...texts].join('\n\n')}\n`;
}

const linkTo = ({ declaration: { name } }: AnyModel): string => `[${name}](#${name.toLowerCase()})`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, modelsPage());
