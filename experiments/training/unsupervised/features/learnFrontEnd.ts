import type { Stimulus } from '../../../../core/graph/population.ts';
import { Network } from '../../../../core/network.ts';
import { RandomStream } from '../../../../core/random/random.ts';
import { ContrastEncoder } from '../../../../neurons/encoders/contrast.ts';
import { lif, poisson } from '../../../../neurons/index.ts';
import type { Poisson } from '../../../../neurons/stimuli/poisson.ts';
import { RecordedSpikes } from '../../../../neurons/stimuli/recorded.ts';
import type { LabelledImages } from '../../../data/idx.ts';
import { RecordingPlayer } from '../../../data/recordings.ts';
import { computeNetworkEnergy } from '../../../devices/energy/account.ts';
import { createModel } from '../../../network/models.ts';
import { type FeatureConfig, getFirstStageDevice, RETINA_PARAMS, WHITE_GREY_VALUE } from '../architecture.ts';
import type { MnistConfig } from '../config.ts';
import { getWeightFloorRatio } from '../recipes.ts';
import { createFrontEnd, createReplayPopulation, type FeatureKernel, type FrontEnd } from './frontEnd.ts';

/** Kernel training: threshold, mV; homeostasis gain, mV, which decreases to GAIN / (1 + ANNEAL); bounds of initial weights, mV. */
const [THRESHOLD, GAIN, ANNEAL, LOW, HIGH] = [20, 0.3, 50, 0.2, 0.5];
/** First-stage parameters of the `exponential` device. `alpha…`: largest steps, share of the range; `betaUp`: exponent of upward steps. */
const WEIGHT_STEPS = { alphaUp: 0.06, alphaDown: 0.02, betaUp: 3 };
/** Typical number of input spikes before the first output spike of a patch. */
const INPUT_SPIKES = 40;
/** Longest presentation time of a patch, ms. */
const MAX_DURATION = 350;
const PATCHES_PER_IMAGE = 4;
/** Minimum contrasts of a training patch: sum over its cells, and contrast of its central on-cell. */
const [MIN_SUM, MIN_CENTRE] = [1, 0.1];
/** Mark of an event outside a patch. */
const OUTSIDE = 2 ** 32 - 1;

/** Writes the firing rates of the retina cells in a patch, Hz. Returns false if their contrasts are too small. */
function encodePatch(
  { patch, retinaRate }: FeatureConfig,
  contrastCells: ContrastEncoder,
  [rows, columns]: readonly [number, number],
  [y, x]: readonly [number, number],
  rates: Float64Array,
) {
  const { responses } = contrastCells;
  contrastCells.updateResponses(y, x, y + 1, x + 1);
  if (!(responses[(y * columns + x) * 2]! > MIN_CENTRE)) return false;
  const half = patch >> 1;
  contrastCells.updateResponses(y - half, x - half, y + half + 1, x + half + 1);
  let sum = 0;
  let k = 0;
  for (let row = y - half; row <= y + half; row++)
    for (let column = x - half; column <= x + half; column++)
      for (let channel = 0; channel < 2; channel++) {
        const inside = row >= 0 && row < rows && column >= 0 && column < columns;
        const contrast = inside ? responses[(row * columns + column) * 2 + channel]! : 0;
        rates[k++] = contrast * retinaRate;
        sum += contrast;
      }
  return sum >= MIN_SUM;
}

type Spikes = ReturnType<RecordingPlayer['createInputSpikes']>;

/** Events in the patch around pixel (y, x), as spikes of its inputs: (row × patch + column) × 2 + polarity. */
function cutPatch(
  { times, neurons }: Spikes,
  patch: number,
  columns: number,
  [y, x]: readonly [number, number],
): Spikes {
  const half = patch >> 1;
  const inputs = neurons.map((neuron) => {
    const pixel = neuron >> 1;
    const [row, column] = [Math.floor(pixel / columns) - y + half, (pixel % columns) - x + half];
    const isInside = row >= 0 && row < patch && column >= 0 && column < patch;
    return isInside ? (row * patch + column) * 2 + (neuron & 1) : OUTSIDE;
  });
  return { times: times.filter((_, k) => inputs[k] !== OUTSIDE), neurons: inputs.filter((input) => input !== OUTSIDE) };
}

/** Trains kernels without labels on random image patches, each until its first output spike. @param onPatch gets the number of patches */
export function learnFeatureKernels(config: MnistConfig, data: LabelledImages, onPatch: (shown: number) => void) {
  const c = config.features!;
  const { rows, columns, images, events } = data;
  const device = getFirstStageDevice(config.device, c);
  const floor = getWeightFloorRatio(device);
  const net = new Network({ seed: `${config.seed}/kernel` });
  const rates = new Float64Array(2 * c.patch * c.patch);
  const input: Stimulus<Poisson | RecordedSpikes> = events
    ? createReplayPopulation(net, 'input', rates.length)
    : net.population('input', poisson({ size: rates.length }));
  const player = new RecordingPlayer(columns, config.stimulus.speed ?? 1);
  const output = net.population(
    'output',
    lif({
      size: c.kernels,
      tau: config.neuron.tau,
      refractory: 0,
      precision: 'f32',
      threshold: THRESHOLD * (1 - floor) + INPUT_SPIKES * floor,
      homeostasis: { gain: GAIN, minimum: config.homeostasis.minimum },
    }),
    { winnerTakeAll: { hold: 0 } },
  );
  const synapses = net.projection(input, output, {
    connect: { all: { weight: { uniform: [floor + LOW * (1 - floor), floor + HIGH * (1 - floor)] } } },
    device: createModel('device', { ...device, ...(device.model === 'exponential' && WEIGHT_STEPS), ...c.device }),
    rule: createModel('rule', config.rule),
  });
  const stream = new RandomStream(config.seed, 'patches');
  const contrastCells = new ContrastEncoder(rows, columns, RETINA_PARAMS);
  const wins = new Uint32Array(c.kernels);
  for (let shown = 0, tried = 0; shown < c.patches && tried < 100 * c.patches; ) {
    const image = stream.integerBelow(config.train);
    const at = image * rows * columns;
    const spikes = events && player.createInputSpikes(events[image]!, 0);
    contrastCells.setImage(images.subarray(at, at + rows * columns), WHITE_GREY_VALUE);
    for (let q = 0; q < PATCHES_PER_IMAGE; q++, tried++) {
      // The centre of a patch is a random pixel of an image, or the pixel of a random event of a recording.
      const pixel = spikes ? spikes.neurons[stream.integerBelow(spikes.neurons.length)]! >> 1 : -1;
      const place = spikes
        ? ([Math.floor(pixel / columns), pixel % columns] as const)
        : ([stream.integerBelow(rows), stream.integerBelow(columns)] as const);
      if (!spikes && !encodePatch(c, contrastCells, [rows, columns], place, rates)) continue;
      const part = spikes && cutPatch(spikes, c.patch, columns, place);
      net.resetDynamicState();
      const start = net.now;
      net.change(input, (model) =>
        model instanceof RecordedSpikes
          ? model.setSpikes(
              part!.times.map((t) => t + start),
              part!.neurons,
            )
          : model.setRates(rates),
      );
      output.model.thresholds.gain = GAIN / (1 + (ANNEAL * shown++) / c.patches);
      const before = output.spikes;
      net.run(MAX_DURATION, { population: output, spikes: 1 });
      if (output.spikes > before) wins[output.lastFiredNeuron]!++;
      onPatch(shown);
    }
  }
  synapses.devices!.refreshWeights(net.now);
  const kernel: FeatureKernel = {
    weights: Float32Array.from(synapses.edges.weights!),
    thresholds: Float64Array.from({ length: c.kernels }, (_, j) => output.model.thresholds.thresholdAt(j, net.now)),
  };
  return { kernel, wins, energy: computeNetworkEnergy(net) };
}

/** Trains the feature-extraction stage; undefined for networks without features. */
export function learnFrontEnd(
  c: MnistConfig,
  train: LabelledImages,
  onPatch: (shown: number) => void = () => {},
): FrontEnd | undefined {
  if (c.network !== 'features') return undefined;
  const { kernel, wins, energy } = learnFeatureKernels(c, train, onPatch);
  return createFrontEnd(c, kernel, train, 'train', { winCounts: [...wins], energy });
}
