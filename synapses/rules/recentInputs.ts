import { number } from '../../core/declare/params.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import type { PlasticityRule } from '../../core/model.ts';

/** Parameter: how long before a postsynaptic spike an input is recent; one at the very instant of the spike is. */
export const windowParam = (what: string) =>
  number({
    default: 50,
    min: 0,
    unit: 'ms',
    help: `inputs that arrived at most this long before the spike ${what}`,
  });

/** Rules that act at postsynaptic spikes only, on what arrived within a rectangular window before: an input costs nothing by itself. */
export abstract class RecentInputRule implements PlasticityRule {
  readonly pulsesAtArrival = false;
  abstract readonly state: PlasticityRule['state'];
  /** Time of the last arrival at each presynaptic terminal, -Infinity before the first. */
  protected readonly last: Float64Array;
  readonly #kernels: Kernels;

  constructor(rows: number, arena: Arena) {
    this.#kernels = arena.kernels;
    this.last = arena.f64(rows).fill(-Infinity);
  }

  arrive(row: number, t: number): void {
    this.last[row] = t;
  }

  arriveAll(times: Float64Array, rows: Uint32Array, from: number, to: number): void {
    const { last } = this;
    for (let k = from; k < to; k++) last[rows[k]!] = times[k]!;
  }

  abstract fire(column: number, t: number): void;

  rest(): void {
    this.last.fill(-Infinity);
  }

  /** Writes `up` for each input since `earliest` and -`down` for each other one. */
  protected mark(signs: Float64Array, earliest: number, up: number, down: number): void {
    this.#kernels.recentStrengths(this.last, earliest, up, -down, signs);
  }
}
