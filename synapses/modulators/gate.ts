import type { Params } from '../../core/declare/define.ts';
import { defineModulator } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { ModulatorContext } from '../../core/factories.ts';
import { exp } from '../../core/math.ts';
import type { Modulator, Pulsed } from '../../core/model.ts';
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

/** Indices into `trace`: what spikes added, and when that was its value. */
const VALUE = 0;
const TIME = 1;

class Gate implements Modulator {
  readonly edges;
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #gains: readonly number[];
  readonly #devices: Pulsed;
  readonly #trace: Float64Array;

  constructor(p: Params<typeof params>, { devices, neurons, arena, name }: ModulatorContext) {
    this.#p = p;
    this.#gains = gains(p.gain, neurons, name);
    this.#devices = devices;
    this.edges = devices.edges;
    this.#trace = arena.f64(2);
    this.state = { trace: this.#trace };
  }

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const m = this.#p.baseline + this.#added(t);
    if (m !== 0) this.#devices.pulseRow(row, trace, scale * m, mu, t);
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const m = this.#p.baseline + this.#added(t);
    if (m !== 0) this.#devices.pulseColumn(column, trace, scale * m, mu, t);
  }

  modulate(neuron: number, t: number): void {
    this.#trace[VALUE] = this.#added(t) + this.#gains[neuron]!;
    this.#trace[TIME] = t;
  }

  rest(t: number): void {
    this.#trace[VALUE] = 0;
    this.#trace[TIME] = t;
  }

  #added(t: number): number {
    const value = this.#trace[VALUE]!;
    return value === 0 ? 0 : value * exp((this.#trace[TIME]! - t) / this.#p.tau);
  }
}

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
  create: (p, context) => new Gate(p, context),
});
