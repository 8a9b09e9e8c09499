import { defineRule } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { fraction, nonNegative } from '../../core/declare/params.ts';
import { getColumnEdge, getColumnLength, getColumnRow } from '../../core/graph/edges.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { arrivalWindowParam, createLastArrivalRecorder } from './lastSpikes.ts';

const params = {
  window: arrivalWindowParam('may be set, others reset'),
  pSet: fraction(0.002, 'probability of an upward pulse to a recent input'),
  pReset: fraction(0.0007, 'probability of a downward pulse to any other input'),
  up: nonNegative(1, '1', 'strength of an upward pulse; 1 sets an ideal device in one pulse'),
  down: nonNegative(1, '1', 'strength of a downward pulse'),
};

/**
 * Stochastic STDP rule for binary devices with a rectangular window before the postsynaptic spike, which includes
 * arrivals at the same tick. Random draws are indexed by synapse and number of the postsynaptic spike, not by
 * the order of events.
 */
export const stochasticBinary = defineRule({
  name: 'stochasticBinary',
  help: 'at a postsynaptic spike, synapses with recent input are set, all others reset, each with a probability',
  equation: 'strength = up with probability pSet if t_post - t_pre <= window, else -down with probability pReset',
  source: 'rule: Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439; default probabilities: N2D2',
  params,
  create({ window, pSet, pReset, up, down }, { devices, transpose, rows, columns, arena, seed, name }) {
    const { edges } = devices;
    if (!edges.hasDistinctTargets)
      throw new UserError(
        `${name}.connect: stochasticBinary draws once per pair of neurons, but two neurons are connected twice with the same delay.`,
      );
    const { last, hooks } = createLastArrivalRecorder(rows, arena);
    const random = new CounterRandom(seed, `${name}/rule`);
    const chances = arena.u32(columns); // number of draws for each synapse of a neuron, equal to its number of spikes
    const strengths = arena.f64(rows);
    return {
      ...hooks,
      state: { last, chances },
      onPost(column, t) {
        const chance = chances[column]!++;
        const n = getColumnLength(edges, transpose, column);
        for (let i = 0; i < n; i++) {
          const row = getColumnRow(transpose, column, i);
          const draw = random.uniform(getColumnEdge(edges, transpose, column, i), chance);
          if (last[row]! >= t - window) strengths[row] = draw < pSet ? up : 0;
          else strengths[row] = draw < pReset ? -down : 0;
        }
        devices.pulseColumn(column, strengths, 1, 0, t);
      },
    };
  },
});
