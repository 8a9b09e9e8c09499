import { pow } from '../elementary.ts';
import { exp } from '../math.ts';
import type { Kernels } from './kernels.ts';
import { TotalsPlaces as AT } from './records.ts';

/** One device after the other; see the kernel. */
export const pulse: Kernels['pulse'] = (d, run, trace, scale, mu) => {
  const { weights, soft, aUp, bUp, aDown, bDown, spread, rowSums, totals, pulses, joules, random } = d;
  const { wMin: least, wMax: most, perWeight, scatter } = d;
  const { start, stride, count, edges, others, offset } = run;
  for (let i = 0; i < count; i++) {
    const other = others === null ? i : others[offset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? start + i * stride : edges[offset + i]!;
    const wMin = spread?.wMin ? spread.wMin[edge]! : least;
    const wMax = spread === null ? most : spread.wMax[edge]!;
    const before = weights[edge]!;
    const g = Math.min(Math.max((before - wMin) * (1 / (wMax - wMin)), 0), 1); // a stored bound may round past itself
    const up = strength > 0;
    const room = up ? 1 - g : g;
    let amount = strength;
    if (mu !== 0) amount *= pow(room, mu);
    if (spread !== null) amount *= up ? spread.up[edge]! : spread.down[edge]!;
    const b = up ? bUp : bDown;
    const step = (up ? aUp : aDown) * amount;
    let after = g + step * (soft ? room : b === 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    if (scatter > 0) after = g + (after - g) * (1 + scatter * random.noise(edge, pulses[edge]!));
    if (pulses.length > 0) pulses[edge]!++;
    weights[edge] = after <= 0 ? wMin : after >= 1 ? wMax : Math.min(wMin + after * (wMax - wMin), wMax);
    totals[AT.writes]!++;
    if (up) totals[AT.upward]!++;
    if (rowSums.length === 0) continue;
    const stored = weights[edge]!;
    rowSums[run.row < 0 ? other : run.row]! += stored - before;
    const spent = (before + stored) * perWeight;
    totals[AT.writeEnergy]! += spent;
    if (joules.length > 0) joules[edge]! += spent;
  }
};
