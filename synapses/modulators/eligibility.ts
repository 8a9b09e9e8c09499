import type { Params } from '../../core/declare/define.ts';
import { defineModulator } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { ModulatorContext } from '../../core/factories.ts';
import { columnEdge, columnLength, columnRow, rowEnd, rowStart, type Transpose } from '../../core/graph/edges.ts';
import type { Modulator, Pulsed } from '../../core/model.ts';
import { EdgeTraces } from '../edgeTraces.ts';
import { joined } from '../parts.ts';
import { gain, gains } from './gain.ts';

const params = {
  gain: gain('strength per unit of eligibility that a modulating spike writes; below 0 it punishes'),
  tau: number({ default: 1000, min: 0, exclusiveMin: true, unit: 'ms', help: 'decay of the eligibility' }),
};

/** Indices into `mu`: the weight dependence that the rule asked for, upwards and downwards. */
const UP = 0;
const DOWN = 1;

class Eligibility implements Modulator {
  readonly edges;
  readonly state;
  readonly #gains: readonly number[];
  readonly #devices: Pulsed;
  readonly #transpose: Transpose | null;
  readonly #traces: EdgeTraces;
  readonly #mu: Float64Array;
  readonly #strengths: Float64Array;

  constructor(p: Params<typeof params>, { devices, transpose, neurons, arena, name }: ModulatorContext) {
    this.#gains = gains(p.gain, neurons, name);
    this.#devices = devices;
    this.#transpose = transpose;
    this.edges = devices.edges;
    this.#traces = new EdgeTraces(this.edges.count, p.tau, arena);
    this.#mu = arena.f64(2);
    this.#strengths = arena.f64(this.edges.columns);
    this.state = { ...joined({ eligibility: this.#traces }), mu: this.#mu };
  }

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const { targets, columns } = this.edges;
    const amount = scale * this.#traces.scale(t);
    const end = rowEnd(this.edges, row);
    for (let edge = rowStart(this.edges, row); edge < end; edge++) {
      this.#add(edge, amount * trace[targets === null ? edge - row * columns : targets[edge]!]!, mu);
    }
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const amount = scale * this.#traces.scale(t);
    const n = columnLength(this.edges, this.#transpose, column);
    for (let i = 0; i < n; i++) {
      const row = columnRow(this.#transpose, column, i);
      this.#add(columnEdge(this.edges, this.#transpose, column, i), amount * trace[row]!, mu);
    }
  }

  modulate(neuron: number, t: number): void {
    const factor = this.#gains[neuron]! * this.#traces.factor(t);
    for (let row = 0; row < this.edges.rows; row++) {
      if (!this.#any(row)) continue; // most rows of a sparse input
      this.#write(row, factor, UP, t);
      this.#write(row, factor, DOWN, t);
    }
  }

  rest(t: number): void {
    this.#traces.rest(t);
  }

  #add(edge: number, amount: number, mu: number): void {
    if (amount === 0) return;
    this.#traces.values[edge]! += amount;
    this.#mu[amount > 0 ? UP : DOWN] = mu;
  }

  /** Whether a row has a synapse with a trace. */
  #any(row: number): boolean {
    const { values } = this.#traces;
    const end = rowEnd(this.edges, row);
    for (let edge = rowStart(this.edges, row); edge < end; edge++) if (values[edge] !== 0) return true;
    return false;
  }

  /** Pulses those synapses of a row that are to go in one direction. */
  #write(row: number, factor: number, direction: typeof UP | typeof DOWN, t: number): void {
    const { targets, columns } = this.edges;
    const { values } = this.#traces;
    let any = false;
    const end = rowEnd(this.edges, row);
    for (let edge = rowStart(this.edges, row); edge < end; edge++) {
      const strength = values[edge]! * factor;
      const wanted = direction === UP ? strength > 0 : strength < 0;
      this.#strengths[targets === null ? edge - row * columns : targets[edge]!] = wanted ? strength : 0;
      any ||= wanted;
    }
    if (any) this.#devices.pulseRow(row, this.#strengths, 1, this.#mu[direction]!, t);
  }
}

/**
 * Reward-modulated learning: the rule's pulses do not reach the devices but add up in an eligibility trace of each synapse,
 * which decays; a modulating spike pulses every synapse by its trace. The trace stays. The weight dependence of the rule
 * (mu) is that of the weight at the reward. At one instant an arrival makes its synapses eligible before the reward, a
 * postsynaptic spike after it.
 */
export const eligibility = defineModulator({
  name: 'eligibility',
  help: 'gathers the pulses of the rule in a decaying trace, which a modulating spike (a reward) writes to the devices',
  equation: 'dc/dt = -c/tau; rule: c += strength; modulating spike: strength gain c',
  source: 'Izhikevich 2007, doi:10.1093/cercor/bhl152, with a reward as short as a spike; defaults assumed',
  params,
  create: (p, context) => new Eligibility(p, context),
});
