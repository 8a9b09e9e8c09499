import { UserError } from '../../../core/declare/errors.ts';
import { EdgeBuffer } from '../../../core/graph/edgeList.ts';
import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import type { CrossbarLayer, Periphery, SliceOptions } from '../../../synapses/crossbar/index.ts';
import type { ImageSets } from '../../data/dataSet.ts';
import { argmax } from '../../statistics/score.ts';
import type { SpikingConfig } from './config.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import type { Pooling, WeightedStage } from './model.ts';
import {
  countImageValues,
  countStageOutputs,
  countWindowPositions,
  getWeightMatrixShape,
  hasWeights,
} from './model.ts';
import { SlidingWindow } from './sliding.ts';
import { createScaledImage, type PixelScaling } from './trainFloatNet.ts';

/** Energy of one read of a row, J; 0 if devices have no conductance. */
function computeRowEnergy(layer: CrossbarLayer, row: number) {
  const { electrical } = layer;
  if (electrical === null) return 0;
  let conductance = 0;
  for (let j = 0; j < layer.columns; j++) conductance += layer.devices.conductance(row * layer.columns + j, layer.now);
  return conductance * electrical.readVoltage ** 2 * electrical.readTime;
}

/** Adds the synapses of a layer, with weights times `scale`, and the read energy of a spike, J, to `energyPerSpike` of each input. */
function connectWeights(
  stage: WeightedStage,
  layer: CrossbarLayer,
  scale: number,
  synapses: EdgeBuffer,
  energyPerSpike: Float64Array,
) {
  const { rows, columns } = getWeightMatrixShape(stage);
  const rowEnergy = Float64Array.from({ length: rows }, (_, row) => computeRowEnergy(layer, row));
  const window = stage.kind === 'dense' ? null : new SlidingWindow(stage);
  const channels = window ? rows / window.pixelCount : rows;
  const positions = countWindowPositions(stage);
  for (let position = 0; position < positions; position++) {
    for (let row = 0; row < rows; row++) {
      const pixel = window ? window.pixelIndices[position * window.pixelCount + Math.floor(row / channels)]! : 0;
      if (pixel < 0) continue;
      const from = pixel + (row % channels);
      energyPerSpike[from]! += rowEnergy[row]!;
      for (let j = 0; j < columns; j++)
        synapses.push(from, position * columns + j, stage.weights[row * columns + j]! * scale, 0);
    }
  }
}

function connectPooling(stage: Pooling, synapses: EdgeBuffer) {
  const { pixelIndices, pixelCount, divisors } = new SlidingWindow(stage);
  const { channels } = stage.inputShape;
  pixelIndices.forEach((pixel, k) => {
    const position = Math.floor(k / pixelCount);
    for (let c = 0; pixel >= 0 && c < channels; c++)
      synapses.push(pixel + c, position * channels + c, 1 / divisors[position]!, 0);
  });
}

/** Computes a percentile of the positive activations of each stage; 1 if no activation is positive. */
function measureActivations(net: CrossbarNet, images: readonly Float64Array[], percentile: number) {
  const activations = net.stageStates.map(() => [] as number[]);
  for (const image of images) {
    net.forward(image);
    net.stageStates.forEach(({ outputs }, n) => {
      for (const v of outputs) if (v > 0) activations[n]!.push(v);
    });
  }
  return activations.map((values) => {
    const sorted = Float64Array.from(values).sort();
    return sorted[Math.min(Math.floor((percentile / 100) * sorted.length), sorted.length - 1)] ?? 1;
  });
}

/** Membrane time constant, ms, of neurons without leak: in 100 ms the potential decays by a fraction of only 1e-7. */
const TAU = 1e9;
/** Threshold of output neurons, never reached; their potential is the class score. */
const UNREACHABLE = 1e12;

/**
 * Creates a spiking net with rate coding (Diehl et al. 2015, doi:10.1109/IJCNN.2015.7280696; Rueckauer et al. 2017, doi:10.3389/fnins.2017.00682).
 * Rectifiers become integrate-and-fire neurons without leak; their rates are activations divided by a percentile of the layer (threshold
 * balancing); average pooling uses fixed weights; biases are inputs at the rate of a white pixel; output neurons integrate without
 * firing. Each spike reads its row of devices once.
 * @param rate firing rate of a white input pixel, Hz
 */
function createSpikingNet(crossbars: CrossbarNet, lambdas: readonly number[], rate: number, seed: Seed) {
  const model = crossbars.getTrainedModel();
  const net = new Network({ seed });
  const pixels = countImageValues(model.inputShape);
  const input = net.population('layer0', poisson({ size: pixels + 1 }));
  const inputEnergy = new Float64Array(pixels + 1);
  // Read energy of the next layer per spike of each neuron, J.
  const energyPerSpike = new Map<Stimulus<Poisson> | Neurons<Lif>, Float64Array>([[input, inputEnergy]]);
  let [source, lambda]: [Stimulus<Poisson> | Neurons<Lif>, number] = [input, 1];
  let output!: Neurons<Lif>;
  model.stages.forEach((stage, n) => {
    if (stage.kind === 'relu') return;
    const isLast = n === model.stages.length - 1;
    const nextLambda = stage.kind === 'averagePooling' ? lambda : lambdas[n]!;
    const size = countStageOutputs(stage);
    const neurons = lif({ size, tau: TAU, threshold: isLast ? UNREACHABLE : 1, refractory: 0, reset: 0 });
    const target = net.population(`layer${n + 1}`, neurons);
    const synapses = new EdgeBuffer(null, false);
    const [layer] = crossbars.stageStates[n]!.layers;
    if (hasWeights(stage)) {
      connectWeights(stage, layer!, lambda / nextLambda, synapses, energyPerSpike.get(source)!);
      const biases = new EdgeBuffer(null, false);
      for (let j = 0; j < size; j++) biases.push(pixels, j, stage.bias[j % stage.bias.length]! / nextLambda, 0);
      net.projection(input, target, { name: `biases${n + 1}`, connect: { edges: biases.edges } });
      for (let row = getWeightMatrixShape(stage).rows; row < layer!.rows; row++)
        inputEnergy[pixels]! += (size / stage.bias.length) * computeRowEnergy(layer!, row);
    } else connectPooling(stage, synapses);
    net.projection(source, target, { name: `synapses${n + 1}`, connect: { edges: synapses.edges } });
    energyPerSpike.set(target, new Float64Array(size));
    [source, lambda, output] = [target, nextLambda, target];
  });
  /** Number of spikes and read energy, J, since the onset of the image. */
  const sinceOnset = { spikeCount: 0, energy: 0 };
  net.recordSpikes([...energyPerSpike.keys()], {
    write: ({ neuron, population }, rows) => {
      const energyById: Float64Array[] = [];
      for (const [{ id }, energy] of energyPerSpike) energyById[id] = energy;
      sinceOnset.spikeCount += rows;
      for (let k = 0; k < rows; k++) sinceOnset.energy += energyById[population![k]!]![neuron![k]!]!;
    },
  });
  return {
    sinceOnset,
    showImage(image: ArrayLike<number>, block: number) {
      net.flush();
      sinceOnset.spikeCount = sinceOnset.energy = 0;
      net.resetDynamicState();
      net.change(input, (model) => {
        const rates = new Float64Array(image.length + 1).fill(rate);
        for (let i = 0; i < image.length; i++) rates[i] = rate * image[i]!;
        model.setRates(rates);
        model.useRandomBlock(block);
      });
    },
    runAndReadPotentials(duration: number): Float64Array {
      net.run(duration);
      net.flush();
      return Float64Array.from({ length: output.size }, (_, j) => output.model.potential(j, net.now));
    },
  };
}

export type SpikingTestResult = Awaited<ReturnType<typeof testSpikingNet>>;

const MAX_BALANCING_IMAGES = 200;

export async function testSpikingNet(
  crossbars: CrossbarNet,
  { rate, duration, readings, percentile, images }: SpikingConfig,
  { train, test, scaling }: ImageSets & { readonly scaling: PixelScaling },
  seed: Seed,
  reportProgress: (done: number) => Promise<void>,
) {
  const length = Math.min(MAX_BALANCING_IMAGES, train.n);
  const balancingImages = Array.from({ length }, (_, i) => createScaledImage(train, i, scaling));
  const lambdas = measureActivations(crossbars, balancingImages, percentile);
  const net = createSpikingNet(crossbars, lambdas, rate, seed);
  const count = Math.min(images, test.n);
  const times = Array.from({ length: readings }, (_, k) => duration / 2 ** (readings - 1 - k));
  const sums = times.map(() => ({ correct: 0, spikes: 0, energy: 0 }));
  const hasEnergy = crossbars.layers.every(({ electrical }) => electrical !== null);
  const totalReadEnergy = () => crossbars.layers.reduce((sum, layer) => sum + layer.accounts.devices.energy.read, 0);
  const before = totalReadEnergy();
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const [label, pixels] = [test.labels[i]!, createScaledImage(test, i, scaling)];
    const scores = crossbars.forward(pixels);
    if (argmax(scores) === label) correct++;
    net.showImage(pixels, i);
    times.forEach((time, k) => {
      const spikeScores = net.runAndReadPotentials(time - (times[k - 1] ?? 0));
      const sum = sums[k]!;
      if (argmax(spikeScores) === label) sum.correct++;
      sum.spikes += net.sinceOnset.spikeCount;
      sum.energy += net.sinceOnset.energy;
    });
    await reportProgress(i + 1);
  }
  return {
    images: count,
    /** Readouts of the outputs `time` (ms) after image onset, averaged over test images; `accuracy` in %. */
    readings: sums.map((sum, k) => ({
      time: times[k]!,
      accuracy: (100 * sum.correct) / count,
      /** Number of spikes per image, in the input and all layers. */
      spikes: sum.spikes / count,
      /** Read energy of the devices per image, J; null if devices have no conductance. */
      energy: hasEnergy ? sum.energy / count : null,
    })),
    /** Results of the same crossbars and test images without spikes: accuracy, %, and read energy per image, J. */
    crossbars: { accuracy: (100 * correct) / count, energy: hasEnergy ? (totalReadEnergy() - before) / count : null },
  };
}

export function requireSpikingNetSupport(
  { model: { stages }, layers }: CrossbarNet,
  {
    pixels,
    lines,
    slices,
  }: {
    readonly pixels: Pick<PixelScaling, 'mean'>;
    readonly lines?: Periphery['lines'];
    readonly slices?: SliceOptions | undefined;
  },
) {
  if (slices) throw new UserError('learn: spiking does not support slices; leave out slices or spiking.');
  if (pixels.mean !== 0)
    throw new UserError(`learn: spiking needs pixels.mean 0, since spikes are not negative, but it is ${pixels.mean}.`);
  if (stages.some(({ kind }) => kind === 'maxPooling'))
    throw new UserError('learn: spiking does not support max pooling; train a cnn with --set pooling=average.');
  const bareStage = stages.slice(0, -1).findIndex((stage, n) => hasWeights(stage) && stages[n + 1]!.kind !== 'relu');
  if (bareStage >= 0)
    throw new UserError(
      `learn: spiking needs a rectifier (relu) after every layer but the last, because spikes are not negative, but stage ${bareStage + 1} has none.`,
    );
  if (lines && (lines.word ?? 0) + (lines.bit ?? 0) > 0)
    throw new UserError('learn: spiking does not support lines (IR drop); leave out lines or spiking.');
  if (layers.some(({ devices }) => !devices.hasSteadyWeights))
    throw new UserError(
      'learn: spiking needs devices with constant weights, but the weights of these devices change (read noise, retention, drift); leave out these effects or spiking.',
    );
}
