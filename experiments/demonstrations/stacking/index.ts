/** Errors by line resistance: a stack of crossbar layers with short lines, compared with one flat array with long lines. */
import { CELL_KINDS, isNonLinearErrorLarger, measureCellErrors } from '../cellErrors.ts';
import { declareCounts, defineDemonstration, isDecreasing } from '../demonstration.ts';
import { trainMnistLayer } from '../trainedLayer.ts';

const LAYERS = [1, 2, 4, 8, 16];
const LINE_RESISTANCES = [0.5, 2, 8]; // Ω per segment

export default defineDemonstration({
  parameters: declareCounts({ neurons: 100, train: 60_000, label: 3000, test: 1000 }),
  async simulate(p, context) {
    const { stacks, cells } = await context.measurePerSeed(async (seed) => {
      const layer = await trainMnistLayer(p, seed, context);
      const { rows, columns } = layer;
      const stacks = [];
      for (const lineResistance of [0, ...LINE_RESISTANCES])
        for (const way of lineResistance === 2 ? ['inputs', 'outputs'] : ['inputs']) // lines that the layers share
          for (const layers of lineResistance === 0 ? [1] : LAYERS) {
            await context.reportProgress(`${lineResistance} Ω, ${layers} layers`);
            const byInputs = { rows: Math.ceil(rows / layers), columns };
            const tile = way === 'inputs' ? byInputs : { rows, columns: Math.ceil(columns / layers) };
            stacks.push({ layers, way, lineResistance, ...(await layer.readThroughLines(lineResistance, tile)) });
          }
      await context.reportProgress('non-linear cells');
      return { stacks, cells: measureCellErrors(layer, { layers: [1, 2, 4, 8], lineResistances: [8] }) };
    });
    const flat = { layers: 1, lineResistance: 0 };
    const ideal = stacks.mean('accuracy', flat);
    const mean = (key: 'accuracy' | 'gainAccuracy' | 'error' | 'gainError', layers: number, way = 'inputs') =>
      stacks.mean(key, { layers, way, lineResistance: 2 });
    const isFallingInCells = (key: 'error' | 'gainError') =>
      CELL_KINDS.every((kind) => isDecreasing(cells.computeGroupMeans(key, 'layers', { cells: kind })));
    return {
      expectations: {
        'the error falls with every doubling of the layers, at each line resistance': LINE_RESISTANCES.every(
          (lineResistance) =>
            isDecreasing(stacks.computeGroupMeans('error', 'layers', { lineResistance, way: 'inputs' })),
        ),
        '8 layers have less than half the error of one at 2 Ω': mean('error', 8) < mean('error', 1) / 2,
        '8 layers are within 3 points of ideal lines at 2 Ω, one layer is not':
          mean('accuracy', 8) > ideal - 3 && mean('accuracy', 1) < ideal - 3,
        'ideal lines cause no error without a stack': stacks.values('error', flat).every((error) => error < 1e-6),
        'control: a flat array with gains has larger errors than 8 layers': mean('gainError', 1) > mean('error', 8),
        'control: a flat array with gains is less accurate than 8 layers':
          mean('gainAccuracy', 1) < mean('accuracy', 8),
        '8 layers are more accurate than one with gains, too': mean('gainAccuracy', 8) > mean('gainAccuracy', 1),
        'the error of 64 × 64 cells of both kinds falls with every doubling of the layers': isFallingInCells('error'),
        'the error of both kinds of cells falls with one gain per output, too': isFallingInCells('gainError'),
        'non-linear cells have larger errors than ohmic cells, in one layer and in 8': [1, 8].every((layers) =>
          isNonLinearErrorLarger(cells, 'error', { layers }),
        ),
        'layers that divide the outputs reduce the error less': mean('error', 8, 'outputs') > mean('error', 8),
      },
    };
  },
});
