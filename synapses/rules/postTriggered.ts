import type { Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { defineRule } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import type { Pulsed } from '../../core/model.ts';
import { RecentInputRule, windowParam } from './recentInputs.ts';

const params = {
  window: windowParam('are potentiated'),
  up: number({ default: 1, min: 0, unit: '1', help: 'strength of a potentiating pulse' }),
  down: number({ default: 1, min: 0, unit: '1', help: 'strength of a depressing pulse' }),
};

class PostTriggered extends RecentInputRule {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #devices: Pulsed;
  readonly #signs: Float64Array;
  readonly #gain: Float64Array;

  constructor(p: Params<typeof params>, { devices, rows, arena }: RuleContext) {
    super(rows, arena);
    this.#p = p;
    this.#devices = devices;
    this.#signs = arena.f64(rows);
    this.#gain = arena.f64(1).fill(1);
    this.state = { last: this.last, gain: this.#gain };
  }

  get gain(): number {
    return this.#gain[0]!;
  }

  set gain(gain: number) {
    if (!(gain >= 0 && gain < Infinity))
      throw new UserError(`The gain of a rule is ${gain}, but must be a finite number of at least 0.`);
    this.#gain[0] = gain;
  }

  fire(column: number, t: number): void {
    const { window, up, down } = this.#p;
    this.mark(this.#signs, t - window, up, down);
    this.#devices.pulseColumn(column, this.#signs, this.gain, 0, t);
  }
}

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
  create: (p, context) => new PostTriggered(p, context),
});
