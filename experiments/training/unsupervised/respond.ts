import type { RowSink } from '../../../core/log/tables.ts';
import { groupsOf } from './architecture.ts';
import { CollectedSpikes } from './collectedSpikes.ts';
import type { MnistConfig } from './config.ts';
import type { Front } from './features/front.ts';
import { frozenFront } from './features/frontFor.ts';
import { frozenLayer, type Layer, type Learned } from './network.ts';
import { Presenter, type Shown } from './present.ts';

/** The first stage of network features: that which has shown these images already, where it is at hand. */
function frontOf({ config: c, phase, learned, pixels, columns = Math.sqrt(pixels), front }: Task): Front | undefined {
  if (c.network !== 'features') return undefined;
  if (front) return front;
  return frozenFront(c, learned.kernel!, { rows: pixels / columns, columns }, phase);
}

/** Random blocks of one presentation of all images. */
const PASS = 2 ** 20;

/** Labelling and test are the same thing with other numbers: show images to the frozen layer and note who fires. */
export interface Task extends Shown {
  readonly config: MnistConfig;
  readonly phase: 'label' | 'test';
  readonly learned: Learned;
  readonly recordInputs: boolean;
  /** The first stage that has shown these images in training; it cannot go to workers. */
  readonly front?: Front | undefined;
  /** Which presentation: input spikes are the same in all of them, what is random in the neurons is not. Default 0. */
  readonly pass?: number;
}

/** Spikes of some images in their order; times from the start of each image. */
export interface Responses {
  /** Spikes of the i-th image: rows starts[i] … starts[i + 1] - 1. */
  readonly starts: Uint32Array;
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  /** 0 input, 1 output. */
  readonly populations: Uint8Array;
  readonly synapticEvents: number;
}

/**
 * Shows images to the frozen layer. Each image has a random block of its own and starts from rest, so that its response
 * does not depend on which images were shown before, or by which worker.
 */
export class Responder {
  readonly #task: Task;
  readonly #layer: Layer;
  readonly #presenter: Presenter;
  #collected = new CollectedSpikes();

  constructor(task: Task) {
    const { config: c, phase, pixels } = task;
    this.#task = task;
    this.#layer = frozenLayer(c, pixels, task.learned, `${c.seed}/${phase}`, {
      columns: task.columns,
      spikes: phase === 'label' ? c.labelSpikes : c.testSpikes,
      front: frontOf(task),
    });
    this.#presenter = new Presenter(this.#layer, c, task, phase);
    const { net, input, output } = this.#layer;
    const sink: RowSink = { write: (columns, rows) => this.#collected.write(columns, rows) };
    net.recordSpikes(task.recordInputs ? [input, output] : [output], sink);
  }

  /** Responses to images `from` … `to - 1`. */
  respond(from: number, to: number): Responses {
    const { config: c, phase, pass = 0 } = this.#task;
    const { net, output, synapses } = this.#layer;
    const spikes = (phase === 'label' ? c.labelSpikes : c.testSpikes) * groupsOf(c);
    const before = synapses.synapticEvents;
    this.#collected = new CollectedSpikes();
    for (let image = from; image < to; image++) {
      output.model.thresholdNoise?.useBlock(pass * PASS + image);
      net.rest();
      const duration = this.#presenter.show(image, image);
      const start = net.now;
      net.run(duration, { population: output, spikes });
      net.flush();
      this.#collected.endImage(start);
    }
    return { ...this.#collected.result(), synapticEvents: synapses.synapticEvents - before };
  }
}
