import { defineModulator } from '../../core/declare/define.ts';
import { number } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import type { PulseTarget } from '../../core/model.ts';
import { gain, gains } from './gain.ts';

const params = {
  baseline: number({ default: 0, unit: '1', help: 'modulation without any spike; 0: nothing is learned' }),
  gain: gain('what a modulating spike adds to the modulation'),
  tau: number({
    default: 100,
    min: 0,
    exclusiveMin: true,
    infinity: true,
    unit: 'ms',
    help: 'decay of what spikes added',
  }),
};

/**
 * A third factor that scales every pulse of the rule: strength × m(t), as a third terminal or light does on a device
 * (heterosynaptic plasticity). Below 0 it turns the direction round. A spike that arrives at the instant of a pulse
 * counts for the postsynaptic side and not for the presynaptic one.
 */
export const gate = defineModulator({
  name: 'gate',
  help: 'scales the pulses of the rule by a trace of the modulating spikes',
  equation: 'strength × m(t); m = baseline + sum of gain e^(-(t - t_mod)/tau) over modulating spikes',
  source: 'Frémaux & Gerstner 2016, doi:10.3389/fncir.2015.00085; defaults assumed',
  params,
  create({ baseline, gain, tau }, { devices, neurons, arena, name }) {
    const each = gains(gain, neurons, name);
    const trace = arena.f64(2); // what spikes added, and when that was its value
    const added = (t: number) => (trace[0] === 0 ? 0 : trace[0]! * exp((trace[1]! - t) / tau));
    const scaled =
      (along: 'pulseRow' | 'pulseColumn'): PulseTarget['pulseRow'] =>
      (line, strengths, scale, mu, t) => {
        const m = baseline + added(t);
        if (m !== 0) devices[along](line, strengths, scale * m, mu, t);
      };
    const set = (value: number, t: number) => trace.set([value, t]);
    return {
      edges: devices.edges,
      state: { trace },
      pulseRow: scaled('pulseRow'),
      pulseColumn: scaled('pulseColumn'),
      modulate: (neuron, t) => set(added(t) + each[neuron]!, t),
      rest: (t) => set(0, t),
    };
  },
});
