/** A matrix of synapses in one flat array with resistive lines, and in a stack of L layers with shorter lines. */
import { integer, object } from '../../index.ts';
import { type CurveSeries, curve } from '../../look/plots/index.ts';
import { cellLines, cellName, isWorseNonLinear, measureCellErrors, NONLINEARITIES } from '../cells.ts';
import { defineDemonstration, type LayerSize, measureSeeds, type RunContext, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, isDecreasing, makeTable, mergeRecords, percent, WHOLE } from '../findings.ts';
import { COMPARED_IMAGES, type LineResult, trainMnistLayer } from '../trainedLayer.ts';

const LAYERS = [1, 2, 4, 8, 16];
const LINE_RESISTANCES = [0.5, 2, 8]; // Ω per segment
/** Line resistance for which layers divide the outputs, too. */
const BOTH_WAYS = 2;
/** Settings of ohmic and non-linear cells: numbers of layers, and Ω per segment. */
const CELLS = { layers: [1, 2, 4, 8], lineResistances: [8] };
const STUDY = { layers: LAYERS, lineResistances: LINE_RESISTANCES, cells: CELLS };

const SHARE = 'share of ideal';
const FIGURES = [
  ['error', 'error', SHARE],
  ['distortion', 'distortion', SHARE],
  ['error with one gain per output', 'gainError', SHARE],
  ['accuracy', 'accuracy', '%'],
  ['accuracy with one gain per output', 'gainAccuracy', '%'],
] as const;

/** Division of the matrix among layers: by inputs or by outputs. */
type Way = 'inputs' | 'outputs';

/** Trains a layer and reads it in every stack. */
export async function measureStacks(
  p: LayerSize,
  { layers: layerCounts, lineResistances, cells }: typeof STUDY,
  seed: number,
  context: RunContext,
) {
  const layer = await trainMnistLayer(p, seed, context);
  const { rows, columns } = layer;
  const stacks = [];
  for (const lineResistance of [0, ...lineResistances]) {
    const ways: readonly Way[] = lineResistance === BOTH_WAYS ? ['inputs', 'outputs'] : ['inputs'];
    for (const way of ways) {
      for (const layers of lineResistance === 0 ? [1] : layerCounts) {
        await context.step(`${lineResistance} Ω, ${layers} layers`);
        const byInputs = { rows: Math.ceil(rows / layers), columns };
        const tile = way === 'inputs' ? byInputs : { rows, columns: Math.ceil(columns / layers) };
        stacks.push({ layers, way, lineResistance, seed, ...(await layer.readThroughLines(lineResistance, tile)) });
      }
    }
  }
  await context.step('non-linear cells');
  return { stacks, cells: measureCellErrors(layer, seed, cells) };
}

export default defineDemonstration({
  name: 'stacking',
  title: 'Stacked layers of synapses against one flat array with as many synapses',
  claim: 'Stacking crossbars in three dimensions shortens lines and with them parasitic line resistance.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, refs. 163, 165, 189 (eight layers)',
  parameters: object({
    neurons: integer({ default: 100, min: 16, max: 1000, help: 'number of output neurons' }),
    train: integer({ default: 60_000, min: 1, max: 60_000, help: 'number of training images, each shown once' }),
    label: integer({ default: 3000, min: 1, max: 60_000, help: 'number of images that label the neurons' }),
    test: integer({ default: 1000, min: COMPARED_IMAGES, max: 10_000, help: 'number of test images' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const { stacks, cells } = await measureSeeds(p, context, (seed) => measureStacks(p, STUDY, seed, context));
    const lossy = stacks.filter(({ lineResistance }) => lineResistance > 0);
    const at = (layers: number, way: Way = 'inputs', lineResistance = 2) => ({ layers, way, lineResistance });
    const flat = stacks.select(at(1, 'inputs', 0));
    const ideal = stacks.mean('accuracy', at(1, 'inputs', 0));
    const mean = (key: keyof LineResult, layers: number, way: Way = 'inputs') => stacks.mean(key, at(layers, way));
    const isFallingInCells = (key: 'error' | 'gainError') =>
      NONLINEARITIES.every((nonlinearity) =>
        isDecreasing(CELLS.layers.map((layers) => cells.mean(key, { nonlinearity, layers }))),
      );
    const share = inUnit(SHARE);
    const layerName = (layers: number) => `${layers} ${layers === 1 ? 'layer' : 'layers'}`;
    const series = (key: keyof LineResult) => [
      ...LINE_RESISTANCES.map((lineResistance) =>
        lossy.line(`${lineResistance} Ω`, 'layers', key, { lineResistance, way: 'inputs' }),
      ),
      lossy.line('2 Ω, outputs divided', 'layers', key, { lineResistance: 2, way: 'outputs' }),
    ];
    const divided = `784 × ${p.neurons} synapses, the inputs divided among L layers`;
    const conditions = (text: string) => ({
      subtitle: `${text}; mean and sd of ${p.seeds} seeds`,
      x: { label: 'layers L' },
    });
    const drawErrors = (title: string, text: string, series: CurveSeries[]) =>
      curve({ title, ...conditions(text), y: { label: 'error (share of the ideal current)', domain: [0, 1] }, series });
    const drawAccuracy = (title: string, text: string, key: 'accuracy' | 'gainAccuracy') =>
      curve({
        title,
        ...conditions(text),
        y: { label: 'accuracy (%)', domain: [0, 100] },
        series: series(key),
        references: [{ name: 'ideal lines', y: ideal }],
      });
    return {
      figures: {
        'accuracy, ideal lines': percent(flat.map((row) => row.accuracy)),
        ...mergeRecords([1, 8], (layers) =>
          mergeRecords(FIGURES, ([name, key, unit]) => ({
            [`${name}, 2 Ω, ${layerName(layers)}`]: inUnit(unit)(stacks.values(key, at(layers))),
          })),
        ),
        'error, 2 Ω, 8 layers, outputs divided': share(stacks.values('error', at(8, 'outputs'))),
        ...mergeRecords(NONLINEARITIES, (nonlinearity) =>
          mergeRecords([1, 8], (layers) => {
            const setting = `${cellName(nonlinearity)}, 8 Ω, ${layerName(layers)}`;
            const values = (key: 'error' | 'gainError') => share(cells.values(key, { nonlinearity, layers }));
            return {
              [`error, ${setting}`]: values('error'),
              [`error with one gain per output, ${setting}`]: values('gainError'),
            };
          }),
        ),
      },
      expectations: {
        'the error falls with every doubling of the layers, at each line resistance': LINE_RESISTANCES.every((ohm) =>
          isDecreasing(LAYERS.map((layers) => stacks.mean('error', at(layers, 'inputs', ohm)))),
        ),
        '8 layers have less than half the error of one at 2 Ω': mean('error', 8) < mean('error', 1) / 2,
        '8 layers are within 3 points of ideal lines at 2 Ω, one layer is not':
          mean('accuracy', 8) > ideal - 3 && mean('accuracy', 1) < ideal - 3,
        'ideal lines cause no error without a stack': flat.every((row) => row.error < 1e-6),
        'control: a flat array with gains has larger errors than 8 layers': mean('gainError', 1) > mean('error', 8),
        'control: a flat array with gains is less accurate than 8 layers':
          mean('gainAccuracy', 1) < mean('accuracy', 8),
        '8 layers are more accurate than one with gains, too': mean('gainAccuracy', 8) > mean('gainAccuracy', 1),
        'the error of 64 × 64 cells of both kinds falls with every doubling of the layers': isFallingInCells('error'),
        'the error of both kinds of cells falls with one gain per output, too': isFallingInCells('gainError'),
        'non-linear cells have larger errors than ohmic cells, in one layer and in 8': [1, 8].every((layers) =>
          isWorseNonLinear(cells, 'error', { layers }),
        ),
        'layers that divide the outputs reduce the error less': mean('error', 8, 'outputs') > mean('error', 8),
      },
      tables: {
        stacks: makeTable(
          stacks.rows.map(({ accuracy, gainAccuracy, ...row }) => ({ ...row, accuracy, gainAccuracy })),
          { layers: WHOLE },
        ),
        cells: cells.table({ layers: WHOLE }),
      },
      pictures: {
        error: drawErrors(
          'Error of the currents, at an equal number of synapses',
          `${divided}; ${COMPARED_IMAGES} test images`,
          series('error'),
        ),
        accuracy: drawAccuracy('Accuracy of a network in a stack', divided, 'accuracy'),
        cells: drawErrors(
          'Error of the currents of ohmic and of non-linear cells',
          `64 × 64 cells, the inputs divided among L layers, ${CELLS.lineResistances[0]} Ω a segment`,
          cellLines(cells, 'layers'),
        ),
        gains: drawAccuracy(
          'The same with one gain for each output',
          `gains found on ${COMPARED_IMAGES} training images`,
          'gainAccuracy',
        ),
      },
    };
  },
});
