import { defineShortTerm } from '../../core/declare/define.ts';
import { createTwoStateInitialStates, initialUpStateIndicesSchema } from '../../core/declare/elementParameter.ts';

const params = { up: initialUpStateIndicesSchema('presynaptic neurons in the up state at the start and at rest') };

/** Short-term model for `glauber` neurons, whose spikes mark changes of state: the weight alternates in sign. */
export const alternating = defineShortTerm({
  name: 'alternating',
  help: 'transmission of state changes: the weight when the presynaptic neuron switches up, the negative weight when it switches down',
  equation: 'factor +1, -1, +1, ... (-1 first for sources that are up at the start)',
  source: 'ginzburg_neuron and mcculloch_pitts_neuron of NEST',
  params,
  create({ up: given }, { arena, name, rows }) {
    const start = createTwoStateInitialStates(given, rows, name);
    const up = arena.u8(rows);
    up.set(start);
    return {
      state: { up },
      onPre: (row) => ((up[row]! ^= 1) === 1 ? 1 : -1),
      resetDynamicState: () => up.set(start),
    };
  },
});
