import { batch, signal } from '@preact/signals';
import type { ProgressState } from '../../run/progress.ts';
import type { Trained, TrainingNews } from '../worker/train.ts';
import { asFile, presets } from './devices.ts';
import { images, loadManifest } from './images.ts';
import { Fault, Remote, type Running } from './remote.ts';
import { deviceOf, type LearnState, settingsOf } from './state.ts';

type Stage = 'idle' | 'loading' | 'running' | 'held' | 'done' | 'stopped';
type Told = Omit<ProgressState, 'text'>;
type News = TrainingNews | { readonly progress: Told };

/** Drawings of a training are so far apart at least. */
const EVERY_MS = 250;
/** How many times as long as a drawing took is waited before the next one. */
const SPARING = 20;

/** One training, in a worker of its own. It goes on whatever room is open. */
export class Trainer {
  readonly side: 0 | 1;
  readonly stage = signal<Stage>('idle');
  readonly progress = signal<Told | undefined>(undefined);
  readonly frame = signal<TrainingNews | undefined>(undefined);
  readonly result = signal<Trained | undefined>(undefined);
  readonly fault = signal<string | undefined>(undefined);
  /** What the training is or was set to. */
  readonly learn = signal<LearnState | undefined>(undefined);
  remote: Remote | undefined;
  #running: Running<Trained | null> | undefined;
  /** What was told since the last drawing. */
  #latest: { progress?: Told; frame?: TrainingNews } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0;

  constructor(side: 0 | 1) {
    this.side = side;
  }

  get busy(): boolean {
    return ['loading', 'running', 'held'].includes(this.stage.value);
  }

  async start(learn: LearnState): Promise<void> {
    this.remote?.end();
    this.remote = undefined;
    this.#latest = {};
    for (const cell of [this.progress, this.frame, this.result, this.fault]) cell.value = undefined;
    this.learn.value = learn;
    this.stage.value = 'loading';
    const remote = new Remote();
    this.remote = remote;
    try {
      const { first } = await loadManifest();
      await remote.put(await presets());
      await remote.put(await images(learn.train > first.images ? 'all' : 'first'));
      await remote.put(await images('test'));
      if (this.remote !== remote) return;
      const device = deviceOf(this.side);
      const text = device && (await asFile(device));
      this.stage.value = 'running';
      this.#running = remote.call('train', { given: settingsOf(learn), device: text, shown: true }, (news: News) =>
        this.#hear(news),
      );
      const result = await this.#running.done;
      this.#show();
      if (this.remote !== remote) return;
      this.result.value = result ?? undefined;
      this.stage.value = result ? 'done' : 'stopped';
    } catch (error) {
      if (this.remote !== remote || this.stage.value === 'stopped') return;
      if (!(error instanceof Fault)) throw error;
      this.fault.value = error.message;
      this.stage.value = 'stopped';
    }
  }

  #hear(news: News): void {
    if (typeof news.progress === 'object') this.#latest.progress = news.progress;
    else this.#latest.frame = { ...(this.#latest.frame ?? this.frame.value), ...news } as TrainingNews;
    this.#timer ??= setTimeout(() => this.#show(), this.#next - performance.now());
  }

  /** Draws what was told last. The next drawing waits so long that two trainings take a tenth of the time, and a core is left to each. */
  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { progress, frame } = this.#latest;
    this.#latest = {};
    const began = performance.now();
    batch(() => {
      if (progress) this.progress.value = progress;
      if (frame) this.frame.value = frame;
    });
    queueMicrotask(() => {
      const now = performance.now();
      this.#next = now + Math.max(EVERY_MS, SPARING * (now - began));
    });
  }

  hold(): void {
    this.#running?.hold();
    this.stage.value = 'held';
  }

  go(): void {
    this.#running?.go();
    this.stage.value = 'running';
  }

  stop(): void {
    this.stage.value = 'stopped';
    this.#running?.stop();
  }
}

export const trainers: readonly [Trainer, Trainer] = [new Trainer(0), new Trainer(1)];

addEventListener('beforeunload', (event) => {
  if (trainers.some((trainer) => trainer.busy)) event.preventDefault();
});
