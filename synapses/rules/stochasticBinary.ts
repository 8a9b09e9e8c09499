import type { Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { defineRule } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import { columnEdge, columnLength, columnRow, type Edges, type Transpose } from '../../core/graph/edges.ts';
import type { Pulsed } from '../../core/model.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { RecentInputRule, windowParam } from './recentInputs.ts';

const params = {
  window: windowParam('may be set, others reset'),
  pSet: number({
    default: 0.002,
    min: 0,
    max: 1,
    unit: '1',
    help: 'probability that a recent input is pulsed upwards (a device of model binary then switches with its own)',
  }),
  pReset: number({
    default: 0.0007,
    min: 0,
    max: 1,
    unit: '1',
    help: 'probability that any other input is pulsed downwards',
  }),
  up: number({
    default: 1,
    min: 0,
    unit: '1',
    help: 'strength of a pulse upwards; 1 sets an ideal device in one pulse',
  }),
  down: number({ default: 1, min: 0, unit: '1', help: 'strength of a pulse downwards' }),
};

class StochasticBinary extends RecentInputRule {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #devices: Pulsed;
  readonly #edges: Edges;
  readonly #transpose: Transpose | null;
  readonly #random: CounterRandom;
  /** Spikes of each postsynaptic neuron: the chances that each of its synapses has had. */
  readonly #chances: Uint32Array;
  readonly #strengths: Float64Array;

  constructor(p: Params<typeof params>, { devices, transpose, rows, columns, arena, seed, name }: RuleContext) {
    if (!devices.edges.distinct) {
      throw new UserError(
        `${name}.connect joins two neurons twice with one delay, but stochasticBinary draws once for each pair of neurons.`,
      );
    }
    super(rows, arena);
    this.#p = p;
    this.#devices = devices;
    this.#edges = devices.edges;
    this.#transpose = transpose;
    this.#random = new CounterRandom(seed, `${name}/rule`);
    this.#chances = arena.u32(columns);
    this.#strengths = arena.f64(rows);
    this.state = { last: this.last, chances: this.#chances };
  }

  fire(column: number, t: number): void {
    const { window, pSet, pReset, up, down } = this.#p;
    const strengths = this.#strengths;
    const chance = this.#chances[column]!++;
    const earliest = t - window;
    const n = columnLength(this.#edges, this.#transpose, column);
    for (let i = 0; i < n; i++) {
      const row = columnRow(this.#transpose, column, i);
      const draw = this.#random.uniform(columnEdge(this.#edges, this.#transpose, column, i), chance);
      if (this.last[row]! >= earliest) strengths[row] = draw < pSet ? up : 0;
      else strengths[row] = draw < pReset ? -down : 0;
    }
    this.#devices.pulseColumn(column, strengths, 1, 0, t);
  }
}

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
  create: (p, context) => new StochasticBinary(p, context),
});
