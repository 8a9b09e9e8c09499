import { log1p } from '../elementary.ts';
import type { Stream } from '../random/random.ts';
import type { SelfConnectionMap } from './connectOptions.ts';

/** A pair (pre, post) and its number. */
type Visit = (pre: number, post: number, index: number) => void;

/** Visits every pair, post ascending within pre; called twice and must visit the same pairs both times. */
export type Pairs = (visit: Visit) => void;

/** k distinct presynaptic neurons for every postsynaptic one. */
export function visitFixedInDegree(
  pre: number,
  post: number,
  k: number,
  selves: SelfConnectionMap | null,
  stream: Stream,
  visit: Visit,
): void {
  const takenBy = new Int32Array(pre).fill(-1);
  for (let j = 0, index = 0; j < post; j++) {
    const self = selves === null ? -1 : selves.terminal(j);
    if (self >= 0) takenBy[self] = j;
    for (let n = 0; n < k; ) {
      const i = stream.below(pre);
      if (takenBy[i] === j) continue;
      takenBy[i] = j;
      visit(i, j, index++);
      n++;
    }
  }
}

/** Every pair with probability p, by geometric gaps: linear in the pairs that are there. */
export function visitWithProbability(
  pre: number,
  post: number,
  p: number,
  selves: SelfConnectionMap | null,
  stream: Stream,
  visit: Visit,
): void {
  if (p <= 0) return;
  const scale = p < 1 ? 1 / log1p(-p) : 0;
  let index = 0;
  for (let i = 0; i < pre; i++) {
    const self = selves === null ? -1 : selves.neuron(i);
    for (let j = -1; ; ) {
      j += 1 + (p < 1 ? Math.floor(log1p(-stream.uniform()) * scale) : 0);
      if (j >= post) break;
      if (j === self) continue;
      visit(i, j, index++);
    }
  }
}
