import { formatWithPrefix } from '../look/plots/prefix.ts';
import type { CostSettings } from './settings.ts';
import { type CostBasis, type CostTotals, computeCostTotals, type LayerUse } from './totals.ts';

/** Key figure for terminal and report. */
export interface CostFigure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

const formatCount = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');
const formatDigits = (value: number) => String(Number(value.toPrecision(3)));
export const formatJoules = (joules: number) => formatWithPrefix(joules, 'J', 3);
export const formatSeconds = (seconds: number) => formatWithPrefix(seconds, 's', 3);
export const formatArea = (squareMicrometres: number) => `${formatDigits(squareMicrometres / 1e6)} mm²`;

/** Key figures of a system, with their range for published analog-to-digital converters. */
function listCostFigures(cost: CostTotals): readonly CostFigure[] {
  const { basis, energy, simulatedTime, acceleration, converterRange: range, steps, programming } = cost;
  const formatRange = (ends: readonly number[] | null | undefined, format: (value: number) => string) =>
    ends && `with published converters ${ends.map(format).join(' to ')}`;
  const figures: CostFigure[] = [];
  const add = (label: string, value: string, notes: readonly (string | false | null | undefined)[]) =>
    figures.push({ label, value, note: notes.filter(Boolean).join('; ') });
  add(`energy of the system per ${basis}`, formatJoules(energy.total), [
    `devices alone ${formatJoules(energy.devices)}`,
    formatRange(range?.energy, formatJoules),
    cost.notCounted.length > 0 && `without ${cost.notCounted.join(', ')}`,
  ]);
  add(`latency per ${basis}`, formatSeconds(cost.latency), [
    basis !== 'run' && `${formatCount(cost.perSecond)} images/s`,
    acceleration !== null && `simulated ${formatSeconds(simulatedTime!)}, acceleration ${formatCount(acceleration)}`,
  ]);
  if (basis === 'training image') return figures; // circuits and steps are those of a test image
  add('latency of a read', formatSeconds(steps.read), [
    `a write pulse ${formatSeconds(steps.write)}, a step of program-and-verify ${formatSeconds(steps.verify)}`,
    programming &&
      `programming: ${formatCount(programming.pulses)} pulses, ${formatJoules(programming.energy)}, ${formatSeconds(programming.time)}`,
  ]);
  if (cost.topsPerWatt !== null)
    add('efficiency', `${formatDigits(cost.topsPerWatt)} TOPS/W`, [
      `inputs ${cost.inputBits} bits, outputs ${cost.outputBits} bits, a multiply-accumulate is two operations`,
      formatRange(range?.topsPerWatt?.toReversed(), formatDigits),
    ]);
  add('area of the system', formatArea(cost.area.total), [
    cost.name && `circuits: ${cost.name}`,
    formatRange(range?.area, formatArea),
    range && `range: ${range.source}`,
  ]);
  return figures;
}

/** Energy, latency and area of a system, with key figures, as in `run.json`. */
export function computeSystemCost(cost: CostSettings, layers: readonly LayerUse[], basis: CostBasis) {
  const totals = computeCostTotals(cost, layers, basis);
  return { ...totals, figures: listCostFigures(totals) };
}

export type SystemCost = ReturnType<typeof computeSystemCost>;

/** Formats the key figures of a system's cost, one line each. */
export const describeSystemCost = (figures: readonly CostFigure[]): string[] =>
  figures.map(
    ({ label, value, note }) => `${label[0]!.toUpperCase()}${label.slice(1)}: ${value}${note ? ` (${note})` : ''}.`,
  );
