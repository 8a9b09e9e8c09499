import { exp } from '../math.ts';
import { GRID } from '../time.ts';
import { nextUint32, uniformFrom } from '../xoshiro.ts';
import { TAIL } from '../ziggurat.ts';
import type { PoissonSource } from './kernels.ts';

/** Exponential with mean 1 by the ziggurat tables of core/ziggurat.ts; `low` gives the lower bits of the first try. */
export function zigguratExponential(state: Uint32Array, table: Float64Array, low: number): number {
  let sum = 0;
  for (let b = low; ; b = nextUint32(state)) {
    const a = nextUint32(state);
    const layer = a & 255;
    const u = ((a >>> 8) * 536870912 + (b >>> 3)) * 2 ** -53;
    const x = u * table[layer]!;
    if (x < table[256 + layer]!) return sum + x;
    if (layer === 0) {
      sum += TAIL;
      continue;
    }
    const under = table[512 + layer]!;
    if (under + uniformFrom(state) * (table[513 + layer]! - under) < exp(-x)) return sum + x;
  }
}

/** Puts a uniform integer below n into out[0], and what is left of the word it came from into out[1]. */
function belowWithRest(state: Uint32Array, n: number, out: Uint32Array): void {
  const shift = Math.clz32(n - 1);
  for (;;) {
    const word = nextUint32(state);
    if (n > 2 ** 21) {
      if (word >>> shift >= n) continue;
      out[0] = word >>> shift;
      out[1] = nextUint32(state);
      return;
    }
    const product = word * n;
    const high = Math.floor(product / 4294967296);
    const low = product - high * 4294967296;
    if (low < n && low < 4294967296 % n) continue;
    out[0] = high;
    out[1] = low;
    return;
  }
}

const drawn = new Uint32Array(2);

/** See `Kernels.poissonBlock`. */
export function poissonBlock(p: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number {
  const { state, clock, ziggurat, slots, table, meanGap, stop } = p;
  const ticks = meanGap * GRID;
  let t = clock[0]!;
  let count = 0;
  for (; count < capacity && t < Number.POSITIVE_INFINITY; count++) {
    belowWithRest(state, slots, drawn);
    let neuron = drawn[0]!;
    const low = drawn[1]!;
    if (table !== null)
      neuron = (nextUint32(state) * 2 ** -32 < table.keep[neuron]! ? table.own : table.other)[neuron]!;
    let place = count;
    for (; place > 0 && times[place - 1] === t && neurons[place - 1]! > neuron; place--)
      neurons[place] = neurons[place - 1]!;
    times[count] = t;
    neurons[place] = neuron;
    t += Math.floor(zigguratExponential(state, ziggurat, low) * ticks + 0.5) / GRID;
    if (t > stop) t = Number.POSITIVE_INFINITY;
  }
  clock[0] = t;
  return count;
}
