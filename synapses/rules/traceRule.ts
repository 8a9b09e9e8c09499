import { choice, optional } from '../../core/declare/params.ts';
import type { State } from '../../core/kernels/arena.ts';
import type { PlasticityRule } from '../../core/model.ts';
import { joinStates } from '../joinStates.ts';

/** Parameters of rules that pulse at arrivals. */
export const orderParams = {
  order: optional(
    choice(['depressThenDeliver', 'deliverThenDepress'], {
      help: 'order at an arrival: depressThenDeliver: the pulse precedes delivery, as in NEST (default); deliverThenDepress: delivery precedes the pulse, as if `on_pre` adds the weight first (Song et al. in Brian2)',
    }),
  ),
  coincidence: optional(
    choice(['preFirst', 'postFirst'], {
      help: 'order of the pulses of an arrival and a postsynaptic spike at the same time: preFirst (default) or postFirst, as in NEST; postFirst needs a dendriticDelay',
    }),
  ),
};

export interface OrderOptions {
  readonly order?: 'depressThenDeliver' | 'deliverThenDepress' | undefined;
  readonly coincidence?: 'preFirst' | 'postFirst' | undefined;
}

/** Part of the state of a rule, per neuron of one side or per synapse. */
interface RulePart {
  readonly state: State;
  restored?(): void;
  rest(t: number): void;
}

/** Creates a rule that pulses at arrivals and at postsynaptic spikes from its traces. */
export const createTraceRule = <R extends Pick<PlasticityRule, 'onPre' | 'onPost'>>(
  { order, coincidence }: OrderOptions,
  parts: Readonly<Record<string, RulePart>>,
  rule: R,
) => ({
  pulsesAtArrival: true,
  deliversFirst: order === 'deliverThenDepress',
  postFirst: coincidence === 'postFirst',
  state: joinStates(parts),
  ...rule,
  restored() {
    for (const part of Object.values(parts)) part.restored?.();
  },
  rest(t: number) {
    for (const part of Object.values(parts)) part.rest(t);
  },
});
