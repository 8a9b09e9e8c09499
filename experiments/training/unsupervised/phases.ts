import type { Job } from './job.ts';
import type { Learned } from './network.ts';
import type { Responses, Task } from './respond.ts';
import { respondAll } from './respondAll.ts';

export interface PhaseOptions {
  readonly workers: number;
  readonly recordInputs: boolean;
  /** Number of training images between checkpoints; default: one epoch. */
  readonly checkpointEvery?: number | undefined;
  readonly signal: AbortSignal;
}

const formatProgress = (phase: string, done: number, total: number, details = ''): string =>
  `${phase}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} images${details}`;

/** Numbers of images after which weights are recorded: `count` evenly spaced ones from 0, without the last. */
const scheduleSnapshots = (count: number, images: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count - 1 }, (_, k) => Math.round((k * images) / (count - 1))));

/** Trains the layer without labels and writes a checkpoint. Returns false if interrupted. */
export async function runTraining(job: Job, o: PhaseOptions): Promise<boolean> {
  const { config, directory, images, training, watch } = job;
  const { net, synapses } = job.layer;
  const snapshots = scheduleSnapshots(config.recordWeights ?? 1, training.total);
  const done = await job.progress('training', training.total, (update) =>
    training.run({
      signal: o.signal,
      images: watch?.teeImages(images) ?? images,
      onImage: (shown) => {
        if (snapshots.has(shown)) synapses.recorder!.snapshot(net.now);
      },
      checkpointEvery: o.checkpointEvery ?? config.train,
      onCheckpoint: () => job.checkpoint(),
      onPause: (shown, accuracy) => {
        const text = `accuracy of the last 1,000: ${accuracy.toFixed(1)} %`;
        directory.flush(() => net.flush());
        update(shown, () => text);
        watch?.update(training, formatProgress('training', shown, training.total, `, ${text}`));
      },
    }),
  );
  job.checkpoint();
  return done && !o.signal.aborted;
}

/** Responses of the frozen layer to the images of one phase. */
export interface PhaseResult {
  readonly responses: Responses;
  readonly labels: Uint8Array;
  readonly seconds: number;
}

/** Creates the task for labelling (with training images) or for the test. */
export const createTask = (
  { config, train, test, layer }: Job,
  learned: Learned,
  phase: Task['phase'],
  recordInputs: boolean,
): Task =>
  phase === 'label'
    ? { config, phase, learned, data: train, recordInputs, front: layer.front }
    : { config, phase, learned, data: test, recordInputs };

/** Presents the images of a phase to the frozen layer. Returns null if interrupted. */
export async function runPhase(
  job: Job,
  learned: Learned,
  phase: Task['phase'],
  { workers, signal, recordInputs }: PhaseOptions,
): Promise<PhaseResult | null> {
  const started = performance.now();
  const [label, count] = phase === 'label' ? ['labelling', job.config.label] : ['testing', job.config.test];
  const responses = await job.progress(label, count, (update) =>
    respondAll(createTask(job, learned, phase, recordInputs), count, {
      workers,
      signal,
      onPause: (done) => {
        update(done);
        job.watch?.showProgress(formatProgress(label, done, count));
      },
    }),
  );
  if (responses === null) return null;
  const { labels } = phase === 'label' ? job.train : job.test;
  return { responses, labels: labels.subarray(0, count), seconds: (performance.now() - started) / 1000 };
}
