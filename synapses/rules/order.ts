import { choice, optional } from '../../core/declare/params.ts';

/** Parameters of rules that pulse at arrivals. */
export const orderParams = {
  order: optional(
    choice(['depressThenDeliver', 'deliverThenDepress'], {
      help: 'whether an arriving spike passes the synapse after its pulse, as in NEST (the default), or before it, as where `on_pre` adds the weight first (Song et al. in Brian2)',
    }),
  ),
  coincidence: optional(
    choice(['preFirst', 'postFirst'], {
      help: 'which pulses first, of an arrival and a postsynaptic spike at one instant (default: preFirst); postFirst, as in NEST, needs a dendriticDelay',
    }),
  ),
};

export interface Order {
  readonly order?: 'depressThenDeliver' | 'deliverThenDepress' | undefined;
  readonly coincidence?: 'preFirst' | 'postFirst' | undefined;
}
