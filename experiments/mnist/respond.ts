import { CollectedSpikes } from './collectedSpikes.ts';
import type { MnistConfig } from './config.ts';
import { RateEncoder } from './encode.ts';
import { frozenLayer, type Learned } from './network.ts';

/** Labelling and test are the same thing with other numbers: show images to the frozen layer and note who fires. */
export interface Task {
  readonly config: MnistConfig;
  readonly phase: 'label' | 'test';
  readonly learned: Learned;
  /** Images, one after the other, and how many pixels each has. */
  readonly images: Uint8Array;
  readonly pixels: number;
  readonly recordInputs: boolean;
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
 * Responses to images `from` … `to - 1`. Each image has a random block of its own and starts from rest, so that its
 * response does not depend on which images were shown before, or by which worker.
 */
export function respond(task: Task, from: number, to: number, onImage: (done: number) => void = () => {}): Responses {
  const { config: c, phase, learned, images, pixels } = task;
  const { net, input, output, synapses } = frozenLayer(c, pixels, learned, `${c.seed}/${phase}`);
  const encoder = new RateEncoder(pixels, c);
  const collected = new CollectedSpikes();
  net.recordSpikes(task.recordInputs ? [input, output] : [output], collected);
  const spikes = phase === 'label' ? c.labelSpikes : c.testSpikes;
  for (let image = from; image < to; image++) {
    net.rest();
    net.change(input, (model) => {
      model.setRates(encoder.encode(images, image * pixels));
      model.useBlock(image);
    });
    const start = net.now;
    net.run(c.stimulus.duration, { population: output, spikes });
    net.flush();
    collected.endImage(start);
    onImage(image - from + 1);
  }
  return { ...collected.result(), synapticEvents: synapses.synapticEvents };
}
