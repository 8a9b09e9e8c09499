import { UserError } from '../declare/errors.ts';
import { CounterRandom } from '../random/random.ts';
import { snap, validateTime } from '../time.ts';
import type { ConnectOptions } from './connectOptions.ts';

/** Delays of a projection that draws them: the lane of an element by its numbers, so that it does not depend on an order, and the lanes' delays in ms. */
export function drawDelays(o: ConnectOptions): [laneOf: (entity: number, count?: number) => number, delays: number[]] {
  const where = `${o.where}.delay`;
  if (typeof o.delay === 'number') return [() => 0, [validateTime(o.delay, where)]];
  const { uniform, step } = o.delay;
  const [low, high] = uniform;
  validateTime(high, `${where}.uniform`);
  const first = Math.ceil(low / step);
  const n = Math.floor(high / step) - first + 1;
  if (!(n >= 1 && n <= 4096 && low >= 0)) {
    throw new UserError(
      `${where} spans ${n} steps of ${step} ms, but 1 to 4096 distinct delays from 0 ms on are allowed.`,
    );
  }
  const random = new CounterRandom(o.seed, `${o.where}/delay`);
  const laneOf = (entity: number, count = 0): number => Math.floor(random.uniform(entity, count) * n);
  return [laneOf, Array.from({ length: n }, (_, i) => snap((first + i) * step))];
}

/** The delay of synapses that are given without one of their own: one for all, or drawn for each pair. */
export function pairDelay(o: ConnectOptions): (pre: number, post: number) => number {
  const { delay } = o;
  if (typeof delay === 'number') return () => delay;
  const [laneOf, delays] = drawDelays(o);
  return (pre, post) => delays[laneOf(pre, post + 1)]!; // count 0 belongs to pairs that are drawn
}
