import type { DeviceFactory } from '../../../../core/factories.ts';
import type { Stimulus } from '../../../../core/graph/population.ts';
import type { RowSink } from '../../../../core/log/tables.ts';
import { Network } from '../../../../core/network.ts';
import { ContrastEncoder } from '../../../../neurons/encoders/contrast.ts';
import { lif, poisson, relay } from '../../../../neurons/index.ts';
import type { Poisson } from '../../../../neurons/stimuli/poisson.ts';
import { RecordedSpikes } from '../../../../neurons/stimuli/recorded.ts';
import type { LabelledImages } from '../../../data/idx.ts';
import { RecordingPlayer } from '../../../data/recordings.ts';
import type { EnergyAccount } from '../../../devices/energy/account.ts';
import { createModel } from '../../../network/models.ts';
import { getFirstStageDevice, RETINA_PARAMS, WHITE_GREY_VALUE } from '../architecture.ts';
import type { MnistConfig } from '../config.ts';
import { getWeightRange } from '../recipes.ts';

/** Membrane time constant of first-stage neurons, ms. */
const FIRST_STAGE_TAU = 1e5;
/** Pooling parameters. `reach`: radius, map cells; `weight` at distance 0; `delay`, ms; `step`: decrease of the log gain per spike. */
const POOLING = { reach: 1.3, weight: 1, delay: 1, step: 0.02 };
/** Maximum number of reads of a device row per image; each read has its own read-noise sample. */
const READS_PER_BLOCK = 4096;

/** Index of the random sequence of the first test image; training and labelling images use sequences from 0. */
const TEST_BLOCK = 2 ** 19;

/** Learned state of feature extraction: weights, (`patch × patch × 2` inputs) × kernels, row-major; thresholds, mV. */
export interface FeatureKernel {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
}

/** Spikes of one image; spike times since image onset, ms. */
interface ImageSpikes {
  readonly spikeTimes: Float64Array;
  readonly neurons: Uint32Array;
}

/** Grey values of an image, or event-camera recording. */
export type FirstStageInput = Uint8Array | Uint32Array;

/** Creates a sink of the spikes of one image. `takeSpikes` returns and forgets them. @param start image onset, ms */
function createImageSink() {
  let [spikeTimes, neurons]: [number[], number[]] = [[], []];
  const sink: RowSink = {
    write({ time, neuron }, rows) {
      for (let k = 0; k < rows; k++) {
        spikeTimes.push(time![k]!);
        neurons.push(neuron![k]!);
      }
    },
  };
  const takeSpikes = (start: number): ImageSpikes => {
    const taken = { spikeTimes: Float64Array.from(spikeTimes, (t) => t - start), neurons: Uint32Array.from(neurons) };
    [spikeTimes, neurons] = [[], []];
    return taken;
  };
  return { sink, takeSpikes };
}

/** Device of the kernel replicas: never written; no retention or telegraph noise, so that image order has no effect; undefined if weights still vary. */
function createReplicaDevice(device: MnistConfig['device']): DeviceFactory | undefined {
  const { retention: _, telegraph: __, selection: ___, ...kept } = device as typeof device & Record<string, unknown>;
  const { readNoise: ____, readErrors: _____, ...quiet } = kept as typeof kept & Record<string, unknown>;
  const net = new Network({ seed: 0 });
  const [from, to] = [net.population('from', poisson({ size: 1 })), net.population('to', lif({ size: 1 }))];
  const weight = getWeightRange(device)[1];
  const { devices } = net.projection(from, to, { connect: { all: { weight } }, device: createModel('device', quiet) });
  return devices!.hasSteadyWeights ? createModel('device', kept) : undefined;
}

export const createReplayPopulation = (net: Network, name: string, size: number): Stimulus<RecordedSpikes> =>
  net.population(name, {
    kind: 'stimulus' as const,
    create: ({ arena }) => new RecordedSpikes(size, new Float64Array(0), new Uint32Array(0), arena),
  });

export type FrontEnd = ReturnType<typeof createFrontEnd>;

/**
 * Creates the frozen feature-extraction stage: on- and off-cells of a retina, or brighter and darker events of a recording -> replicas of the learned kernels at each position ->
 * pooling by relay neurons with a regulated population rate. Neurons at one position compete; they fire only at spikes
 * of the on-cell at that position. Each replica synapse has its own device, equal in training, labelling and test.
 * @param trainingResult wins and energy of the training of the kernels; with it, results are cached by image
 */
export function createFrontEnd(
  config: MnistConfig,
  learned: FeatureKernel,
  { rows, columns }: Pick<LabelledImages, 'rows' | 'columns'>,
  phase: 'train' | 'label' | 'test',
  trainingResult: { readonly winCounts: readonly number[]; readonly energy: EnergyAccount } | null = null,
) {
  const c = config.features!;
  const firstDevice = getFirstStageDevice(config.device, c);
  const device = createReplicaDevice(firstDevice);
  const [low, high] = getWeightRange(firstDevice);
  const kernel = { ...learned, weights: learned.weights.map((w) => Math.min(Math.max(w, low), high)) };
  const seed = `${config.seed}/front`;
  const count = kernel.thresholds.length;
  const places = rows * columns;
  const firstRandomBlock = phase === 'test' ? TEST_BLOCK : 0;
  const cells = new ContrastEncoder(rows, columns, RETINA_PARAMS);
  const silentPositions = new Uint32Array(places);
  const [placeSpikes, poolSpikes] = [createImageSink(), createImageSink()];
  const [spikeCache, mapCache] = [new Map<number, ImageSpikes>(), new Map<number, Uint8Array>()];

  const net = new Network({ seed });
  const { speed } = config.stimulus;
  const player = new RecordingPlayer(columns, speed ?? 1);
  /** Poisson on- and off-cells; with recordings a replay of events. */
  const retina: Stimulus<Poisson | RecordedSpikes> =
    speed === undefined
      ? net.population('retina', poisson({ size: 2 * places }))
      : createReplayPopulation(net, 'retina', 2 * places);
  const minThreshold = kernel.thresholds.reduce((a, b) => Math.min(a, b));
  const featureNeurons = net.population(
    'places',
    lif({ size: places * count, tau: FIRST_STAGE_TAU, threshold: minThreshold, refractory: 0, precision: 'f32' }),
    { winnerTakeAll: { hold: 0, groups: places } },
  );
  for (let j = 0; j < places * count; j++) featureNeurons.model.setThreshold(j, 0, kernel.thresholds[j % count]!);
  const [size, padding] = [[c.patch, c.patch] as const, c.patch >> 1];
  const { weights: weight } = kernel;
  const kernelReplicas = net.projection(retina, featureNeurons, {
    connect: {
      convolution: { columns, channels: 2, size, stride: [1, 1], padding, gate: 0, weight, shared: !device },
    },
    ...(device && { device }),
  });
  /** Index of the next read of each device row; it selects the read-noise sample. */
  const nextReadIndices = Object.entries(kernelReplicas.devices?.state ?? {}).flatMap(([name, reads]) =>
    name.endsWith('readout.reads') ? [reads as Uint32Array] : [],
  );
  net.recordSpikes([featureNeurons], placeSpikes.sink);
  const poolingNet = new Network({ seed });
  const replayedSpikes = createReplayPopulation(poolingNet, 'places', places * count);
  const poolingNeurons = poolingNet.population(
    'pool',
    relay({
      size: c.grid * c.grid * count,
      normalise: { rate: c.poolRate, step: POOLING.step },
      sum: { adaptation: c.poolAdaptation, tau: c.poolTau },
    }),
  );
  const poolSynapses = poolingNet.projection(replayedSpikes, poolingNeurons, {
    connect: {
      pooling: { columns, channels: count, to: [c.grid, c.grid], reach: POOLING.reach, weight: POOLING.weight },
    },
    delay: POOLING.delay,
  });
  poolingNet.recordSpikes([poolingNeurons], poolSpikes.sink);

  const simulateFeatures = (pixels: FirstStageInput, image: number, duration: number): ImageSpikes => {
    const block = firstRandomBlock + image;
    const isRecording = pixels instanceof Uint32Array;
    const rates = isRecording ? new Float64Array(retina.size) : cells.encodeImage(pixels, WHITE_GREY_VALUE);
    for (let k = 0; k < rates.length; k++) rates[k]! *= c.retinaRate;
    net.resetDynamicState();
    const start = net.now;
    const events = isRecording ? player.createInputSpikes(pixels, start) : null;
    for (const neuron of events?.neurons ?? []) rates[neuron]!++;
    // A feature neuron can fire only when the retina's on-cell at its own position spikes. Positions with a silent
    // on-cell are therefore disabled.
    let silent = 0;
    for (let g = 0; g < places; g++) if (rates[2 * g] === 0) silentPositions[silent++] = g;
    net.disableGroups(featureNeurons, silentPositions.subarray(0, silent));
    for (const reads of nextReadIndices) reads.fill(block * READS_PER_BLOCK);
    net.change(retina, (model) => {
      if (model instanceof RecordedSpikes) return model.setSpikes(events!.times, events!.neurons);
      model.setRates(rates);
      model.useRandomBlock(block);
    });
    net.run(duration);
    net.flush();
    return placeSpikes.takeSpikes(start);
  };

  /** Simulates the pooling spikes of an image; its index also selects the random sequence. */
  const simulateImage = (pixels: FirstStageInput, image: number, duration: number): ImageSpikes => {
    const start = poolingNet.now;
    const { spikeTimes: times, neurons } = simulateFeatures(pixels, image, duration);
    for (let k = 0; k < times.length; k++) times[k]! += start;
    poolingNet.resetDynamicState();
    poolingNeurons.model.useRandomBlock(firstRandomBlock + image);
    poolingNet.change(replayedSpikes, (model) => model.setSpikes(times, neurons));
    poolingNet.run(duration);
    poolingNet.flush();
    return poolSpikes.takeSpikes(start);
  };

  return {
    net,
    kernel,
    trainingResult,
    simulateImage,
    /** Simulates pooling spikes, or reads them from the cache. @param image index of the image and of its random sequence */
    getPoolingSpikes(pixels: FirstStageInput, image: number, duration: number): ImageSpikes {
      const spikes = spikeCache.get(image) ?? simulateImage(pixels, image, duration);
      if (trainingResult) spikeCache.set(image, spikes);
      return spikes;
    },
    /** Returns pooled spike counts of feature neurons, scaled to at most 255; values below 4 become 0. */
    getFeatureMap(pixels: FirstStageInput, image: number, playbackDuration: number): Uint8Array {
      const cached = mapCache.get(image);
      if (cached) return cached;
      const { starts, targets, weights } = poolSynapses.edges;
      const duration = pixels instanceof Uint32Array ? playbackDuration : c.duration;
      const map = new Float64Array(poolingNeurons.size);
      for (const place of simulateFeatures(pixels, image, duration).neurons)
        for (let k = starts![place]!; k < starts![place + 1]!; k++) map[targets![k]!]! += weights![k]!;
      const highest = map.reduce((a, b) => Math.max(a, b), 0) || 1;
      const shares = Uint8Array.from(map, (n) => (n < (4 / 255) * highest ? 0 : Math.floor((255 * n) / highest)));
      if (trainingResult) mapCache.set(image, shares);
      return shares;
    },
  };
}
