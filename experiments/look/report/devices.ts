/** What was found of devices: of each by itself, part by part, and of several side by side. */
import * as z from 'zod/mini';
import { minLength, whole } from '../../../core/declare/ranged.ts';
import { meanOf, withDifferences } from '../../devices/compare/compared.ts';
import { assumedText } from '../../devices/energy/scale.ts';
import { assumedSchema, mappingSchema } from '../../run/runJson.ts';
import { describeDifference } from '../../statistics/estimate.ts';
import { digits } from '../digits.ts';
import { withPrefix } from '../plots/prefix.ts';
import { answer } from './answer.ts';
import { flattened } from './facts.ts';
import { dataTable, factsTable, type Html, html, type Section } from './html.ts';

const perSeed = <T extends z.ZodMiniType>(value: T) => z.array(value).check(minLength(1));

/** `characterise.json`. */
export const characterisedSchema = z.looseObject({
  parts: mappingSchema(
    z.looseObject({
      title: z.string(),
      summary: z.looseObject({}),
      summaryUnits: z.optional(mappingSchema(z.string())),
    }),
  ),
  leftOut: mappingSchema(z.string()),
});

const measuredShape = {
  accuracy: perSeed(z.number()),
  energyPerImage: perSeed(z.nullable(z.number())),
  wornOut: perSeed(z.number()),
};
/** `compare.json`; a list has one value a seed. */
export const comparedSchema = z.looseObject({
  seeds: whole({ min: 1 }),
  settings: z.looseObject({}),
  devices: z
    .array(
      z.looseObject({
        name: z.string(),
        ...measuredShape,
        assumed: assumedSchema,
        tuned: z.optional(z.looseObject(measuredShape)),
      }),
    )
    .check(minLength(1)),
});

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

export const characterised = ({ parts, leftOut }: z.output<typeof characterisedSchema>): Section[] => [
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

export function compared({ seeds, settings, devices }: z.output<typeof comparedSchema>): Section[] {
  const rows = withDifferences(devices).map(({ name, accuracy, belowBest, tuned, assumed, ...common }, rank) => {
    const { energyPerImage, wornOut } = tuned ?? common;
    const energy = meanOf(energyPerImage);
    return {
      name,
      accuracy: meanOf(tuned?.accuracy ?? accuracy)!,
      below: rank === 0 ? '–' : describeDifference(belowBest, 'points', 'not significantly different'),
      energy: energy === null ? '–' : `${withPrefix(energy, 'J')}${assumed ? `, ${assumedText(assumed)}` : ''}`,
      wornOut: digits(100 * meanOf(wornOut)!),
    };
  });
  const [best] = rows;
  return [
    {
      id: 'answer',
      title: 'What was found',
      body: html`${answer([
        { name: 'most accurate', value: best!.name, note: `${best!.accuracy.toFixed(2)} %, mean of ${seeds} seeds` },
      ])}${dataTable([
        ['device', 'accuracy (%)', 'difference from the best', 'energy of a training image', 'worn-out cells (%)'],
        ...rows.map((row) => [row.name, row.accuracy.toFixed(2), row.below, row.energy, row.wornOut]),
      ])}`,
    },
    { id: 'asked', title: 'What was asked', body: listed({ ...settings, seeds }, words) },
  ];
}
