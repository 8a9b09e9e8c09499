/**
 * A matrix of synapses in one flat array, and the same in a stack of L layers with shorter lines: what line resistance does to
 * the currents of MNIST images and to the accuracy of a trained network.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, refs. 163, 165 and 189 (eight layers).
 * Run: memspike demo stacking --out DIR
 * Expect: the error of the currents falls with L at an equal number of synapses and accuracy comes back, if layers shorten
 *         the lines that carry the sum of the currents; layers that shorten only the word lines gain little.
 */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { type LayerSize, trainedLayer } from '../trainedLayer.ts';

const LAYERS = [1, 2, 4, 8, 16];
const LINE_RESISTANCES = [0.5, 1, 2]; // Ω a segment
const STUDY = { layers: LAYERS, lineResistances: LINE_RESISTANCES };
const SHOWN = 200; // test images whose currents are compared

/** How layers share the matrix: each has some of the inputs, or some of the outputs. */
const WAYS = ['inputs', 'outputs'] as const;
type Way = (typeof WAYS)[number];

interface Stack {
  readonly layers: number;
  readonly way: Way;
  readonly lineResistance: number;
  readonly seed: number;
  /** √(Σ (I - I_ideal)² / Σ I_ideal²) over outputs and images. */
  readonly error: number;
  /** The same after the best common gain: what no amplifier takes away. */
  readonly distortion: number;
  /** Percent, log-probability vote. */
  readonly accuracy: number;
}

/** Inputs proportional to the pixels of the first images. */
function currents(weights: ArrayLike<number>, images: Uint8Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(SHOWN * columns);
  for (let n = 0; n < SHOWN; n++) {
    for (let i = 0; i < rows; i++) {
      const v = images[n * rows + i]!;
      if (v === 0) continue;
      for (let j = 0; j < columns; j++) out[n * columns + j]! += v * weights[i * columns + j]!;
    }
  }
  return out;
}

/** Errors of currents against ideal ones; see `Stack`. */
export function errorsOf(found: Float64Array, ideal: Float64Array): Pick<Stack, 'error' | 'distortion'> {
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
  const [ii, fi, ff] = [product(ideal, ideal), product(found, ideal), product(found, found)];
  const root = (square: number) => Math.sqrt(Math.max(0, square)); // rounding
  return { error: root(1 - (2 * fi - ff) / ii), distortion: root(1 - fi ** 2 / (ff * ii)) };
}

/** A trained layer in every stack. */
export async function stacksOf(
  p: LayerSize,
  { layers: counts, lineResistances }: typeof STUDY,
  seed: number,
  stage: Stage,
): Promise<Stack[]> {
  const layer = await trainedLayer(p, seed, stage);
  const { data, learned, rows, columns } = layer;
  const ideal = currents(learned.weights, data.test.images, rows, columns);
  const stacks: Stack[] = [];
  for (const lineResistance of [0, ...lineResistances]) {
    for (const way of WAYS) {
      for (const layers of lineResistance === 0 ? [1] : counts) {
        await stage.step(`seed ${seed}: ${lineResistance} Ω, ${layers} layers`);
        const tile =
          way === 'inputs'
            ? { rows: Math.ceil(rows / layers), columns }
            : { rows, columns: Math.ceil(columns / layers) };
        const weights = layer.throughLines(lineResistance, tile);
        const errors = errorsOf(currents(weights, data.test.images, rows, columns), ideal);
        stacks.push({ layers, way, lineResistance, seed, ...errors, accuracy: await layer.accuracyOf(weights) });
      }
    }
  }
  return stacks;
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
    test: integer({ default: 1000, min: SHOWN, max: 10_000, help: 'test images' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (1 + WAYS.length * (1 + LINE_RESISTANCES.length * LAYERS.length)),
  async run(p, stage) {
    const stacks = (await perSeed(p, (seed) => stacksOf(p, STUDY, seed, stage))).flat();
    const of = (way: Way, lineResistance: number, layers: number) =>
      stacks.filter((s) => s.way === way && s.lineResistance === lineResistance && s.layers === layers);
    const values = (what: 'error' | 'distortion' | 'accuracy', way: Way, ohm: number, layers: number) =>
      of(way, ohm, layers).map((s) => s[what]);
    const falls = (list: readonly number[]) => list.every((v, i) => i === 0 || v < list[i - 1]!);
    const errors = (way: Way, ohm: number) => LAYERS.map((layers) => mean(values('error', way, ohm, layers)));
    const ideal = values('accuracy', 'inputs', 0, 1);
    const share = (values: readonly number[]) => ({ unit: 'share of ideal', values });
    const inLayers = (layers: number) => `${layers} ${layers === 1 ? 'layer' : 'layers'}`;
    const series = (what: 'error' | 'accuracy') =>
      [
        ...LINE_RESISTANCES.map((ohm) => ({ name: `${ohm} Ω`, way: 'inputs' as const, ohm })),
        { name: '1 Ω, outputs divided', way: 'outputs' as const, ohm: 1 },
      ].map(({ name, way, ohm }) => ({
        name,
        points: overSeedsAt(LAYERS, (layers) => values(what, way, ohm, layers)),
      }));
    return {
      figures: {
        'accuracy, ideal lines': { unit: '%', values: ideal },
        ...Object.fromEntries(
          [1, 8].flatMap((layers) => [
            [`error, 1 Ω, ${inLayers(layers)}`, share(values('error', 'inputs', 1, layers))],
            [`distortion, 1 Ω, ${inLayers(layers)}`, share(values('distortion', 'inputs', 1, layers))],
            [`accuracy, 1 Ω, ${inLayers(layers)}`, { unit: '%', values: values('accuracy', 'inputs', 1, layers) }],
          ]),
        ),
        'error, 1 Ω, 8 layers, outputs divided': share(values('error', 'outputs', 1, 8)),
      },
      expectations: {
        'the error falls with every doubling of the layers, at each line resistance': LINE_RESISTANCES.every((ohm) =>
          falls(errors('inputs', ohm)),
        ),
        '8 layers have less than half the error of one, at 1 Ω':
          mean(values('error', 'inputs', 1, 8)) < mean(values('error', 'inputs', 1, 1)) / 2,
        '8 layers come within 3 points of ideal lines at 1 Ω, one does not':
          mean(values('accuracy', 'inputs', 1, 8)) > mean(ideal) - 3 &&
          mean(values('accuracy', 'inputs', 1, 1)) < mean(ideal) - 3,
        'with ideal lines nothing is lost without a stack': values('error', 'inputs', 0, 1).every(
          (error) => error < 1e-6,
        ),
        'layers that leave bit lines as long gain less':
          mean(values('error', 'outputs', 1, 8)) > mean(values('error', 'inputs', 1, 8)),
      },
      tables: {
        stacks: tableOf(stacks, {
          layers: WHOLE,
          way: { names: WAYS },
          lineResistance: 'Ω',
          seed: WHOLE,
          error: '1',
          distortion: '1',
          accuracy: '%',
        }),
      },
      pictures: {
        error: curve({
          title: 'Error of the currents, at an equal number of synapses',
          subtitle: `784 × ${p.neurons} synapses, the inputs divided among L layers; ${SHOWN} test images; mean and sd of ${p.seeds} seeds`,
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
      },
    };
  },
});
