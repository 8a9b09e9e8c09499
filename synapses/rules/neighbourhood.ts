import type { Params } from '../../core/declare/define.ts';
import { defineRule } from '../../core/declare/models.ts';
import { integer, number } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import type { RuleContext } from '../../core/factories.ts';
import { exp, log } from '../../core/math.ts';
import type { Pulsed } from '../../core/model.ts';
import { RecentInputRule, windowParam } from './recentInputs.ts';

const params = {
  window: windowParam('are potentiated'),
  up: number({ default: 1, min: 0, unit: '1', help: 'strength of a potentiating pulse onto the neuron that fired' }),
  down: number({ default: 1, min: 0, unit: '1', help: 'strength of a depressing pulse onto it' }),
  width: integer({
    default: 10,
    min: 1,
    max: 65535,
    help: 'neurons in a row of the lattice; the last row may be shorter',
  }),
  spreadStart: number({
    default: 3,
    min: 0,
    unit: '1',
    help: 'sd of the neighbourhood at the first spike, in steps of the lattice',
  }),
  spreadEnd: number({ default: 0.3, min: 0, unit: '1', help: 'the same in the end; 0: the neuron itself alone' }),
  pulsesToEnd: integer({ default: 20000, min: 1, help: 'spikes of the layer in which it shrinks, exponentially' }),
};

/** Neighbours whose pulses would be weaker than this share are left out. */
const LEAST = 0.01;

class Neighbourhood extends RecentInputRule {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #devices: Pulsed;
  readonly #columns: number;
  readonly #spikes: Float64Array;
  readonly #signs: Float64Array;

  constructor(p: Params<typeof params>, { devices, rows, columns, arena }: RuleContext) {
    super(rows, arena);
    this.#p = p;
    this.#devices = devices;
    this.#columns = columns;
    this.#signs = arena.f64(rows);
    this.#spikes = arena.f64(1);
    this.state = { last: this.last, spikes: this.#spikes };
  }

  fire(column: number, t: number): void {
    const { window, up, down, width, spreadStart, spreadEnd, pulsesToEnd } = this.#p;
    const signs = this.#signs;
    this.mark(signs, t - window, up, down);
    const done = Math.min(1, this.#spikes[0]!++ / pulsesToEnd);
    const sd = spreadStart === 0 ? 0 : spreadStart * pow(Math.max(spreadEnd, Number.MIN_VALUE) / spreadStart, done);
    const reach = sd * Math.sqrt(-2 * log(LEAST));
    const [x, y] = [column % width, Math.floor(column / width)];
    const [left, right] = [Math.max(0, Math.ceil(x - reach)), Math.min(width - 1, Math.floor(x + reach))];
    const [top, bottom] = [Math.max(0, Math.ceil(y - reach)), Math.floor(y + reach)];
    for (let row = top; row <= bottom; row++) {
      for (let k = left; k <= right && row * width + k < this.#columns; k++) {
        const squared = (k - x) * (k - x) + (row - y) * (row - y);
        const share = squared === 0 ? 1 : exp(-squared / (2 * sd * sd));
        if (share >= LEAST) this.#devices.pulseColumn(row * width + k, signs, share, 0, t);
      }
    }
  }
}

/**
 * The rectangular rule for a layer on a lattice (neuron j in row j / width): the pulses of a postsynaptic spike also go to
 * the synapses of its neighbours, weaker with distance d, by h = e^(-d²/(2 s²)). The neighbourhood s shrinks from spreadStart
 * to spreadEnd over the first `pulsesToEnd` spikes of the layer, exponentially: a self-organising map whose best matching
 * unit is the neuron that fires first.
 */
export const neighbourhood = defineRule({
  name: 'neighbourhood',
  help: 'as postTriggered, but neighbours on a lattice learn with the neuron that fired: a self-organising map',
  equation:
    'strength = h (up if t_post - t_pre <= window, else -down), h = e^(-d²/(2 s²)), s = spreadStart (spreadEnd/spreadStart)^min(1, spikes/pulsesToEnd)',
  source: 'Kohonen 1982, doi:10.1007/BF00337288, with the rule of Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  create: (p, context) => new Neighbourhood(p, context),
});
