/**
 * Line resistance, sneak paths and half-selected cells of a passive crossbar: currents and accuracy of a network whose weights are read
 * through resistive lines, with and without one gain for each output; the same currents of non-linear cells; what is read of one cell, and
 * which cells are written with another.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, section 3 and ref. 160. Convention of the lines: badcrossbar (Joksas &
 *         Mehonic 2020, doi:10.1016/j.softx.2020.100617).
 * Run: memspike demo crossbar --out DIR
 * Expect: accuracy falls with line resistance and with the size of the arrays, and one gain an output gives most of it back; a cell of 1 MΩ is read as a few hundred ohms
 *         with floating lines; V/3 disturbs fewer cells than V/2 until line resistance takes its margin.
 */
import { mean } from 'simple-statistics';
import { number, object } from '../../index.ts';
import { curve, overSeeds } from '../../look/plots/index.ts';
import { cellErrors, NONLINEARITIES } from '../cells.ts';
import { demonstration, learningLayerParams, perSeed, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { COMPARED, G_MAX } from '../trainedLayer.ts';
import { ARRAYS, type Read, readOff, SELECTIONS, type Written, write } from './access.ts';
import { accuracies, type Scored } from './accuracy.ts';

const SIZES = [32, 64, 128, 256, 784]; // lines of an array; the network has 784 inputs
const LINE_RESISTANCES = [0.5, 2, 8]; // Ω a segment
const NAMES = { half: 'V/2', third: 'V/3' } as const;
const [SMALLEST, LARGEST] = [SIZES[0]!, SIZES.at(-1)!];
const arraysOf = (size: number): string => (size === LARGEST ? 'one array' : `arrays of ${size}`);
const ERRORS = {
  error: 'error of the currents',
  distortion: 'distortion',
  gainError: 'error with one gain per output',
};
const CELL_RESISTANCES = [0.5, 2, 8]; // Ω a segment
const CELLS: Readonly<Record<number, string>> = { 2: 'ohmic cells', 141: 'non-linear cells' };

export default demonstration({
  name: 'crossbar',
  title: 'Line resistance, sneak paths and half-selected cells of a crossbar',
  claim:
    'Larger arrays have larger parasitic resistance, which degrades accuracy; currents through neighbouring cells disturb reading and programming.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, section 3 and ref. 160',
  parameters: object({
    ...learningLayerParams({ neurons: 100, train: 60_000, label: 5000, test: 2000 }),
    lineResistance: number({ default: 1, min: 0, unit: 'Ω', help: 'of a segment where single cells are accessed' }),
    thresholdSpread: number({
      default: 0.1,
      min: 0,
      max: 1,
      help: 'relative sd of the voltages at which cells switch',
    }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (2 + SIZES.length * LINE_RESISTANCES.length) + ARRAYS.length,
  async run(p, stage) {
    const study = { ...p, sizes: SIZES, lineResistances: LINE_RESISTANCES };
    const seeded = await perSeed(p, async (seed) => {
      const { layer, scored } = await accuracies(study, seed, stage);
      await stage.step(`seed ${seed}: non-linear cells`);
      return { scored, cells: cellErrors(layer, seed, { lineResistances: CELL_RESISTANCES, layers: [1] }) };
    });
    const scored = seeded.flatMap((one) => one.scored);
    const cells = seeded.flatMap((one) => one.cells);
    type Told = Exclude<keyof Scored, 'size' | 'lineResistance' | 'seed'>;
    const of = (key: Told, size: number, ohm: number) =>
      scored.filter((s) => s.size === size && s.lineResistance === ohm).map((s) => s[key]);
    const accuracy = (size: number, ohm: number) => of('accuracy', size, ohm);
    const ofCells = (key: 'error' | 'distortion' | 'gainError', nonlinearity: number, ohm: number) =>
      cells.filter((c) => c.nonlinearity === nonlinearity && c.lineResistance === ohm).map((c) => c[key]);
    const falls = (values: readonly number[]) => values.every((v, i) => i === 0 || v <= values[i - 1]! + 1);

    const access = { lineResistance: p.lineResistance, spread: p.thresholdSpread, seeds: seedsOf(p) };
    const reads: Read[] = [];
    const writes: Written[] = [];
    for (const size of ARRAYS) {
      await stage.step(`cells of ${size} x ${size}`);
      reads.push(readOff(size, p.lineResistance));
      writes.push(...SELECTIONS.map((selection) => write(size, selection, access)));
    }
    const written = (selection: string) => writes.filter((w) => w.selection === selection);
    const last = (selection: string) => written(selection).at(-1)!;
    const largest = ARRAYS.at(-1)!;
    const whole = LINE_RESISTANCES.map((ohm) => mean(accuracy(LARGEST, ohm)));
    const bySize = SIZES.map((size) => mean(accuracy(size, 2)));
    return {
      figures: {
        'accuracy, ideal lines': { unit: '%', values: accuracy(LARGEST, 0) },
        ...Object.fromEntries(
          [SMALLEST, 128, LARGEST].flatMap((size) => [
            [`accuracy, 2 Ω, ${arraysOf(size)}`, { unit: '%', values: accuracy(size, 2) }],
            [`one gain per output, 2 Ω, ${arraysOf(size)}`, { unit: '%', values: of('gainAccuracy', size, 2) }],
          ]),
        ),
        ...Object.fromEntries(
          (['error', 'distortion', 'gainError'] as const).flatMap((key) =>
            [SMALLEST, 128, LARGEST].map((size) => [
              `${ERRORS[key]}, 2 Ω, ${arraysOf(size)}`,
              { unit: 'share of ideal', values: of(key, size, 2) },
            ]),
          ),
        ),
        ...Object.fromEntries(
          (['error', 'distortion', 'gainError'] as const).flatMap((key) =>
            NONLINEARITIES.map((nonlinearity) => [
              `${ERRORS[key]}, 2 Ω, 64 × 64, ${CELLS[nonlinearity]!}`,
              { unit: 'share of ideal', values: ofCells(key, nonlinearity, 2) },
            ]),
          ),
        ),
        [`1 MΩ read in ${largest} x ${largest}, floating`]: { unit: 'Ω', values: [reads.at(-1)!.floating] },
        [`1 MΩ read in ${largest} x ${largest}, held`]: { unit: 'Ω', values: [reads.at(-1)!.held] },
        ...Object.fromEntries(
          SELECTIONS.flatMap((s) => [
            [`margin of ${NAMES[s]}, ${largest} x ${largest}`, { unit: '1', values: [last(s).margin] }],
            [`cells disturbed by ${NAMES[s]}, 64 x 64`, { unit: 'cells', values: atSize(written(s), 64).disturbed }],
          ]),
        ),
      },
      expectations: {
        'accuracy falls with line resistance, within 1 point, and is lost in the largest array':
          falls(whole) && whole.at(-1)! < mean(accuracy(LARGEST, 0)) - 20,
        'at 2 Ω it falls with the size of the arrays, within 1 point': falls(bySize),
        [`arrays of ${SMALLEST} keep it within 2 points at 2 Ω`]:
          mean(accuracy(SMALLEST, 2)) > mean(accuracy(SMALLEST, 0)) - 2,
        'control: what is lost at 2 Ω in one array is no matter of gain: one gain per output gives back less than half of it':
          mean(of('gainAccuracy', LARGEST, 2)) - mean(accuracy(LARGEST, 2)) <
          (mean(accuracy(LARGEST, 0)) - mean(accuracy(LARGEST, 2))) / 2,
        'non-linear cells lose more of their currents to lines than ohmic ones, with and without gains': (
          ['error', 'gainError'] as const
        ).every((key) => CELL_RESISTANCES.every((ohm) => mean(ofCells(key, 141, ohm)) > mean(ofCells(key, 2, ohm)))),
        'sneak paths hide a cell the more, the larger the array': hides(reads.map((r) => r.floating)),
        'lines that are held show the cell where lines are ideal, and line resistance blurs it':
          Math.abs(readOff(16, 0).held / 1e6 - 1) < 1e-9 && readOff(16, p.lineResistance).held !== 1e6,
        'V/3 disturbs fewer cells than V/2 in 64 x 64':
          mean([...atSize(written('third'), 64).disturbed]) < mean([...atSize(written('half'), 64).disturbed]),
        'the margin of both falls with the size of the array': SELECTIONS.every((s) =>
          hides(written(s).map((w) => w.margin)),
        ),
      },
      tables: {
        accuracy: tableOf(scored, {
          ...{ size: ['cells', 'uint32'], lineResistance: 'Ω', seed: WHOLE, accuracy: '%', gainAccuracy: '%' },
          ...{ error: '1', distortion: '1', gainError: '1' },
        }),
        cells: tableOf(cells, {
          ...{ nonlinearity: '1', lineResistance: 'Ω', seed: WHOLE, error: '1', distortion: '1', gainError: '1' },
        }),
        reads: tableOf(reads, { size: ['cells', 'uint32'], floating: 'Ω', held: 'Ω' }),
        writes: tableOf(
          writes.map((write) => ({ ...write, disturbed: mean([...write.disturbed]) })),
          { size: ['cells', 'uint32'], selection: { names: SELECTIONS }, margin: '1', disturbed: 'cells' },
        ),
      },
      pictures: {
        accuracy: curve({
          title: 'MNIST read through resistive lines',
          subtitle: `${LARGEST} × ${p.neurons} weights in arrays of up to n × n, cells of at least ${1 / G_MAX / 1000} kΩ; mean and sd of ${p.seeds} seeds`,
          x: { label: 'resistance of a line segment (Ω)', log: true },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: SIZES.map((size) => ({
            name: size === LARGEST ? 'one array' : `n = ${size}`,
            points: overSeedsAt(LINE_RESISTANCES, (ohm) => accuracy(size, ohm)),
          })),
          references: [{ name: 'ideal lines', y: mean(accuracy(LARGEST, 0)) }],
        }),
        gains: curve({
          title: 'The same with one gain for each output',
          subtitle: `gains found on ${COMPARED} training images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'resistance of a line segment (Ω)', log: true },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: SIZES.map((size) => ({
            name: size === LARGEST ? 'one array' : `n = ${size}`,
            points: overSeedsAt(LINE_RESISTANCES, (ohm) => of('gainAccuracy', size, ohm)),
          })),
          references: [{ name: 'ideal lines', y: mean(accuracy(LARGEST, 0)) }],
        }),
        cells: curve({
          title: 'Error of the currents of ohmic and of non-linear cells',
          subtitle: `64 × 64 cells, currents of images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'resistance of a line segment (Ω)', log: true },
          y: { label: 'error (share of the ideal currents)', domain: [0, 1] },
          series: NONLINEARITIES.flatMap((nonlinearity) =>
            (['error', 'gainError'] as const).map((key) => ({
              name: `${CELLS[nonlinearity]!}${key === 'error' ? '' : ', one gain per output'}`,
              points: overSeedsAt(CELL_RESISTANCES, (ohm) => ofCells(key, nonlinearity, ohm)),
            })),
          ),
        }),
        sneak: curve({
          title: 'A cell of 1 MΩ among cells of 10 kΩ, read',
          subtitle: `the furthest cell of n × n, ${p.lineResistance} Ω a segment`,
          x: { label: 'n', log: true },
          y: { label: 'resistance read (Ω)', log: true },
          series: [
            { name: 'other lines held at 0 V', points: reads.map((r) => ({ x: r.size, y: r.held })) },
            { name: 'other lines floating', points: reads.map((r) => ({ x: r.size, y: r.floating })) },
          ],
        }),
        margin: curve({
          title: 'Writing the furthest cell of n × n',
          subtitle: `all cells at 10 kΩ, ${p.lineResistance} Ω a segment`,
          x: { label: 'n' },
          y: { label: 'its voltage / largest on any other cell', domain: [0, 3] },
          series: SELECTIONS.map((s) => ({
            name: NAMES[s],
            points: written(s).map((w) => ({ x: w.size, y: w.margin })),
          })),
          references: [{ name: 'another cell sees as much', y: 1 }],
        }),
        disturbed: curve({
          title: 'Cells that switch with the one that is written',
          subtitle: `it gets 1.5 × the mean switching voltage; spread ${p.thresholdSpread}; mean and sd of ${p.seeds} seeds`,
          x: { label: 'n' },
          y: { label: 'other cells that switch' },
          series: SELECTIONS.map((s) => ({
            name: NAMES[s],
            points: written(s).map((w) => overSeeds(w.size, w.disturbed)),
          })),
        }),
      },
    };
  },
});

const atSize = <T extends { readonly size: number }>(list: readonly T[], size: number): T =>
  list.find((one) => one.size === size)!;

/** Falling from one to the next. */
const hides = (values: readonly number[]): boolean => values.every((v, i) => i === 0 || v < values[i - 1]!);
