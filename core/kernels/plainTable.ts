import type { StepTable } from './devices.ts';
import type { Kernels } from './kernels.ts';

/** Change of g by `pulses` pulses, of which each brings what level u says. */
function drawn({ at, values, size, means, first, cells }: StepTable, g: number, u: number, pulses: number): number {
  let row = first[(g * cells) | 0]!;
  while (row < at.length - 2 && g > at[row + 1]!) row++;
  const low = at[row]!;
  const share = Math.min(Math.max((g - low) / (at[row + 1]! - low), 0), 1);
  const level = u * (size - 1);
  const place = level | 0;
  const rest = level - place;
  const here = row * size + place;
  const next = here + size;
  const a = values[here]! + rest * (values[here + 1]! - values[here]!);
  const b = values[next]! + rest * (values[next + 1]! - values[next]!);
  const one = a + share * (b - a);
  if (pulses === 1) return one;
  const mean = means[row]! + share * (means[row + 1]! - means[row]!);
  return pulses * mean + Math.sqrt(pulses) * (one - mean);
}

export const tablePulses: Kernels['tablePulses'] = ({ count, before, amounts, after, cycles: levels }, up, down) => {
  for (let i = 0; i < count; i++) {
    const [g, u, strength] = [before[i]!, levels[i]!, amounts[i]!];
    after[i] = g + (strength > 0 ? drawn(up, g, u, strength) : drawn(down, g, u, -strength));
  }
};
