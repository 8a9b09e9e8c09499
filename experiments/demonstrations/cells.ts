import { cellCurrent, NonLinearCrossbar } from '../index.ts';
import type { LabelledImages } from '../mnist/index.ts';
import { amplified, currentsOf, errorsOf, gainsOf } from './currents.ts';
import { G_MAX, type trainedLayer } from './trainedLayer.ts';

/** Current at the full read voltage over that at half of it: ohmic, and NbO/TaO (Cao et al. 2023, its ref. 106). */
export const NONLINEARITIES = [2, 141];
/** Lines of the array, the largest on/off ratio in it, and images: to find gains with, and to compare. */
const SIZE = 64;
const ON_OFF = 1e4;
const IMAGES = 15;

export interface CellErrors {
  readonly nonlinearity: number;
  readonly lineResistance: number;
  readonly layers: number;
  readonly seed: number;
  readonly error: number;
  readonly distortion: number;
  /** With one gain for each output. */
  readonly gainError: number;
}

interface Arrays {
  /** Ω a segment. */
  readonly lineResistances: readonly number[];
  /** Arrays that each have some of the inputs and add their currents. */
  readonly layers: readonly number[];
}

/**
 * Currents of the middle of a layer, 64 × 64 cells of the same conductance at the full read voltage, ohmic or not. A pixel of at least 128
 * puts the full voltage on its line, so that without resistance both give the same.
 */
export function cellErrors(
  { data, learned, rows, columns }: Awaited<ReturnType<typeof trainedLayer>>,
  seed: number,
  { lineResistances, layers: counts }: Arrays,
): CellErrors[] {
  const top = (rows - SIZE) / 2;
  const across = Math.min(SIZE, columns);
  const conductances = Float64Array.from({ length: SIZE * across }, (_, k) => {
    const weight = learned.weights[(top + Math.floor(k / across)) * columns + (k % across)]!;
    return G_MAX * Math.max(weight, 1 / ON_OFF);
  });
  const inputs = ({ images }: LabelledImages) =>
    Array.from({ length: IMAGES }, (_, n) =>
      Float64Array.from(images.subarray(n * rows + top, n * rows + top + SIZE), (grey) => (grey >= 128 ? 1 : 0)),
    );
  const [known, asked] = [inputs(data.train), inputs(data.test)];
  const flat = (lists: readonly Float64Array[]) => Float64Array.from(lists.flatMap((list) => [...list]));
  const ideal = (images: readonly Float64Array[]) => currentsOf(conductances, flat(images), across);
  const through = (array: NonLinearCrossbar, layers: number, images: readonly Float64Array[]) => {
    const size = SIZE / layers;
    const sum = new Float64Array(images.length * across);
    for (let layer = 0; layer < layers; layer++) {
      const [from, to] = [layer * size, (layer + 1) * size];
      const cells = conductances.subarray(from * across, to * across);
      images.forEach((v, n) => {
        array.currents(v.subarray(from, to), cells).forEach((current, j) => {
          sum[n * across + j]! += current;
        });
      });
    }
    return sum;
  };
  return NONLINEARITIES.flatMap((nonlinearity) =>
    lineResistances.flatMap((lineResistance) =>
      counts.map((layers): CellErrors => {
        const array = new NonLinearCrossbar({
          ...{ rows: SIZE / layers, columns: across, cell: cellCurrent(nonlinearity) },
          lineResistance: { word: lineResistance, bit: lineResistance },
        });
        const found = through(array, layers, asked);
        const gains = gainsOf(through(array, layers, known), ideal(known), across);
        const gainError = errorsOf(amplified(found, gains), ideal(asked)).error;
        return { nonlinearity, lineResistance, layers, seed, gainError, ...errorsOf(found, ideal(asked)) };
      }),
    ),
  );
}
