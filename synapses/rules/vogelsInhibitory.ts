import { defineRule } from '../../core/declare/define.ts';
import { nonNegative, positive } from '../../core/declare/params.ts';
import { createTraceRule, pulseOrderParams, Traces } from './trace.ts';

const params = {
  rate: nonNegative(0.005, '1', 'pulse strength per unit of trace, as a fraction of the weight range'),
  targetRate: nonNegative(5, 'Hz', 'target firing rate of postsynaptic neurons'),
  tau: positive(20, 'ms', 'time constant of the presynaptic and the postsynaptic trace'),
  ...pulseOrderParams,
};

/**
 * Inhibitory plasticity that balances excitation: near-coincident spikes, in either order, strengthen a synapse; each
 * presynaptic spike alone weakens it. Requires weights >= 0 at the receptor `inhibitory`. A pair at Δt = 0 changes
 * nothing.
 */
export const vogelsInhibitory = defineRule({
  name: 'vogelsInhibitory',
  help: 'inhibitory plasticity that drives postsynaptic neurons to a target rate',
  equation:
    'pre: strength rate (y_post - alpha); post: rate x_pre; traces x, y decay with tau; alpha = 2 targetRate tau',
  source: 'Vogels et al. 2011, doi:10.1126/science.1211095',
  params,
  create(p, { devices, rows, columns, arena }) {
    const pre = new Traces(rows, p.tau, true, arena);
    const post = new Traces(columns, p.tau, true, arena);
    const alpha = (2 * p.targetRate * p.tau) / 1000;
    const strengths = arena.f64(columns);
    return createTraceRule(
      p,
      { pre, post },
      {
        quantities: { preTrace: pre.createQuantity('pre'), postTrace: post.createQuantity('post') },
        onPre(row: number, t: number) {
          post.fillStrengths(strengths, alpha, t, devices.edges, row);
          devices.pulseRow(row, strengths, p.rate, 0, t);
          pre.recordSpike(row, t);
        },
        onPost(column: number, t: number) {
          pre.pulseColumn(devices, column, p.rate, 0, t);
          post.recordSpike(column, t);
        },
      },
    );
  },
});
