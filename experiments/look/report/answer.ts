/** What a report begins with: the answer of the run, and what was asked of it. */
import { assumedText } from '../../devices/energy/scale.ts';
import { withPrefix } from '../plots/prefix.ts';
import { timeText } from '../time.ts';
import { factsTable, type Html, html } from './html.ts';

/** What `run.json` may tell, as far as it is part of the answer. */
export interface Told {
  readonly accuracy?: Readonly<Record<string, number>>;
  readonly accuracyInterval?: { readonly low: number; readonly high: number };
  readonly energyPerImage?: { readonly read: number; readonly write: number };
  readonly energy?: {
    readonly read: number;
    readonly write: number;
    readonly assumed?: Parameters<typeof assumedText>[0] | null;
  };
  readonly neurons?: number;
  readonly trainImages?: number;
  readonly testImages?: number;
  readonly split?: string;
  readonly duration?: number;
  readonly wallSeconds?: number;
  readonly populations?: Readonly<Record<string, { readonly spikes: number; readonly rate: number }>>;
}

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

const whole = (value: number): string => value.toLocaleString('en');

/** The figures that people ask for first, those that the run has. */
export function figuresOf(told: Told): Figure[] {
  const { accuracy, accuracyInterval: interval, energyPerImage, energy, populations = {} } = told;
  const assumed = energy?.assumed ? assumedText(energy.assumed) : undefined;
  const found: Figure[] = [];
  if (accuracy?.logProbability !== undefined)
    found.push({
      name: 'accuracy, log-probability vote',
      value: `${accuracy.logProbability.toFixed(2)} %`,
      note: `${interval ? `95 % interval ${interval.low.toFixed(1)} to ${interval.high.toFixed(1)} %, ` : ''}${whole(told.testImages ?? 0)} ${told.split ?? 'test'} images`,
    });
  const spent = energyPerImage ?? (energy && energy.read + energy.write > 0 ? energy : undefined);
  if (spent)
    found.push({
      name: energyPerImage ? 'energy of a training image' : 'energy of the devices',
      value: withPrefix(spent.read + spent.write, 'J'),
      note: `reading ${withPrefix(spent.read, 'J')}, writing ${withPrefix(spent.write, 'J')}${assumed ? `; ${assumed}` : ''}`,
    });
  if (told.neurons !== undefined)
    found.push({
      name: 'neurons',
      value: whole(told.neurons),
      note: `${whole(told.trainImages ?? 0)} training images`,
    });
  else
    for (const [name, { spikes, rate }] of Object.entries(populations))
      found.push({
        name: `mean rate of ${name}`,
        value: `${Number(rate.toPrecision(3))} Hz`,
        note: `${whole(spikes)} spikes`,
      });
  if (told.wallSeconds !== undefined)
    found.push({
      name: 'time of the run',
      value: timeText(1000 * told.wallSeconds, 3),
      ...(told.duration !== undefined && {
        note: `${timeText(told.duration, 3)} ${told.neurons === undefined ? '' : 'of training '}simulated`,
      }),
    });
  return found;
}

/** Large figures in a row, with the picture that shows most beside them. */
export const answer = (figures: readonly Figure[], picture?: Html): Html =>
  html`<div class="answer"><dl>${figures.map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}</dd>${note ? html`<dd class="hint">${note}</dd>` : ''}</div>`,
  )}</dl>${picture ?? ''}</div>`;

interface Asked {
  readonly [key: string]: unknown;
}
const modelOf = (part: unknown): string | undefined => (part as { readonly model?: string } | undefined)?.model;
const SCALARS = ['neurons', 'epochs', 'train', 'label', 'test', 'split', 'preprocessing', 'duration', 'seed'];

/** What was asked of a run, in words: models first. */
export function asked(config: unknown): Html {
  const c = config as Asked;
  const rows: [string, string][] = [];
  for (const part of ['device', 'rule'] as const) if (modelOf(c[part])) rows.push([part, modelOf(c[part])!]);
  for (const [name, population] of Object.entries((c.populations ?? {}) as Record<string, { size?: number }>))
    rows.push([`population ${name}`, `${modelOf(population)}${population.size ? `, ${whole(population.size)}` : ''}`]);
  for (const one of (Array.isArray(c.projections) ? c.projections : []) as Asked[]) {
    const parts = ['shortTerm', 'device', 'rule', 'modulator'].flatMap((part) => modelOf(one[part]) ?? []);
    rows.push([`${one.from} → ${one.to}`, parts.join(', ') || 'static']);
  }
  for (const key of SCALARS) {
    const value = c[key];
    if (value === undefined || value === null) continue;
    rows.push([
      key,
      key === 'duration' ? timeText(Number(value)) : typeof value === 'number' ? whole(value) : String(value),
    ]);
  }
  return html`<div class="columns">${factsTable(rows)}</div>`;
}
