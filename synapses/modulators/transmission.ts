import { defineModulator } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { choice, fromZero, number, share } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';

const params = {
  dark: fromZero(0.1, '1', 'share of the weight that passes without any spike (assumed)'),
  bright: fromZero(1, '1', 'share that passes at the most; below `dark` the modulator closes the synapses'),
  eta: share(0.3, 'share of the rest that a modulating spike adds (assumed)'),
  tau: number({
    default: 200,
    min: 0,
    exclusiveMin: true,
    infinity: true,
    unit: 'ms',
    help: 'decay of what spikes added: persistence of the photoconductance (assumed)',
  }),
  reaches: choice(['all', 'row'], {
    default: 'all',
    help: 'a modulating spike reaches all synapses, or those of the presynaptic neuron of its own number: a light for each pixel',
  }),
};

/**
 * A third factor that scales what synapses transmit, not what they learn: light or humidity on the device of a sensor, whose
 * conductance it raises or lowers while it lasts. A modulating spike counts for arrivals after its instant. It needs a device, no rule.
 */
export const transmission = defineModulator({
  name: 'transmission',
  help: 'scales what arrivals deliver by a saturating trace of the modulating spikes: light or humidity on a synapse that senses',
  equation:
    'factor of an arrival dark + (bright - dark) m; modulating spike, h after the last: m <- m e^(-h/tau); m <- m + eta (1 - m)',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review), references 86 and 101; equation and constants assumed',
  params,
  create({ dark, bright, eta, tau, reaches }, { devices, neurons, arena, name }) {
    const { edges } = devices;
    const byRow = reaches === 'row';
    if (byRow && neurons !== edges.rows)
      throw new UserError(
        `${name}.reaches is "row", but the modulating population has ${neurons} neurons and there are ${edges.rows} presynaptic ones.`,
      );
    // What spikes added, and when that was its value: one, or one a row.
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
      // Learning is as without it.
      pulseRow: devices.pulseRow.bind(devices),
      pulseColumn: devices.pulseColumn.bind(devices),
      rest(t) {
        open.fill(0);
        time.fill(t);
      },
    };
  },
});
