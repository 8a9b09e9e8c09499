/** One LIF neuron with exponential currents and given arrivals, and brute force that knows nothing of the model. */
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';

export type LifInput = Parameters<typeof lif>[0];
export type Arrival = readonly [time: number, weight: number];

/** One neuron with given arrivals: when it fires, and a way to read its potential. */
export function simulate(params: Partial<LifInput>, arrivals: readonly Arrival[], duration: number) {
  const { net, neuron, spikes } = network(params, arrivals);
  net.run(duration);
  net.flush();
  return { times: spikes.column('time'), potential: neuron.model.potential(0, net.now), net, neuron };
}

export function network(params: Partial<LifInput>, arrivals: readonly Arrival[]) {
  const net = new Network({ seed: 1 });
  const neuron = net.population('neuron', lif({ size: 1, synapse: 'exponential', ...params }));
  if (arrivals.length > 0) {
    const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
    net.projection(source, neuron, { connect: { list: arrivals.map(([, w], i) => [i, 0, w]) } });
  }
  const spikes = new Rows();
  net.recordSpikes([neuron], spikes);
  return { net, neuron, spikes };
}

export const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

/** Independent of the model: steps of `step` ms by the exact propagator of (V, Ie, Ii) in physical variables. */
export function bruteForce(
  p: Readonly<Record<'tau' | 'tauSynExc' | 'tauSynInh' | 'current' | 'threshold' | 'refractory', number>> & {
    reset: number;
    increment: number;
    tauTheta: number;
  },
  arrivals: readonly Arrival[],
  duration: number,
  step: number,
): number[] {
  const capacitance = 250;
  const vInf = (p.current * p.tau) / capacitance;
  const response = (dt: number, ts: number) =>
    Math.abs(ts - p.tau) < 1e-9 * p.tau
      ? (dt / capacitance) * Math.exp(-dt / p.tau)
      : (Math.exp(-dt / p.tau) * Math.expm1(dt * (1 / p.tau - 1 / ts))) / (1 / p.tau - 1 / ts) / capacitance;
  let [t, v, e, i, a, release] = [0, 0, 0, 0, 0, 0];
  const times: number[] = [];
  const advance = (to: number) => {
    const dt = to - t;
    if (t < release) v = p.reset;
    else v = vInf + (v - vInf) * Math.exp(-dt / p.tau) + e * response(dt, p.tauSynExc) + i * response(dt, p.tauSynInh);
    e *= Math.exp(-dt / p.tauSynExc);
    i *= Math.exp(-dt / p.tauSynInh);
    a *= Math.exp(-dt / p.tauTheta);
    t = to;
  };
  const queue = [...arrivals].sort((x, y) => x[0] - y[0]);
  while (t < duration) {
    const [arrival, weight] = queue[0] ?? [Infinity, 0];
    let to = Math.min(t + step, arrival, duration);
    if (t < release) to = Math.min(to, release);
    const before = [t, v, e, i, a] as const;
    advance(to);
    if (t > release && v >= p.threshold + a) {
      // bisection inside the step
      let [low, high] = [before[0], to];
      for (let n = 0; n < 60; n++) {
        [t, v, e, i, a] = before;
        const middle = (low + high) / 2;
        advance(middle);
        if (v >= p.threshold + a) high = middle;
        else low = middle;
      }
      times.push(t);
      v = p.reset;
      a += p.increment;
      release = t + p.refractory;
      continue;
    }
    if (t === arrival) {
      queue.shift();
      if (weight >= 0) e += weight;
      else i += weight;
    }
  }
  return times;
}
