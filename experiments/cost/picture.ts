import { stackedShares } from '../look/plots/shares.ts';
import { COST_PARTS, type CostParts } from './formulas.ts';
import { formatArea, formatJoules, formatSeconds } from './systemCost.ts';
import type { CostTotals } from './totals.ts';

const PART_LABELS: Readonly<Record<keyof CostParts, string>> = {
  cells: 'cells, read pulses',
  lines: 'lines, drivers',
  sampling: 'sample, hold, integrate',
  adc: 'converters',
  shiftAdd: 'shift and add',
  neurons: 'neurons',
  writes: 'writes',
};

/** Draws each part's share of energy, latency and area of a system as SVG; states the range with published converters. */
export function drawSystemCost({ name, basis, energy, timeParts, latency, area, converterRange: range }: CostTotals) {
  const createRow = (name: string, parts: CostParts) => ({ name, values: COST_PARTS.map((part) => parts[part]) });
  const ends = (range?.energy ?? []).map((joules, end) => {
    const adc = energy.parts.adc + joules - energy.total;
    return createRow(`${end === 0 ? 'lowest' : 'highest'} ${formatJoules(joules)}`, { ...energy.parts, adc });
  });
  return stackedShares({
    title: `Cost per ${basis}`,
    subtitle: `circuits: ${name ?? 'given'}${range ? '; lowest, highest: energy with published converters' : ''}`,
    parts: COST_PARTS.map((part) => PART_LABELS[part]),
    rows: [
      createRow(`energy ${formatJoules(energy.total)}`, energy.parts),
      ...ends,
      createRow(`latency ${formatSeconds(latency)}`, timeParts),
      createRow(`area ${formatArea(area.total)}`, area.parts),
    ],
  });
}
