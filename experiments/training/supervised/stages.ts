import { setImmediate } from 'node:timers/promises';
import type { Snapshot } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { createProgress, type ProgressMode } from '../../run/progress.ts';
import { asSpikes, type SpikingFindings } from './asSpikes.ts';
import type { NetConfig } from './config.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { putImage } from './images.ts';
import { classesOf, trainInSitu } from './inSitu.ts';
import { type Model, sizeOf } from './model.ts';
import { copyOf, keep, putBack, type Saved, type SavedNotes, weightsOf } from './saved.ts';
import { crossbarNet } from './steps.ts';
import { type Reached, type Told, trainFloat } from './trainFloat.ts';

/** Where a training is saved. */
export interface Keeper {
  /** What was saved before; null: nothing. */
  readonly saved: Saved | null;
  save(snapshot: Snapshot, notes: SavedNotes): void;
}

export interface StagesOptions {
  readonly config: NetConfig;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
  /** Training images between two checkpoints; default: an epoch. */
  readonly checkpointEvery?: number | undefined;
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
  keeper: Keeper | null = null;
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
    const { config: c } = this.#o;
    if (c.training === 'inSitu') return begun;
    const { seed, floatingPoint } = c;
    const saved = this.keeper?.saved;
    if (saved?.notes.part === 'devices') {
      const model = copyOf(begun);
      putBack(saved.snapshot, 'model', { state: weightsOf(model) });
      return model;
    }
    let live: State = {};
    return this.#trained(
      ['float', 'training in floating point'],
      floatingPoint.epochs,
      (all) => keep(all, 'float', live),
      (told, reached) =>
        trainFloat(begun, this.#train, c.pixels, { ...floatingPoint, seed }, told, (state) => {
          live = state;
          if (saved) putBack(saved.snapshot, 'float', { state });
          return reached;
        }),
    );
  }

  /** @param fresh whether devices have the weights of the model from the start */
  net(model: Model, fresh: boolean): CrossbarNet {
    const { config: c } = this.#o;
    return crossbarNet(c, model, fresh);
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
      const saved = this.keeper?.saved;
      await this.#trained(
        ['devices', 'training on devices'],
        inSitu.epochs,
        (all) => {
          keep(all, 'model', weightsOf(model));
          keep(all, 'net', net.state);
        },
        (told, reached) =>
          trainInSitu(net, this.#train, c.pixels, { ...inSitu, seed, from }, told, () => {
            if (saved?.notes.part === 'devices') putBack(saved.snapshot, 'net', net);
            return reached;
          }),
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
  async spikes(net: CrossbarNet): Promise<SpikingFindings> {
    const { config: c, progress: mode } = this.#o;
    const how = c.spiking!;
    const total = Math.min(how.images, this.#test.n);
    const progress = createProgress({ label: 'spikes', total, unit: 'images', mode });
    try {
      const known = { train: this.#train, test: this.#test, scaling: c.pixels };
      return await asSpikes(net, how, known, { seed: c.seed }, (done) => {
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

  /** Trains with a progress bar, from where this part was saved; keeps the learning curve, and saves what `collect` adds to a snapshot. */
  async #trained<T>(
    [part, label]: readonly [SavedNotes['part'], string],
    epochs: number,
    collect: (all: Snapshot) => void,
    work: (told: Told, reached: Reached) => Promise<T>,
  ) {
    const total = epochs * this.#train.n;
    const progress = createProgress({ label, total, unit: 'images', mode: this.#o.progress });
    const begun = performance.now();
    const saved = this.keeper?.saved?.notes.part === part ? this.keeper.saved.notes : null;
    const before = saved?.before ?? this.presentations;
    const every = this.#o.checkpointEvery ?? this.#train.n;
    const earlier = saved?.seconds ?? this.seconds;
    const reached = { shown: saved?.shown ?? 0, right: saved?.right ?? 0 };
    let [lastShown, lastRight] = [saved?.last.shown ?? 0, saved?.last.right ?? 0];
    let next = reached.shown + every;
    this.presentations = before + reached.shown;
    if (saved) this.learning.splice(0, Infinity, ...saved.learning);
    try {
      return await work(async (shown, right) => {
        const running = (100 * (right - lastRight)) / (shown - lastShown);
        progress.update(shown, () => `accuracy ${running.toFixed(1)} %`);
        if (shown - lastShown >= total / POINTS || shown === total) {
          this.learning.push({ images: before + shown, accuracy: running });
          [lastShown, lastRight] = [shown, right];
        }
        this.presentations = before + shown;
        await setImmediate();
        const stopped = this.#o.signal.aborted;
        if (shown >= next || shown === total || stopped) {
          next = shown + every;
          const all: Snapshot = new Map();
          collect(all);
          const seconds = earlier + (performance.now() - begun) / 1000;
          const last = { shown: lastShown, right: lastRight };
          this.keeper?.save(all, { part, shown, right, last, before, seconds, learning: [...this.learning] });
        }
        if (stopped) throw new Stopped();
      }, reached);
    } finally {
      this.seconds = earlier + (performance.now() - begun) / 1000;
      progress.stop();
    }
  }

  async #breathe(): Promise<void> {
    await setImmediate();
    if (this.#o.signal.aborted) throw new Stopped();
  }
}
