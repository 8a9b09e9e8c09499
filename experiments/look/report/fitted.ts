/** What a fit found: the model first and how far it goes, then its parameters, then the others beside it. */
import { digits, percent } from '../digits.ts';
import { withPrefix } from '../plots/prefix.ts';
import { answer, type Figure } from './answer.ts';
import { listed } from './devices.ts';
import { dataTable, html, type Section } from './html.ts';

interface Model {
  readonly rmse: number;
  /** Of the range, or of the span of what was measured. */
  readonly share?: number;
  readonly shareOfRange?: number;
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Readonly<Record<string, readonly number[] | null>>;
}

type Ways = Readonly<Record<'up' | 'down', number>>;

/** `fit.json`: of pulses with `quality` and `noise`, of other measurements with a `kind`. */
export interface Fit {
  readonly best: string;
  readonly kind?: string;
  readonly models: Readonly<Record<string, Model>> | readonly (Model & { readonly name: string })[];
  readonly notes?: readonly string[];
  readonly quality?: { readonly verdict: string; readonly noiseFloor: number; readonly reasons: readonly string[] };
  readonly noise?: {
    readonly reading: { readonly kind: string; readonly sd: number };
    readonly cycleToCycle: Ways;
    readonly device: object;
  };
  readonly spread?: { readonly deviceToDevice: number | null; readonly cycleToCycle: number | null };
}

const shareOf = ({ share, shareOfRange }: Model): number => (share ?? shareOfRange)!;

function figures({ best, quality, noise, spread }: Fit, { rmse, ...model }: Model): Figure[] {
  const found: Figure[] = [
    { name: 'model', value: best, ...(quality && { note: `${quality.verdict} the readings` }) },
    {
      name: 'root mean square error',
      value: percent(shareOf({ rmse, ...model })),
      note: quality
        ? `of the range, ${withPrefix(rmse, 'S')}; noise alone makes ${withPrefix(quality.noiseFloor, 'S')}`
        : 'of the span of what was measured',
    },
  ];
  if (noise && spread?.cycleToCycle != null) {
    const { up, down } = noise.cycleToCycle;
    found.push({ name: 'a step, from cycle to cycle', value: `${percent(up)} up`, note: `${percent(down)} down` });
  }
  if (noise) {
    const { kind, sd } = noise.reading;
    const value = kind === 'absolute' ? withPrefix(sd, 'S') : percent(sd);
    found.push({ name: 'a reading', value, note: kind === 'absolute' ? 'whatever it is' : 'of its value' });
  }
  if (spread?.deviceToDevice != null)
    found.push({ name: 'device to device', value: percent(spread.deviceToDevice), note: 'of the largest conductance' });
  return found;
}

/** Sections of a page on a fit; pictures go behind the first. */
export function fitted(fit: Fit): Section[] {
  const models = Array.isArray(fit.models)
    ? (fit.models as readonly (Model & { readonly name: string })[])
    : Object.entries(fit.models).map(([name, model]) => ({ ...model, name }));
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
          ...[name, digits(value), best.ci[name]?.map(digits).join(' to ') ?? 'not fitted'],
        ]),
      ]),
    },
    {
      id: 'models',
      title: 'Models side by side',
      body: dataTable([
        ['model', 'root mean square error', 'share'],
        ...models.map((model) => [model.name, digits(model.rmse), percent(shareOf(model))]),
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
