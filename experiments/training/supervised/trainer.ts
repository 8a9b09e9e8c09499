import { setImmediate } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Snapshot } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { int, rangedNumber } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { Stateful } from '../../../core/model.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { createProgressOutput } from '../../run/progress.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import type { TrainingRunOptions } from '../runOptions.ts';
import type { NetConfig } from './config.ts';
import { type CrossbarNet, createCrossbarNet } from './crossbarNet.ts';
import { classifyOnCrossbars, trainInSitu } from './inSitu.ts';
import { hasWeights, type Model } from './model.ts';
import { type SpikingTestResult, testSpikingNet } from './spikingNet.ts';
import { createScaledImage, type ProgressReporter, type TrainingProgress, trainFloatNet } from './trainFloatNet.ts';

export interface NetTrainerOptions extends Pick<TrainingRunOptions, 'progress' | 'signal' | 'checkpointEvery'> {
  readonly config: NetConfig;
}

export class TrainingInterrupted extends Error {}

const LEARNING_POINT_COUNT = 60;
const MAX_CALIBRATION_IMAGES = 100;

const count = int({ min: 0 });

const notesSchema = z.object({
  part: z.enum(['float', 'devices']),
  /** Number of images presented in this phase. */
  shown: count,
  /** Number of images classified correctly in this phase. */
  right: count,
  last: z.object({ shown: count, right: count }),
  /** Number of images presented in earlier phases. */
  before: count,
  seconds: rangedNumber({ min: 0 }),
  learning: z.array(z.object({ images: count, accuracy: z.number() })),
});
type SavedProgress = z.infer<typeof notesSchema>;

function storeArrays(snapshot: Snapshot, path: string, state: State) {
  for (const [key, array] of Object.entries(state)) snapshot.set(`${path}.${key}`, array.slice());
}

function restoreArrays(snapshot: Snapshot, path: string, part: Stateful) {
  for (const [key, array] of Object.entries(part.state)) {
    const saved = snapshot.get(`${path}.${key}`);
    if (saved?.constructor !== array.constructor || saved.length !== array.length)
      throw new UserError(
        `the checkpoint belongs to another net, because ${path}.${key} is missing; start a new run in another --out.`,
      );
    array.set(saved);
  }
  part.onRestore?.();
}

const listWeightArrays = ({ stages }: Model): State =>
  Object.fromEntries(
    stages
      .filter(hasWeights)
      .flatMap(({ weights, bias }, k) => Object.entries({ [`weights${k}`]: weights, [`bias${k}`]: bias })),
  );

export class NetTrainer {
  /** Accuracy, %, of the training images since the previous point, each before its weight update. */
  readonly learningCurve: { readonly images: number; readonly accuracy: number }[] = [];
  presentations = 0;
  trainingSeconds = 0;
  #savedRun: { readonly progress: SavedProgress; readonly snapshot: Snapshot } | null = null;
  #directory: RunDirectory | null = null;
  readonly #options: NetTrainerOptions;
  readonly #trainSet: LabelledImages;
  readonly #testSet: LabelledImages;

  constructor(options: NetTrainerOptions, train: LabelledImages, test: LabelledImages, classes: number) {
    this.#options = options;
    this.#trainSet = train;
    this.#testSet = test;
    const missing = Array.from({ length: classes }, (_, k) => k).find((k) => !train.labels.includes(k));
    if (missing !== undefined && train.n < 10 * classes)
      throw new UserError(
        `learn: none of the ${train.n} training images is of class ${missing}; use more with --train.`,
      );
  }

  /** Resumes from the checkpoint of a directory, if any, and saves checkpoints there. */
  restoreCheckpoint(directory: RunDirectory) {
    this.#directory = directory;
    const { snapshot, callerNotes: notes } = directory;
    this.#savedRun = snapshot && { snapshot, progress: validate(notesSchema, notes, 'the notes of the checkpoint') };
  }

  /** Trains in floating point, or returns the initial model if the training method is inSitu. */
  async trainFloatingPoint(initial: Model): Promise<Model> {
    const { config: c } = this.#options;
    if (c.training === 'inSitu') return initial;
    const { seed, floatingPoint } = c;
    const saved = this.#savedRun;
    if (saved?.progress.part === 'devices') {
      restoreArrays(saved.snapshot, 'model', { state: listWeightArrays(initial) });
      return initial;
    }
    let floatState: State = {};
    return this.#runPhase(
      ['float', 'training in floating point'],
      floatingPoint.epochs,
      (snapshot) => storeArrays(snapshot, 'float', floatState),
      (reportProgress, start) =>
        trainFloatNet(initial, this.#trainSet, c.pixels, { ...floatingPoint, seed }, reportProgress, (state) => {
          floatState = state;
          if (saved) restoreArrays(saved.snapshot, 'float', { state });
          return start;
        }),
    );
  }

  /** Writes the model's weights to devices; then trains the devices, unless the training method is exSitu. */
  async trainOnDevices(model: Model, imported: boolean) {
    const { config: c } = this.#options;
    const { programming, inSitu, seed } = c;
    const fresh = c.training === 'inSitu' && !imported;
    const net = createCrossbarNet(c, model, fresh);
    const programmingResults = fresh ? [] : net.program(model, programming);
    this.#calibrateNet(net);
    if (c.training !== 'exSitu') {
      const last = net.stageStates.findLastIndex(({ layers }) => layers.length > 0);
      const from = c.training === 'hybrid' ? last : 0;
      const saved = this.#savedRun;
      await this.#runPhase(
        ['devices', 'training on devices'],
        inSitu.epochs,
        (snapshot) => {
          storeArrays(snapshot, 'model', listWeightArrays(model));
          storeArrays(snapshot, 'net', net.state);
        },
        (reportProgress, start) => {
          const restore = () => {
            if (saved?.progress.part === 'devices') restoreArrays(saved.snapshot, 'net', net);
            return start;
          };
          const options = { ...inSitu, seed, firstTrainedStage: from };
          return trainInSitu(net, this.#trainSet, c.pixels, options, reportProgress, restore);
        },
      );
      this.#calibrateNet(net);
    }
    return { net, programmingResults };
  }

  async testNet(net: CrossbarNet): Promise<{ predictions: Uint8Array; testSeconds: number }> {
    const startTime = performance.now();
    const { pixels } = this.#options.config;
    const predictions = await this.#showProgress('test', this.#testSet.n, (report) =>
      classifyOnCrossbars(net, this.#testSet, pixels, report),
    );
    return { predictions, testSeconds: (performance.now() - startTime) / 1000 };
  }

  testSpiking(net: CrossbarNet): Promise<SpikingTestResult> {
    const { spiking, pixels, seed } = this.#options.config;
    const images = { train: this.#trainSet, test: this.#testSet, scaling: pixels };
    return this.#showProgress('spikes', Math.min(spiking!.images, this.#testSet.n), (report) =>
      testSpikingNet(net, spiking!, images, seed, report),
    );
  }

  async #showProgress<T>(label: string, total: number, work: (report: (done: number) => Promise<void>) => Promise<T>) {
    const progress = createProgressOutput({ label, total, unit: 'images', mode: this.#options.progress });
    try {
      return await work(async (done) => {
        progress.update(done);
        await setImmediate();
        if (this.#options.signal.aborted) throw new TrainingInterrupted();
      });
    } finally {
      progress.stop();
    }
  }

  #calibrateNet(net: CrossbarNet) {
    const { input, output, pixels } = this.#options.config;
    if (!(input?.bits || output?.bits || output?.calibrated)) return;
    const length = Math.min(MAX_CALIBRATION_IMAGES, this.#trainSet.n);
    net.calibrate(Array.from({ length }, (_, i) => createScaledImage(this.#trainSet, i, pixels)));
  }

  async #runPhase<T>(
    [part, label]: readonly [SavedProgress['part'], string],
    epochs: number,
    collect: (snapshot: Snapshot) => void,
    work: (reportProgress: ProgressReporter, start: TrainingProgress) => Promise<T>,
  ) {
    const total = epochs * this.#trainSet.n;
    const progress = createProgressOutput({ label, total, unit: 'images', mode: this.#options.progress });
    const startTime = performance.now();
    const saved = this.#savedRun?.progress.part === part ? this.#savedRun.progress : null;
    const before = saved?.before ?? this.presentations;
    const interval = this.#options.checkpointEvery ?? this.#trainSet.n;
    const earlierSeconds = saved?.seconds ?? this.trainingSeconds;
    const start = { imageCount: saved?.shown ?? 0, correctCount: saved?.right ?? 0 };
    let [lastShown, lastRight] = [saved?.last.shown ?? 0, saved?.last.right ?? 0];
    let next = start.imageCount + interval;
    this.presentations = before + start.imageCount;
    if (saved) this.learningCurve.splice(0, Infinity, ...saved.learning);
    try {
      return await work(async (shown, right) => {
        const accuracy = (100 * (right - lastRight)) / (shown - lastShown);
        progress.update(shown, () => `accuracy ${accuracy.toFixed(1)} %`);
        if (shown - lastShown >= total / LEARNING_POINT_COUNT || shown === total) {
          this.learningCurve.push({ images: before + shown, accuracy });
          [lastShown, lastRight] = [shown, right];
        }
        this.presentations = before + shown;
        await setImmediate();
        const stopped = this.#options.signal.aborted;
        if (shown >= next || shown === total || stopped) {
          next = shown + interval;
          const snapshot: Snapshot = new Map();
          collect(snapshot);
          const seconds = earlierSeconds + (performance.now() - startTime) / 1000;
          const last = { shown: lastShown, right: lastRight };
          const notes = { part, shown, right, last, before, seconds, learning: [...this.learningCurve] };
          this.#directory?.saveCheckpoint(snapshot, notes);
        }
        if (stopped) throw new TrainingInterrupted();
      }, start);
    } finally {
      this.trainingSeconds = earlierSeconds + (performance.now() - startTime) / 1000;
      progress.stop();
    }
  }
}
