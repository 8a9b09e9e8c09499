import { defineModulator } from '../../core/declare/define.ts';
import { number } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import type { PulseTarget } from '../../core/model.ts';
import { timeConstantParam } from '../decay.ts';
import { expandGains, gainParam } from './gain.ts';

const params = {
  baseline: number({ default: 0, unit: '1', help: 'modulation factor without modulating spikes; 0: no learning' }),
  gain: gainParam('increment of the modulation by a modulating spike'),
  tau: timeConstantParam(100, 'decay time constant of the increments of the modulation'),
};

/**
 * Third factor that multiplies all pulse strengths, such as a third terminal or light on the device (heterosynaptic
 * plasticity). If m < 0, an upward pulse of the rule becomes a downward pulse of the device, with the weight dependence of downward
 * pulses, and the reverse. At the same tick, a modulating spike affects pulses of postsynaptic spikes, but not pulses of arrivals.
 */
export const gate = defineModulator({
  name: 'gate',
  help: 'third factor of learning: the pulse strengths of the rule are multiplied by a trace of the modulating spikes',
  equation:
    'strength × m(t); m = baseline + sum of gain e^(-(t - t_mod)/tau) over modulating spikes; m < 0 exchanges the directions of the pulses',
  source: 'Frémaux & Gerstner 2016, doi:10.3389/fncir.2015.00085; defaults assumed',
  params,
  create({ baseline, gain, tau }, { devices, modulatingNeuronCount: neurons, arena, name }) {
    const each = expandGains(gain, neurons, name);
    const trace = arena.f64(2); // value of the trace, and the time of that value, ms
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
      resetDynamicState: (t) => set(0, t),
    };
  },
});
