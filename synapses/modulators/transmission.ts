import type { Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { defineModulator } from '../../core/declare/models.ts';
import { choice, number } from '../../core/declare/params.ts';
import type { ModulatorContext } from '../../core/factories.ts';
import { exp } from '../../core/math.ts';
import type { Modulator, Pulsed } from '../../core/model.ts';

const params = {
  dark: number({
    default: 0.1,
    min: 0,
    unit: '1',
    help: 'share of the weight that passes without any spike (assumed)',
  }),
  bright: number({
    default: 1,
    min: 0,
    unit: '1',
    help: 'share that passes at the most; below `dark` the modulator closes the synapses',
  }),
  eta: number({
    default: 0.3,
    min: 0,
    max: 1,
    unit: '1',
    help: 'share of the rest that a modulating spike adds (assumed)',
  }),
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

class Transmission implements Modulator {
  readonly edges;
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #devices: Pulsed;
  /** What spikes added, and when that was its value: one, or one a row. */
  readonly #open: Float64Array;
  readonly #time: Float64Array;

  constructor(p: Params<typeof params>, { devices, neurons, arena, name }: ModulatorContext) {
    const { rows } = devices.edges;
    if (p.reaches === 'row' && neurons !== rows)
      throw new UserError(
        `${name}.reaches is "row", but the modulating population has ${neurons} neurons and there are ${rows} presynaptic ones.`,
      );
    this.#p = p;
    this.#devices = devices;
    this.edges = devices.edges;
    this.#open = arena.f64(p.reaches === 'row' ? rows : 1);
    this.#time = arena.f64(this.#open.length);
    this.state = { open: this.#open, time: this.#time };
  }

  efficacy(row: number, t: number): number {
    const { dark, bright } = this.#p;
    return dark + (bright - dark) * this.#at(row, t);
  }

  modulate(neuron: number, t: number): void {
    const k = this.#index(neuron);
    const open = this.#at(neuron, t);
    this.#open[k] = open + this.#p.eta * (1 - open);
    this.#time[k] = t;
  }

  /** Learning is as without it. */
  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    this.#devices.pulseRow(row, trace, scale, mu, t);
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    this.#devices.pulseColumn(column, trace, scale, mu, t);
  }

  rest(t: number): void {
    this.#open.fill(0);
    this.#time.fill(t);
  }

  #index(neuron: number): number {
    return this.#open.length === 1 ? 0 : neuron;
  }

  #at(neuron: number, t: number): number {
    const k = this.#index(neuron);
    const open = this.#open[k]!;
    return open === 0 ? 0 : open * exp((this.#time[k]! - t) / this.#p.tau);
  }
}

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
  create: (p, context) => new Transmission(p, context),
});
