import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../core/declare/errors.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import type { LabelledImages } from '../data/dataSet.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import { asSpikes, type SpikingFindings } from './asSpikes.ts';
import type { NetConfig } from './config.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { putImage } from './images.ts';
import { classesOf, trainInSitu } from './inSitu.ts';
import { type Model, sizeOf } from './model.ts';
import { crossbarNet } from './steps.ts';
import { trainFloat } from './trainFloat.ts';

export interface StagesOptions {
  readonly config: NetConfig;
  readonly kernels: KernelChoice;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
}

/** Training accuracy at some moments: of the images since the one before, before each one's step. */
export interface LearningPoint {
  readonly images: number;
  readonly accuracy: number;
}

/** The user has interrupted. */
export class Stopped extends Error {}

/** Points of the learning curve. */
const POINTS = 60;
/** Training images that set the ranges of converters. */
const CALIBRATION = 100;

/** The work of a run in its parts, each with its progress. */
export class Stages {
  readonly learning: LearningPoint[] = [];
  presentations = 0;
  seconds = 0;
  readonly #o: StagesOptions;
  readonly #train: LabelledImages;
  readonly #test: LabelledImages;

  constructor(o: StagesOptions, train: LabelledImages, test: LabelledImages, classes: number) {
    this.#o = o;
    this.#train = train;
    this.#test = test;
    const missing = Array.from({ length: classes }, (_, k) => k).find((k) => !train.labels.includes(k));
    if (missing !== undefined && train.n < 10 * classes)
      throw new UserError(
        `learn: none of the ${train.n} training images is of class ${missing}; use more with --train.`,
      );
  }

  /** As it goes to the devices: as it is, or trained in floating point. */
  async model(begun: Model): Promise<Model> {
    const { config: c, kernels } = this.#o;
    if (c.training === 'inSitu') return begun;
    const { seed, floatingPoint } = c;
    return this.#trained('training in floating point', floatingPoint.epochs, (told) =>
      trainFloat(begun, this.#train, c.pixels, { ...floatingPoint, seed, kernels }, told),
    );
  }

  /** @param fresh whether devices have the weights of the model from the start */
  net(model: Model, fresh: boolean): CrossbarNet {
    const { config: c, kernels } = this.#o;
    return crossbarNet(c, model, fresh, kernels);
  }

  async onDevices(model: Model, imported: boolean) {
    const { config: c } = this.#o;
    const { programming, inSitu, seed } = c;
    const fresh = c.training === 'inSitu' && !imported;
    const net = this.net(model, fresh);
    const programmed = fresh ? [] : net.program(model, programming);
    this.#calibrate(net);
    if (c.training !== 'exSitu') {
      const last = net.rooms.findLastIndex(({ layer }) => layer !== null);
      const from = c.training === 'hybrid' ? last : 0;
      await this.#trained('training on devices', inSitu.epochs, (told) =>
        trainInSitu(net, this.#train, c.pixels, { ...inSitu, seed, from }, told),
      );
      this.#calibrate(net);
    }
    return { net, programmed };
  }

  async test(net: CrossbarNet): Promise<{ predictions: Uint8Array; testSeconds: number }> {
    const { progress: mode } = this.#o;
    const progress = createProgress({ label: 'test', total: this.#test.n, unit: 'images', mode });
    const begun = performance.now();
    try {
      const predictions = await classesOf(net, this.#test, this.#o.config.pixels, (done) => {
        progress.update(done);
        return this.#breathe();
      });
      return { predictions, testSeconds: (performance.now() - begun) / 1000 };
    } finally {
      progress.stop();
    }
  }

  /** Shows test images as spikes, too. */
  async spikes(net: CrossbarNet, predictions: Uint8Array): Promise<SpikingFindings> {
    const { config: c, kernels, progress: mode } = this.#o;
    const how = c.spiking!;
    const total = Math.min(how.images, this.#test.n);
    const progress = createProgress({ label: 'spikes', total, unit: 'images', mode });
    try {
      const known = { train: this.#train, test: this.#test, predictions, scaling: c.pixels };
      return await asSpikes(net, how, known, { seed: c.seed, kernels }, (done) => {
        progress.update(done);
        return this.#breathe();
      });
    } finally {
      progress.stop();
    }
  }

  #calibrate(net: CrossbarNet): void {
    const { input, output, pixels } = this.#o.config;
    if (!(input?.bits || output?.bits || output?.calibrated)) return;
    const images = Array.from({ length: Math.min(CALIBRATION, this.#train.n) }, (_, i) => {
      const x = new Float64Array(sizeOf(net.model.input));
      putImage(this.#train, i, pixels, x);
      return x;
    });
    net.calibrate(images);
  }

  /** Trains with a progress bar, and keeps the learning curve. */
  async #trained<T>(
    label: string,
    epochs: number,
    work: (told: (shown: number, right: number) => Promise<void>) => Promise<T>,
  ) {
    const total = epochs * this.#train.n;
    const progress = createProgress({ label, total, unit: 'images', mode: this.#o.progress });
    const begun = performance.now();
    const before = this.presentations;
    let [lastShown, lastRight] = [0, 0];
    try {
      return await work(async (shown, right) => {
        const running = (100 * (right - lastRight)) / (shown - lastShown);
        progress.update(shown, () => `accuracy ${running.toFixed(1)} %`);
        if (shown - lastShown >= total / POINTS || shown === total) {
          this.learning.push({ images: before + shown, accuracy: running });
          [lastShown, lastRight] = [shown, right];
        }
        this.presentations = before + shown;
        await this.#breathe();
      });
    } finally {
      this.seconds += (performance.now() - begun) / 1000;
      progress.stop();
    }
  }

  async #breathe(): Promise<void> {
    await setImmediate();
    if (this.#o.signal.aborted) throw new Stopped();
  }
}
