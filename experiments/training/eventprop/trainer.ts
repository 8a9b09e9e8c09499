import { pow } from '../../../core/elementary.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { CrossbarLayer } from '../../../synapses/crossbar/index.ts';
import { createModel } from '../../network/models.ts';
import { type ProgressReporter, shuffleImageOrder, type TrainingProgress } from '../supervised/trainFloatNet.ts';
import type { EventPropConfig } from './config.ts';
import type { EventPropNetwork } from './network.ts';
import type { SpikeSamples } from './samples.ts';
import type { SpikingLayer } from './spikingLayer.ts';

const REPORT_INTERVAL = 512;
/** Parameters of the Adam optimiser: decay of first and second moment, epsilon. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Weights or delays of a layer with their summed gradients and the averages of Adam. */
interface Parameters {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

const createParameters = (values: Float64Array, gradient: Float64Array): Parameters => {
  const { length } = values;
  return { values, gradient, mean: new Float32Array(length), square: new Float32Array(length) };
};

/** Trains a network by exact gradients: Adam in float64, or its changes as pulses on device pairs. */
export class EventPropTrainer {
  /** Weights on devices, one crossbar per layer; empty without devices. */
  readonly crossbars: readonly CrossbarLayer[];
  readonly #config: EventPropConfig;
  readonly #network: EventPropNetwork;
  readonly #samples: SpikeSamples;
  readonly #weights: readonly Parameters[];
  readonly #delays: readonly Parameters[];

  constructor(config: EventPropConfig, network: EventPropNetwork, samples: SpikeSamples) {
    this.#config = config;
    this.#network = network;
    this.#samples = samples;
    this.crossbars = config.device ? network.layers.map((layer, n) => createCrossbar(config, layer, n)) : [];
    this.#weights = network.layers.map(({ weights, weightGradient }) => createParameters(weights, weightGradient));
    this.#delays = network.layers.flatMap(({ delays, delayGradient }) =>
      delays ? [createParameters(delays, delayGradient)] : [],
    );
    this.#readDevices();
  }

  /** State for checkpoints: parameters, optimiser, silent neurons and devices. */
  get state(): StateArrays {
    const parameters = [...this.#weights, ...this.#delays];
    const parts: StateArrays[] = [
      ...parameters.map(({ values, mean, square }) => ({ values, mean, square })),
      ...this.#network.silentFor.map((silentFor) => ({ silentFor })),
      ...this.crossbars.map(({ state }) => state),
    ];
    const entries = parts.flatMap((part, n) => Object.entries(part).map(([key, array]) => [`${n}.${key}`, array]));
    return Object.fromEntries(entries);
  }

  onCheckpointLoaded() {
    for (const crossbar of this.crossbars) crossbar.onCheckpointLoaded();
    this.#readDevices();
  }

  async train(reportProgress: ProgressReporter, { imageCount, correctCount }: TrainingProgress) {
    const { epochs, batch, dropout, seed, interval } = this.#config;
    const network = this.#network;
    const samples = this.#samples;
    let [shown, right, next] = [imageCount, correctCount, imageCount + REPORT_INTERVAL];
    for (let epoch = Math.floor(shown / samples.sampleCount); epoch < epochs; epoch++) {
      const order = shuffleImageOrder(samples.sampleCount, epoch, seed);
      for (let from = shown - epoch * samples.sampleCount; from < samples.sampleCount; from += batch) {
        const random = new RandomStream(seed, `learn/dropout${shown}`);
        const drops = dropout > 0 ? () => random.uniform() < dropout : undefined;
        const indices = order.subarray(from, from + batch);
        for (const i of indices) {
          if (network.classify(samples, i, drops) === samples.labels[i]) right++;
          network.addGradients(samples.labels[i]!);
        }
        for (const crossbar of this.crossbars) crossbar.now = shown * interval;
        this.#update(indices.length, epoch, epoch * Math.ceil(samples.sampleCount / batch) + from / batch);
        shown += indices.length;
        if (shown < next && shown < epochs * samples.sampleCount) continue;
        next = shown + REPORT_INTERVAL;
        await reportProgress(shown, right);
      }
      network.requireSpikes(samples.sampleCount);
    }
  }

  /** Changes the parameters by the gradients of `count` samples. @param updates number of updates before this one */
  #update(count: number, epoch: number, updates: number) {
    const { rate, delayRate, decay } = this.#config.optimiser;
    for (const [n, parameters] of this.#weights.entries()) {
      const { values, gradient } = parameters;
      computeAdamChanges(parameters, count, rate * pow(decay, epoch), updates);
      this.#network.silentFor[n]?.forEach((silent, i, { length }) => {
        if (silent < this.#samples.sampleCount) return;
        for (let k = i; k < gradient.length; k += length) gradient[k]! += this.#config.revival.hidden;
      });
      if (this.crossbars[n]) this.crossbars[n].update(gradient);
      else for (let k = 0; k < values.length; k++) values[k]! += gradient[k]!;
      gradient.fill(0);
    }
    for (const parameters of this.#delays) {
      const { values, gradient } = parameters;
      computeAdamChanges(parameters, count, delayRate * pow(decay, epoch), updates);
      for (let k = 0; k < values.length; k++) values[k] = Math.max(values[k]! + gradient[k]!, 0);
      gradient.fill(0);
    }
    this.#readDevices();
  }

  /** Copies the weights of the devices to the layers. */
  #readDevices() {
    this.crossbars.forEach(({ weights }, n) => {
      this.#network.layers[n]!.weights.set(weights);
    });
  }
}

/** Replaces summed gradients of `count` samples by parameter changes of Adam (Kingma & Ba, arXiv:1412.6980). */
function computeAdamChanges({ gradient, mean, square }: Parameters, count: number, rate: number, updates: number) {
  const correction = Math.sqrt(1 - pow(BETA2, updates + 1));
  const step = (rate * correction) / (1 - pow(BETA1, updates + 1));
  for (let k = 0; k < gradient.length; k++) {
    const g = gradient[k]! / count;
    const m = (mean[k] = BETA1 * mean[k]! + (1 - BETA1) * g);
    const s = (square[k] = BETA2 * square[k]! + (1 - BETA2) * g * g);
    gradient[k] = (-step * m) / (Math.sqrt(s) + EPSILON * correction);
  }
}

function createCrossbar(c: EventPropConfig, { weights, inputCount, size }: SpikingLayer, n: number): CrossbarLayer {
  const { seed, centred, update, initial } = c;
  const [mean, sd] =
    n === c.hidden.length ? [initial.outputMean, initial.outputSd] : [initial.hiddenMean, initial.hiddenSd];
  const range = c.weightRange ?? 2 * Math.abs(mean) + 6 * sd;
  const device = createModel<'device'>('device', c.device!);
  return new CrossbarLayer({
    ...{ rows: inputCount, columns: size, device, seed, centred, update },
    scale: (2 * range) / (device.ranges.maxWeight - device.ranges.minWeight),
    weights,
    name: `layer${n + 1}`,
  });
}
