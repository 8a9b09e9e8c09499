import { ViewPlaces as AT } from './records.ts';

/** Slack of a neuron whose crossing was solved for. */
const SOLVED = 0;

/** See `Kernels.sweep`. */
export function sweep(
  u: Float64Array,
  bar: ArrayLike<number>,
  now: Float64Array,
  rises: Float64Array,
  listed: Uint32Array,
): number {
  const [decayM, shapeE, shapeI] = [now[AT.decayM]!, now[AT.shapeE]!, now[AT.shapeI]!];
  const [decayE, decayI, guard] = [now[AT.decayE]!, now[AT.decayI]!, now[AT.guard]!];
  const [positive, negative, exc, inh] = [rises[0]!, rises[1]!, decayE * rises[2]!, decayI * rises[3]!];
  let count = 0;
  for (let j = 0, o = 0; o < u.length; j++, o += 4) {
    const m = u[o]!;
    if (u[o + 3] === SOLVED) continue;
    if (m === -Infinity) {
      u[o + 3] = Infinity;
      continue;
    }
    const e = u[o + 1]!;
    const i = u[o + 2]!;
    const p = m * decayM + e * shapeE + i * shapeI;
    const leak = Math.max(p * positive, p * negative); // the former where p > 0, as positive > negative
    const rise = leak + e * exc + i * inh;
    const start = p - bar[j]!;
    const bound = rise > 0 ? start + rise : start;
    if (bound < -guard) u[o + 3] = -bound;
    else listed[count++] = j;
  }
  return count;
}
