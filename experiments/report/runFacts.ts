import { asMapping, type RunJson } from '../logs/runJson.ts';
import { describeAssumedPulses } from '../look/energyText.ts';
import { formatWithPrefix } from '../look/plots/prefix.ts';
import { formatTime } from '../look/time.ts';
import { isMapping, type Mapping } from '../network/config/override.ts';
import { type Html, html, renderFactsTable } from './page.ts';

export interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
}

const formatCount = (value: number): string => value.toLocaleString('en');

export function collectKeyFigures(run: RunJson): KeyFigure[] {
  const { accuracyInterval, energyPerImage, populations = {} } = run;
  const [accuracy, energy] = [asMapping(run.accuracy), asMapping(run.energy)];
  const mark = describeAssumedPulses(energy ?? {});
  const assumed = mark && `; ${mark}`;
  const figures: KeyFigure[] = [];
  const add = (label: string, value: string, note?: string) => figures.push({ label, value, note });
  if (accuracy?.logProbability != null) {
    const { low, high } = accuracyInterval ?? {};
    const range = low != null && high != null ? `95 % interval ${low.toFixed(1)} to ${high.toFixed(1)} %, ` : '';
    const images = `${formatCount(run.testImages ?? 0)} ${run.split ?? 'test'} images`;
    add('accuracy, log-probability vote', `${accuracy.logProbability.toFixed(2)} %`, `${range}${images}`);
  }
  const { read, write } = energyPerImage ?? energy ?? {};
  if (read != null && write != null && (energyPerImage || read + write > 0))
    add(
      energyPerImage ? 'energy per training image' : 'energy of the devices',
      formatWithPrefix(read + write, 'J'),
      `reading ${formatWithPrefix(read, 'J')}, writing ${formatWithPrefix(write, 'J')}${assumed}`,
    );
  figures.push(...(run.cost?.figures ?? []), ...(run.trainingCost?.figures ?? []));
  if (run.neurons !== undefined)
    add('neurons', formatCount(run.neurons), `${formatCount(run.trainImages ?? 0)} training images`);
  else
    for (const [name, { spikes, rate }] of Object.entries(populations)) {
      const value = rate === null ? '–' : `${Number(rate.toPrecision(3))} Hz`;
      add(`mean rate of ${name}`, value, `${formatCount(spikes)} spikes`);
    }
  if (run.wallSeconds != null) {
    const training = run.neurons === undefined ? '' : 'of training ';
    const simulated = run.duration == null ? undefined : `${formatTime(run.duration, 3)} ${training}simulated`;
    add('run time', formatTime(1000 * run.wallSeconds, 3), simulated);
  }
  return figures;
}

export const renderKeyFigures = (figures: readonly KeyFigure[], picture?: Html): Html =>
  html`<div class="answer"><dl>${figures.map(
    ({ label, value, note }) =>
      html`<div><dt>${label}</dt><dd>${value}</dd>${note ? html`<dd class="hint">${note}</dd>` : ''}</div>`,
  )}</dl>${picture ?? ''}</div>`;

/** Date and command line of a result, if known, as the end of a subtitle. */
export const formatProvenance = ({ date, commandLine }: Mapping): string =>
  `${date ? `, ${date}` : ''}${commandLine ? `: ${commandLine}` : ''}`;

const modelOf = (part: unknown): string | undefined =>
  isMapping(part) && typeof part.model === 'string' ? part.model : undefined;
const SCALARS = ['neurons', 'epochs', 'train', 'label', 'test', 'split', 'preprocessing', 'duration', 'seed'];

export function renderConfiguration(config: Mapping): Html {
  const rows: [string, string][] = [];
  const { populations, projections } = config;
  for (const part of ['device', 'rule']) if (modelOf(config[part])) rows.push([part, modelOf(config[part])!]);
  for (const [name, population] of Object.entries(isMapping(populations) ? populations : {})) {
    const hasSize = isMapping(population) && typeof population.size === 'number';
    const size = hasSize ? `, ${formatCount(population.size as number)}` : '';
    rows.push([`population ${name}`, `${modelOf(population)}${size}`]);
  }
  for (const one of (Array.isArray(projections) ? projections : []).filter(isMapping)) {
    const parts = ['shortTerm', 'device', 'rule', 'modulator'].flatMap((part) => modelOf(one[part]) ?? []);
    rows.push([`${one.from} → ${one.to}`, parts.join(', ') || 'static']);
  }
  for (const key of SCALARS) {
    const value = config[key];
    if (typeof value === 'string') rows.push([key, value]);
    if (typeof value === 'number') rows.push([key, key === 'duration' ? formatTime(value) : formatCount(value)]);
  }
  return html`<div class="columns">${renderFactsTable(rows)}</div>`;
}

/** Lists the values in nested mappings with their paths, such as `energy.read`. */
export function flattenFacts(value: unknown, path = ''): (readonly [path: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flattenFacts(inner, path === '' ? key : `${path}.${key}`));
}

export const splitCamelCase = (name: string): string =>
  name.replaceAll(/(?<=[a-z])[A-Z\d]/g, (letter) => ` ${letter.toLowerCase()}`);
