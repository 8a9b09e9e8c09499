import { defineModulator } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { choice, fraction, nonNegative } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { timeConstantParam } from '../decay.ts';

const params = {
  dark: nonNegative(0.1, '1', 'fraction of the weight that is delivered without modulating spikes (assumed value)'),
  bright: nonNegative(1, '1', 'fraction of the weight that is delivered at saturation (m = 1); below dark: reduction'),
  eta: fraction(0.3, 'increment of the trace m by a modulating spike, as a fraction of 1 - m (assumed value)'),
  tau: timeConstantParam(200, 'decay time constant of the trace: persistence of the photoconductance (assumed value)'),
  reaches: choice(['all', 'row'], {
    default: 'all',
    help: 'synapses that a modulating spike affects: all: all synapses; row: synapses of the presynaptic neuron with the index of the modulating neuron, like one light per pixel',
  }),
};

/**
 * Third factor that scales transmission, not learning. A modulating spike affects later ticks only. Needs a device,
 * but no rule.
 */
export const transmission = defineModulator({
  name: 'transmission',
  help: 'modulator of transmission, not of learning: each modulating spike raises a saturating trace m; the delivered weight is multiplied by a factor from dark (m = 0) to bright (m = 1); models light or humidity that acts on the device',
  equation:
    'factor of an arrival dark + (bright - dark) m; modulating spike, h after the last: m <- m e^(-h/tau); m <- m + eta (1 - m)',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review), references 86 and 101; equation and constants assumed',
  params,
  create({ dark, bright, eta, tau, reaches }, { devices, modulatingNeuronCount: neurons, arena, name }) {
    const { edges } = devices;
    const byRow = reaches === 'row';
    if (byRow && neurons !== edges.rows)
      throw new UserError(
        `${name}.reaches "row" needs as many modulating neurons as presynaptic neurons (got ${neurons} and ${edges.rows}).`,
      );
    // Trace of the modulating spikes, and time of its last update, ms: one trace for all synapses, or one per
    // presynaptic neuron.
    const open = arena.f64(byRow ? neurons : 1);
    const time = arena.f64(open.length);
    const at = (k: number, t: number) => (open[k] === 0 ? 0 : open[k]! * exp((time[k]! - t) / tau));
    return {
      edges,
      state: { open, time },
      efficacy: (row, t) => dark + (bright - dark) * at(byRow ? row : 0, t),
      modulate(neuron, t) {
        const k = byRow ? neuron : 0;
        const before = at(k, t);
        open[k] = before + eta * (1 - before);
        time[k] = t;
      },
      // This modulator scales transmission only, so the learning rule's programming pulses reach the devices unscaled.
      pulseRow: devices.pulseRow.bind(devices),
      pulseColumn: devices.pulseColumn.bind(devices),
      resetDynamicState(t) {
        open.fill(0);
        time.fill(t);
      },
    };
  },
});
