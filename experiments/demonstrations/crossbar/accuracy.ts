import { effectiveConductances } from '../../index.ts';
import { imagesOf, type Learned, loadMnist, mnistConfig, testLayer, trainLayer } from '../../mnist/index.ts';
import { finished, type Stage } from '../demonstration.ts';

/** Largest conductance of a device, S: that of a weight of 1 mV. */
export const G_MAX = 1e-4;

export interface Study {
  readonly neurons: number;
  /** Images. */
  readonly train: number;
  readonly label: number;
  readonly test: number;
  /** Word and bit lines of an array at the most. */
  readonly sizes: readonly number[];
  /** Ω a segment. */
  readonly lineResistances: readonly number[];
}

export interface Scored {
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
export async function accuracies(
  { neurons, train, label, test, sizes, lineResistances }: Study,
  seed: number,
  { signal, step }: Stage,
): Promise<Scored[]> {
  const config = mnistConfig({ neurons, epochs: 1, train, label, test, seed });
  const data = imagesOf(loadMnist(), config);
  await step(`seed ${seed}: training`);
  const { learned } = finished(await trainLayer(config, data.train, { signal }));
  const [rows, ideal] = [data.train.rows * data.train.columns, sum(learned.weights)];
  const conductances = Float64Array.from(learned.weights, (mV) => mV * G_MAX);
  const accuracyOf = async (weights: Float32Array) => {
    const read: Learned = { ...learned, weights };
    return finished(await testLayer(config, read, data, { signal })).accuracy.logProbability;
  };
  const scored: Scored[] = [];
  const accuracy = await accuracyOf(learned.weights);
  for (const size of sizes) {
    scored.push({ size, lineResistance: 0, seed, accuracy, current: 1 });
    for (const lineResistance of lineResistances) {
      await step(`seed ${seed}: arrays of ${size}, ${lineResistance} Ω`);
      const tile = { rows: size, columns: size };
      const effective = effectiveConductances({ rows, columns: neurons, conductances, lineResistance, tile });
      const weights = Float32Array.from(effective, (siemens) => siemens / G_MAX);
      scored.push({
        ...{ size, lineResistance, seed },
        accuracy: await accuracyOf(weights),
        current: sum(weights) / ideal,
      });
    }
  }
  return scored;
}

const sum = (values: Float32Array): number => values.reduce((total, v) => total + v, 0);
