import * as z from 'zod/mini';
import { formatWithPrefix } from '../look/plots/prefix.ts';
import { stackedShares } from '../look/plots/shares.ts';
import type { SystemCost } from './systemCost.ts';

const figure = z.number();
const optionalFigure = z.nullable(figure);

/** Schema of the figures of `cost` in `run.json` that pages show. */
export const costFiguresSchema = z.looseObject({
  preset: z.nullable(z.string()),
  basis: z.string(),
  inputBits: optionalFigure,
  outputBits: optionalFigure,
  latency: figure,
  perSecond: figure,
  simulatedTime: optionalFigure,
  acceleration: optionalFigure,
  energy: z.looseObject({ total: figure, devices: figure }),
  area: z.looseObject({ total: figure }),
  topsPerWatt: optionalFigure,
  converterRange: z.nullable(
    z.looseObject({
      source: z.string(),
      energy: z.array(figure),
      area: z.array(figure),
      topsPerWatt: z.nullable(z.array(optionalFigure)),
    }),
  ),
  notCounted: z.array(z.string()),
});
type CostFigures = z.output<typeof costFiguresSchema>;

const formatCount = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');
const formatDigits = (value: number) => String(Number(value.toPrecision(3)));
const formatJoules = (joules: number) => formatWithPrefix(joules, 'J', 3);
const formatArea = (squareMicrometres: number) => `${formatDigits(squareMicrometres / 1e6)} mm²`;

/** Key figures of a system: label, value, and a note with both ends of the published range of converters. */
export function listCostFigures(cost: CostFigures) {
  const { basis, energy, area, latency, simulatedTime, acceleration, converterRange: range, topsPerWatt } = cost;
  const formatRange = (ends: readonly (number | null)[], format: (value: number) => string) =>
    `with published converters ${ends.map((end) => format(end!)).join(' to ')}`;
  const figures: { label: string; value: string; note: string }[] = [];
  const add = (label: string, value: string, notes: readonly (string | false | null | undefined)[]) =>
    figures.push({ label, value, note: notes.filter(Boolean).join('; ') });
  add(`energy of the system per ${basis}`, formatJoules(energy.total), [
    `devices alone ${formatJoules(energy.devices)}`,
    range && formatRange(range.energy, formatJoules),
    cost.notCounted.length > 0 && `without ${cost.notCounted.join(', ')}`,
  ]);
  add(`latency per ${basis}`, formatWithPrefix(latency, 's', 3), [
    basis !== 'run' && `${formatCount(cost.perSecond)} images/s`,
    acceleration !== null &&
      `simulated ${formatWithPrefix(simulatedTime!, 's', 3)}, acceleration ${formatCount(acceleration)}`,
  ]);
  add('area of the system', formatArea(area.total), [
    cost.preset && `circuits: ${cost.preset}`,
    range && formatRange(range.area, formatArea),
  ]);
  if (topsPerWatt !== null)
    add('efficiency', `${formatDigits(topsPerWatt)} TOPS/W`, [
      `inputs ${cost.inputBits} bits, outputs ${cost.outputBits} bits, a multiply-accumulate is two operations`,
      range?.topsPerWatt && formatRange(range.topsPerWatt.toReversed(), formatDigits),
    ]);
  if (range) figures.at(-1)!.note += `; range: ${range.source}`;
  return figures;
}

/** Describes a system in lines of text, one per key figure. */
export const describeSystemCost = (cost: CostFigures): string[] =>
  listCostFigures(cost).map(
    ({ label, value, note }) => `${label[0]!.toUpperCase()}${label.slice(1)}: ${value}${note ? ` (${note})` : ''}.`,
  );

/** Parts of energy, latency and area that share a colour, by name. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'cells, read pulses': ['cells', 'read'],
  'lines, drivers': ['rows', 'columns'],
  'sample, hold, integrate': ['sampleAndHold', 'integrator'],
  converters: ['adc', 'conversion'],
  'shift and add': ['shiftAdd'],
  neurons: ['neurons'],
  writes: ['writes', 'writeDrivers', 'write'],
};

/** Draws the shares of the parts in energy, latency and area of a system as SVG, with both ends of the converters' range. */
export function drawSystemCost({
  preset,
  basis,
  energy,
  timeParts,
  latency,
  area,
  converterRange: range,
}: SystemCost): string {
  const rescale = (parts: Readonly<Record<string, number>>, total: number, newTotal: number) => ({
    ...parts,
    adc: parts.adc! + newTotal - total,
  });
  const rowOf = (name: string, parts: Readonly<Record<string, number>>) => ({
    name,
    values: Object.values(GROUPS).map((keys) => keys.reduce((sum, key) => sum + (parts[key] ?? 0), 0)),
  });
  const ends = (['lowest', 'highest'] as const).flatMap((end, i) =>
    range
      ? [rowOf(`${end} ${formatJoules(range.energy[i]!)}`, rescale(energy.parts, energy.total, range.energy[i]!))]
      : [],
  );
  return stackedShares({
    title: `Cost per ${basis}`,
    subtitle: `circuits: ${preset ?? 'given'}${range ? '; lowest, highest: energy with published converters' : ''}`,
    parts: Object.keys(GROUPS),
    rows: [
      rowOf(`energy ${formatJoules(energy.total)}`, energy.parts),
      ...ends,
      rowOf(`latency ${formatWithPrefix(latency, 's', 3)}`, timeParts),
      rowOf(`area ${formatArea(area.total)}`, area.parts),
    ],
  });
}
