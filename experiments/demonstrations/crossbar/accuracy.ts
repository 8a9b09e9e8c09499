import type { Stage } from '../demonstration.ts';
import { type LayerSize, trainedLayer } from '../trainedLayer.ts';

interface Study extends LayerSize {
  /** Word and bit lines of an array at the most. */
  readonly sizes: readonly number[];
  /** Ω a segment. */
  readonly lineResistances: readonly number[];
}

interface Scored {
  readonly size: number;
  /** Ω a segment; 0 for ideal lines. */
  readonly lineResistance: number;
  readonly seed: number;
  /** Percent, log-probability vote. */
  readonly accuracy: number;
  /** Current at all outputs together, all inputs on, as a share of that with ideal lines. */
  readonly current: number;
}

/**
 * Trains a layer once, then programs its weights into arrays of each size with lines of each resistance: labelling and test
 * read the effective weights.
 */
export async function accuracies(study: Study, seed: number, stage: Stage): Promise<Scored[]> {
  const layer = await trainedLayer(study, seed, stage);
  const { weights: ideal } = layer.learned;
  const scored: Scored[] = [];
  const accuracy = await layer.accuracyOf(ideal);
  for (const size of study.sizes) {
    scored.push({ size, lineResistance: 0, seed, accuracy, current: 1 });
    for (const lineResistance of study.lineResistances) {
      await stage.step(`seed ${seed}: arrays of ${size}, ${lineResistance} Ω`);
      const weights = layer.throughLines(lineResistance, { rows: size, columns: size });
      const current = sum(weights) / sum(ideal);
      scored.push({ size, lineResistance, seed, accuracy: await layer.accuracyOf(weights), current });
    }
  }
  return scored;
}

const sum = (values: Float32Array): number => values.reduce((total, v) => total + v, 0);
