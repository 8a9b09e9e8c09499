import { defineRule } from '../../core/declare/define.ts';
import { fromZero, positive } from '../../core/declare/params.ts';
import { orderParams } from './order.ts';
import { Traces } from './trace.ts';
import { traced } from './traced.ts';

const params = {
  rate: fromZero(0.005, '1', 'strength per unit of trace, as a share of the weight range'),
  targetRate: fromZero(5, 'Hz', 'rate that postsynaptic neurons are brought to'),
  tau: positive(20, 'ms', 'decay of both traces'),
  ...orderParams,
};

/**
 * Plasticity of inhibitory synapses that balances excitation: near-coincident spikes of both sides strengthen, in whatever order, and each
 * presynaptic spike alone weakens, until postsynaptic neurons fire at the target rate. For weights that are not negative, at receptor
 * `inhibitory`. Nothing at Δt = 0, as for `pairStdp`.
 */
export const vogelsInhibitory = defineRule({
  name: 'vogelsInhibitory',
  help: 'inhibitory plasticity that brings postsynaptic neurons to a target rate',
  equation:
    'pre: strength rate (y_post - alpha); post: rate x_pre; traces x, y decay with tau; alpha = 2 targetRate tau',
  source: 'Vogels et al. 2011, doi:10.1126/science.1211095',
  params,
  create(p, { devices, rows, columns, arena }) {
    const pre = new Traces(rows, p.tau, true, arena);
    const post = new Traces(columns, p.tau, true, arena);
    const alpha = (2 * p.targetRate * p.tau) / 1000;
    const strengths = arena.f64(columns);
    return traced(
      p,
      { pre, post },
      {
        quantities: { preTrace: pre.quantity('pre'), postTrace: post.quantity('post') },
        onPre(row: number, t: number) {
          post.strengths(strengths, alpha, t, devices.edges, row);
          devices.pulseRow(row, strengths, p.rate, 0, t);
          pre.spike(row, t);
        },
        onPost(column: number, t: number) {
          pre.pulseColumn(devices, column, p.rate, 0, t);
          post.spike(column, t);
        },
      },
    );
  },
});
