import * as z from 'zod/mini';
import type { Snapshot } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { int, rangedNumber } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import type { Stateful } from '../../../core/model.ts';
import { yieldToEventLoop } from '../../run/interruption.ts';
import { createProgressOutput } from '../../run/progress.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import type { TrainingRunOptions } from '../runOptions.ts';
import type { ProgressReporter, TrainingProgress } from './trainFloatNet.ts';

export class TrainingInterrupted extends Error {}

const LEARNING_POINT_COUNT = 60;
const count = int({ min: 0 });

const notesSchema = z.object({
  part: z.enum(['float', 'devices', 'spikes']),
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

export function storeArrays(snapshot: Snapshot, path: string, state: StateArrays) {
  for (const [key, array] of Object.entries(state)) snapshot.set(`${path}.${key}`, array.slice());
}

export function restoreArrays(snapshot: Snapshot, path: string, part: Stateful) {
  for (const [key, array] of Object.entries(part.state)) {
    const saved = snapshot.get(`${path}.${key}`);
    if (saved?.constructor !== array.constructor || saved.length !== array.length)
      throw new UserError(
        `the checkpoint belongs to another net, because ${path}.${key} is missing; start a new run in another --out.`,
      );
    array.set(saved);
  }
  part.onCheckpointLoaded?.();
}

/** Options of a run that control its progress output, interruption and checkpoints. */
export type RunControl = Pick<TrainingRunOptions, 'progress' | 'signal' | 'checkpointEvery'>;

/** Phases of a training run, with progress, learning curve and checkpoints. */
export class TrainingPhases {
  /** Accuracy, %, of the training images since the previous point, each before its weight update. */
  readonly learningCurve: { readonly images: number; readonly accuracy: number }[] = [];
  presentations = 0;
  trainingSeconds = 0;
  savedRun: { readonly progress: SavedProgress; readonly snapshot: Snapshot } | null = null;
  #directory: RunDirectory | null = null;
  readonly #run: RunControl;
  readonly #imagesPerEpoch: number;

  constructor(run: RunControl, imagesPerEpoch: number) {
    this.#run = run;
    this.#imagesPerEpoch = imagesPerEpoch;
  }

  /** Resumes from the checkpoint of a directory, if any, and saves checkpoints there. */
  restoreCheckpoint(directory: RunDirectory) {
    this.#directory = directory;
    const { snapshot, callerNotes: notes } = directory;
    this.savedRun = snapshot && { snapshot, progress: validate(notesSchema, notes, 'the notes of the checkpoint') };
  }

  async showProgress<T>(label: string, total: number, work: (report: (done: number) => Promise<void>) => Promise<T>) {
    const progress = createProgressOutput({ label, total, unit: 'images', mode: this.#run.progress });
    try {
      return await work(async (done) => {
        progress.update(done);
        await yieldToEventLoop();
        if (this.#run.signal.aborted) throw new TrainingInterrupted();
      });
    } finally {
      progress.stop();
    }
  }

  async runPhase<T>(
    [part, label]: readonly [SavedProgress['part'], string],
    epochs: number,
    collect: (snapshot: Snapshot) => void,
    work: (reportProgress: ProgressReporter, start: TrainingProgress) => Promise<T>,
  ) {
    const total = epochs * this.#imagesPerEpoch;
    const progress = createProgressOutput({ label, total, unit: 'images', mode: this.#run.progress });
    const startTime = performance.now();
    const saved = this.savedRun?.progress.part === part ? this.savedRun.progress : null;
    const before = saved?.before ?? this.presentations;
    const interval = this.#run.checkpointEvery ?? this.#imagesPerEpoch;
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
        await yieldToEventLoop();
        const stopped = this.#run.signal.aborted;
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
