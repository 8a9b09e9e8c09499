import { defineModulator } from '../../core/declare/define.ts';
import { positive } from '../../core/declare/params.ts';
import { columnEdge, columnLength, columnRow, rowEnd, rowStart } from '../../core/graph/edges.ts';
import { EdgeTraces } from '../edgeTraces.ts';
import { joined } from '../parts.ts';
import { gain, gains } from './gain.ts';

const params = {
  gain: gain('strength per unit of eligibility that a modulating spike writes; below 0 it punishes'),
  tau: positive(1000, 'ms', 'decay of the eligibility'),
};

/** Indices into `mu`: the weight dependence that the rule asked for, upwards and downwards. */
const UP = 0;
const DOWN = 1;

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
  create({ gain, tau }, { devices, transpose, neurons, arena, name }) {
    const each = gains(gain, neurons, name);
    const { edges } = devices;
    const { targets, columns } = edges;
    const traces = new EdgeTraces(edges.count, tau, arena);
    const { values } = traces;
    const mus = arena.f64(2);
    const strengths = arena.f64(columns);
    const columnAt = (row: number, edge: number) => (targets === null ? edge - row * columns : targets[edge]!);
    const add = (edge: number, amount: number, mu: number) => {
      if (amount === 0) return;
      values[edge]! += amount;
      mus[amount > 0 ? UP : DOWN] = mu;
    };
    /** Pulses those synapses of a row that are to go in one direction. */
    const write = (row: number, factor: number, direction: typeof UP | typeof DOWN, t: number) => {
      let any = false;
      const end = rowEnd(edges, row);
      for (let edge = rowStart(edges, row); edge < end; edge++) {
        const strength = values[edge]! * factor;
        const wanted = direction === UP ? strength > 0 : strength < 0;
        strengths[columnAt(row, edge)] = wanted ? strength : 0;
        any ||= wanted;
      }
      if (any) devices.pulseRow(row, strengths, 1, mus[direction]!, t);
    };
    /** Whether a row has a synapse with a trace: most rows of a sparse input have none. */
    const some = (row: number) => {
      const end = rowEnd(edges, row);
      for (let edge = rowStart(edges, row); edge < end; edge++) if (values[edge] !== 0) return true;
      return false;
    };
    return {
      edges,
      state: { ...joined({ eligibility: traces }), mu: mus },
      pulseRow(row, trace, scale, mu, t) {
        const amount = scale * traces.scale(t);
        const end = rowEnd(edges, row);
        for (let edge = rowStart(edges, row); edge < end; edge++) add(edge, amount * trace[columnAt(row, edge)]!, mu);
      },
      pulseColumn(column, trace, scale, mu, t) {
        const amount = scale * traces.scale(t);
        const n = columnLength(edges, transpose, column);
        for (let i = 0; i < n; i++)
          add(columnEdge(edges, transpose, column, i), amount * trace[columnRow(transpose, column, i)]!, mu);
      },
      modulate(neuron, t) {
        const factor = each[neuron]! * traces.factor(t);
        for (let row = 0; row < edges.rows; row++) {
          if (!some(row)) continue;
          write(row, factor, UP, t);
          write(row, factor, DOWN, t);
        }
      },
      rest: (t) => traces.rest(t),
    };
  },
});
