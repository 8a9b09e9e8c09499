import { choice, optional } from '../../core/declare/params.ts';

/** Parameters of rules that pulse at arrivals. */
export const orderParams = {
  order: optional(
    choice(['depressThenDeliver', 'deliverThenDepress'], {
      help: 'at an arrival: whether the spike passes through the synapse after its pulse, as in NEST (the default), or before it, as where `on_pre` adds the weight first (Song et al. in Brian2)',
    }),
  ),
  coincidence: optional(
    choice(['preFirst', 'postFirst'], {
      help: 'of an arrival and a postsynaptic spike that reach the synapse at one instant, which pulses first (the default is preFirst); postFirst, as in NEST, needs a dendriticDelay',
    }),
  ),
};

export interface Order {
  readonly order?: 'depressThenDeliver' | 'deliverThenDepress' | undefined;
  readonly coincidence?: 'preFirst' | 'postFirst' | undefined;
}
