import { defineRule } from '../../core/declare/define.ts';
import { nonNegative, number, positive } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';

const params = {
  rate: nonNegative(0.01, '1', 'strength per unit of the presynaptic trace, as a share of the weight range'),
  target: number({
    default: 0.2,
    unit: '1',
    help: 'presynaptic trace at which a synapse does not change: larger traces potentiate, smaller ones depress',
  }),
  tau: positive(20, 'ms', 'time constant of the presynaptic trace'),
};

/** Maximum age of the time origin t0 of stored traces, in time constants; the next arrival moves an older origin. */
const MAX_ORIGIN_AGE = 512;

/**
 * Rule that changes all synapses of a neuron at its spikes. An arrival at the same tick is already part of the trace.
 * Traces are stored as in `EdgeTraces`.
 */
export const postTrace = defineRule({
  name: 'postTrace',
  help: 'at a postsynaptic spike, each synapse changes in proportion to its presynaptic trace minus a target',
  equation: 'strength = rate (x_pre - target); x_pre = 1 at an arrival, dx/dt = -x/tau',
  source: 'Diehl & Cook 2015, doi:10.3389/fncom.2015.00099, equation 3 without weight dependence',
  params,
  create({ rate, target, tau }, { devices, rows, arena }) {
    const { kernels } = arena;
    const perMs = 1 / tau;
    const values = arena.f64(rows);
    const clock = arena.f64(1); // [t0], ms
    const strength = arena.f64(rows);
    const decay = (t: number) => exp((clock[0]! - t) * perMs);
    const exceeds = (t: number) => (t - clock[0]!) * perMs > MAX_ORIGIN_AGE;
    const read = (row: number, t: number) => values[row]! * decay(t);
    return {
      pulsesAtArrival: false,
      state: { values, clock },
      quantities: { preTrace: { unit: '1', owner: 'pre', read } },
      onPre(row: number, t: number) {
        if (exceeds(t)) {
          const factor = decay(t);
          for (let i = 0; i < rows; i++) values[i]! *= factor;
          clock[0] = t;
        }
        values[row] = exp((t - clock[0]!) * perMs);
      },
      onPreBatch(times: Float64Array, list: Uint32Array, from: number, to: number) {
        let k = from;
        while (exceeds(times[to - 1]!)) this.onPre(list[k]!, times[k++]!);
        kernels.setTraces(values, times, list, k, to, clock[0]!, perMs);
      },
      onPost(column: number, t: number) {
        kernels.computeTraceStrengths(values, decay(t), target, strength);
        devices.pulseColumn(column, strength, rate, 0, t);
      },
      resetDynamicState(t: number) {
        values.fill(0);
        clock[0] = t;
      },
    };
  },
});
