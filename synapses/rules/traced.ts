import type { State } from '../../core/kernels/arena.ts';
import type { PlasticityRule } from '../../core/model.ts';
import { joined } from '../parts.ts';
import type { Order } from './order.ts';

/** What a rule keeps of one side, or of each synapse. */
interface Part {
  readonly state: State;
  restored?(): void;
  rest(t: number): void;
}

/** A rule that pulses at arrivals and at postsynaptic spikes, by traces that it keeps. */
export const traced = <R extends Pick<PlasticityRule, 'onPre' | 'onPost'>>(
  { order, coincidence }: Order,
  parts: Readonly<Record<string, Part>>,
  rule: R,
) => ({
  pulsesAtArrival: true,
  deliversFirst: order === 'deliverThenDepress',
  postFirst: coincidence === 'postFirst',
  state: joined(parts),
  ...rule,
  restored() {
    for (const part of Object.values(parts)) part.restored?.();
  },
  rest(t: number) {
    for (const part of Object.values(parts)) part.rest(t);
  },
});
