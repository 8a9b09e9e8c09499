/** What a report begins with: the answer of the run, and what was asked of it. */
import { assumedText } from '../../devices/energy/scale.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { asMapping, type RunJson } from '../../run/runJson.ts';
import { withPrefix } from '../plots/prefix.ts';
import { timeText } from '../time.ts';
import { factsTable, type Html, html } from './html.ts';

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

const whole = (value: number): string => value.toLocaleString('en');

/** The figures that people ask for first, those that the run has. */
export function figuresOf(told: RunJson): Figure[] {
  const { accuracyInterval: interval, energyPerImage, populations = {} } = told;
  const [accuracy, energy] = [asMapping(told.accuracy), asMapping(told.energy)];
  const assumed = energy?.assumed ? assumedText(energy.assumed) : undefined;
  const found: Figure[] = [];
  if (accuracy?.logProbability != null)
    found.push({
      name: 'accuracy, log-probability vote',
      value: `${accuracy.logProbability.toFixed(2)} %`,
      note: `${interval?.low != null && interval.high != null ? `95 % interval ${interval.low.toFixed(1)} to ${interval.high.toFixed(1)} %, ` : ''}${whole(told.testImages ?? 0)} ${told.split ?? 'test'} images`,
    });
  const { read, write } = energyPerImage ?? energy ?? {};
  if (read != null && write != null && (energyPerImage || read + write > 0))
    found.push({
      name: energyPerImage ? 'energy of a training image' : 'energy of the devices',
      value: withPrefix(read + write, 'J'),
      note: `reading ${withPrefix(read, 'J')}, writing ${withPrefix(write, 'J')}${assumed ? `; ${assumed}` : ''}`,
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
        value: rate === null ? '–' : `${Number(rate.toPrecision(3))} Hz`,
        note: `${whole(spikes)} spikes`,
      });
  if (told.wallSeconds != null)
    found.push({
      name: 'time of the run',
      value: timeText(1000 * told.wallSeconds, 3),
      ...(told.duration != null && {
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

const modelOf = (part: unknown): string | undefined =>
  isMapping(part) && typeof part.model === 'string' ? part.model : undefined;
const SCALARS = ['neurons', 'epochs', 'train', 'label', 'test', 'split', 'preprocessing', 'duration', 'seed'];

/** What was asked of a run, in words: models first. Programs of users write configurations of any shape. */
export function asked(config: Mapping): Html {
  const rows: [string, string][] = [];
  const { populations, projections } = config;
  for (const part of ['device', 'rule']) if (modelOf(config[part])) rows.push([part, modelOf(config[part])!]);
  for (const [name, population] of Object.entries(isMapping(populations) ? populations : {})) {
    const size = isMapping(population) && typeof population.size === 'number' ? `, ${whole(population.size)}` : '';
    rows.push([`population ${name}`, `${modelOf(population)}${size}`]);
  }
  for (const one of (Array.isArray(projections) ? projections : []).filter(isMapping)) {
    const parts = ['shortTerm', 'device', 'rule', 'modulator'].flatMap((part) => modelOf(one[part]) ?? []);
    rows.push([`${one.from} → ${one.to}`, parts.join(', ') || 'static']);
  }
  for (const key of SCALARS) {
    const value = config[key];
    if (typeof value === 'string') rows.push([key, value]);
    if (typeof value === 'number') rows.push([key, key === 'duration' ? timeText(value) : whole(value)]);
  }
  return html`<div class="columns">${factsTable(rows)}</div>`;
}
