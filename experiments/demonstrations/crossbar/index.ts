/** Crossbar with line resistance, in the circuit model of badcrossbar (Joksas & Mehonic 2020, doi:10.1016/j.softx.2020.100617). */
import { Crossbar, number, RandomStream, type SelectScheme, selectCell } from '../../index.ts';
import { isNonLinearErrorLarger, measureCellErrors } from '../cellErrors.ts';
import { declareCounts, defineDemonstration, isDecreasing } from '../demonstration.ts';
import { trainMnistLayer } from '../trainedLayer.ts';

const ARRAY_SIZES = [2, 4, 8, 16, 32, 64, 128];
const SCHEMES: readonly SelectScheme[] = ['half', 'third'];

const [OFF, ON] = [1e-6, 1e-4]; // conductances of the two states of a cell, S

/** Square array of cells in the on state; the cell furthest from the drivers has the conductance `furthest`, S. */
function makeArray(size: number, lineResistance: number, furthest: number): Crossbar {
  const conductances = new Float64Array(size * size).fill(ON);
  conductances[size - 1] = furthest;
  return new Crossbar({ rows: size, columns: size, conductances, lineResistance });
}

/** Resistance, Ω, read for a 1 MΩ cell among 10 kΩ cells. `others`: unselected lines are `floating`, or `held` at 0 V. */
export function readCell(lines: number, lineResistance: number) {
  const crossbar = makeArray(lines, lineResistance, OFF);
  return [
    { lines, others: 'floating', resistance: crossbar.resistance(0, lines - 1) },
    { lines, others: 'held', resistance: 1 / crossbar.effective[lines - 1]! },
  ];
}

/**
 * Writes the cell furthest from the drivers at 1.5 times the mean switching voltage; `spread`: relative sd of switching voltages. Returns
 * `margin` (voltage of the written cell / largest voltage of another cell) and `disturbed` (number of other cells that switch).
 */
export function writeCell(lines: number, scheme: SelectScheme, lineResistance: number, spread: number, seed: number) {
  const crossbar = makeArray(lines, lineResistance, ON);
  const cells = crossbar.solve(selectCell(scheme, crossbar, 0, lines - 1, 1)).cells.map(Math.abs);
  const selected = cells[lines - 1]!;
  const others = cells.filter((_, k) => k !== lines - 1);
  const stream = new RandomStream(seed, `crossbar/${lines}/thresholds`);
  const switched = others.filter((v) => (1.5 * v) / selected > 1 + spread * stream.normal());
  const margin = selected / others.reduce((most, v) => Math.max(most, v));
  return { lines, scheme, margin, disturbed: switched.length };
}

const SPREAD = 0.1; // relative sd of the switching voltages of cells
const SIZES = [32, 64, 128, 256, 784]; // number of rows and of columns of an array; the network has 784 inputs
const [SMALLEST, WHOLE_ARRAY] = [32, 784];
const LINE_RESISTANCES = [0.5, 2, 8]; // Ω per segment

export default defineDemonstration({
  parameters: {
    ...declareCounts({ neurons: 100, train: 60_000, label: 5000, test: 2000 }),
    lineResistance: number({ default: 1, min: 0, unit: 'Ω', help: 'line resistance per segment in tests of one cell' }),
  },
  async simulate(p, context) {
    const { lineResistance } = p;
    const {
      accuracy: arrays,
      cells,
      reads,
      writes,
    } = await context.measurePerSeed(async (seed) => {
      const layer = await trainMnistLayer(p, seed, context);
      const accuracy = await layer.testWeights(layer.learned.weights);
      const ideal = { lineResistance: 0, accuracy, gainAccuracy: accuracy, error: 0, gainError: 0 };
      const arrays = SIZES.map((lines) => ({ lines, ...ideal }));
      for (const lines of SIZES)
        for (const lineResistance of LINE_RESISTANCES) {
          await context.reportProgress(`arrays of ${lines}, ${lineResistance} Ω`);
          const result = await layer.readThroughLines(lineResistance, { rows: lines, columns: lines });
          arrays.push({ lines, lineResistance, ...result });
        }
      await context.reportProgress('non-linear cells');
      const cells = measureCellErrors(layer, { lineResistances: LINE_RESISTANCES, layers: [1] });
      const write = (lines: number) => SCHEMES.map((scheme) => writeCell(lines, scheme, lineResistance, SPREAD, seed));
      const read = seed === p.seed ? ARRAY_SIZES : []; // reading is deterministic, so that one seed is enough
      const reads = read.flatMap((lines) => readCell(lines, lineResistance));
      return { accuracy: arrays, cells, writes: ARRAY_SIZES.flatMap(write), reads };
    });
    const at = (lines: number | number[], lineResistance: number | number[]) => ({ lines, lineResistance });
    const ideal = arrays.mean('accuracy', at(WHOLE_ARRAY, 0));
    const lossy = arrays.mean('accuracy', at(WHOLE_ARRAY, 2));
    const bySize = arrays.computeGroupMeans('accuracy', 'lines', { lineResistance: 2 });
    const byResistance = arrays.computeGroupMeans('accuracy', 'lineResistance', at(WHOLE_ARRAY, LINE_RESISTANCES));
    const held = (lines: number, ohm: number) => readCell(lines, ohm)[1]!.resistance;
    const floating = reads.values('resistance', { others: 'floating' });
    const disturbed = (scheme: SelectScheme) => writes.mean('disturbed', { lines: 64, scheme });
    return {
      expectations: [
        {
          'accuracy falls with line resistance, within 1 point, by more than 20 points in one array':
            isDecreasing(byResistance, 1) && byResistance.at(-1)! < ideal - 20,
          'accuracy at 2 Ω falls with the size of the arrays, within 1 point': isDecreasing(bySize, 1),
          [`arrays of ${SMALLEST} lose less than 2 points at 2 Ω`]:
            arrays.mean('accuracy', at(SMALLEST, 2)) > arrays.mean('accuracy', at(SMALLEST, 0)) - 2,
          'control: one gain per output recovers less than half of the loss of one array at 2 Ω':
            arrays.mean('gainAccuracy', at(WHOLE_ARRAY, 2)) - lossy < (ideal - lossy) / 2,
        },
        {
          'line resistance causes larger errors in non-linear than in ohmic cells, with and without gains':
            LINE_RESISTANCES.every((lineResistance) =>
              (['error', 'gainError'] as const).every((key) => isNonLinearErrorLarger(cells, key, { lineResistance })),
            ),
        },
        {
          'resistance read with floating lines falls with array size': isDecreasing(floating),
          'held lines read the exact resistance if lines are ideal, and not with line resistance':
            Math.abs(held(16, 0) / 1e6 - 1) < 1e-9 && held(16, lineResistance) !== 1e6,
          'V/3 disturbs fewer cells than V/2 in 64 x 64': disturbed('third') < disturbed('half'),
          'the margins of V/2 and V/3 fall with the size of the array': SCHEMES.every((scheme) =>
            isDecreasing(writes.computeGroupMeans('margin', 'lines', { scheme })),
          ),
        },
      ],
    };
  },
});
