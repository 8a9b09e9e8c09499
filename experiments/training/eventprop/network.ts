import { UserError } from '../../../core/declare/errors.ts';
import { CounterRandom, RandomStream } from '../../../core/random/random.ts';
import { argmax } from '../../statistics/score.ts';
import type { EventPropConfig } from './config.ts';
import { computeLoss } from './loss.ts';
import type { SpikeSamples } from './samples.ts';
import { createSpike, createSpikingLayer, type Spike, type SpikingLayer } from './spikingLayer.ts';

/** Feed-forward network of spiking layers; computes class and gradients sample by sample. */
export class EventPropNetwork {
  readonly layers: readonly SpikingLayer[];
  /** Number of samples since the last spike of each hidden neuron, by layer. */
  readonly silentFor: readonly Uint32Array[];
  /** Input spikes of the present sample, ascending by time. */
  input: Spike[] = [];
  readonly #config: EventPropConfig;
  readonly #measured: Float64Array;

  constructor(config: EventPropConfig, samples: Pick<SpikeSamples, 'inputCount' | 'classCount'>) {
    const { tau, tauSyn, encoding, hidden, delays: hasDelays, initial: c, seed, loss, minSlope } = config;
    this.#config = config;
    const common = { tauM: tau, tauS: tauSyn, duration: encoding.duration, hasDelays, minSlope };
    const sizes = [samples.inputCount, ...hidden, samples.classCount];
    this.layers = sizes.slice(1).map((size, n) => {
      const isOutput = n === hidden.length;
      const threshold = isOutput && loss.measure !== 'firstSpike' ? Infinity : 1;
      const stopsAtFirstSpikes = isOutput && threshold < Infinity;
      const layer = createSpikingLayer({ ...common, inputCount: sizes[n]!, size, threshold, stopsAtFirstSpikes });
      const [mean, sd] = isOutput ? [c.outputMean, c.outputSd] : [c.hiddenMean, c.hiddenSd];
      const random = new CounterRandom(seed, `learn/layer${n + 1}/weights`);
      for (let k = 0; k < layer.weights.length; k++) layer.weights[k] = mean + sd * random.normal(k, 0);
      const stream = new RandomStream(seed, `learn/layer${n + 1}/delays`);
      layer.delays?.forEach((_, k, all) => {
        all[k] = c.delay * stream.uniform();
      });
      return layer;
    });
    this.silentFor = hidden.map((size) => new Uint32Array(size));
    this.#measured = new Float64Array(samples.classCount);
  }

  /**
   * Runs sample i through the layers. Returns its class: earliest or largest measured value; 0 if no output neuron spikes.
   * @param drops returns true for an input spike that is left out; called per spike
   */
  classify({ inputCount, timeOf }: SpikeSamples, i: number, drops: () => boolean = () => false): number {
    const { loss, encoding } = this.#config;
    this.input = [];
    for (let k = 0; k < inputCount; k++) {
      const time = timeOf(i, k);
      if (time < Infinity && !drops()) this.input.push(createSpike(k, time));
    }
    this.input.sort((a, b) => a.time - b.time);
    this.layers.forEach((layer, n) => {
      layer.forward(this.#getInput(n));
    });
    const { maxima, integrals, spikes } = this.layers.at(-1)!;
    const m = this.#measured;
    if (loss.measure !== 'firstSpike') {
      m.set(loss.measure === 'maximum' ? maxima : integrals.map((integral) => integral / encoding.duration));
      return argmax(m);
    }
    m.fill(Infinity);
    for (const { neuron, time } of spikes) m[neuron] = Math.min(m[neuron]!, time);
    return argmax(m.map((time) => -time));
  }

  #getInput = (n: number) => this.layers[n - 1]?.spikes ?? this.input;

  /** Adds the gradients of the sample that was classified last. Returns its loss; Infinity if the output of the label is silent. */
  addGradients(label: number): number {
    const { loss, rateRegularisation, rateTarget, revival, encoding, delays } = this.#config;
    const { layers } = this;
    const output = layers.at(-1)!;
    const derivatives = new Float64Array(this.#measured.length);
    const value = computeLoss({ ...loss, label }, this.#measured, derivatives);
    if (loss.measure === 'maximum') output.backwardMaxima(derivatives);
    else if (loss.measure === 'mean') output.backwardIntegrals(derivatives.map((x) => x / encoding.duration));
    else {
      for (const spike of output.spikes)
        if (spike.time === this.#measured[spike.neuron]) spike.gradient = derivatives[spike.neuron]!;
      output.backwardSpikes(true, () => 0);
    }
    // If the output neuron of the label is silent, there is no gradient; its weights are raised instead.
    if (value === Infinity)
      for (const { neuron } of this.#getInput(layers.length - 1))
        output.weightGradient[neuron * output.size + label]! -= revival.label;
    for (let n = layers.length - 2; n >= 0; n--) {
      const { counts } = layers[n]!;
      layers[n]!.backwardSpikes(n > 0 || delays, (count) => rateRegularisation * (count - rateTarget));
      const silent = this.silentFor[n]!;
      for (let i = 0; i < silent.length; i++) silent[i] = counts[i] === 0 ? silent[i]! + 1 : 0;
    }
    return value;
  }

  /** Requires activity. @throws UserError if all neurons of a hidden layer were silent for `limit` samples */
  requireSpikes(limit: number) {
    this.silentFor.forEach((counts, n) => {
      if (!counts.every((count) => count >= limit)) return;
      const highest = this.layers[n]!.measureHighestPotential().toFixed(3);
      throw new UserError(
        `learn: hidden layer ${n + 1} with ${counts.length} neurons stays silent: in the last of ${limit} samples its highest potential is ${highest}, below the threshold of 1; increase initial.hiddenMean or initial.hiddenSd.`,
      );
    });
  }
}
