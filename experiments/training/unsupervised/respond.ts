import type { Column } from '../../../core/log/tables.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { yieldToEventLoop } from '../../run/interruption.ts';
import { countGroups } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import { FrontEnd } from './features/frontEnd.ts';
import { frozenLayer, type Layer, type Learned } from './network.ts';
import { Presenter } from './present.ts';

/** Number of random blocks per presentation of the data set. */
const BLOCKS_PER_PASS = 2 ** 20;

/** Labelling or test: images are shown to the frozen layer and its output spikes are recorded. */
export interface Task {
  readonly config: MnistConfig;
  readonly phase: 'label' | 'test';
  readonly learned: Learned;
  /** Images, or recordings that replace them. */
  readonly data: LabelledImages;
  readonly recordInputs: boolean;
  /** First stage that has processed these images in training, in place of a frozen copy; worker threads cannot receive it. */
  readonly front?: FrontEnd | undefined;
  /** Index of the presentation: passes have equal input spikes and different threshold noise. Default 0. */
  readonly pass?: number;
}

/** Spikes of a sequence of images. */
export interface Responses {
  /** Spikes of image i are the rows from `starts[i]` to `starts[i + 1] - 1`. */
  readonly starts: Uint32Array;
  /** Spike times since the start of the image, ms. */
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  /** 0 input, 1 output. */
  readonly populations: Uint8Array;
  readonly synapticEvents: number;
}

/**
 * Frozen layer that responds to images. Each image has a random block of its own and starts from rest, so its response does not
 * depend on the images before it, nor on the thread.
 */
export class Responder {
  readonly #task: Task;
  readonly #layer: Layer;
  readonly #presenter: Presenter;
  #spikes = { starts: [0], times: [] as number[], neurons: [] as number[], populations: [] as number[] };

  constructor(task: Task) {
    const { config: c, phase, data, learned } = task;
    this.#task = task;
    this.#layer = frozenLayer(c, data, learned, `${c.seed}/${phase}`, {
      spikes: phase === 'label' ? c.labelSpikes : c.testSpikes,
      front: c.network === 'features' ? (task.front ?? new FrontEnd(c, learned.kernel!, data, phase)) : undefined,
    });
    this.#presenter = new Presenter(this.#layer, c, data, phase);
    const { net, input, output } = this.#layer;
    net.recordSpikes(task.recordInputs ? [input, output] : [output], {
      write: (columns, rows) => this.#collect(columns, rows),
    });
  }

  #collect({ time, neuron, population }: Readonly<Record<string, Column>>, rows: number): void {
    const { times, neurons, populations } = this.#spikes;
    for (let i = 0; i < rows; i++) {
      times.push(time![i]!);
      neurons.push(neuron![i]!);
      populations.push(population![i]!);
    }
  }

  /** Shows images `from` to `to - 1` and returns their responses. */
  respond(from: number, to: number): Responses {
    const { config: c, phase, pass = 0 } = this.#task;
    const { net, output, synapses } = this.#layer;
    const spikeLimit = (phase === 'label' ? c.labelSpikes : c.testSpikes) * countGroups(c);
    const eventsBefore = synapses.synapticEvents;
    this.#spikes = { starts: [0], times: [], neurons: [], populations: [] };
    const { starts, times, neurons, populations } = this.#spikes;
    for (let image = from; image < to; image++) {
      output.model.thresholdNoise?.useBlock(pass * BLOCKS_PER_PASS + image);
      net.rest();
      const duration = this.#presenter.show(image, image);
      const start = net.now;
      net.run(duration, { population: output, spikes: spikeLimit });
      net.flush();
      // Times on the grid are dyadic, so the difference is exact and independent of the clock.
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

/** Number of images between two checks of the abort signal. */
const IMAGES_PER_CHUNK = 25;

export interface RespondOptions {
  /** Number of threads. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Called with the number of images shown. */
  onPause(done: number): void;
}

/** Responses to the first `count` images, computed in the calling thread. Null after an interruption. */
export async function respondAlone(
  task: Task,
  count: number,
  { signal, onPause }: Omit<RespondOptions, 'workers'>,
): Promise<Responses | null> {
  const responder = new Responder(task);
  const parts: Responses[] = [];
  for (let from = 0; from < count; from += IMAGES_PER_CHUNK) {
    const to = Math.min(count, from + IMAGES_PER_CHUNK);
    parts.push(responder.respond(from, to));
    onPause(to);
    await yieldToEventLoop();
    if (signal.aborted) return null;
  }
  return joinResponses(parts);
}

/** Concatenates responses to consecutive ranges of images. */
export function joinResponses(parts: readonly Responses[]): Responses {
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
