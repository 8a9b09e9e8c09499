import { defineModulator } from '../../core/declare/define.ts';
import { number, optional, positive } from '../../core/declare/params.ts';
import { expm1 } from '../../core/elementary.ts';
import { getColumnEdge, getColumnLength, getColumnRow, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import { exp } from '../../core/math.ts';
import { EdgeTraces } from '../decay.ts';
import { joinStates } from '../joinStates.ts';
import { expandGains, gainParam } from './gain.ts';

const params = {
  gain: gainParam('pulse strength per unit of the eligibility trace at a modulating spike; below 0: punishment'),
  tau: positive(1000, 'ms', 'time constant of the eligibility trace'),
  rewardTau: optional(
    number({
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'decay time constant of the reward, such as dopamine; default: the reward is as short as a spike',
    }),
  ),
};

/** Indices in `mu`. */
const [UP, DOWN] = [0, 1] as const;

type Along = 'pulseRow' | 'pulseColumn';

/**
 * Reward-modulated learning. A modulating spike (reward) does not change the trace. The weight dependence of the rule (mu) uses the
 * weight at the pulse. At the same tick, arrivals are added to the trace before the reward, postsynaptic spikes after it. With
 * `rewardTau`, devices are pulsed with the integral of c D since their last pulse: a row at its arrivals before they are delivered,
 * a column at its postsynaptic spikes, all synapses at modulating spikes; between these events, recorded weights are those of the last pulse.
 */
export const eligibility = defineModulator({
  name: 'eligibility',
  help: 'eligibility trace: accumulates the pulses of the rule and decays; a modulating spike (reward) writes it to the devices, at once or over the time course of the reward',
  equation:
    'dc/dt = -c/tau; rule: c += strength; modulating spike: strength gain c; with rewardTau: strength = integral of c D dt, dD/dt = -D/rewardTau, modulating spike: D += gain/rewardTau',
  source: 'Izhikevich 2007, doi:10.1093/cercor/bhl152; defaults assumed',
  params,
  create({ gain, tau, rewardTau }, { devices, transpose, modulatingNeuronCount: neurons, arena, name }) {
    const each = expandGains(gain, neurons, name);
    const { edges } = devices;
    const { targets, columns, rows, count } = edges;
    const traces = new EdgeTraces(count, tau, arena);
    const { storedTraces } = traces;
    const mu = arena.f64(2); // exponents of the weight dependence of upward and of downward pulses
    const [up, down] = [arena.f64(Math.max(rows, columns)), arena.f64(Math.max(rows, columns))];
    const reward = arena.f64(2); // concentration D, 1/ms, and the time of that value, ms
    const writeTimes = arena.f64(rewardTau === undefined ? 0 : count);
    const lineOf = (along: Along, line: number) => {
      if (along === 'pulseColumn')
        return {
          length: getColumnLength(edges, transpose, line),
          edgeAt: (i: number) => getColumnEdge(edges, transpose, line, i),
          indexAt: (i: number) => getColumnRow(transpose, line, i),
        };
      const start = getRowStart(edges, line);
      const indexAt = (i: number) => (targets === null ? i : targets[start + i]!);
      return { length: getRowEnd(edges, line) - start, edgeAt: (i: number) => start + i, indexAt };
    };
    /** Pulses the synapses of a row or column with `strengthOf` each edge: those with positive strength first. */
    const pulse = (along: Along, line: number, t: number, strengthOf: (edge: number) => number) => {
      const { length, edgeAt, indexAt } = lineOf(along, line);
      let [hasUp, hasDown] = [false, false];
      for (let i = 0; i < length; i++) {
        const strength = strengthOf(edgeAt(i));
        up[indexAt(i)] = Math.max(strength, 0);
        down[indexAt(i)] = Math.min(strength, 0);
        hasUp ||= strength > 0;
        hasDown ||= strength < 0;
      }
      if (hasUp) devices[along](line, up, 1, mu[UP]!, t);
      if (hasDown) devices[along](line, down, 1, mu[DOWN]!, t);
    };
    /** Integral of c D from the last pulse of a synapse to t, which becomes the time of its last pulse. */
    const integrateReward = (edge: number, t: number) => {
      const from = Math.max(writeTimes[edge]!, reward[1]!);
      writeTimes[edge] = t;
      if (storedTraces[edge] === 0 || t <= from) return 0;
      const product =
        storedTraces[edge]! * traces.decayFactor(from) * reward[0]! * exp((reward[1]! - from) / rewardTau!);
      const common = 1 / (1 / tau + 1 / rewardTau!);
      return -product * common * expm1((from - t) / common);
    };
    const writeReward = (along: Along, line: number, t: number) => {
      if (rewardTau !== undefined && reward[0] !== 0) pulse(along, line, t, (edge) => integrateReward(edge, t));
    };
    const addTo = (along: Along) => (line: number, trace: Float64Array, scale: number, exponent: number, t: number) => {
      writeReward(along, line, t);
      const amount = scale * traces.inverseDecayFactor(t);
      const { length, edgeAt, indexAt } = lineOf(along, line);
      for (let i = 0; i < length; i++) {
        const added = amount * trace[indexAt(i)]!;
        if (added === 0) continue;
        storedTraces[edgeAt(i)]! += added;
        mu[added > 0 ? UP : DOWN] = exponent;
      }
    };
    return {
      edges,
      state: { ...joinStates({ eligibility: traces }), mu, reward, writeTimes },
      pulseRow: addTo('pulseRow'),
      pulseColumn: addTo('pulseColumn'),
      ...(rewardTau !== undefined && {
        efficacy(row: number, t: number) {
          writeReward('pulseRow', row, t);
          return 1;
        },
      }),
      modulate(neuron, t) {
        const factor = each[neuron]! * traces.decayFactor(t);
        const strengthOf = (edge: number) => storedTraces[edge]! * factor;
        for (let row = 0; row < rows; row++)
          if (rewardTau === undefined) pulse('pulseRow', row, t, strengthOf);
          else writeReward('pulseRow', row, t);
        if (rewardTau === undefined) return;
        reward[0] = reward[0]! * exp((reward[1]! - t) / rewardTau) + each[neuron]! / rewardTau;
        reward[1] = t;
      },
      resetDynamicState(t) {
        traces.resetDynamicState(t);
        reward.set([0, t]);
      },
    };
  },
});
