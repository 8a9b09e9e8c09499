import { cellCurrent, NonLinearCrossbar } from '../index.ts';
import type { LabelledImages } from '../training/unsupervised/index.ts';
import type { ResultTable } from './findings.ts';
import { compareCurrents, computeCurrents, G_MAX, type TrainedLayer } from './trainedLayer.ts';

/** Nonlinearity of a cell: I(V) / I(V/2) at the full read voltage V; 141 for NbO/TaO (Cao et al. 2023, ref. 106). */
const NONLINEARITIES = { ohmic: 2, 'non-linear': 141 };
export const CELL_KINDS = Object.keys(NONLINEARITIES) as (keyof typeof NONLINEARITIES)[];

const ARRAY_SIDE = 64; // number of rows and of columns of the array
const MAX_ON_OFF = 1e4;
const IMAGE_COUNT = 15; // number of training images to fit gains, and of test images to measure current errors

/**
 * Errors of the output currents of a 64 × 64 crossbar, by line resistance (Ω per segment) and number of layers, among which the inputs
 * are divided equally. Pixels of at least 128 apply the read voltage, darker pixels 0 V.
 */
export function measureCellErrors(
  { data, learned, rows, columns }: Pick<TrainedLayer, 'data' | 'learned' | 'rows' | 'columns'>,
  settings: Readonly<Record<'lineResistances' | 'layers', readonly number[]>>,
) {
  const top = (rows - ARRAY_SIDE) / 2;
  const across = Math.min(ARRAY_SIDE, columns);
  const conductances = Float64Array.from({ length: ARRAY_SIDE * across }, (_, k) => {
    const weight = learned.weights[(top + Math.floor(k / across)) * columns + (k % across)]!;
    return G_MAX * Math.max(weight, 1 / MAX_ON_OFF);
  });
  const voltagesOf = ({ images }: LabelledImages) =>
    Float64Array.from({ length: IMAGE_COUNT * ARRAY_SIDE }, (_, k) =>
      images[Math.floor(k / ARRAY_SIDE) * rows + top + (k % ARRAY_SIDE)]! >= 128 ? 1 : 0,
    );
  const voltages = { train: voltagesOf(data.train), test: voltagesOf(data.test) };
  const read = (currentsAt: (inputs: Float64Array) => Float64Array) => {
    return { train: currentsAt(voltages.train), test: currentsAt(voltages.test) };
  };
  const ideal = read((inputs) => computeCurrents(conductances, inputs, across));
  const currentsOf = (array: NonLinearCrossbar, layers: number, voltages: Float64Array) => {
    const sum = new Float64Array(IMAGE_COUNT * across);
    for (let from = 0; from < voltages.length; from += ARRAY_SIDE / layers) {
      const [row, to] = [from % ARRAY_SIDE, from + ARRAY_SIDE / layers];
      const cells = conductances.subarray(row * across, (row + ARRAY_SIDE / layers) * across);
      array.currents(voltages.subarray(from, to), cells).forEach((current, j) => {
        sum[Math.floor(from / ARRAY_SIDE) * across + j]! += current;
      });
    }
    return sum;
  };
  const measure = (cells: keyof typeof NONLINEARITIES, lineResistance: number, layers: number) => {
    const array = new NonLinearCrossbar({
      rows: ARRAY_SIDE / layers,
      columns: across,
      cell: cellCurrent(NONLINEARITIES[cells]),
      lineResistance: { word: lineResistance, bit: lineResistance },
    });
    const currents = read((inputs) => currentsOf(array, layers, inputs));
    const { error, gainError } = compareCurrents(currents, ideal, across);
    return { cells, lineResistance, layers, error, gainError };
  };
  return CELL_KINDS.flatMap((cells) =>
    settings.lineResistances.flatMap((ohm) => settings.layers.map((layers) => measure(cells, ohm, layers))),
  );
}

type CellGrid = ResultTable<{ readonly seed: number } & ReturnType<typeof measureCellErrors>[number]>;

type CellFilter = Parameters<CellGrid['mean']>[1];

export const isNonLinearErrorLarger = (grid: CellGrid, key: 'error' | 'gainError', where: CellFilter): boolean =>
  grid.mean(key, { ...where, cells: 'non-linear' }) > grid.mean(key, { ...where, cells: 'ohmic' });
