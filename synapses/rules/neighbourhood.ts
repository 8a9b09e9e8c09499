import { defineRule } from '../../core/declare/define.ts';
import { fromZero, integer } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import { exp, log } from '../../core/math.ts';
import { lastArrivals, recentInputs, windowParam } from './recentInputs.ts';

const params = {
  window: windowParam('are potentiated'),
  up: fromZero(1, '1', 'strength of a potentiating pulse onto the neuron that fired'),
  down: fromZero(1, '1', 'strength of a depressing pulse onto it'),
  width: integer({
    default: 10,
    min: 1,
    max: 65535,
    help: 'neurons in a row of the lattice; the last row may be shorter',
  }),
  spreadStart: fromZero(3, '1', 'sd of the neighbourhood at the first spike, in steps of the lattice'),
  spreadEnd: fromZero(0.3, '1', 'the same in the end; 0: the neuron itself alone'),
  pulsesToEnd: integer({ default: 20000, min: 1, help: 'spikes of the layer in which it shrinks, exponentially' }),
};

/** Smallest h of a neighbour that is pulsed. */
const LEAST = 0.01;

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
    'strength = h (up if t_post - t_pre <= window, else -down), h = e^(-d²/(2 s²)), s = spreadStart (spreadEnd/spreadStart)^min(1, spikes/pulsesToEnd); no pulse if h < 0.01',
  source: 'Kohonen 1982, doi:10.1007/BF00337288, with the rule of Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  create({ window, up, down, width, spreadStart, spreadEnd, pulsesToEnd }, { devices, rows, columns, arena }) {
    const last = lastArrivals(rows, arena);
    const signs = arena.f64(rows);
    const spikes = arena.f64(1);
    return {
      ...recentInputs(last),
      state: { last, spikes },
      onPost(column, t) {
        arena.kernels.recentStrengths(last, t - window, up, -down, signs);
        const done = Math.min(1, spikes[0]!++ / pulsesToEnd);
        const sd = spreadStart === 0 ? 0 : spreadStart * pow(Math.max(spreadEnd, Number.MIN_VALUE) / spreadStart, done);
        const reach = sd * Math.sqrt(-2 * log(LEAST));
        const [x, y] = [column % width, Math.floor(column / width)];
        const [left, right] = [Math.max(0, Math.ceil(x - reach)), Math.min(width - 1, Math.floor(x + reach))];
        const [top, bottom] = [Math.max(0, Math.ceil(y - reach)), Math.floor(y + reach)];
        for (let row = top; row <= bottom; row++) {
          for (let k = left; k <= right && row * width + k < columns; k++) {
            const squared = (k - x) * (k - x) + (row - y) * (row - y);
            const share = squared === 0 ? 1 : exp(-squared / (2 * sd * sd));
            if (share >= LEAST) devices.pulseColumn(row * width + k, signs, share, 0, t);
          }
        }
      },
    };
  },
});
