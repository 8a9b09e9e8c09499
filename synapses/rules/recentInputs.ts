import { fromZero } from '../../core/declare/params.ts';
import type { Arena } from '../../core/kernels/arena.ts';

/** Parameter: how long before a postsynaptic spike an input is recent; one at the very instant of the spike is. */
export const windowParam = (what: string) =>
  fromZero(50, 'ms', `inputs that arrived at most this long before the spike ${what}`);

/** Time of the last arrival at each presynaptic terminal, -Infinity before the first. */
export const lastArrivals = (rows: number, arena: Arena): Float64Array => arena.f64(rows).fill(-Infinity);

/** Of rules that act at postsynaptic spikes only, on what arrived within a rectangular window before: an input costs nothing by itself. */
export const recentInputs = (last: Float64Array) => ({
  pulsesAtArrival: false,
  onPre(row: number, t: number) {
    last[row] = t;
  },
  onPreBatch(times: Float64Array, rows: Uint32Array, from: number, to: number) {
    for (let k = from; k < to; k++) last[rows[k]!] = times[k]!;
  },
  rest: () => void last.fill(-Infinity),
});
