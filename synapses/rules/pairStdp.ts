import { defineRule, type Params } from '../../core/declare/define.ts';
import { choice, fromZero, number, positive } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import type { ArrivalPulses, DeviceHooks } from '../../core/hooks.ts';
import type { PulseTarget } from '../../core/model.ts';
import { orderParams } from './order.ts';
import { presynapticCentred } from './presynapticCentred.ts';
import { minStrengthParam } from './strong.ts';
import { Traces } from './trace.ts';
import { traced } from './traced.ts';

const params = {
  pairing: choice(['allToAll', 'nearest', 'presynapticCentred'], {
    default: 'allToAll',
    help: 'each spike pairs with all earlier spikes of the other side, or with the latest only (nearest, symmetric), or each presynaptic spike with the postsynaptic ones before and after it',
  }),
  aPlus: number({
    default: 0.01,
    unit: '1',
    help: 'strength of potentiation at Δt = 0+, as a share of the weight range',
  }),
  aMinus: number({ default: 0.012, unit: '1', help: 'strength of depression at Δt = 0-' }),
  tauPlus: positive(20, 'ms', 'potentiation window (pre before post)'),
  tauMinus: positive(20, 'ms', 'depression window (post before pre)'),
  muPlus: fromZero(0, '1', 'potentiation is multiplied by (1 - g)^muPlus; 0 additive, 1 multiplicative'),
  muMinus: fromZero(0, '1', 'depression is multiplied by g^muMinus; van Rossum: muPlus 0, muMinus 1'),
  minStrength: minStrengthParam,
  ...orderParams,
};

/** Whose spikes pair with all earlier ones of the other side, or with the latest. */
function symmetric(p: Params<typeof params>, { devices, rows, columns, arena }: RuleContext) {
  const additive = p.pairing === 'allToAll';
  const pre = new Traces(rows, p.tauPlus, additive, arena, p.minStrength);
  const post = new Traces(columns, p.tauMinus, additive, arena, p.minStrength);
  let pulses: ArrivalPulses | null = null;
  const rule = traced(
    p,
    { pre, post },
    {
      quantities: { preTrace: pre.quantity('pre'), postTrace: post.quantity('post') },
      onPre(row: number, t: number) {
        post.pulseRow(devices, row, -p.aMinus, p.muMinus, t);
        pre.spike(row, t);
      },
      onPost(column: number, t: number) {
        pre.pulseColumn(devices, column, p.aPlus, p.muPlus, t);
        post.spike(column, t);
      },
      arrivalPulses(t: number): ArrivalPulses | null {
        if (rule.deliversFirst || post.latest === t || p.muMinus !== 0 || p.minStrength) return null; // some of the traces would have to be hidden
        const pulsed = (devices as PulseTarget & Partial<DeviceHooks>).pulsedDevices?.();
        if (!pulsed) return null;
        pulses ??= { devices: pulsed, amount: -p.aMinus, pre: pre.record, post: post.record };
        return pulses;
      },
    },
  );
  return rule;
}

/**
 * Pair-based STDP: with Δt = t_post - t_pre at the synapse (axonal delay: t_pre is the arrival), potentiation
 * aPlus e^(-Δt/tauPlus) for Δt > 0, depression -aMinus e^(Δt/tauMinus) for Δt < 0, nothing at Δt = 0: a spike that
 * coincides with one of the other side pairs with the one before that. Nearest neighbours are the symmetric ones.
 */
export const pairStdp = defineRule({
  name: 'pairStdp',
  help: 'pair-based spike-timing-dependent plasticity',
  equation:
    'post: strength aPlus (1 - g)^muPlus x_pre; pre: -aMinus g^muMinus y_post; traces x, y decay with tauPlus, tauMinus',
  source:
    'Song et al. 2000, doi:10.1038/78829; traces: Morrison et al. 2008, doi:10.1007/s00422-008-0233-1; weight dependence: Guetig et al. 2003, doi:10.1523/JNEUROSCI.23-09-03697.2003',
  params,
  create: (p, context) => (p.pairing === 'presynapticCentred' ? presynapticCentred(p, context) : symmetric(p, context)),
});
