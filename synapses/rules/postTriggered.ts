import { defineRule } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { nonNegative } from '../../core/declare/params.ts';
import { arrivalWindowParam, createLastArrivalRecorder } from './lastSpikes.ts';

const params = {
  window: arrivalWindowParam('are potentiated'),
  up: nonNegative(1, '1', 'strength of a potentiating pulse'),
  down: nonNegative(1, '1', 'strength of a depressing pulse'),
};

/**
 * STDP rule for memristors with a rectangular window before the postsynaptic spike, which includes arrivals at the same
 * tick. All pulse strengths are multiplied by `gain`, initially 1.
 */
export const postTriggered = defineRule({
  name: 'postTriggered',
  help: 'at a postsynaptic spike one pulse per synapse: upward for recent inputs, downward for all others',
  equation: 'strength = up if t_post - t_pre <= window, else -down',
  source: 'Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  create({ window, up, down }, { devices, rows, arena }) {
    const { last, hooks } = createLastArrivalRecorder(rows, arena);
    const signs = arena.f64(rows);
    const gains = arena.f64(1).fill(1);
    return {
      ...hooks,
      state: { last, gain: gains },
      onPost(column, t) {
        arena.kernels.computeRecentStrengths(last, t - window, up, -down, signs);
        devices.pulseColumn(column, signs, gains[0]!, 0, t);
      },
      get gain() {
        return gains[0]!;
      },
      set gain(gain) {
        if (!(gain >= 0 && gain < Infinity))
          throw new UserError(`The gain of a rule must be a finite number >= 0 (got ${gain}).`);
        gains[0] = gain;
      },
    };
  },
});
