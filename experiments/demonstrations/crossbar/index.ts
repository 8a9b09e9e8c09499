/**
 * A network read through resistive lines, currents of non-linear cells, and reading and writing of one cell. The convention of
 * the lines is that of badcrossbar (Joksas & Mehonic 2020, doi:10.1016/j.softx.2020.100617).
 */
import { mean } from 'simple-statistics';
import { Crossbar, number, object, type SelectScheme, Stream, selectCell } from '../../index.ts';
import { curve, summariseSeeds } from '../../look/plots/index.ts';
import { cellLines, cellName, isWorseNonLinear, measureCellErrors, NONLINEARITIES } from '../cells.ts';
import {
  defineDemonstration,
  type LayerSize,
  layerParams,
  listSeeds,
  measureSeeds,
  type RunContext,
  SEED_PARAMS,
} from '../demonstration.ts';
import { inUnit, isDecreasing, makeTable, mergeRecords, percent, ResultGrid, ratio } from '../findings.ts';
import { COMPARED_IMAGES, G_MAX, trainMnistLayer } from '../trainedLayer.ts';

const ARRAY_SIZES = [2, 4, 8, 16, 32, 64, 128];
const SCHEMES: readonly SelectScheme[] = ['half', 'third'];

/** Conductances of the cell to be read and of all other cells, S. */
const OFF = 1e-6;
const ON = 1e-4;

/** Row and column of the cell that is furthest from the drivers of its lines. */
const furthestCell = (size: number) => [0, size - 1] as const;

const makeArray = (size: number, lineResistance: number, conductances: Float64Array): Crossbar =>
  new Crossbar({ rows: size, columns: size, conductances, lineResistance });

/** Reads a cell of 1 MΩ among cells of 10 kΩ: resistances with all other lines `floating`, and `held` at 0 V, Ω. */
export function readCell(size: number, lineResistance: number) {
  const [row, column] = furthestCell(size);
  const conductances = new Float64Array(size * size).fill(ON);
  conductances[row * size + column] = OFF;
  const crossbar = makeArray(size, lineResistance, conductances);
  const held = 1 / crossbar.effective[row * size + column]!;
  return { size, floating: crossbar.resistance(row, column), held };
}

/**
 * Writes the furthest cell of an array of conducting cells with a line voltage that gives the cell 1.5 times the mean switching
 * voltage. Switching voltages of cells are normal with a relative sd of `spread`. Returns the voltage of the cell over the largest
 * voltage of any other cell (`margin`), and the number of other cells that switch, for each seed (`disturbed`).
 */
export function writeCell(
  size: number,
  selection: SelectScheme,
  { lineResistance, spread, seeds }: { lineResistance: number; spread: number; seeds: readonly number[] },
) {
  const [row, column] = furthestCell(size);
  const crossbar = makeArray(size, lineResistance, new Float64Array(size * size).fill(ON));
  const cells = crossbar.solve(selectCell(selection, crossbar, row, column, 1)).cells.map(Math.abs);
  const selected = cells[row * size + column]!;
  const others = cells.filter((_, k) => k !== row * size + column);
  const disturbed = seeds.map((seed) => {
    const stream = new Stream(seed, `crossbar/${size}/thresholds`);
    return others.reduce((count, v) => count + ((1.5 * v) / selected > 1 + spread * stream.normal() ? 1 : 0), 0);
  });
  return { size, selection, margin: selected / others.reduce((most, v) => Math.max(most, v)), disturbed };
}

const SIZES = [32, 64, 128, 256, 784]; // lines of an array; the network has 784 inputs
const [SMALLEST, WHOLE_ARRAY] = [32, 784];
const SHOWN_SIZES = [SMALLEST, 128, WHOLE_ARRAY];
const LINE_RESISTANCES = [0.5, 2, 8]; // Ω per segment
const SCHEME_NAMES = { half: 'V/2', third: 'V/3' } as const;
const ERROR_NAMES = {
  error: 'error of the currents',
  distortion: 'distortion',
  gainError: 'error with one gain per output',
};
const ERRORS = ['error', 'distortion', 'gainError'] as const;

interface Study extends LayerSize {
  /** Largest numbers of word and bit lines of an array. */
  readonly sizes: readonly number[];
  /** Line resistances, Ω per segment. */
  readonly lineResistances: readonly number[];
}

/** Trains one layer and reads it in arrays of each size with lines of each resistance, with and without gains. */
export async function measureArrays(study: Study, seed: number, context: RunContext) {
  const layer = await trainMnistLayer(study, seed, context);
  const accuracy = await layer.testWeights(layer.learned.weights);
  const ideal = { accuracy, gainAccuracy: accuracy, error: 0, distortion: 0, gainError: 0 };
  const arrays = [];
  for (const size of study.sizes) {
    arrays.push({ size, lineResistance: 0, seed, ...ideal });
    for (const lineResistance of study.lineResistances) {
      await context.step(`arrays of ${size}, ${lineResistance} Ω`);
      const tile = { rows: size, columns: size };
      arrays.push({ size, lineResistance, seed, ...(await layer.readThroughLines(lineResistance, tile)) });
    }
  }
  return { layer, arrays };
}

const sizeName = (size: number): string => (size === WHOLE_ARRAY ? 'one array' : `arrays of ${size}`);

export default defineDemonstration({
  name: 'crossbar',
  title: 'Line resistance, sneak paths and half-select disturb of a crossbar',
  claim:
    'Larger arrays have larger parasitic resistance, which degrades accuracy; currents through neighbouring cells disturb reading and programming.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, section 3 and ref. 160',
  parameters: object({
    ...layerParams({ neurons: 100, train: 60_000, label: 5000, test: 2000 }),
    lineResistance: number({ default: 1, min: 0, unit: 'Ω', help: 'line resistance per segment for single cells' }),
    thresholdSpread: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of the switching voltages of cells' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const study = { ...p, sizes: SIZES, lineResistances: LINE_RESISTANCES };
    const { arrays, cells } = await measureSeeds(p, context, async (seed) => {
      const { layer, arrays } = await measureArrays(study, seed, context);
      await context.step('non-linear cells');
      return { arrays, cells: measureCellErrors(layer, seed, { lineResistances: LINE_RESISTANCES, layers: [1] }) };
    });
    const at = (size: number, lineResistance: number) => ({ size, lineResistance });

    const options = { lineResistance: p.lineResistance, spread: p.thresholdSpread, seeds: listSeeds(p) };
    const reads = [];
    const writes: ReturnType<typeof writeCell>[] = [];
    for (const size of ARRAY_SIZES) {
      await context.step(`cells of ${size} x ${size}`);
      reads.push(readCell(size, p.lineResistance));
      writes.push(...SCHEMES.map((scheme) => writeCell(size, scheme, options)));
    }
    const ofScheme = (scheme: string) => writes.filter(({ selection }) => selection === scheme);
    const disturbedIn64 = (scheme: string) => [...ofScheme(scheme).find(({ size }) => size === 64)!.disturbed];
    const [readings, margins] = [new ResultGrid(reads), new ResultGrid(writes)];
    const largest = ARRAY_SIZES.at(-1)!;
    const ideal = arrays.mean('accuracy', at(WHOLE_ARRAY, 0));
    const lossy = arrays.filter(({ lineResistance }) => lineResistance > 0);
    const lossyAccuracy = arrays.mean('accuracy', at(WHOLE_ARRAY, 2));
    const byResistance = LINE_RESISTANCES.map((ohm) => arrays.mean('accuracy', at(WHOLE_ARRAY, ohm)));
    const bySize = SIZES.map((size) => arrays.mean('accuracy', at(size, 2)));
    const share = inUnit('share of ideal');
    const accuracyCurve = (title: string, subtitle: string, key: 'accuracy' | 'gainAccuracy') =>
      curve({
        title,
        subtitle: `${subtitle}; mean and sd of ${p.seeds} seeds`,
        x: { label: 'resistance of a line segment (Ω)', log: true },
        y: { label: 'accuracy (%)', domain: [0, 100] },
        series: SIZES.map((size) => {
          return lossy.line(size === WHOLE_ARRAY ? 'one array' : `n = ${size}`, 'lineResistance', key, { size });
        }),
        references: [{ name: 'ideal lines', y: ideal }],
      });
    return {
      figures: {
        'accuracy, ideal lines': percent(arrays.values('accuracy', at(WHOLE_ARRAY, 0))),
        ...mergeRecords(SHOWN_SIZES, (size) => ({
          [`accuracy, 2 Ω, ${sizeName(size)}`]: percent(arrays.values('accuracy', at(size, 2))),
          [`one gain per output, 2 Ω, ${sizeName(size)}`]: percent(arrays.values('gainAccuracy', at(size, 2))),
        })),
        ...mergeRecords(ERRORS, (key) =>
          mergeRecords(SHOWN_SIZES, (size) => ({
            [`${ERROR_NAMES[key]}, 2 Ω, ${sizeName(size)}`]: share(arrays.values(key, at(size, 2))),
          })),
        ),
        ...mergeRecords(ERRORS, (key) =>
          mergeRecords(NONLINEARITIES, (nonlinearity) => {
            const name = `${ERROR_NAMES[key]}, 2 Ω, 64 × 64, ${cellName(nonlinearity)}`;
            return { [name]: share(cells.values(key, { nonlinearity, lineResistance: 2 })) };
          }),
        ),
        [`1 MΩ read in ${largest} x ${largest}, floating`]: inUnit('Ω')(reads.at(-1)!.floating),
        [`1 MΩ read in ${largest} x ${largest}, held`]: inUnit('Ω')(reads.at(-1)!.held),
        ...mergeRecords(SCHEMES, (scheme) => ({
          [`margin of ${SCHEME_NAMES[scheme]}, ${largest} x ${largest}`]: ratio(ofScheme(scheme).at(-1)!.margin),
          [`cells disturbed by ${SCHEME_NAMES[scheme]}, 64 x 64`]: inUnit('cells')(disturbedIn64(scheme)),
        })),
      },
      expectations: {
        'accuracy falls with line resistance, within 1 point, by more than 20 points in one array':
          isDecreasing(byResistance, 1) && byResistance.at(-1)! < ideal - 20,
        'accuracy at 2 Ω falls with the size of the arrays, within 1 point': isDecreasing(bySize, 1),
        [`arrays of ${SMALLEST} lose less than 2 points at 2 Ω`]:
          arrays.mean('accuracy', at(SMALLEST, 2)) > arrays.mean('accuracy', at(SMALLEST, 0)) - 2,
        'control: one gain per output recovers less than half of the loss of one array at 2 Ω':
          arrays.mean('gainAccuracy', at(WHOLE_ARRAY, 2)) - lossyAccuracy < (ideal - lossyAccuracy) / 2,
        'line resistance causes larger errors in non-linear than in ohmic cells, with and without gains':
          LINE_RESISTANCES.every((lineResistance) =>
            (['error', 'gainError'] as const).every((key) => isWorseNonLinear(cells, key, { lineResistance })),
          ),
        'resistance read with floating lines falls with array size': isDecreasing(readings.values('floating')),
        'held lines read the exact resistance if lines are ideal, and not with line resistance':
          Math.abs(readCell(16, 0).held / 1e6 - 1) < 1e-9 && readCell(16, p.lineResistance).held !== 1e6,
        'V/3 disturbs fewer cells than V/2 in 64 x 64': mean(disturbedIn64('third')) < mean(disturbedIn64('half')),
        'the margins of V/2 and V/3 fall with the size of the array': SCHEMES.every((scheme) =>
          isDecreasing(ofScheme(scheme).map(({ margin }) => margin)),
        ),
      },
      tables: {
        accuracy: arrays.table({ size: ['cells', 'uint32'] }),
        cells: makeTable(cells.rows.map(({ layers, ...one }) => one)),
        reads: makeTable(reads, { size: ['cells', 'uint32'], floating: 'Ω', held: 'Ω' }),
        writes: makeTable(
          writes.map((one) => ({ ...one, disturbed: mean([...one.disturbed]) })),
          { size: ['cells', 'uint32'], disturbed: 'cells' },
        ),
      },
      pictures: {
        accuracy: accuracyCurve(
          'MNIST read through resistive lines',
          `${WHOLE_ARRAY} × ${p.neurons} weights in arrays of up to n × n, cells of at least ${1 / G_MAX / 1000} kΩ`,
          'accuracy',
        ),
        gains: accuracyCurve(
          'The same with one gain for each output',
          `gains found on ${COMPARED_IMAGES} training images`,
          'gainAccuracy',
        ),
        cells: curve({
          title: 'Error of the currents of ohmic and of non-linear cells',
          subtitle: `64 × 64 cells, currents of images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'resistance of a line segment (Ω)', log: true },
          y: { label: 'error (share of the ideal currents)', domain: [0, 1] },
          series: cellLines(cells, 'lineResistance'),
        }),
        sneak: curve({
          title: 'A cell of 1 MΩ among cells of 10 kΩ, read',
          subtitle: `the furthest cell of n × n, ${p.lineResistance} Ω a segment`,
          x: { label: 'n', log: true },
          y: { label: 'resistance read (Ω)', log: true },
          series: [
            readings.line('other lines held at 0 V', 'size', 'held'),
            readings.line('other lines floating', 'size', 'floating'),
          ],
        }),
        margin: curve({
          title: 'Writing the furthest cell of n × n',
          subtitle: `all cells at 10 kΩ, ${p.lineResistance} Ω a segment`,
          x: { label: 'n' },
          y: { label: 'its voltage / largest on any other cell', domain: [0, 3] },
          series: SCHEMES.map((scheme) => margins.line(SCHEME_NAMES[scheme], 'size', 'margin', { selection: scheme })),
          references: [{ name: 'equal voltage on another cell', y: 1 }],
        }),
        disturbed: curve({
          title: 'Cells that switch with the one that is written',
          subtitle: `it gets 1.5 × the mean switching voltage; spread ${p.thresholdSpread}; mean and sd of ${p.seeds} seeds`,
          x: { label: 'n' },
          y: { label: 'other cells that switch' },
          series: SCHEMES.map((scheme) => {
            return {
              name: SCHEME_NAMES[scheme],
              points: ofScheme(scheme).map((w) => summariseSeeds(w.size, w.disturbed)),
            };
          }),
        }),
      },
    };
  },
});
