import { defineRule, type Params } from '../../core/declare/define.ts';
import { choice, nonNegative, number, positive } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import { getColumnEdge, getColumnLength, getColumnRow, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { ArrivalPulses, DeviceHooks } from '../../core/hooks.ts';
import type { PulseTarget } from '../../core/model.ts';
import { EdgeTraces } from '../decay.ts';
import { joinStates } from '../joinStates.ts';
import { MinPulseStrengthFilter, minPulseStrengthParam } from './minPulseStrength.ts';
import { createTraceRule, pulseOrderParams, Traces } from './trace.ts';

const params = {
  pairing: choice(['allToAll', 'nearest', 'presynapticCentred'], {
    default: 'allToAll',
    help: 'pairing of spikes: allToAll: each spike with all earlier spikes of the other side; nearest: with the latest earlier spike (symmetric nearest neighbours); presynapticCentred: each presynaptic spike with the postsynaptic spikes before and after it',
  }),
  aPlus: number({
    default: 0.01,
    unit: '1',
    help: 'strength of potentiation at Δt = 0+, as a fraction of the weight range',
  }),
  aMinus: number({
    default: 0.012,
    unit: '1',
    help: 'strength of depression at Δt = 0-, as a fraction of the weight range',
  }),
  tauPlus: positive(20, 'ms', 'time constant of potentiation (pre before post)'),
  tauMinus: positive(20, 'ms', 'time constant of depression (post before pre)'),
  muPlus: nonNegative(0, '1', 'exponent of the factor (1 - g)^muPlus of potentiation; 0: additive, 1: multiplicative'),
  muMinus: nonNegative(0, '1', 'exponent of the factor g^muMinus of depression; van Rossum: muPlus 0, muMinus 1'),
  minStrength: minPulseStrengthParam,
  ...pulseOrderParams,
};

function createSymmetricStdp(p: Params<typeof params>, { devices, rows, columns, arena }: RuleContext) {
  const additive = p.pairing === 'allToAll';
  const pre = new Traces(rows, p.tauPlus, additive, arena, p.minStrength);
  const post = new Traces(columns, p.tauMinus, additive, arena, p.minStrength);
  let pulses: ArrivalPulses | null = null;
  const rule = createTraceRule(
    p,
    { pre, post },
    {
      quantities: { preTrace: pre.createQuantity('pre'), postTrace: post.createQuantity('post') },
      onPre(row: number, t: number) {
        post.pulseRow(devices, row, -p.aMinus, p.muMinus, t);
        pre.recordSpike(row, t);
      },
      onPost(column: number, t: number) {
        pre.pulseColumn(devices, column, p.aPlus, p.muPlus, t);
        post.recordSpike(column, t);
      },
      getArrivalPulses(t: number): ArrivalPulses | null {
        if (rule.deliversFirst || post.latest === t || p.muMinus !== 0 || p.minStrength) return null; // the kernel would include spikes at t
        const pulsed = (devices as PulseTarget & Partial<DeviceHooks>).getWeightsRecord?.();
        if (!pulsed) return null;
        pulses ??= { weightsRecord: pulsed, pulseAmount: -p.aMinus, preTraces: pre.record, postTraces: post.record };
        return pulses;
      },
    },
  );
  return rule;
}

function createPresynapticStdp(p: Params<typeof params>, context: RuleContext) {
  const { devices, rows, columns, arena } = context;
  const pre = createUnpairedTraces(p.tauPlus, context);
  const post = new Traces(columns, p.tauMinus, false, arena, p.minStrength);
  const sums = arena.f64(rows);
  const strong = p.minStrength ? new MinPulseStrengthFilter(rows, p.minStrength, arena) : null;
  return createTraceRule(
    p,
    { pre, post },
    {
      quantities: { postTrace: post.createQuantity('post') },
      onPre(row: number, t: number) {
        post.pulseRow(devices, row, -p.aMinus, p.muMinus, t);
        pre.onPre(row, t);
      },
      onPost(column: number, t: number) {
        pre.takeTraces(column, t, sums);
        if (strong === null) devices.pulseColumn(column, sums, p.aPlus, p.muPlus, t);
        else strong.pulseColumn(devices, column, sums, p.aPlus, p.muPlus, t);
        post.recordSpike(column, t);
      },
    },
  );
}

/** Indices in the array `clock`: time of the latest arrivals (ms), number of arrivals at that time. */
const TIME = 0;
const COUNT = 1;

/**
 * Per synapse, the sum of e^(-(t - t_pre)/tau) over arrivals since the last postsynaptic spike. An arrival at the same
 * tick as a postsynaptic spike remains unpaired.
 */
function createUnpairedTraces(tau: number, { devices: { edges }, transpose, arena }: RuleContext) {
  const traces = new EdgeTraces(edges.count, tau, arena);
  const { storedTraces } = traces;
  const clock = arena.f64(2);
  const latest = arena.u32(edges.rows);
  const addLatestArrivals = (t: number) => {
    const n = clock[COUNT]!;
    if (n === 0 || clock[TIME] === t) return;
    const scale = traces.inverseDecayFactor(clock[TIME]!);
    for (let k = 0; k < n; k++) {
      const end = getRowEnd(edges, latest[k]!);
      for (let edge = getRowStart(edges, latest[k]!); edge < end; edge++) storedTraces[edge]! += scale;
    }
    clock[COUNT] = 0;
  };
  return {
    state: { ...joinStates({ traces }), clock, latest },
    onPre(row: number, t: number) {
      addLatestArrivals(t);
      clock[TIME] = t;
      latest[clock[COUNT]!++] = row;
    },
    /** Writes the traces of the synapses of `column` at t to `out`, indexed by row; then resets them to 0. */
    takeTraces(column: number, t: number, out: Float64Array) {
      addLatestArrivals(t);
      const factor = traces.decayFactor(t);
      const n = getColumnLength(edges, transpose, column);
      for (let i = 0; i < n; i++) {
        const edge = getColumnEdge(edges, transpose, column, i);
        out[getColumnRow(transpose, column, i)] = storedTraces[edge]! * factor;
        storedTraces[edge] = 0;
      }
    },
    resetDynamicState(t: number) {
      traces.resetDynamicState(t);
      clock.fill(0);
    },
  };
}

/**
 * Pair-based STDP with Δt = t_post - t_pre, where t_pre is the time of arrival at the synapse (axonal delay). Two
 * spikes at Δt = 0 do not pair with each other, but with earlier spikes.
 */
export const pairStdp = defineRule({
  name: 'pairStdp',
  help: 'pair-based spike-timing-dependent plasticity (STDP)',
  equation:
    'post: strength aPlus (1 - g)^muPlus x_pre; pre: -aMinus g^muMinus y_post; traces x, y decay with tauPlus, tauMinus',
  source:
    'Song et al. 2000, doi:10.1038/78829; traces: Morrison et al. 2008, doi:10.1007/s00422-008-0233-1; weight dependence: Guetig et al. 2003, doi:10.1523/JNEUROSCI.23-09-03697.2003',
  params,
  create: (p, context) =>
    p.pairing === 'presynapticCentred' ? createPresynapticStdp(p, context) : createSymmetricStdp(p, context),
});
