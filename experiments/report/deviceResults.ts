import * as z from 'zod/mini';
import { passportSchema } from '../compare/passportSchema.ts';
import { createMappingSchema, readJson } from '../logs/runJson.ts';
import { formatSignificantDigits } from '../look/digits.ts';
import { formatWithPrefix } from '../look/plots/prefix.ts';
import { type Html, html, makeSection, renderDataTable, renderFactsTable, type Section } from './page.ts';
import { renderPassport } from './passport.ts';
import { flattenFacts, splitCamelCase } from './runFacts.ts';

const characterisationSchema = z.looseObject({
  parts: createMappingSchema(
    z.looseObject({
      title: z.string(),
      summary: z.looseObject({}),
      summaryUnits: z.optional(createMappingSchema(z.string())),
    }),
  ),
  leftOut: createMappingSchema(z.string()),
});

/** Schema of `fit.json`; `report`: sentences and tables. */
const fitSchema = z.looseObject({
  report: z.array(z.union([z.string(), z.array(z.array(z.string()))])),
  assumed: z.optional(createMappingSchema(z.string())),
  repeat: z.optional(
    z.looseObject({
      command: z.string(),
      date: z.string(),
      inputs: z.array(z.object({ file: z.string(), sha256: z.string() })),
    }),
  ),
});

const PREFIXED_UNITS = /^(S|J|A|V|Hz|s)$/;

function formatValue(value: unknown, unit?: string): string {
  if (Array.isArray(value)) return value.map((one) => formatValue(one, unit)).join(', ');
  if (typeof value !== 'number') return String(value);
  if (unit === undefined) return formatSignificantDigits(value);
  const isPrefixed = PREFIXED_UNITS.test(unit) && !(unit === 's' && value > 1); // not 4 ks
  return isPrefixed ? formatWithPrefix(value, unit) : `${formatSignificantDigits(value)} ${unit}`;
}

const listFacts = (
  facts: object,
  nameOf = (path: string) => splitCamelCase(path.replaceAll('.', ', ')),
  units: Readonly<Record<string, string>> = {},
): Html =>
  renderFactsTable(
    flattenFacts(facts)
      .filter(([, value]) => value !== null)
      .map(([path, value]) => [nameOf(path), formatValue(value, units[path])]),
  );

export function renderCharacterisation({ parts, leftOut }: z.output<typeof characterisationSchema>): Section[] {
  const results = Object.values(parts).map(
    ({ title, summary, summaryUnits }) => html`<h3>${title}</h3>${listFacts(summary, undefined, summaryUnits)}`,
  );
  return [
    makeSection('answer', 'Results', html`<div class="columns">${results}</div>`),
    ...(Object.keys(leftOut).length > 0 ? [makeSection('left-out', 'Omitted parts', listFacts(leftOut))] : []),
  ];
}

function renderFit({ report, assumed = {}, repeat }: z.output<typeof fitSchema>): Section[] {
  const parts = report.map((part) => (typeof part === 'string' ? html`<p>${part}</p>` : renderDataTable(part)));
  const files = repeat?.inputs.map(({ file, sha256 }): [string, string] => [file, `SHA-256 ${sha256}`]) ?? [];
  return [
    makeSection('answer', 'Results', html`${parts}`),
    ...(Object.keys(assumed).length > 0
      ? [
          makeSection(
            'assumed',
            'Assumed',
            listFacts(assumed, (path) => path),
          ),
        ]
      : []),
    ...(repeat
      ? [
          makeSection(
            'repeat',
            'How to repeat',
            renderFactsTable([['command', repeat.command], ['date', repeat.date], ...files]),
          ),
        ]
      : []),
  ];
}

const readAndRender =
  <S extends z.ZodMiniType>(file: string, schema: S, render: (result: z.output<S>) => Section[]) =>
  (directory: string): Section[] =>
    render(readJson(directory, file, schema));

/** Functions that render report sections, by result file, whose name identifies the command. */
export const SECTION_RENDERERS_BY_FILE: Readonly<Record<string, (directory: string) => Section[]>> = {
  'passport.json': readAndRender('passport.json', passportSchema, renderPassport),
  'characterise.json': readAndRender('characterise.json', characterisationSchema, renderCharacterisation),
  'fit.json': readAndRender('fit.json', fitSchema, renderFit),
};
