import { exp } from '../math.ts';
import { GRID } from '../time.ts';
import { below, nextUint32, uniformFrom } from '../xoshiro.ts';
import { TAIL } from '../ziggurat.ts';
import type { PoissonSource } from './kernels.ts';

/** Exponential with mean 1 by the ziggurat tables of core/ziggurat.ts. */
export function zigguratExponential(state: Uint32Array, table: Float64Array): number {
  for (let sum = 0; ; sum += TAIL) {
    for (;;) {
      const a = nextUint32(state);
      const b = nextUint32(state);
      const layer = a & 255;
      const u = ((a >>> 8) * 536870912 + (b >>> 3)) * 2 ** -53;
      const x = u * table[layer]!;
      if (x < table[256 + layer]!) return sum + x;
      if (layer === 0) break;
      const low = table[512 + layer]!;
      if (low + uniformFrom(state) * (table[513 + layer]! - low) < exp(-x)) return sum + x;
    }
  }
}

/** See `Kernels.poissonBlock`. */
export function poissonBlock(p: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number {
  const { state, clock, ziggurat, slots, table, meanGap, stop } = p;
  let t = clock[0]!;
  let count = 0;
  for (; count < capacity && t < Number.POSITIVE_INFINITY; count++) {
    let neuron = below(state, slots);
    if (table !== null) neuron = (uniformFrom(state) < table.keep[neuron]! ? table.own : table.other)[neuron]!;
    let place = count;
    for (; place > 0 && times[place - 1] === t && neurons[place - 1]! > neuron; place--)
      neurons[place] = neurons[place - 1]!;
    times[count] = t;
    neurons[place] = neuron;
    // The gap is put on the grid, not the sum: so the train is the same bits wherever the clock stands.
    t += Math.floor(zigguratExponential(state, ziggurat) * meanGap * GRID + 0.5) / GRID;
    if (t > stop) t = Number.POSITIVE_INFINITY;
  }
  clock[0] = t;
  return count;
}
