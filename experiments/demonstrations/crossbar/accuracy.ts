import type { Stage } from '../demonstration.ts';
import { type LayerSize, type ThroughLines, trainedLayer } from '../trainedLayer.ts';

interface Study extends LayerSize {
  /** Word and bit lines of an array at the most. */
  readonly sizes: readonly number[];
  /** Ω a segment. */
  readonly lineResistances: readonly number[];
}

export interface Scored extends ThroughLines {
  readonly size: number;
  /** Ω a segment; 0 for ideal lines. */
  readonly lineResistance: number;
  readonly seed: number;
}

/**
 * Trains a layer once, then programs its weights into arrays of each size with lines of each resistance: labelling and test
 * read the effective weights, as they are and with one gain for each output.
 */
export async function accuracies(study: Study, seed: number, stage: Stage) {
  const layer = await trainedLayer(study, seed, stage);
  const accuracy = await layer.accuracyOf(layer.learned.weights);
  const ideal = { accuracy, gainAccuracy: accuracy, error: 0, distortion: 0, gainError: 0 };
  const scored: Scored[] = [];
  for (const size of study.sizes) {
    scored.push({ size, lineResistance: 0, seed, ...ideal });
    for (const lineResistance of study.lineResistances) {
      await stage.step(`seed ${seed}: arrays of ${size}, ${lineResistance} Ω`);
      const tile = { rows: size, columns: size };
      scored.push({ size, lineResistance, seed, ...(await layer.throughLines(lineResistance, tile)) });
    }
  }
  return { layer, scored };
}
