import { defineShortTerm } from '../../core/declare/define.ts';
import { createInitialStates, initialUpParam } from '../../core/declare/elementParameter.ts';

const params = { up: initialUpParam('presynaptic neurons that are up at the start and at rest') };

/** Spikes are changes of state of neurons with two states (`glauber`): the weight arrives as it is when the source goes up, negative when it goes down. */
export const alternating = defineShortTerm({
  name: 'alternating',
  help: 'passes on changes of state: the weight when its source goes up, minus it when down',
  equation: 'factor +1, -1, +1, ... (-1 first for sources that are up at the start)',
  source: 'ginzburg_neuron and mcculloch_pitts_neuron of NEST',
  params,
  create({ up: given }, { arena, name, rows }) {
    const start = createInitialStates(given, rows, name);
    const up = arena.u8(rows);
    up.set(start);
    return {
      state: { up },
      onPre: (row) => ((up[row]! ^= 1) === 1 ? 1 : -1),
      rest: () => up.set(start),
    };
  },
});
