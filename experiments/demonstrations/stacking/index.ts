/**
 * A matrix of synapses in one flat array, and the same in a stack of L layers with shorter lines: what line resistance does to
 * the currents of MNIST images and to the accuracy of a trained network, with and without one gain for each output, and to the currents
 * of non-linear cells.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, refs. 163, 165 and 189 (eight layers).
 * Run: memspike demo stacking --out DIR
 * Expect: the error of the currents falls with L at an equal number of synapses and accuracy comes back, if layers shorten
 *         the lines that carry the sum of the currents; layers that shorten only the word lines gain little.
 */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { type CellErrors, cellErrors, NONLINEARITIES } from '../cells.ts';
import { demonstration, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { COMPARED, type LayerSize, type ThroughLines, trainedLayer } from '../trainedLayer.ts';

const LAYERS = [1, 2, 4, 8, 16];
const LINE_RESISTANCES = [0.5, 2, 8]; // Ω a segment
/** Line resistance at which layers share the outputs, too. */
const BOTH_WAYS = 2;
/** Layers of a part of the matrix whose cells are ohmic or not, and Ω a segment. */
const CELLS = { layers: [1, 2, 4, 8], lineResistances: [8] };
const STUDY = { layers: LAYERS, lineResistances: LINE_RESISTANCES, cells: CELLS };

/** How layers share the matrix: each has some of the inputs, or some of the outputs. */
const WAYS = ['inputs', 'outputs'] as const;
type Way = (typeof WAYS)[number];

const cellsOf = (nonlinearity: number): string => (nonlinearity === 2 ? 'ohmic cells' : 'non-linear cells');

interface Stack extends ThroughLines {
  readonly layers: number;
  readonly way: Way;
  readonly lineResistance: number;
  readonly seed: number;
}

/** A trained layer in every stack. */
export async function stacksOf(
  p: LayerSize,
  { layers: counts, lineResistances, cells }: typeof STUDY,
  seed: number,
  stage: Stage,
): Promise<{ readonly stacks: Stack[]; readonly cells: CellErrors[] }> {
  const layer = await trainedLayer(p, seed, stage);
  const { rows, columns } = layer;
  const stacks: Stack[] = [];
  for (const lineResistance of [0, ...lineResistances]) {
    for (const way of lineResistance === BOTH_WAYS ? WAYS : (['inputs'] as const)) {
      for (const layers of lineResistance === 0 ? [1] : counts) {
        await stage.step(`seed ${seed}: ${lineResistance} Ω, ${layers} layers`);
        const tile =
          way === 'inputs'
            ? { rows: Math.ceil(rows / layers), columns }
            : { rows, columns: Math.ceil(columns / layers) };
        stacks.push({ layers, way, lineResistance, seed, ...(await layer.throughLines(lineResistance, tile)) });
      }
    }
  }
  await stage.step(`seed ${seed}: non-linear cells`);
  return { stacks, cells: cellErrors(layer, seed, cells) };
}

export default demonstration({
  name: 'stacking',
  title: 'Stacked layers of synapses against one flat array with the same number',
  claim: 'Stacking crossbars in three dimensions shortens lines and with them parasitic line resistance.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, refs. 163, 165, 189 (eight layers)',
  parameters: object({
    neurons: integer({ default: 100, min: 16, max: 1000, help: 'output neurons of the network' }),
    train: integer({ default: 60_000, min: 1, max: 60_000, help: 'training images, shown once' }),
    label: integer({ default: 3000, min: 1, max: 60_000, help: 'training images shown again to label the neurons' }),
    test: integer({ default: 1000, min: COMPARED, max: 10_000, help: 'test images' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (3 + (LINE_RESISTANCES.length + 1) * LAYERS.length),
  async run(p, stage) {
    const seeded = await perSeed(p, (seed) => stacksOf(p, STUDY, seed, stage));
    const stacks = seeded.flatMap((one) => one.stacks);
    const cells = seeded.flatMap((one) => one.cells);
    const ofCells = (what: 'error' | 'gainError', nonlinearity: number, layers: number) =>
      cells.filter((c) => c.nonlinearity === nonlinearity && c.layers === layers).map((c) => c[what]);
    const cellsFall = (what: 'error' | 'gainError') =>
      NONLINEARITIES.every((k) => falls(CELLS.layers.map((layers) => mean(ofCells(what, k, layers)))));
    const of = (way: Way, lineResistance: number, layers: number) =>
      stacks.filter((s) => s.way === way && s.lineResistance === lineResistance && s.layers === layers);
    const values = (what: keyof ThroughLines, way: Way, ohm: number, layers: number) =>
      of(way, ohm, layers).map((s) => s[what]);
    const falls = (list: readonly number[]) => list.every((v, i) => i === 0 || v < list[i - 1]!);
    const errors = (way: Way, ohm: number) => LAYERS.map((layers) => mean(values('error', way, ohm, layers)));
    const ideal = values('accuracy', 'inputs', 0, 1);
    const share = (values: readonly number[]) => ({ unit: 'share of ideal', values });
    const inLayers = (layers: number) => `${layers} ${layers === 1 ? 'layer' : 'layers'}`;
    const series = (what: keyof ThroughLines) =>
      [
        ...LINE_RESISTANCES.map((ohm) => ({ name: `${ohm} Ω`, way: 'inputs' as const, ohm })),
        { name: '2 Ω, outputs divided', way: 'outputs' as const, ohm: 2 },
      ].map(({ name, way, ohm }) => ({
        name,
        points: overSeedsAt(LAYERS, (layers) => values(what, way, ohm, layers)),
      }));
    return {
      figures: {
        'accuracy, ideal lines': { unit: '%', values: ideal },
        ...Object.fromEntries(
          [1, 8].flatMap((layers) => [
            [`error, 2 Ω, ${inLayers(layers)}`, share(values('error', 'inputs', 2, layers))],
            [`distortion, 2 Ω, ${inLayers(layers)}`, share(values('distortion', 'inputs', 2, layers))],
            [
              `error with one gain per output, 2 Ω, ${inLayers(layers)}`,
              share(values('gainError', 'inputs', 2, layers)),
            ],
            [`accuracy, 2 Ω, ${inLayers(layers)}`, { unit: '%', values: values('accuracy', 'inputs', 2, layers) }],
            [
              `accuracy with one gain per output, 2 Ω, ${inLayers(layers)}`,
              { unit: '%', values: values('gainAccuracy', 'inputs', 2, layers) },
            ],
          ]),
        ),
        'error, 2 Ω, 8 layers, outputs divided': share(values('error', 'outputs', 2, 8)),
        ...Object.fromEntries(
          NONLINEARITIES.flatMap((k) =>
            [1, 8].flatMap((layers) =>
              (['error', 'gainError'] as const).map((what) => [
                `${what === 'error' ? 'error' : 'error with one gain per output'}, ${cellsOf(k)}, 8 Ω, ${inLayers(layers)}`,
                share(ofCells(what, k, layers)),
              ]),
            ),
          ),
        ),
      },
      expectations: {
        'the error falls with every doubling of the layers, at each line resistance': LINE_RESISTANCES.every((ohm) =>
          falls(errors('inputs', ohm)),
        ),
        '8 layers have less than half the error of one, at 2 Ω':
          mean(values('error', 'inputs', 2, 8)) < mean(values('error', 'inputs', 2, 1)) / 2,
        '8 layers come within 3 points of ideal lines at 2 Ω, one does not':
          mean(values('accuracy', 'inputs', 2, 8)) > mean(ideal) - 3 &&
          mean(values('accuracy', 'inputs', 2, 1)) < mean(ideal) - 3,
        'with ideal lines nothing is lost without a stack': values('error', 'inputs', 0, 1).every(
          (error) => error < 1e-6,
        ),
        'control: a flat array with one gain per output has a larger error than 8 layers without':
          mean(values('gainError', 'inputs', 2, 1)) > mean(values('error', 'inputs', 2, 8)),
        'control: its accuracy is lower, too':
          mean(values('gainAccuracy', 'inputs', 2, 1)) < mean(values('accuracy', 'inputs', 2, 8)),
        'with gains, too, 8 layers are more accurate than one':
          mean(values('gainAccuracy', 'inputs', 2, 8)) > mean(values('gainAccuracy', 'inputs', 2, 1)),
        'in a part of 64 × 64 cells, too, the error falls with every doubling of the layers, of ohmic and of non-linear cells':
          cellsFall('error'),
        'in that part it falls with one gain per output, too, for both kinds of cells': cellsFall('gainError'),
        'non-linear cells keep more of their error than ohmic ones, in one layer and in 8': [1, 8].every(
          (layers) => mean(ofCells('error', 141, layers)) > mean(ofCells('error', 2, layers)),
        ),
        'layers that leave bit lines as long gain less':
          mean(values('error', 'outputs', 2, 8)) > mean(values('error', 'inputs', 2, 8)),
      },
      tables: {
        stacks: tableOf(stacks, {
          layers: WHOLE,
          way: { names: WAYS },
          lineResistance: 'Ω',
          seed: WHOLE,
          error: '1',
          distortion: '1',
          gainError: '1',
          accuracy: '%',
          gainAccuracy: '%',
        }),
        cells: tableOf(cells, {
          ...{ nonlinearity: '1', lineResistance: 'Ω', layers: WHOLE, seed: WHOLE },
          ...{ error: '1', distortion: '1', gainError: '1' },
        }),
      },
      pictures: {
        error: curve({
          title: 'Error of the currents, at an equal number of synapses',
          subtitle: `784 × ${p.neurons} synapses, the inputs divided among L layers; ${COMPARED} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'layers L' },
          y: { label: 'error (share of the ideal current)', domain: [0, 1] },
          series: series('error'),
        }),
        accuracy: curve({
          title: 'Accuracy of a network in a stack',
          subtitle: `784 × ${p.neurons} synapses, the inputs divided among L layers; mean and sd of ${p.seeds} seeds`,
          x: { label: 'layers L' },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: series('accuracy'),
          references: [{ name: 'ideal lines', y: mean(ideal) }],
        }),
        cells: curve({
          title: 'Error of the currents of ohmic and of non-linear cells',
          subtitle: `64 × 64 cells, the inputs divided among L layers, ${CELLS.lineResistances[0]} Ω a segment; mean and sd of ${p.seeds} seeds`,
          x: { label: 'layers L' },
          y: { label: 'error (share of the ideal current)', domain: [0, 1] },
          series: NONLINEARITIES.flatMap((k) =>
            (['error', 'gainError'] as const).map((what) => ({
              name: `${cellsOf(k)}${what === 'error' ? '' : ', one gain per output'}`,
              points: overSeedsAt(CELLS.layers, (layers) => ofCells(what, k, layers)),
            })),
          ),
        }),
        gains: curve({
          title: 'The same with one gain for each output',
          subtitle: `gains found on ${COMPARED} training images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'layers L' },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: series('gainAccuracy'),
          references: [{ name: 'ideal lines', y: mean(ideal) }],
        }),
      },
    };
  },
});
