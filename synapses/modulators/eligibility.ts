import { defineModulator } from '../../core/declare/define.ts';
import { positive } from '../../core/declare/params.ts';
import { getColumnEdge, getColumnLength, getColumnRow, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import { EdgeTraces } from '../decay.ts';
import { joinStates } from '../joinStates.ts';
import { expandGains, gainParam } from './gain.ts';

const params = {
  gain: gainParam('pulse strength per unit of the eligibility trace at a modulating spike; below 0: punishment'),
  tau: positive(1000, 'ms', 'time constant of the eligibility trace'),
};

/** Indices in `mu`: exponents of the weight dependence of upward and of downward pulses. */
const UP = 0;
const DOWN = 1;

/**
 * Reward-modulated learning. A modulating spike (reward) does not change the trace. The weight dependence of the rule
 * (mu) uses the weight at the reward. At the same tick, arrivals are added to the trace before the reward, postsynaptic
 * spikes after it.
 */
export const eligibility = defineModulator({
  name: 'eligibility',
  help: 'eligibility trace: accumulates the pulses of the rule and decays; a modulating spike (reward) writes it to the devices',
  equation: 'dc/dt = -c/tau; rule: c += strength; modulating spike: strength gain c',
  source: 'Izhikevich 2007, doi:10.1093/cercor/bhl152, with a reward as short as a spike; defaults assumed',
  params,
  create({ gain, tau }, { devices, transpose, modulatingNeuronCount: neurons, arena, name }) {
    const each = expandGains(gain, neurons, name);
    const { edges } = devices;
    const { targets, columns } = edges;
    const traces = new EdgeTraces(edges.count, tau, arena);
    const { storedTraces } = traces;
    const mus = arena.f64(2);
    const strengths = arena.f64(columns);
    const columnAt = (row: number, edge: number) => (targets === null ? edge - row * columns : targets[edge]!);
    const add = (edge: number, amount: number, mu: number) => {
      if (amount === 0) return;
      storedTraces[edge]! += amount;
      mus[amount > 0 ? UP : DOWN] = mu;
    };
    /** Pulses those synapses of a row whose trace × factor has the sign of `direction`. */
    const write = (row: number, factor: number, direction: typeof UP | typeof DOWN, t: number) => {
      let any = false;
      const end = getRowEnd(edges, row);
      for (let edge = getRowStart(edges, row); edge < end; edge++) {
        const strength = storedTraces[edge]! * factor;
        const wanted = direction === UP ? strength > 0 : strength < 0;
        strengths[columnAt(row, edge)] = wanted ? strength : 0;
        any ||= wanted;
      }
      if (any) devices.pulseRow(row, strengths, 1, mus[direction]!, t);
    };
    /** True if any synapse of a row has a trace; with sparse input, most rows have none. */
    const hasTrace = (row: number) => {
      const end = getRowEnd(edges, row);
      for (let edge = getRowStart(edges, row); edge < end; edge++) if (storedTraces[edge] !== 0) return true;
      return false;
    };
    return {
      edges,
      state: { ...joinStates({ eligibility: traces }), mu: mus },
      pulseRow(row, trace, scale, mu, t) {
        const amount = scale * traces.inverseDecayFactor(t);
        const end = getRowEnd(edges, row);
        for (let k = getRowStart(edges, row); k < end; k++) add(k, amount * trace[columnAt(row, k)]!, mu);
      },
      pulseColumn(column, trace, scale, mu, t) {
        const amount = scale * traces.inverseDecayFactor(t);
        const n = getColumnLength(edges, transpose, column);
        for (let i = 0; i < n; i++)
          add(getColumnEdge(edges, transpose, column, i), amount * trace[getColumnRow(transpose, column, i)]!, mu);
      },
      modulate(neuron, t) {
        const factor = each[neuron]! * traces.decayFactor(t);
        for (let row = 0; row < edges.rows; row++) {
          if (!hasTrace(row)) continue;
          write(row, factor, UP, t);
          write(row, factor, DOWN, t);
        }
      },
      resetDynamicState: (t) => traces.resetDynamicState(t),
    };
  },
});
