import type { LabelledImages } from '../../data/dataSet.ts';
import { yieldToEventLoop } from '../../run/interruption.ts';
import { countNeuronGroups } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import { createFrontEnd, type FrontEnd } from './features/frontEnd.ts';
import { buildFrozenLayer, type LearnedState, type SingleLayerNetwork } from './network.ts';
import { createImagePresenter } from './present.ts';

const BLOCKS_PER_PASS = 2 ** 20;

/** Images whose responses a frozen layer simulates, with its settings and learned state. */
export interface ResponseTask {
  readonly config: MnistConfig;
  readonly phase: 'label' | 'test';
  readonly learnedState: LearnedState;
  readonly images: LabelledImages;
  readonly recordInputs: boolean;
  /** Feature-extraction stage. Default: rebuilt from the learned kernels, as in worker threads, which cannot receive a `FrontEnd`. */
  readonly frontEnd?: FrontEnd | undefined;
  /** Index of the repetition, default 0. Repetitions have equal input spikes and different threshold noise. */
  readonly passIndex?: number;
}

export interface SpikeResponses {
  /** Index of the first spike of each image, followed by the number of spikes. */
  readonly starts: Uint32Array;
  /** Spike times since image onset, ms. */
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  /** Population of each spike, 0: input, 1: output. */
  readonly populations: Uint8Array;
  readonly synapticEvents: number;
}

/** Frozen layer that responds to images. An image starts at rest with its own random numbers: responses do not depend on earlier images. */
export class Responder {
  readonly #task: ResponseTask;
  readonly #layer: SingleLayerNetwork;
  readonly #showImage;
  #spikes = { starts: [0], times: [] as number[], neurons: [] as number[], populations: [] as number[] };

  constructor(task: ResponseTask) {
    const { config: c, phase, images: data, learnedState } = task;
    this.#task = task;
    this.#layer = buildFrozenLayer(c, data, learnedState, `${c.seed}/${phase}`, {
      spikes: phase === 'label' ? c.labelSpikes : c.testSpikes,
      front:
        c.network === 'features' ? (task.frontEnd ?? createFrontEnd(c, learnedState.kernel!, data, phase)) : undefined,
    });
    this.#showImage = createImagePresenter(this.#layer, c, data, phase);
    const { net, input, output } = this.#layer;
    net.recordSpikes(task.recordInputs ? [input, output] : [output], {
      write: ({ time, neuron, population }, rows) => {
        const { times, neurons, populations } = this.#spikes;
        for (let i = 0; i < rows; i++) {
          times.push(time![i]!);
          neurons.push(neuron![i]!);
          populations.push(population![i]!);
        }
      },
    });
  }

  /** Simulated time of all images so far, ms. */
  get simulatedTime(): number {
    return this.#layer.net.now;
  }

  respond(from: number, to: number): SpikeResponses {
    const { config: c, phase, passIndex = 0 } = this.#task;
    const { net, output, synapses } = this.#layer;
    const spikeLimit = (phase === 'label' ? c.labelSpikes : c.testSpikes) * countNeuronGroups(c);
    const eventsBefore = synapses.synapticEvents;
    this.#spikes = { starts: [0], times: [], neurons: [], populations: [] };
    const { starts, times, neurons, populations } = this.#spikes;
    for (let image = from; image < to; image++) {
      output.model.thresholdNoise?.useBlock(passIndex * BLOCKS_PER_PASS + image);
      net.resetDynamicState();
      const duration = this.#showImage(image, image);
      const start = net.now;
      net.run(duration, { population: output, spikes: spikeLimit });
      net.flush();
      // Spike times are multiples of 2⁻²⁶ ms, so their differences from the image onset are exact.
      for (let i = starts.at(-1)!; i < times.length; i++) times[i]! -= start;
      starts.push(times.length);
    }
    return {
      starts: Uint32Array.from(starts),
      times: Float64Array.from(times),
      neurons: Uint32Array.from(neurons),
      populations: Uint8Array.from(populations),
      synapticEvents: synapses.synapticEvents - eventsBefore,
    };
  }
}

/** Adds the onset of each image, ms, to the times of its spikes. */
export function shiftSpikeTimes({ starts, times }: SpikeResponses, imageStarts: Float64Array) {
  const shifted = times.slice();
  for (let i = 0; i + 1 < starts.length; i++)
    for (let k = starts[i]!; k < starts[i + 1]!; k++) shifted[k]! += imageStarts[i]!;
  return shifted;
}

const IMAGES_PER_CHUNK = 25;

export interface SimulateResponsesOptions {
  readonly workerCount: number;
  readonly signal: AbortSignal;
  /** Called after each chunk of images, before control returns to the event loop. @param imageCount number of images that are done */
  onPause(imageCount: number): void;
}

export async function simulateResponsesInThread(
  task: ResponseTask,
  count: number,
  { signal, onPause }: Omit<SimulateResponsesOptions, 'workerCount'>,
): Promise<SpikeResponses | null> {
  const responder = new Responder(task);
  const parts: SpikeResponses[] = [];
  for (let from = 0; from < count; from += IMAGES_PER_CHUNK) {
    const to = Math.min(count, from + IMAGES_PER_CHUNK);
    parts.push(responder.respond(from, to));
    onPause(to);
    await yieldToEventLoop();
    if (signal.aborted) return null;
  }
  return joinSpikeResponses(parts);
}

export function joinSpikeResponses(parts: readonly SpikeResponses[]): SpikeResponses {
  const spikeCount = parts.reduce((sum, { times }) => sum + times.length, 0);
  const imageCount = parts.reduce((sum, { starts }) => sum + starts.length - 1, 0);
  const all = {
    starts: new Uint32Array(imageCount + 1),
    times: new Float64Array(spikeCount),
    neurons: new Uint32Array(spikeCount),
    populations: new Uint8Array(spikeCount),
    synapticEvents: parts.reduce((sum, p) => sum + p.synapticEvents, 0),
  };
  let row = 0;
  let image = 0;
  for (const part of parts) {
    all.times.set(part.times, row);
    all.neurons.set(part.neurons, row);
    all.populations.set(part.populations, row);
    for (const start of part.starts.subarray(1)) all.starts[++image] = row + start;
    row += part.times.length;
  }
  return all;
}
