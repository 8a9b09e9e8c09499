import { defineRule } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { fromZero } from '../../core/declare/params.ts';
import { lastArrivals, recentInputs, windowParam } from './recentInputs.ts';

const params = {
  window: windowParam('are potentiated'),
  up: fromZero(1, '1', 'strength of a potentiating pulse'),
  down: fromZero(1, '1', 'strength of a depressing pulse'),
};

/**
 * Rectangular rule for memristors: a postsynaptic spike sends one pulse to each of the neuron's synapses, upwards where
 * the input arrived within `window` (an arrival at the very instant of the spike included), downwards elsewhere. An input
 * costs nothing by itself. All strengths are multiplied by the rule's `gain`, which is 1 until it is set.
 */
export const postTriggered = defineRule({
  name: 'postTriggered',
  help: 'at a postsynaptic spike one pulse a synapse: up for recent inputs, down for all others',
  equation: 'strength = up if t_post - t_pre <= window, else -down',
  source: 'Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  create({ window, up, down }, { devices, rows, arena }) {
    const last = lastArrivals(rows, arena);
    const signs = arena.f64(rows);
    const gains = arena.f64(1).fill(1);
    return {
      ...recentInputs(last),
      state: { last, gain: gains },
      onPost(column, t) {
        arena.kernels.recentStrengths(last, t - window, up, -down, signs);
        devices.pulseColumn(column, signs, gains[0]!, 0, t);
      },
      get gain() {
        return gains[0]!;
      },
      set gain(gain) {
        if (!(gain >= 0 && gain < Infinity))
          throw new UserError(`The gain of a rule is ${gain}, but must be a finite number of at least 0.`);
        gains[0] = gain;
      },
    };
  },
});
