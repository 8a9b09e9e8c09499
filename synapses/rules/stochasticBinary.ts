import { defineRule } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { fromZero, share } from '../../core/declare/params.ts';
import { columnEdge, columnLength, columnRow } from '../../core/graph/edges.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { lastArrivals, recentInputs, windowParam } from './recentInputs.ts';

const params = {
  window: windowParam('may be set, others reset'),
  pSet: share(
    0.002,
    'probability that a recent input is pulsed upwards (a device of model binary then switches with its own)',
  ),
  pReset: share(0.0007, 'probability that any other input is pulsed downwards'),
  up: fromZero(1, '1', 'strength of a pulse upwards; 1 sets an ideal device in one pulse'),
  down: fromZero(1, '1', 'strength of a pulse downwards'),
};

/**
 * The rectangular rule for devices with two states: a postsynaptic spike pulses each of the neuron's synapses with a
 * probability only, upwards where the input arrived within `window` (an arrival at the very instant included), downwards
 * elsewhere. The draw belongs to the synapse and the number of the postsynaptic spike, not to the order of events. If an
 * input is recent with probability q, a synapse is on with probability q pSet / (q pSet + (1 - q) pReset) in the end.
 */
export const stochasticBinary = defineRule({
  name: 'stochasticBinary',
  help: 'at a postsynaptic spike recent inputs are set and all others reset, each with a probability',
  equation: 'strength = up with probability pSet if t_post - t_pre <= window, else -down with probability pReset',
  source: 'rule: Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439; default probabilities: N2D2',
  params,
  create({ window, pSet, pReset, up, down }, { devices, transpose, rows, columns, arena, seed, name }) {
    const { edges } = devices;
    if (!edges.distinct)
      throw new UserError(
        `${name}.connect joins two neurons twice with one delay, but stochasticBinary draws once for each pair of neurons.`,
      );
    const last = lastArrivals(rows, arena);
    const random = new CounterRandom(seed, `${name}/rule`);
    const chances = arena.u32(columns); // that each synapse of a neuron has had: its spikes
    const strengths = arena.f64(rows);
    return {
      ...recentInputs(last),
      state: { last, chances },
      onPost(column, t) {
        const chance = chances[column]!++;
        const n = columnLength(edges, transpose, column);
        for (let i = 0; i < n; i++) {
          const row = columnRow(transpose, column, i);
          const draw = random.uniform(columnEdge(edges, transpose, column, i), chance);
          if (last[row]! >= t - window) strengths[row] = draw < pSet ? up : 0;
          else strengths[row] = draw < pReset ? -down : 0;
        }
        devices.pulseColumn(column, strengths, 1, 0, t);
      },
    };
  },
});
