import type { Seed } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { putImage, type Scaling, shuffled } from './images.ts';
import { inputsOf, sizeOf } from './model.ts';
import { largest, softmaxErrors } from './softmax.ts';
import type { Reached, Told } from './trainFloat.ts';

export interface InSitu {
  readonly epochs: number;
  /** Images whose gradients are added up before devices are pulsed; 1: online. */
  readonly batch: number;
  /** Step at the start; it falls to 0 along a line. */
  readonly rate: number;
  readonly seed: Seed;
  /** Stages before this one are left as they are, and not gone back through. */
  readonly from: number;
}

const OFTEN = 64;

/**
 * Training on the devices themselves: scores and errors come from the crossbars, with all that is wrong with them, changes go to
 * them as pulses. Nothing else keeps the weights. `begin` may set the net to where a training was saved, and returns how far that was.
 */
export async function trainInSitu(
  net: CrossbarNet,
  images: LabelledImages,
  scaling: Scaling,
  { epochs, batch, rate, seed, from }: InSitu,
  told: Told,
  begin: () => Reached = () => ({ shown: 0, right: 0 }),
): Promise<void> {
  const last = net.rooms.at(-1)!;
  const classes = last.y.length;
  const total = epochs * images.n;
  const inputs = from > 0 && total > 0 ? fixedInputs(net, images, scaling, from) : null;
  const x = new Float64Array(from > 0 ? inputsOf(net.rooms[from]!.stage) : sizeOf(net.model.input));
  let { shown, right } = begin();
  let pending = 0;
  let next = Math.min(shown + OFTEN, total);
  if (inputs && shown > 0) {
    for (const i of shuffled(images.n, 0, seed).subarray(0, shown)) inputs(i, x);
    begin(); // those images were counted already
  }
  for (let epoch = Math.floor(shown / images.n); epoch < epochs; epoch++) {
    for (const i of shuffled(images.n, epoch, seed).subarray(shown - epoch * images.n)) {
      if (inputs) inputs(i, x);
      else putImage(images, i, scaling, x);
      const label = images.labels[i]!;
      if (softmaxErrors(net.run(x, from), 0, classes, label, last.errors) === label) right++;
      net.backward(x, from);
      const step = rate * (1 - shown / total);
      shown++;
      if (batch === 1) net.learn(from, step);
      else {
        net.collect(from);
        if (++pending === batch || shown === total) {
          net.update(from, step / pending);
          pending = 0;
        }
      }
      if (shown < next || pending > 0) continue;
      next = Math.min(shown + OFTEN, total);
      await told(shown, right);
    }
  }
}

/** Inputs of stage `from`: looked up where the stages before it always answer alike, else asked for anew. */
function fixedInputs(net: CrossbarNet, images: LabelledImages, scaling: Scaling, from: number) {
  const image = new Float64Array(sizeOf(net.model.input));
  const size = inputsOf(net.rooms[from]!.stage);
  const steady = net.rooms.slice(0, from).every(({ layer }) => layer === null || layer.devices.isSteady);
  const kept = steady ? new Float32Array(images.n * size) : null;
  const known = new Uint8Array(images.n);
  return (i: number, out: Float64Array): void => {
    if (kept && known[i] === 1) {
      for (let k = 0; k < size; k++) out[k] = kept[i * size + k]!;
      return;
    }
    putImage(images, i, scaling, image);
    out.set(net.forward(image, from));
    if (!kept) return;
    kept.set(out, i * size);
    known[i] = 1;
    for (let k = 0; k < size; k++) out[k] = kept[i * size + k]!; // the same in every epoch
  };
}

/** Classes of images as the crossbars tell them. */
export async function classesOf(
  net: CrossbarNet,
  images: LabelledImages,
  scaling: Scaling,
  told: (done: number) => Promise<void> | void,
): Promise<Uint8Array> {
  const x = new Float64Array(sizeOf(net.model.input));
  const found = new Uint8Array(images.n);
  for (let i = 0; i < images.n; i++) {
    putImage(images, i, scaling, x);
    const scores = net.forward(x);
    found[i] = largest(scores, 0, scores.length);
    if ((i + 1) % OFTEN === 0 || i + 1 === images.n) await told(i + 1);
  }
  return found;
}
