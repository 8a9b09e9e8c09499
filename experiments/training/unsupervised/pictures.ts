import { formatCount } from '../../../core/declare/show.ts';
import { POLARITY_LAYOUT_TEXT } from '../../data/recordings.ts';
import { drawEnergyScale } from '../../devices/energy/report.ts';
import { NO_PREDICTION } from '../../look/imageLog.ts';
import { renderAccuracyOverTraining } from '../../look/plots/chart.ts';
import { renderConfusionMatrix } from '../../look/plots/heatMaps.ts';
import {
  type ReceptiveFieldPlot,
  renderFilmStrip,
  renderReceptiveFields,
  renderWindowVotes,
} from '../../look/plots/imagePanels.ts';
import { renderSpikeRaster } from '../../look/plots/raster.ts';
import { writePicture } from '../../look/plots/write.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import type { WeightMaps } from './architecture.ts';
import {
  arrangeReceptiveFields,
  countNeuronGroups,
  countOutputNeurons,
  countWeightMaps,
  getInputShape,
} from './architecture.ts';
import type { MnistConfig } from './config.ts';
import type { MnistRunResults } from './experiment.ts';
import type { FeatureKernel } from './features/frontEnd.ts';
import { computeImageStartTimes } from './present.ts';
import { Responder, type ResponseTask, shiftSpikeTimes } from './respond.ts';

const RASTER_IMAGES = 5;
const VOTED_IMAGES = 20;
const MAX_NEURONS_PER_ROW = 6;

export async function drawMnistPictures(directory: RunDirectory, results: MnistRunResults): Promise<readonly string[]> {
  const { job, learned, evaluation, energy, cost } = results;
  const { config: c, testImages: test, training, classNames } = job;
  const captions = Array.from({ length: countOutputNeurons(c) }, (_, j) => {
    const label = training.tally.getNeuronClass(j);
    return label === NO_PREDICTION ? '–' : (classNames?.[label] ?? String(label));
  });
  const fields = arrangeReceptiveFields(c, learned.weights, test.rows, test.columns);
  const min = learned.weights.reduce((smallest, w) => Math.min(smallest, w), 0);
  const shown =
    countNeuronGroups(c) > 1
      ? arrangeWindows(fields, c, captions, min)
      : { ...fields, neurons: c.neurons, captions, subtitle: `${formatCount(c.neurons, 'neuron')} with their classes` };
  const subtitle = `${shown.subtitle}${countWeightMaps(c) > 1 ? `; ${POLARITY_LAYOUT_TEXT}` : ''}`;
  const pictures: Record<string, string> = {
    'receptive-fields': renderReceptiveFields({ ...shown, subtitle, min, max: 1, label: 'weight (mV)' }),
    'confusion-matrix': renderConfusionMatrix({
      matrix: evaluation.confusion,
      ...(classNames && { classes: classNames }),
    }),
  };
  if (evaluation.groups) {
    const count = Math.min(VOTED_IMAGES, c.test);
    pictures['window-votes'] = renderWindowVotes({
      images: test.images,
      rows: test.rows,
      columns: test.columns,
      windowsPerSide: c.windows!.across,
      votes: evaluation.groups.votes.subarray(0, count * countNeuronGroups(c)),
      labels: test.labels.subarray(0, count),
      predictions: evaluation.predictions.subarray(0, count),
    });
  }
  const { accuracyPoints } = training.tally;
  if (accuracyPoints.length > 0)
    pictures['accuracy-over-training'] = renderAccuracyOverTraining({ points: accuracyPoints });
  const task = { ...job.createResponseTask(learned, 'test'), recordInputs: true };
  const spikes = recordFirstImages(task, Math.min(RASTER_IMAGES, c.test), c, classNames);
  if (spikes.times.length > 0) pictures.raster = renderSpikeRaster(spikes);
  if (learned.kernel) {
    const { grid, kernels } = c.features!;
    const counts = spikes.marks.map(() => new Float64Array(grid * grid * kernels));
    spikes.times.forEach((t, i) => {
      const image = Math.min(counts.length - 1, Math.floor(t / c.stimulus.duration));
      if (spikes.population[i] === 0) counts[image]![spikes.neurons[i]!]!++;
    });
    pictures.kernels = drawKernels(learned.kernel);
    pictures['feature-maps'] = drawFeatureMaps(counts, test.labels, kernels);
  }
  for (const [name, svg] of Object.entries(pictures)) writePicture(directory.getFilePath(name), svg);
  return [...Object.keys(pictures).map((name) => `${name}.svg`), ...(await drawEnergyScale(directory, energy, cost))];
}

function recordFirstImages(task: ResponseTask, count: number, c: MnistConfig, names: readonly string[] | undefined) {
  const { rows, columns, events, labels } = task.images;
  const starts = computeImageStartTimes(c, events, count);
  const map = getInputShape(c, rows, columns);
  const responses = new Responder(task).respond(0, count);
  return {
    times: shiftSpikeTimes(responses, starts),
    neurons: responses.neurons,
    population: responses.populations,
    populations: [
      { name: 'input', size: map.rows * map.columns * map.channels },
      { name: 'output', size: countOutputNeurons(c) },
    ],
    window: [0, starts[count]!] as const,
    marks: Array.from(labels.subarray(0, count), (k, i) => ({ time: starts[i]!, label: `class ${names?.[k] ?? k}` })),
    title: `The first ${count} test ${events ? 'recordings' : 'images'}`,
  };
}

/** Arranges receptive fields in one group per window, placed as on the image. A group shows the first neurons of its window. */
function arrangeWindows(
  maps: WeightMaps,
  c: MnistConfig,
  captions: readonly string[],
  min: number,
): ReceptiveFieldPlot {
  const { weights, rows, columns } = maps;
  const { neurons } = c;
  const { across } = c.windows!;
  const perRow = Math.min(MAX_NEURONS_PER_ROW, Math.ceil(Math.sqrt(neurons)));
  const shown = Math.min(neurons, perRow * perRow);
  const side = across * perRow + across - 1;
  const total = across * across * neurons;
  const fields = new Float32Array(rows * columns * side * side).fill(min);
  const texts = new Array<string>(side * side).fill('');
  for (let g = 0; g < across * across; g++)
    for (let j = 0; j < shown; j++) {
      const down = Math.floor(g / across) * (perRow + 1) + Math.floor(j / perRow);
      const tile = down * side + (g % across) * (perRow + 1) + (j % perRow);
      texts[tile] = captions[g * neurons + j]!;
      for (let p = 0; p < rows * columns; p++) fields[p * side * side + tile] = weights[p * total + g * neurons + j]!;
    }
  return {
    weights: fields,
    rows,
    columns,
    neurons: side * side,
    fieldsPerRow: side,
    captions: texts,
    subtitle: `${across} × ${across} windows at their positions, ${shown === neurons ? 'all' : 'the first'} ${formatCount(shown, 'neuron')} of each with their classes`,
  };
}

function drawKernels({ weights, thresholds }: FeatureKernel) {
  const count = thresholds.length;
  const pixels = weights.length / count / 2;
  const side = Math.sqrt(pixels);
  return renderReceptiveFields({
    weights,
    rows: side,
    columns: side,
    neurons: 2 * count,
    fieldsPerRow: count,
    max: 1,
    title: 'Kernels of the first stage',
    subtitle: `weights from on-cells above, from off-cells below; ${count} kernels of ${side} × ${side} pixels`,
    label: 'weight (mV)',
  });
}

/** Draws feature maps. @param counts spike counts of each image, pixels × kernels */
function drawFeatureMaps(counts: readonly Float64Array[], labels: Uint8Array, kernels: number) {
  const pixels = counts[0]!.length / kernels;
  const side = Math.sqrt(pixels);
  const highest = counts.reduce((all, one) => one.reduce((a, n) => Math.max(a, n), all), 1);
  return renderFilmStrip({
    rows: counts.map((one, i) => ({
      label: `digit ${labels[i]}`,
      frames: Array.from({ length: kernels }, (_, k) => ({
        values: Float64Array.from({ length: pixels }, (_, p) => one[p * kernels + k]!),
        rows: side,
        columns: side,
      })),
    })),
    moments: Array.from({ length: kernels }, (_, k) => String(k + 1)),
    colours: { label: 'spikes', domain: [0, highest] },
    title: 'Feature maps',
    subtitle: 'spikes of the pooling population, by kernel',
  });
}
