import { defineStimulus, type Params } from '../../core/declare/define.ts';
import { createElementParameter, type ElementParameter, VALUE_LIST_HELP } from '../../core/declare/elementParameter.ts';
import { nonNegative, perElement } from '../../core/declare/params.ts';
import { hzToPerMs } from '../../core/declare/units.ts';
import type { ModelContext } from '../../core/factories.ts';
import { sin } from '../../core/math.ts';
import type { StimulusModel } from '../../core/model.ts';
import { RandomStream } from '../../core/random/random.ts';
import { sizeParam } from '../parts/params.ts';
import { Poisson, startParam, stopParam } from './poisson.ts';

const params = {
  size: sizeParam,
  rate: perElement({ default: 0, min: 0, unit: 'Hz', help: `mean rate; ${VALUE_LIST_HELP}` }),
  amplitude: perElement({
    default: 0,
    min: 0,
    unit: 'Hz',
    help: `amplitude of the rate; ${VALUE_LIST_HELP}; above the mean rate, the rate is 0 for a part of the period`,
  }),
  frequency: nonNegative(10, 'Hz', 'frequency of the modulation'),
  phase: perElement({ default: 0, unit: 'rad', help: `phase of the modulation at 0 ms; ${VALUE_LIST_HELP}` }),
  start: startParam,
  stop: stopParam,
};

/** Number of candidate spikes (for thinning) drawn at once. */
const BLOCK = 64;

/** Poisson spike trains with sinusoidal rates, by thinning: spikes at the highest rate are kept with probability rate(t) / highest rate. */
class SinusoidalPoisson implements StimulusModel {
  readonly size: number;
  readonly state;
  readonly #rate: ElementParameter;
  readonly #amplitude: ElementParameter;
  readonly #phase: ElementParameter;
  readonly #cyclesPerMs;
  readonly #candidates;
  readonly #thinning;
  /** Times of candidate spikes, ms; entries `#block[0]` … `#block[1] - 1` are not used yet. */
  readonly #times: Float64Array;
  readonly #neurons: Uint32Array;
  readonly #block: Uint32Array;
  /** Next spike kept by the thinning: time, ms, and neuron. */
  readonly #time: Float64Array;
  readonly #neuron: Uint32Array;

  constructor(p: Params<typeof params>, context: ModelContext) {
    const { arena, seed, name } = context;
    const each = (key: 'rate' | 'amplitude' | 'phase') =>
      createElementParameter(p[key], p.size, key, context, key === 'phase' ? {} : { min: 0 });
    [this.#rate, this.#amplitude, this.#phase] = [each('rate'), each('amplitude'), each('phase')];
    this.size = p.size;
    this.#cyclesPerMs = hzToPerMs(p.frequency);
    const highest = Array.from({ length: p.size }, (_, j) => this.#rate.getValue(j) + this.#amplitude.getValue(j));
    this.#candidates = new Poisson({ size: p.size, rate: highest, start: p.start, stop: p.stop }, context);
    this.#thinning = new RandomStream(seed, `${name}/thinning`, arena.u32(4));
    [this.#times, this.#neurons, this.#block] = [arena.f64(BLOCK), arena.u32(BLOCK), arena.u32(2)];
    [this.#time, this.#neuron] = [arena.f64(1), arena.u32(1)];
    this.state = {
      ...this.#candidates.state,
      thinning: this.#thinning.state,
      candidateTimes: this.#times,
      candidateNeurons: this.#neurons,
      block: this.#block,
      nextTime: this.#time,
      nextNeuron: this.#neuron,
    };
    this.#drawNext();
  }

  get nextSpikeTime() {
    return this.#time[0]!;
  }

  onCheckpointLoaded() {
    this.#candidates.onCheckpointLoaded();
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    let count = 0;
    for (; count < capacity && this.nextSpikeTime < Infinity; count++) {
      times[count] = this.nextSpikeTime;
      neurons[count] = this.#neuron[0]!;
      this.#drawNext();
    }
    return count;
  }

  restart(t: number) {
    this.#candidates.restart(t);
    this.#block.fill(0);
    this.#drawNext();
  }

  #drawNext() {
    const block = this.#block;
    for (;;) {
      if (block[0] === block[1]) {
        if (this.#candidates.nextSpikeTime === Infinity) break;
        block[0] = 0;
        block[1] = this.#candidates.emit(this.#times, this.#neurons, BLOCK);
      }
      const k = block[0]!++;
      const j = this.#neurons[k]!;
      const [rate, amplitude] = [this.#rate.getValue(j), this.#amplitude.getValue(j)];
      const cycles = this.#times[k]! * this.#cyclesPerMs + this.#phase.getValue(j) / (2 * Math.PI);
      const present = rate + amplitude * sin(2 * Math.PI * (cycles - Math.floor(cycles)));
      if (this.#thinning.uniform() * (rate + amplitude) >= present) continue;
      this.#time[0] = this.#times[k]!;
      this.#neuron[0] = j;
      return;
    }
    this.#time[0] = Infinity;
  }
}

export const sinusoidalPoisson = defineStimulus({
  name: 'sinusoidalPoisson',
  help: 'independent Poisson spike trains whose rates oscillate',
  equation:
    'P(spike of neuron j in dt) = rate_j(t) dt, rate_j(t) = max(0, rate_j + amplitude_j sin(2 pi frequency t + phase_j))',
  source: 'Lewis & Shedler 1979, doi:10.1002/nav.3800260304 (thinning)',
  params,
  create: (p, context) => new SinusoidalPoisson(p, context),
});
