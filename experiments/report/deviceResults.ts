import * as z from 'zod/mini';
import { refine } from '../../core/declare/params.ts';
import { passportSchema } from '../compare/passportSchema.ts';
import { createMappingSchema, readJson } from '../logs/runJson.ts';
import { formatPercent, formatSignificantDigits } from '../look/digits.ts';
import { formatWithPrefix } from '../look/plots/prefix.ts';
import { type Html, html, makeSection, renderDataTable, renderFactsTable, type Section } from './page.ts';
import { renderPassport } from './passport.ts';
import { flattenFacts, type KeyFigure, renderKeyFigures, splitCamelCase } from './runFacts.ts';

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

const figure = z.nullable(z.number()); // NaN is null in JSON
const modelSchema = z.looseObject({
  rmse: figure,
  /** RMSE of the fit divided by the span of the measured values. */
  share: z.optional(figure),
  /** RMSE of the fit divided by the conductance range. */
  shareOfRange: z.optional(figure),
  params: createMappingSchema(figure),
  ci: createMappingSchema(z.nullable(z.array(figure))),
});
type Model = z.output<typeof modelSchema>;

/** Schema of `fit.json`: `quality` and `noise` of pulse measurements, `kind` of other measurements. */
const fitSchema = z
  .looseObject({
    best: z.string(),
    kind: z.optional(z.string()),
    models: z.union([
      z.array(z.looseObject({ ...modelSchema.shape, name: z.string() })),
      createMappingSchema(modelSchema),
    ]),
    notes: z.optional(z.array(z.string())),
    quality: z.optional(z.looseObject({ verdict: z.string(), noiseFloor: figure, reasons: z.array(z.string()) })),
    noise: z.optional(
      z.looseObject({
        reading: z.looseObject({ kind: z.string(), sd: figure }),
        cycleToCycle: z.looseObject({ up: figure, down: figure }),
        device: z.looseObject({}),
      }),
    ),
    assumed: z.optional(createMappingSchema(z.string())),
    repeat: z.optional(
      z.looseObject({
        command: z.string(),
        date: z.string(),
        inputs: z.array(z.object({ file: z.string(), sha256: z.string() })),
      }),
    ),
    spread: z.optional(z.looseObject({ deviceToDevice: figure, cycleToCycle: figure })),
  })
  .check(
    refine(
      ({ best, models }) => listModels(models).some(({ name }) => name === best),
      'a fit whose best model is among its models',
      false,
    ),
  );
type Fit = z.output<typeof fitSchema>;

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

function listModels(models: Fit['models']): readonly (Model & { readonly name: string })[] {
  return Array.isArray(models) ? models : Object.entries(models).map(([name, model]) => ({ ...model, name }));
}

const formatFigure = (
  value: number | null | undefined,
  format: (value: number) => string = formatSignificantDigits,
): string => (value == null ? '–' : format(value));
const formatSiemens = (value: number): string => formatWithPrefix(value, 'S');

const shareOf = ({ share, shareOfRange }: Model): string => formatFigure(share ?? shareOfRange, formatPercent);

function renderFit(fit: Fit): Section[] {
  const models = listModels(fit.models);
  const best = models.find(({ name }) => name === fit.best)!;
  const { params, ci, rmse } = best;
  const { quality, noise, spread, notes = [] } = fit;
  const floor = quality && `; noise floor ${formatFigure(quality.noiseFloor, formatSiemens)}`;
  const figures: KeyFigure[] = [
    { label: 'model', value: fit.best, ...(quality && { note: `${quality.verdict} the readings` }) },
    {
      label: 'root mean square error',
      value: shareOf(best),
      note: floor ? `of the range, ${formatFigure(rmse, formatSiemens)}${floor}` : 'of the span of the measured values',
    },
  ];
  const remarks = [...(quality?.reasons ?? []), ...notes].map((line) => html`<li>${line}</li>`);
  const list = remarks.length > 0 ? html`<ul class="expectations">${remarks}</ul>` : '';
  const parameters = Object.entries(params).map(([name, value]) => {
    const ends = Object.hasOwn(ci, name) ? ci[name] : null;
    const interval = ends?.map((end) => formatFigure(end)).join(' to ') ?? 'not fitted';
    return [name, formatFigure(value), interval];
  });
  const errors = models.map((one) => [one.name, formatFigure(one.rmse), shareOf(one)]);
  const parameterTable = renderDataTable([['parameter', 'value', '95 % interval'], ...parameters]);
  const keepPath = (path: string) => path;
  const { command, date, inputs = [] } = fit.repeat ?? {};
  const files = inputs.map(({ file, sha256 }): [string, string] => [file, `SHA-256 ${sha256}`]);
  const variability = { ...spread, ...(noise && { readNoise: noise.reading, cycleToCycle: noise.cycleToCycle }) };
  const units = { ...(noise?.reading.kind === 'absolute' && { 'readNoise.sd': 'S' }) };
  const optionalSections = [
    Object.keys(fit.assumed ?? {}).length > 0 && makeSection('assumed', 'Assumed', listFacts(fit.assumed!, keepPath)),
    command !== undefined &&
      makeSection('repeat', 'How to repeat', renderFactsTable([['command', command], ['date', date!], ...files])),
    noise && makeSection('noise', 'Noise parameters of the device file', listFacts(noise.device, keepPath)),
    (noise ?? spread) && makeSection('variability', 'Noise and variability', listFacts(variability, undefined, units)),
  ];
  return [
    makeSection('answer', 'Results', html`${renderKeyFigures(figures)}${list}`),
    makeSection('parameters', `Parameters of ${fit.best}`, parameterTable),
    makeSection('models', 'All models', renderDataTable([['model', 'root mean square error', 'share'], ...errors])),
    ...optionalSections.filter((section) => typeof section === 'object'),
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
