import * as z from 'zod/mini';
import { int, rangedNumber } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { RowSink } from '../../../core/log/tables.ts';
import { RandomStream, shuffleIndices } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/idx.ts';
import { yieldToEventLoop } from '../../run/interruption.ts';
import { argmax } from '../../statistics/score.ts';
import { countNeuronGroups, countOutputNeurons } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import type { SingleLayerNetwork } from './network.ts';
import { createImagePresenter } from './present.ts';

/** Factor by which a neuron's earlier wins are multiplied at each new win. */
const WIN_DECAY = 0.9;
const ACCURACY_WINDOW = 1000;
const NO_CLASS = 255;

/**
 * Recent wins (output spikes) of each neuron per class, and running accuracy of training. The class predicted for an image is the class
 * whose images its winner has recently won most often. Labels do not affect the network.
 */
class WinnerTally {
  readonly #wins;
  readonly #classCount: number;
  readonly #recent = new Uint8Array(ACCURACY_WINDOW);
  #seen = 0;
  #right = 0;
  /** Accuracy of the last 1,000 images, %, recorded after every 1,000 images. */
  readonly accuracyPoints: { images: number; accuracy: number }[] = [];

  constructor(neurons: number, classes: number) {
    this.#classCount = classes;
    this.#wins = new Float64Array(neurons * classes);
  }

  /** Correct predictions among the last 1,000 images, %. */
  get accuracy() {
    return (100 * this.#right) / Math.max(1, Math.min(this.#seen, ACCURACY_WINDOW));
  }

  /** Adds an image. @param winners last neuron that fired in each group @returns predicted class; 255 without winners */
  addImage(winners: readonly number[], label: number): number {
    const slot = this.#seen % ACCURACY_WINDOW;
    this.#right -= this.#seen >= ACCURACY_WINDOW ? this.#recent[slot]! : 0;
    const prediction = winners.length === 1 ? this.getNeuronClass(winners[0]!) : this.#voteClass(winners);
    const right = prediction === label ? 1 : 0;
    this.#recent[slot] = right;
    this.#right += right;
    this.#seen++;
    for (const winner of winners) {
      const first = winner * this.#classCount;
      for (let c = 0; c < this.#classCount; c++) this.#wins[first + c]! *= WIN_DECAY;
      this.#wins[first + label]! += 1;
    }
    if (this.#seen % ACCURACY_WINDOW === 0) this.accuracyPoints.push({ images: this.#seen, accuracy: this.accuracy });
    return prediction;
  }

  #voteClass(winners: readonly number[]): number {
    const votes = new Float64Array(this.#classCount);
    for (const winner of winners) {
      const wins = this.#wins.subarray(winner * this.#classCount, (winner + 1) * this.#classCount);
      const total = wins.reduce((sum, n) => sum + n, 0);
      for (let c = 0; total > 0 && c < this.#classCount; c++) votes[c]! += wins[c]! / total;
    }
    const highest = Math.max(...votes);
    return highest > 0 ? votes.indexOf(highest) : NO_CLASS;
  }

  /** Class whose images a neuron has recently won most often; 255 if the neuron has not won any image. */
  getNeuronClass(neuron: number): number {
    const first = neuron * this.#classCount;
    const best = argmax(this.#wins, first, this.#classCount);
    return this.#wins[first + best]! > 0 ? best : NO_CLASS;
  }

  save() {
    return {
      wins: [...this.#wins],
      recent: [...this.#recent],
      seen: this.#seen,
      right: this.#right,
      points: this.accuracyPoints,
    };
  }

  get savedSchema() {
    return z.object({
      wins: z.array(rangedNumber({ min: 0 })).check(z.length(this.#wins.length)),
      recent: z.array(int({ min: 0, max: 1 })).check(z.length(ACCURACY_WINDOW)),
      seen: int({ min: 0 }),
      right: int({ min: 0, max: ACCURACY_WINDOW }),
      points: z.array(z.object({ images: int({ min: 0 }), accuracy: rangedNumber({ min: 0, max: 100 }) })),
    });
  }

  load(saved: ReturnType<WinnerTally['save']>) {
    this.#wins.set(saved.wins);
    this.#recent.set(saved.recent);
    this.#seen = saved.seen;
    this.#right = saved.right;
    this.accuracyPoints.splice(0, this.accuracyPoints.length, ...saved.points);
  }
}

/** Minimum wall time between two yields to the event loop, ms. */
export const YIELD_INTERVAL_MS = 50;

interface TrainingOptions {
  readonly signal: AbortSignal;
  /** Log of the presented images. */
  readonly imageLog?: RowSink;
  /** Called before the first and after each image with the number of images so far. */
  onImage?(shown: number): void;
  onPause(shown: number, accuracy: number): void;
  /** Number of images between checkpoints; default: no checkpoints. */
  readonly checkpointEvery?: number;
  onCheckpoint?(): void;
}

/**
 * Training loop over images in random order. Each image starts at rest and stays until every winner-take-all group has fired
 * `training.spikes` times (default 1). Each output spike updates synapses of the winner; the last spike of an image also all thresholds.
 */
export class TrainingLoop {
  readonly tally;
  readonly wins;
  /** Wall time of training, s. */
  seconds = 0;
  /** Highest potential of an output neuron at the end of an image, mV, until the first output spike. */
  highestPotential = 0;
  #shown = 0;
  readonly #layer: SingleLayerNetwork;
  readonly #config: MnistConfig;
  readonly #trainImages: LabelledImages;
  /** Row of the image log, overwritten for each image. */
  readonly #imageRow = {
    time: new Float64Array(1),
    image: new Uint32Array(1),
    phase: new Uint8Array(1),
    label: new Uint8Array(1),
    prediction: new Uint8Array(1),
  };

  constructor(layer: SingleLayerNetwork, config: MnistConfig, data: LabelledImages, classes = 10) {
    this.#layer = layer;
    this.#config = config;
    this.#trainImages = data;
    this.tally = new WinnerTally(countOutputNeurons(config), classes);
    this.wins = new Uint32Array(countOutputNeurons(config));
  }

  get total() {
    return this.#config.epochs * this.#config.train;
  }

  get shown() {
    return this.#shown;
  }

  save() {
    return { shown: this.#shown, tally: this.tally.save(), wins: [...this.wins], seconds: this.seconds };
  }

  /** Loads a checkpoint. @throws UserError if the checkpoint has other numbers of neurons or images */
  load(notes: unknown) {
    const schema = z.object({
      shown: int({ min: 0, max: this.total }),
      tally: this.tally.savedSchema,
      wins: z.array(int({ min: 0 })).check(z.length(this.wins.length)),
      seconds: rangedNumber({ min: 0 }),
    });
    const state = validate(schema, notes, 'the notes of the checkpoint');
    this.#shown = state.shown;
    this.tally.load(state.tally);
    this.wins.set(state.wins);
    this.seconds = state.seconds;
  }

  /** Trains on all remaining images. @returns false if interrupted */
  async run(o: TrainingOptions): Promise<boolean> {
    const present = createImagePresenter(this.#layer, this.#config, this.#trainImages, 'train');
    let order: Uint32Array = new Uint32Array(0);
    let epoch = -1;
    let resumed = performance.now();
    if (this.#shown === 0) o.onImage?.(0);
    while (this.#shown < this.total) {
      const current = Math.floor(this.#shown / this.#config.train);
      if (current !== epoch) {
        epoch = current;
        order = shuffleIndices(this.#config.train, new RandomStream(this.#config.seed, `order/${epoch}`));
        const { labels } = this.#trainImages;
        if (this.#config.training?.order === 'byClass') order.sort((a, b) => labels[a]! - labels[b]!);
      }
      const image = order[this.#shown % this.#config.train]!;
      if (this.#trainImages.labels[image]! < (this.#config.training?.classes ?? Infinity))
        this.#showImage(image, present, o.imageLog);
      this.#shown++;
      o.onImage?.(this.#shown);
      if (this.#shown % (o.checkpointEvery ?? Infinity) === 0) o.onCheckpoint?.();
      if (performance.now() - resumed < YIELD_INTERVAL_MS) continue;
      this.seconds += (performance.now() - resumed) / 1000;
      o.onPause(this.#shown, this.tally.accuracy);
      await yieldToEventLoop();
      if (o.signal.aborted) return false;
      resumed = performance.now();
    }
    this.seconds += (performance.now() - resumed) / 1000;
    o.onPause(this.#shown, this.tally.accuracy);
    return true;
  }

  #showImage(image: number, present: (image: number) => number, log?: RowSink) {
    const { net, output } = this.#layer;
    const { homeostasis, training } = this.#config;
    const { spikes = 1, keepTraces = false } = training ?? {};
    const { thresholds } = output.model;
    net.resetDynamicState({ keepTraces });
    const duration = present(image);
    const label = this.#trainImages.labels[image]!;
    const start = net.now;
    const before = output.spikes;
    if (spikes > 1) {
      thresholds.gain = 0;
      net.run(duration, { population: output, spikes: spikes - 1 });
    }
    thresholds.gain = homeostasis.gain / (1 + homeostasis.anneal * (this.#shown / this.total));
    if (net.now < start + duration)
      net.run(start + duration - net.now, { population: output, spikes: countNeuronGroups(this.#config) });
    for (let j = 0; output.spikes === 0 && j < output.size; j++)
      this.highestPotential = Math.max(this.highestPotential, output.model.potential(j, net.now));
    const winners = output.groupInhibition
      ? [...output.groupInhibition.lastWinners].filter((winner) => winner >= 0)
      : output.spikes > before
        ? [output.lastFiredNeuron]
        : [];
    const row = this.#imageRow;
    row.time[0] = start;
    row.image[0] = image;
    row.label[0] = label;
    row.prediction[0] = this.tally.addImage(winners, label);
    log?.write(row, 1);
    for (const winner of winners) this.wins[winner]!++;
  }
}
