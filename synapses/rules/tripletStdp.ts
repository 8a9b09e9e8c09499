import { defineRule } from '../../core/declare/define.ts';
import { choice, nonNegative, positive } from '../../core/declare/params.ts';
import { minPulseStrengthParam } from './minPulseStrength.ts';
import { createTraceRule, pulseOrderParams, Traces } from './trace.ts';

const params = {
  pairing: choice(['allToAll', 'nearest'], {
    default: 'allToAll',
    help: 'pairing of spikes: allToAll: each spike adds 1 to its traces; nearest: each spike sets them to 1',
  }),
  a2Plus: nonNegative(5e-10, '1', 'potentiation of a pair pre-post, as a share of the weight range'),
  a3Plus: nonNegative(6.2e-3, '1', 'potentiation of a triplet post-pre-post, as a share of the weight range'),
  a2Minus: nonNegative(7e-3, '1', 'depression of a pair post-pre, as a share of the weight range'),
  a3Minus: nonNegative(2.3e-4, '1', 'depression of a triplet pre-post-pre, as a share of the weight range'),
  tauPlus: positive(16.8, 'ms', 'time constant of the fast presynaptic trace x1'),
  tauX: positive(101, 'ms', 'time constant of the slow presynaptic trace x2'),
  tauMinus: positive(33.7, 'ms', 'time constant of the fast postsynaptic trace y1'),
  tauY: positive(125, 'ms', 'time constant of the slow postsynaptic trace y2'),
  minStrength: minPulseStrengthParam,
  ...pulseOrderParams,
};

/**
 * Triplet STDP. A slow trace is read before the present spike is added, so that it contains earlier spikes of the
 * same neuron only. A pair at Δt = 0 changes nothing.
 */
export const tripletStdp = defineRule({
  name: 'tripletStdp',
  help: 'triplet STDP: spike-timing-dependent plasticity from pairs and triplets of spikes, which depends on the firing rate',
  equation:
    'post: strength x1 (a2Plus + a3Plus y2); pre: -y1 (a2Minus + a3Minus x2); traces x1, x2, y1, y2 decay with tauPlus, tauX, tauMinus, tauY',
  source:
    "Pfister & Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006; defaults: NEST's stdp_triplet_synapse, tauMinus and tauY those of NESTML's",
  params,
  create(p, { devices, rows, columns, arena }) {
    const additive = p.pairing === 'allToAll';
    const x1 = new Traces(rows, p.tauPlus, additive, arena, p.minStrength);
    const x2 = new Traces(rows, p.tauX, additive, arena);
    const y1 = new Traces(columns, p.tauMinus, additive, arena, p.minStrength);
    const y2 = new Traces(columns, p.tauY, additive, arena);
    const [ofX2, ofY2] = [x2.createQuantity('pre'), y2.createQuantity('post')];
    return createTraceRule(
      p,
      { x1, x2, y1, y2 },
      {
        quantities: { x1: x1.createQuantity('pre'), x2: ofX2, y1: y1.createQuantity('post'), y2: ofY2 },
        onPre(row: number, t: number) {
          const slow = x2.values[row]! * x2.decayFactor(t);
          y1.pulseRow(devices, row, -(p.a2Minus + p.a3Minus * slow), 0, t);
          x1.recordSpike(row, t);
          x2.recordSpike(row, t);
        },
        onPost(column: number, t: number) {
          const slow = y2.values[column]! * y2.decayFactor(t);
          x1.pulseColumn(devices, column, p.a2Plus + p.a3Plus * slow, 0, t);
          y1.recordSpike(column, t);
          y2.recordSpike(column, t);
        },
      },
    );
  },
});
