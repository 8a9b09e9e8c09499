import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { refine } from '../../core/declare/params.ts';
import { int } from '../../core/declare/ranged.ts';
import { openLog } from '../../core/log/file.ts';
import { NEURONS, SPIKES, WEIGHTS } from '../../core/log/tables.ts';
import type { LabelledImages } from '../data/dataSet.ts';
import { POLARITY_LAYOUT_TEXT } from '../data/recordings.ts';
import { type ImagePresentation, NO_PREDICTION, readPresentations } from '../look/imageLog.ts';
import { listSequentialColours } from '../look/plots/colours.ts';
import { encodePngUrl } from '../look/plots/panel.ts';
import { requireDrawableSize } from '../look/weights/snapshots.ts';
import { identifyDataSet, loadTrainingData } from '../training/dataOrigin.ts';
import { countWeightMaps, getInputShape } from '../training/unsupervised/architecture.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { prepareImages } from '../training/unsupervised/images.ts';
import type { ReceptiveFieldsData } from './client/data.ts';
import { scaleWeightsToBytes } from './live/trainingPageUpdater.ts';
import { type Html, html, makeSection, packBytes, type Section } from './page.ts';

const neuronCount = int({ min: 1, max: 65_535 });
const sideLength = int({ min: 1, max: 4096 }); // rows or columns; event cameras need most

export const mnistFactsSchema = z.looseObject({
  neurons: neuronCount,
  imageRows: sideLength,
  imageColumns: sideLength,
  dataSha256: z.string(),
  classes: int({ min: 1, max: 255 }), // labels are bytes
  classNames: z.optional(z.array(z.string())),
});
type MnistFacts = z.output<typeof mnistFactsSchema>;

const { network, seed, split, preprocessing, distortion, stimulus } = mnistSchema.shape;
const images = int({ min: 1 });

export const mnistConfigSchema = z
  .looseObject({
    network,
    seed,
    split,
    preprocessing,
    distortion,
    stimulus,
    train: images,
    label: images,
    test: images,
    features: z.optional(z.looseObject({ grid: sideLength, kernels: neuronCount })),
  })
  .check(
    refine(
      (config) => config.network !== 'features' || config.features !== undefined,
      'a configuration with features if network is "features"',
    ),
  );
type MnistConfig = z.output<typeof mnistConfigSchema>;

export function makeReceptiveFieldsSection(run: string, facts: MnistFacts, config: MnistConfig) {
  const { neurons, classes } = facts;
  const { rows, columns, channels } = getInputShape(config, facts.imageRows, facts.imageColumns);
  const labels: number[] = new Array(neurons).fill(-1);
  const thresholds: number[] = new Array(neurons).fill(0);
  for (const { columns: c, rows } of openLog(join(run, 'neurons.arrows'), { spec: NEURONS })) {
    for (let i = 0; i < rows; i++) {
      const neuron = c.neuron![i]!;
      if (neuron >= neurons) throw contradiction(run, `neurons is ${neurons}`, 'neurons.arrows', `neuron ${neuron}`);
      labels[neuron] = c.label![i] === NO_PREDICTION ? -1 : c.label![i]!;
      thresholds[neuron] = c.threshold![i]!;
    }
  }
  const planes = countWeightMaps(config);
  const { levels, max } = readWeightLevels(run, rows * columns, channels, neurons, planes);
  const gradient = listSequentialColours()
    .filter((_, i) => i % 15 === 0)
    .join(', ');
  const body = html`<canvas id="fields" class="fields" tabindex="0" role="img" aria-label="Receptive fields of ${neurons} neurons" aria-describedby="fields-hint"></canvas>
<p class="hint" id="fields-hint">Each tile shows the weights onto one neuron${planes > 1 ? `, ${POLARITY_LAYOUT_TEXT}` : ''}. Point at a tile, or move with the arrow keys, to see which classes the neuron won in training.</p>
<p class="bar">0 <span style="background: linear-gradient(to right, ${gradient})"></span> ${Number(max.toPrecision(3))} mV; below each tile the class of the neuron</p>`;
  const data: ReceptiveFieldsData = {
    rowsPerField: rows * planes,
    columnsPerField: columns,
    neuronCount: neurons,
    colourRamp: listSequentialColours(),
    neuronClasses: labels,
    thresholds,
    classNames: facts.classNames,
    winCounts: countWins(run, neurons, classes),
  };
  return { section: makeSection('fields-section', 'Receptive fields', body), data, packed: packBytes(levels) };
}

const contradiction = (run: string, fact: string, log: string, found: string): UserError =>
  new UserError(`${join(run, 'run.json')}: ${fact}, but ${log} has ${found}.`);

/**
 * Final weights as bytes; 255 is the largest weight. Channels of a pixel are averaged, or form successive image planes.
 * The weight from pixel i to neuron j has index i × neurons + j.
 */
function readWeightLevels(run: string, pixels: number, channels: number, neurons: number, planes: number) {
  const file = join(run, 'weights.arrows');
  requireDrawableSize(file, pixels * channels, neurons);
  const last = new Float32Array(pixels * channels * neurons);
  for (const { columns: c, rows } of openLog(file, { spec: WEIGHTS }))
    for (let i = 0; i < rows; i++) {
      const [pre, post, weight] = [c.pre![i]!, c.post![i]!, c.weight![i]!];
      if (pre >= pixels * channels || post >= neurons)
        throw new UserError(
          `${file} has a synapse ${pre} -> ${post}, outside the ${pixels * channels} x ${neurons} weight matrix.`,
        );
      last[pre * neurons + post] = weight;
    }
  const weights = new Float32Array(planes * pixels * neurons);
  last.forEach((weight, k) => {
    const pre = Math.floor(k / neurons);
    const pixel = (pre % planes) * pixels + Math.floor(pre / channels);
    weights[pixel * neurons + (k % neurons)]! += (weight * planes) / channels;
  });
  const max = weights.reduce((largest, w) => Math.max(largest, w), 0);
  return { levels: scaleWeightsToBytes(weights), max };
}

const ACCURACY_WINDOW = 1000; // images per point

/** Accuracy, %, against the number of training images; empty if no image was predicted. */
export function readTrainingCurve(run: string) {
  const file = join(run, 'images.arrows');
  if (!existsSync(file)) return [];
  const training = [...readPresentations(file)].filter(({ phase }) => phase === 'train');
  if (training.every(({ prediction }) => prediction === NO_PREDICTION)) return [];
  return Array.from({ length: Math.floor(training.length / ACCURACY_WINDOW) }, (_, i) => {
    const images = (i + 1) * ACCURACY_WINDOW;
    const window = training.slice(images - ACCURACY_WINDOW, images);
    const correct = window.filter(({ prediction, classLabel: label }) => prediction === label).length;
    return { images, accuracy: (100 * correct) / ACCURACY_WINDOW };
  });
}

/** Number of wins (output spikes in training) of each neuron, per class. A spike at an image onset belongs to the previous image. */
function countWins(run: string, neurons: number, classes: number): number[][] {
  const presentations = [...readPresentations(join(run, 'images.arrows'))];
  const training = presentations.filter(({ phase }) => phase === 'train');
  const end = presentations.find(({ phase }) => phase !== 'train')?.onsetTime ?? Infinity;
  const unknown = training.find(({ classLabel: label }) => label >= classes);
  if (unknown) throw contradiction(run, `classes is ${classes}`, 'images.arrows', `class ${unknown.classLabel}`);
  const wins = Array.from({ length: neurons }, () => new Array<number>(classes).fill(0));
  const log = openLog(join(run, 'spikes.arrows'), { spec: SPIKES });
  const output = (JSON.parse(log.metadata.populations ?? '[]') as string[]).indexOf('output');
  let image = 0;
  for (const { columns: c, rows } of log) {
    for (let i = 0; i < rows; i++) {
      const time = c.time![i]!;
      if (c.population![i] !== output || time > end) continue;
      const neuron = c.neuron![i]!;
      if (neuron >= neurons) throw contradiction(run, `neurons is ${neurons}`, 'spikes.arrows', `neuron ${neuron}`);
      while (image + 1 < training.length && training[image + 1]!.onsetTime < time) image++;
      if (training.length > 0) wins[neuron]![training[image]!.classLabel]!++;
    }
  }
  return wins;
}

/** Section with the wrongly classified test images. @param data directory of the data set, to show the images */
export function makeWrongAnswersSection(run: string, facts: MnistFacts, config: MnistConfig, data?: string): Section {
  const wrong = [...readPresentations(join(run, 'images.arrows'))].filter(
    ({ phase, classLabel: label, prediction }) => phase === 'test' && prediction !== label,
  );
  const set = loadTestImages(facts, config, data);
  const nameOf = (label: number): string =>
    label === NO_PREDICTION ? 'none' : (facts.classNames?.[label] ?? String(label));
  const selectBox = (name: string, key: 'classLabel' | 'prediction'): Html => {
    const distinct = [...new Set(wrong.map((one) => one[key]))].sort((a, b) => a - b);
    return html`<label>${name} <select id="wrong-${name}"><option value="">any</option>${distinct.map((v) => html`<option value="${v}">${nameOf(v)}</option>`)}</select></label>`;
  };
  const item = ({ imageIndex: image, classLabel: label, prediction }: ImagePresentation): Html => {
    const picture = typeof set === 'string' ? '' : html`<img alt="image ${image}" src="${renderImage(set, image)}">`;
    return html`<li data-image="${image}" data-class="${label}" data-answer="${prediction}">${picture}${nameOf(label)} → ${nameOf(prediction)}<br><span class="hint">${image}</span></li>`;
  };
  const body = html`<p>${wrong.length.toLocaleString('en')} wrong answers of ${config.test.toLocaleString('en')}. Each caption is class → answer, and the number of the image.${typeof set === 'string' ? ` ${set}` : ''}</p>
<p id="wrong-controls" class="controls" hidden>${selectBox('class', 'classLabel')}${selectBox('answer', 'prediction')}<label>sorted by <select id="wrong-order"><option value="image">image</option><option value="class answer image">class</option><option value="answer class image">answer</option></select></label><span id="wrong-count" role="status"></span></p>
<ul class="digits" id="wrong">${wrong.map(item)}</ul>`;
  return makeSection('wrong-section', 'Wrong answers', body);
}

function renderImage({ images, rows, columns }: LabelledImages, image: number): string {
  const size = rows * columns;
  const rgb = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) rgb.fill(255 - images[image * size + i]!, 3 * i, 3 * i + 3);
  return encodePngUrl(rgb, columns, rows, 3);
}

function loadTestImages(facts: MnistFacts, config: MnistConfig, data?: string): LabelledImages | string {
  try {
    const mnist = loadTrainingData(data, { signals: config.signals });
    if (identifyDataSet(mnist).sha256 !== facts.dataSha256)
      return 'The images are not shown because this data set differs from that of the run (--data).';
    return prepareImages(mnist, { ...config, preprocessing: 'none' }).test;
  } catch (error) {
    if (!(error instanceof UserError) || data !== undefined) throw error;
    return 'The images are not shown because the data set is not installed (--data).';
  }
}
