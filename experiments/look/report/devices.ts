/** What was found of devices: of each by itself, part by part, and of several side by side. */
import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../../core/usage.ts';
import { assumedText } from '../../devices/energy/scale.ts';
import { digits } from '../digits.ts';
import { withPrefix } from '../plots/prefix.ts';
import { answer } from './answer.ts';
import { flattened } from './facts.ts';
import { dataTable, factsTable, type Html, html, type Section } from './html.ts';

/** `characterise.json`. */
export interface Characterised {
  readonly parts: Readonly<
    Record<
      string,
      { readonly title: string; readonly summary: object; readonly summaryUnits?: Readonly<Record<string, string>> }
    >
  >;
  readonly leftOut: Readonly<Record<string, string>>;
}

/** `compare.json`; a list has one value a seed. */
export interface Compared {
  readonly seeds: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly devices: readonly {
    readonly name: string;
    readonly accuracy: readonly number[];
    readonly energyPerImage: readonly number[];
    readonly wornOut: readonly number[];
    readonly assumed?: AssumedPulse;
  }[];
}

const words = (path: string): string =>
  path.replaceAll('.', ', ').replaceAll(/(?<=[a-z])[A-Z\d]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A number, or several, with the unit. */
function shown(value: unknown, unit?: string): string {
  if (Array.isArray(value)) return value.map((one) => shown(one, unit)).join(', ');
  if (typeof value !== 'number') return String(value);
  if (unit === undefined) return digits(value);
  return SCALED.test(unit) && !(unit === 's' && value > 1) ? withPrefix(value, unit) : `${digits(value)} ${unit}`;
}

/** Units that take a prefix; no one says 4 ks. */
const SCALED = /^(S|J|A|V|Hz|s)$/;

/** Names as they are written, values of those that are there. */
export const listed = (
  facts: object,
  name = (path: string) => path,
  units: Readonly<Record<string, string>> = {},
): Html =>
  factsTable(
    flattened(facts)
      .filter(([, value]) => value !== null)
      .map(([path, value]) => [name(path), shown(value, units[path])]),
  );

export const characterised = ({ parts, leftOut }: Characterised): Section[] => [
  {
    id: 'answer',
    title: 'What was found',
    body: html`<div class="columns">${Object.values(parts).map(
      ({ title, summary, summaryUnits }) => html`<h3>${title}</h3>${listed(summary, words, summaryUnits)}`,
    )}</div>`,
  },
  ...(Object.keys(leftOut).length > 0
    ? [{ id: 'left-out', title: 'What was left out, and why', body: listed(leftOut, words) }]
    : []),
];

export function compared({ seeds, settings, devices }: Compared): Section[] {
  const rows = devices
    .map(({ name, accuracy, energyPerImage, wornOut, assumed }) => ({
      name,
      accuracy: mean([...accuracy]),
      energy: `${withPrefix(mean([...energyPerImage]), 'J')}${assumed ? `, ${assumedText(assumed)}` : ''}`,
      wornOut: mean([...wornOut]),
    }))
    .sort((a, b) => b.accuracy - a.accuracy);
  const [best] = rows;
  return [
    {
      id: 'answer',
      title: 'What was found',
      body: html`${answer([
        { name: 'most accurate', value: best!.name, note: `${best!.accuracy.toFixed(2)} %, mean of ${seeds} seeds` },
      ])}${dataTable([
        ['device', 'accuracy (%)', 'energy of a training image', 'worn-out cells (%)'],
        ...rows.map((row) => [row.name, row.accuracy.toFixed(2), row.energy, digits(row.wornOut)]),
      ])}`,
    },
    { id: 'asked', title: 'What was asked', body: listed({ ...settings, seeds }, words) },
  ];
}
