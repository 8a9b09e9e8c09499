import { exp, log } from '../../../core/math.ts';
import { ExactResponse, FiringBound } from '../../../neurons/lif/exactResponse.ts';

/** Spike of an input or of a layer in one sample, or maximum of the potential of a neuron without threshold. */
export interface Spike {
  readonly neuron: number;
  time: number;
  /** Index of the interval between arrivals in which the spike occurs. */
  interval: number;
  /** Current of the neuron at the spike; for a maximum at an arrival, dV/dt just before. */
  current: number;
  /** Previous spike of the neuron. */
  readonly previous: Spike | null;
  /** Derivative of the loss by `time`, per ms. */
  gradient: number;
  /** Jump at the spike of lV, the adjoint of the potential: lV <- factor × lV + leap. */
  factor: number;
  leap: number;
}

export const createSpike = (neuron: number, time: number, interval = 0, current = 0, previous: Spike | null = null) =>
  ({ neuron, time, interval, current, previous, gradient: 0, factor: 1, leap: 0 }) as Spike;

/** Interval from one arrival at the neurons `from` to `to - 1` to the next one, or to the end of the sample. */
interface Interval {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  /** Presynaptic spikes that arrive at `start`. */
  readonly arrivals: Spike[];
  /** Factors of `ExactResponse.computeFactors` for the interval. */
  decayM: number;
  decayS: number;
  rise: number;
}

export interface SpikingLayerOptions {
  readonly inputCount: number;
  readonly size: number;
  readonly tauM: number;
  readonly tauS: number;
  /** Threshold, dimensionless; Infinity for output neurons whose potentials are read. */
  readonly threshold: number;
  /** True to end the computation at the first spike of each neuron, if the loss needs no others. */
  readonly stopsAtFirstSpikes: boolean;
  /** Minimum of current - threshold, by which the adjoint is divided at a spike. */
  readonly minSlope: number;
  /** Duration of a sample, ms. */
  readonly duration: number;
  readonly hasDelays: boolean;
}

/**
 * Fully connected layer of LIF neurons with exponential currents: exact forward pass and adjoint of one sample (equations in
 * `AdjointNeuron`, vectorised here over neurons). Without delays, all neurons have equal arrival times and share the intervals between
 * them; with delays, each neuron has its own intervals.
 */
export function createSpikingLayer(options: SpikingLayerOptions) {
  const { inputCount, size, tauM, tauS, threshold, stopsAtFirstSpikes, minSlope, duration, hasDelays } = options;
  const count = inputCount * size;
  const createState = () => new Float64Array(size);
  const [weights, weightGradient] = [new Float64Array(count), new Float64Array(count)];
  const delays = hasDelays ? new Float64Array(count) : null;
  const delayGradient = new Float64Array(hasDelays ? count : 0);
  const counts = new Uint32Array(size);
  const [maxima, integrals] = [createState(), createState()];
  const response = new ExactResponse(tauM, tauS);
  const { peakGain } = response;
  const firingBound = new FiringBound(response, threshold);
  /** Intervals of all neurons, ascending by `from`, then by time. */
  let intervals: Interval[] = [];
  /** Last spike, or maximum of the potential, of each neuron. */
  const lastSpikes: (Spike | null)[] = new Array(size).fill(null);
  /** Potentials and currents; in the backward pass their adjoints lV and lI. */
  const [v, c] = [createState(), createState()];
  const layer = {
    ...{ inputCount, size, forward, measureHighestPotential, backwardSpikes, backwardMaxima, backwardIntegrals },
    /** Weights and delays (ms), input × neuron, and their gradients. */
    ...{ weights, delays, weightGradient, delayGradient },
    /** Spikes of the sample, ascending by time, and their number per neuron. */
    ...{ spikes: [] as Spike[], counts },
    /** Maximum and integral of the potential of each neuron without threshold. */
    ...{ maxima, integrals },
  };

  /** Computes the spikes, or the maxima and integrals of potentials, for the spikes of the previous layer. */
  function forward(input: readonly Spike[]) {
    layer.spikes = [];
    intervals = [];
    if (delays) for (let i = 0; i < size; i++) addIntervals(input, i, i + 1);
    else addIntervals(input, 0, size);
    advance(threshold < Infinity);
    layer.spikes.sort((a, b) => a.time - b.time);
  }

  /** Largest potential that any neuron would reach without threshold in the sample of `forward`. */
  function measureHighestPotential(): number {
    advance(false);
    return maxima.reduce((most, v) => Math.max(most, v), 0);
  }

  function addIntervals(input: readonly Spike[], from: number, to: number) {
    const delayOf = ({ neuron }: Spike) => (delays ? delays[neuron * size + from]! : 0);
    const arrivals = input.map((spike) => ({ spike, time: spike.time + delayOf(spike) }));
    if (delays) arrivals.sort((a, b) => a.time - b.time);
    for (let k = 0; k < arrivals.length && arrivals[k]!.time < duration; ) {
      const start = arrivals[k]!.time;
      const simultaneous: Spike[] = [];
      for (; arrivals[k]?.time === start; k++) simultaneous.push(arrivals[k]!.spike);
      const end = Math.min(arrivals[k]?.time ?? duration, duration);
      intervals.push({ from, to, start, end, decayM: 0, decayS: 0, rise: 0, arrivals: simultaneous });
    }
  }

  /** Advances all neurons from rest to the end of the sample. @param fires true for spikes, false for maxima and integrals */
  function advance(fires: boolean) {
    for (const array of [v, c, maxima, integrals, counts]) array.fill(0);
    for (let i = 0; i < size; i++) lastSpikes[i] = fires ? null : createSpike(i, 0, -1);
    const firesNoMore = (from: number, to: number) => {
      for (let i = from; i < to; i++) if (counts[i] === 0) return false;
      return true;
    };
    intervals.forEach((interval, g) => {
      const { from, to, start, end, arrivals } = interval;
      if (stopsAtFirstSpikes && fires && firesNoMore(from, to)) return;
      const { decayM, decayS, rise } = response.computeFactors(end - start);
      interval.decayM = decayM;
      interval.decayS = decayS;
      interval.rise = rise;
      for (const { neuron } of arrivals)
        for (let i = from, k = neuron * size + from; i < to; i++, k++) c[i]! += weights[k]!;
      if (fires) fire(g, interval);
      else read(g, interval);
    });
  }

  function fire(g: number, interval: Interval) {
    const { from, to, decayM, decayS, rise } = interval;
    for (let i = from; i < to; i++) {
      const current = c[i]!;
      const later = v[i]! * decayM + current * rise;
      const laterCurrent = (c[i] = current * decayS);
      // The potential rises while the current exceeds the threshold, so it can peak in the interval only afterwards.
      v[i] =
        current > threshold && (later >= threshold || laterCurrent < threshold)
          ? crossThreshold(i, current, g, interval, later)
          : later;
    }
  }

  /** Emits the spikes of neuron i in interval g. Returns its potential at the end. @param later potential at the end without spikes */
  function crossThreshold(i: number, current: number, g: number, { start, end }: Interval, later: number) {
    let time = start;
    let potential = v[i]!;
    while (later >= threshold || potential >= firingBound.at(current)) {
      if (later < threshold) {
        const x = tauS * log(current / threshold);
        if (time + x >= end || response.computePotential(potential, current, x) < threshold) break;
      }
      const x = response.refineCrossing(potential, current, threshold, 0);
      if (time + x >= end) break;
      time += x;
      current *= exp(-x / tauS);
      potential = 0;
      lastSpikes[i] = createSpike(i, time, g, current, lastSpikes[i]);
      layer.spikes.push(lastSpikes[i]!);
      counts[i]!++;
      later = response.computePotential(0, current, end - time);
    }
    return later;
  }

  /** Updates maxima and integrals of potentials in interval g. */
  function read(g: number, { from, to, start, end, decayM, decayS, rise }: Interval) {
    const endsByArrival = intervals[g + 1]?.start === end;
    for (let i = from; i < to; i++) {
      const potential = v[i]!;
      const current = c[i]!;
      const later = (v[i] = potential * decayM + current * rise);
      const laterCurrent = (c[i] = current * decayS);
      integrals[i]! += tauS * (current - laterCurrent) - tauM * (later - potential); // tauM dV/dt = I - V
      const rises = laterCurrent > later;
      if (rises ? later <= maxima[i]! : current <= potential || potential + peakGain * current <= maxima[i]!) continue;
      const x = rises ? end - start : response.findMaximum(potential, current);
      const value = rises ? later : response.computePotential(potential, current, x);
      if (value <= maxima[i]!) continue;
      maxima[i] = value;
      const peak = lastSpikes[i]!;
      peak.time = start + x;
      peak.interval = g;
      peak.current = rises && endsByArrival ? (laterCurrent - later) / tauM : 0;
    }
  }

  /**
   * Adds the gradients of the sample to `weightGradient` and `delayGradient`, from the gradients of the spikes.
   * @param needsInputGradient true to add the gradients of the input spikes
   * @param getExcess term that is subtracted from lV at each spike, by the number of spikes of the neuron (rate regularisation)
   */
  function backwardSpikes(needsInputGradient: boolean, getExcess: (spikeCount: number) => number) {
    for (const spike of layer.spikes) {
      const divisor = Math.max(spike.current - threshold, minSlope);
      spike.factor = spike.current / divisor;
      spike.leap = spike.gradient / divisor - getExcess(counts[spike.neuron]!);
    }
    retreat(needsInputGradient, null);
  }

  /** Adds the gradients of a loss with the given derivatives by the maxima of potentials. */
  function backwardMaxima(derivatives: Float64Array) {
    lastSpikes.forEach((peak, i) => {
      peak!.leap = -derivatives[i]! / tauM;
    });
    retreat(true, null);
    for (const peak of lastSpikes) {
      const { neuron, current: slope, interval } = peak!;
      if (slope === 0) continue;
      const arrival = intervals[interval + 1]!.arrivals[0]!; // the maximum moves with this arrival
      arrival.gradient += derivatives[neuron]! * slope;
      if (delays) delayGradient[arrival.neuron * size + neuron]! += derivatives[neuron]! * slope;
    }
  }

  /** Adds the gradients of a loss with the given derivatives by the integrals of potentials. */
  function backwardIntegrals(derivatives: Float64Array) {
    lastSpikes.fill(null);
    retreat(true, derivatives);
  }

  /**
   * Integrates the adjoint backwards from the end of the sample through jumps and arrivals. A derivative `source` by the integral of V shifts lV and
   * lI by a constant, so that v and c hold lV + source and lI + source.
   */
  function retreat(needsInputGradient: boolean, source: Float64Array | null) {
    const next = lastSpikes.slice();
    const nextIntervals = new Int32Array(size);
    // Integration backwards starts at the last spike; later, the adjoint is 0 unless the loss integrates V (`source`).
    let last = source ? intervals.length - 1 : -1;
    for (let i = 0; i < size; i++) {
      v[i] = c[i] = source ? source[i]! : 0;
      nextIntervals[i] = next[i]?.interval ?? -1;
      last = Math.max(last, nextIntervals[i]!);
    }
    for (let g = last; g >= 0; g--) {
      const { from, to, start, end, decayM, decayS, rise, arrivals } = intervals[g]!;
      const gain = (rise * tauM) / tauS;
      for (let i = from; i < to; i++) {
        if (nextIntervals[i] === g) {
          next[i] = retreatThroughSpikes(i, next[i]!, start, end);
          nextIntervals[i] = next[i]?.interval ?? -1;
        } else {
          c[i] = c[i]! * decayS + v[i]! * gain;
          v[i]! *= decayM;
        }
      }
      for (const spike of arrivals) {
        const row = spike.neuron * size;
        for (let i = from; i < to; i++) weightGradient[row + i]! -= tauS * c[i]!;
        if (source) for (let i = from; i < to; i++) weightGradient[row + i]! += tauS * source[i]!;
        if (!needsInputGradient) continue;
        let u = 0;
        for (let i = from; i < to; i++) u += weights[row + i]! * (v[i]! - c[i]!);
        spike.gradient += u;
        if (delays) delayGradient[row + from]! += u;
      }
    }
  }

  /** Integrates the adjoint of neuron i back from `end` to `start`, through its spikes. Returns the latest spike before `start`. */
  function retreatThroughSpikes(i: number, last: Spike, start: number, end: number): Spike | null {
    let spike: Spike | null = last;
    let late = end;
    for (; spike?.interval === last.interval; spike = spike.previous) {
      retreatFreely(i, late - spike.time);
      v[i] = spike.factor * v[i]! + spike.leap;
      late = spike.time;
    }
    retreatFreely(i, late - start);
    return spike;
  }

  /** Integrates the adjoint of neuron i back by y ms without arrivals and spikes. */
  function retreatFreely(i: number, y: number) {
    const { decayM, decayS, rise } = response.computeFactors(y);
    c[i] = c[i]! * decayS + (v[i]! * rise * tauM) / tauS;
    v[i]! *= decayM;
  }

  return layer;
}

export type SpikingLayer = ReturnType<typeof createSpikingLayer>;
