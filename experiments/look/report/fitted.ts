/** What a fit found: the model first and how far it goes, then its parameters, then the others beside it. */
import * as z from 'zod/mini';
import { refine } from '../../../core/declare/params.ts';
import { mappingSchema } from '../../run/runJson.ts';
import { digits, percent } from '../digits.ts';
import { withPrefix } from '../plots/prefix.ts';
import { answer, type Figure } from './answer.ts';
import { listed } from './devices.ts';
import { dataTable, html, type Section } from './html.ts';

/** Number that JSON writes as null if it is NaN. */
const figure = z.nullable(z.number());
const ways = z.looseObject({ up: figure, down: figure });
const model = {
  rmse: figure,
  /** Share of the range, or of the span of the measured values. */
  share: z.optional(figure),
  shareOfRange: z.optional(figure),
  params: mappingSchema(figure),
  ci: mappingSchema(z.nullable(z.array(figure))),
};

/** `fit.json`: of pulses with `quality` and `noise`, of other measurements with a `kind`. */
export const fitSchema = z
  .looseObject({
    best: z.string(),
    kind: z.optional(z.string()),
    models: z.union([
      z.array(z.looseObject({ ...model, name: z.string() })),
      mappingSchema(z.looseObject({ ...model })),
    ]),
    notes: z.optional(z.array(z.string())),
    quality: z.optional(z.looseObject({ verdict: z.string(), noiseFloor: figure, reasons: z.array(z.string()) })),
    noise: z.optional(
      z.looseObject({
        reading: z.looseObject({ kind: z.string(), sd: figure }),
        cycleToCycle: ways,
        device: z.looseObject({}),
      }),
    ),
    spread: z.optional(z.looseObject({ deviceToDevice: figure, cycleToCycle: figure })),
  })
  .check(
    refine(
      ({ best, models }) => modelsOf(models).some(({ name }) => name === best),
      'a fit whose best model is among its models',
      false,
    ),
  );
export type Fit = z.output<typeof fitSchema>;
type Model = z.output<z.ZodMiniObject<typeof model, z.core.$loose>>;

function modelsOf(models: Fit['models']): readonly (Model & { readonly name: string })[] {
  return Array.isArray(models) ? models : Object.entries(models).map(([name, model]) => ({ ...model, name }));
}

/** A figure as text; a dash for one that could not be computed. */
const shown = (value: number | null | undefined, format: (value: number) => string): string =>
  value == null ? '–' : format(value);
const siemens = (value: number): string => withPrefix(value, 'S');

const shareOf = ({ share, shareOfRange }: Model): string => shown(share ?? shareOfRange, percent);

function figures({ best, quality, noise, spread }: Fit, { rmse, ...model }: Model): Figure[] {
  const found: Figure[] = [
    { name: 'model', value: best, ...(quality && { note: `${quality.verdict} the readings` }) },
    {
      name: 'root mean square error',
      value: shareOf({ rmse, ...model }),
      note: quality
        ? `of the range, ${shown(rmse, siemens)}; noise alone makes ${shown(quality.noiseFloor, siemens)}`
        : 'of the span of what was measured',
    },
  ];
  if (noise && spread?.cycleToCycle != null) {
    const { up, down } = noise.cycleToCycle;
    found.push({
      name: 'a step, from cycle to cycle',
      value: `${shown(up, percent)} up`,
      note: `${shown(down, percent)} down`,
    });
  }
  if (noise) {
    const { kind, sd } = noise.reading;
    const value = shown(sd, kind === 'absolute' ? siemens : percent);
    found.push({ name: 'a reading', value, note: kind === 'absolute' ? 'whatever it is' : 'of its value' });
  }
  if (spread?.deviceToDevice != null)
    found.push({ name: 'device to device', value: percent(spread.deviceToDevice), note: 'of the largest conductance' });
  return found;
}

/** Sections of a page on a fit; pictures go behind the first. */
export function fitted(fit: Fit): Section[] {
  const models = modelsOf(fit.models);
  const best = models.find(({ name }) => name === fit.best)!;
  const told = [...(fit.quality?.reasons ?? []), ...(fit.notes ?? [])];
  return [
    {
      id: 'answer',
      title: 'What was found',
      body: html`${answer(figures(fit, best))}${told.length > 0 ? html`<ul class="expectations">${told.map((line) => html`<li>${line}</li>`)}</ul>` : ''}`,
    },
    {
      id: 'parameters',
      title: `Parameters of ${fit.best}`,
      body: dataTable([
        ['parameter', 'value', '95 % interval'],
        ...Object.entries(best.params).map(([name, value]) => [
          ...[
            name,
            shown(value, digits),
            (Object.hasOwn(best.ci, name) ? best.ci[name] : null)?.map((end) => shown(end, digits)).join(' to ') ??
              'not fitted',
          ],
        ]),
      ]),
    },
    {
      id: 'models',
      title: 'Models side by side',
      body: dataTable([
        ['model', 'root mean square error', 'share'],
        ...models.map((model) => [model.name, shown(model.rmse, digits), shareOf(model)]),
      ]),
    },
    ...(fit.noise
      ? [
          {
            id: 'noise',
            title: 'What scatters, as in the device file',
            body: listed(fit.noise.device),
          },
        ]
      : []),
  ];
}
