import {
  type LabelledImages,
  type Learned,
  learnedBy,
  learningLayer,
  type MnistConfig,
  Training,
} from '../../mnist/index.ts';

/** What the layer had learned after so many images. */
export interface Snapshot {
  readonly images: number;
  readonly learned: Learned;
}

/**
 * Trains a layer whose pulses are multiplied by `gainAt(shown)`, and keeps what it had learned after each of `at` images.
 * Null when it was interrupted.
 */
export async function trained(
  config: MnistConfig,
  images: LabelledImages,
  gainAt: (shown: number) => number,
  at: readonly number[],
  signal: AbortSignal,
): Promise<Snapshot[] | null> {
  const layer = learningLayer(config, images.rows * images.columns, 'auto');
  layer.net.build();
  const snapshots: Snapshot[] = [];
  const done = await new Training(layer, config, images).run({
    signal,
    images: { write: () => {} },
    onImage: (shown) => {
      layer.synapses.rule!.gain = gainAt(shown);
      if (!at.includes(shown)) return;
      const { weights, thresholds } = learnedBy(layer);
      snapshots.push({ images: shown, learned: { weights: weights.slice(), thresholds } });
    },
    onPause: () => {},
    checkpointEvery: Number.POSITIVE_INFINITY,
    onCheckpoint: () => {},
  });
  return done ? snapshots : null;
}
