import type { StepTable } from './devices.ts';
import type { Kernels } from './kernels.ts';

/** Numbers of a row of a `StepTable`. */
export const NUMBERS = 6;

/** Places of quantiles are counted from there: kernels read them off the bits of such a number. */
export const PLACES = 2 ** 52;

/** Change of g by `pulses` pulses, of which each brings the level says. */
function drawn({ rows, values, first }: StepTable, cell: number, g: number, level: number, pulses: number): number {
  let row = first[cell]!;
  while (g > rows[row + 5]!) row += NUMBERS;
  const share = Math.min(Math.max((g - rows[row]!) / rows[row + 1]!, 0), 1);
  const place = Math.floor(level);
  const quantile = (at: number) => values[at]! + (level - place) * (values[at + 2]! - values[at]!);
  const here = 2 * (rows[row + 4]! - PLACES + place);
  const a = quantile(here);
  const one = a + share * (quantile(here + 1) - a);
  if (pulses === 1) return one;
  const mean = rows[row + 2]! + share * rows[row + 3]!;
  return pulses * mean + Math.sqrt(pulses) * (one - mean);
}

export const tablePulses: Kernels['tablePulses'] = ({ count, before, amounts, after, cycles: levels }, table) => {
  const cells = table.first.length / 2 - 1;
  for (let i = 0; i < count; i++) {
    const [g, strength] = [before[i]!, amounts[i]!];
    const down = strength > 0 ? 0 : 1;
    const cell = ((g * cells) | 0) + down * (cells + 1);
    after[i] = g + drawn(table, cell, g, levels[i]! * table.last[down]!, Math.abs(strength));
  }
};
