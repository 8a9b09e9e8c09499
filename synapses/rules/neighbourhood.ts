import { defineRule } from '../../core/declare/define.ts';
import { integer, nonNegative } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import { exp, log } from '../../core/math.ts';
import { arrivalWindowParam, createLastArrivalRecorder } from './lastSpikes.ts';

const params = {
  window: arrivalWindowParam('are potentiated'),
  up: nonNegative(1, '1', 'strength of a potentiating pulse to synapses of the neuron that fired'),
  down: nonNegative(1, '1', 'strength of a depressing pulse to synapses of the neuron that fired'),
  width: integer({
    default: 10,
    min: 1,
    max: 65535,
    help: 'number of neurons per row of the lattice; the last row may be shorter',
  }),
  spreadStart: nonNegative(3, '1', 'sd of the neighbourhood at the first spike, in lattice steps'),
  spreadEnd: nonNegative(
    0.3,
    '1',
    'final neighbourhood sd (after `pulsesToEnd` spikes), lattice steps; 0: winner only',
  ),
  pulsesToEnd: integer({
    default: 20000,
    min: 1,
    help: 'number of spikes of the layer until the neighbourhood has shrunk, exponentially, to its final sd',
  }),
};

const MIN_NEIGHBOUR_STRENGTH = 0.01;

/**
 * Self-organising map on a lattice (neuron j in row floor(j / width)). Neighbours of the neuron that fires get its
 * pulses, weaker with their distance; the range shrinks over the first `pulsesToEnd` spikes of the layer. The best
 * matching unit is the neuron that fires first.
 */
export const neighbourhood = defineRule({
  name: 'neighbourhood',
  help: 'self-organising map: rule postTriggered, applied also to lattice neighbours of the neuron that fired',
  equation:
    'strength = h (up if t_post - t_pre <= window, else -down), h = e^(-d²/(2 s²)), s = spreadStart (spreadEnd/spreadStart)^min(1, spikes/pulsesToEnd); no pulse if h < 0.01',
  source: 'Kohonen 1982, doi:10.1007/BF00337288, with the rule of Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  create({ window, up, down, width, spreadStart, spreadEnd, pulsesToEnd }, { devices, rows, columns, arena }) {
    const { last, hooks } = createLastArrivalRecorder(rows, arena);
    const signs = arena.f64(rows);
    const spikes = arena.f64(1);
    return {
      ...hooks,
      state: { last, spikes },
      onPost(column, t) {
        arena.kernels.computeRecentStrengths(last, t - window, up, -down, signs);
        const done = Math.min(1, spikes[0]!++ / pulsesToEnd);
        const sd = spreadStart === 0 ? 0 : spreadStart * pow(Math.max(spreadEnd, Number.MIN_VALUE) / spreadStart, done);
        const reach = sd * Math.sqrt(-2 * log(MIN_NEIGHBOUR_STRENGTH));
        const [x, y] = [column % width, Math.floor(column / width)];
        const [left, right] = [Math.max(0, Math.ceil(x - reach)), Math.min(width - 1, Math.floor(x + reach))];
        const [top, bottom] = [Math.max(0, Math.ceil(y - reach)), Math.floor(y + reach)];
        for (let row = top; row <= bottom; row++) {
          for (let k = left; k <= right && row * width + k < columns; k++) {
            const squared = (k - x) * (k - x) + (row - y) * (row - y);
            const share = squared === 0 ? 1 : exp(-squared / (2 * sd * sd));
            if (share >= MIN_NEIGHBOUR_STRENGTH) devices.pulseColumn(row * width + k, signs, share, 0, t);
          }
        }
      },
    };
  },
});
