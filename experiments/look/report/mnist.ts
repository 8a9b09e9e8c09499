import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { refine } from '../../../core/declare/params.ts';
import { whole } from '../../../core/declare/ranged.ts';
import { openLog } from '../../../core/log/file.ts';
import { IMAGES, NEURONS, SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { POLARITIES_TOLD } from '../../data/recordings.ts';
import { mapOf, planesOf } from '../../mnist/architecture.ts';
import { mnistSchema } from '../../mnist/config.ts';
import { rampColours } from '../plots/ramp.ts';
import { requireDrawable } from '../weights/recorded.ts';
import type { FieldsData } from './client/data.ts';
import { html, type Section } from './html.ts';
import { pack } from './pack.ts';

const NONE = 255;
const TRAINING = 0;

/** Largest values that a run can have: labels are bytes, and images at most as large as frames of event cameras. */
const [MAX_CLASSES, MAX_SIDE, MAX_NEURONS] = [255, 4096, 65_535];

/** Part of `run.json` of an MNIST run that its report needs. */
export const mnistFactsSchema = z.looseObject({
  neurons: whole({ min: 1, max: MAX_NEURONS }),
  imageRows: whole({ min: 1, max: MAX_SIDE }),
  imageColumns: whole({ min: 1, max: MAX_SIDE }),
  dataSha256: z.string(),
  classes: whole({ min: 1, max: MAX_CLASSES }),
  classNames: z.optional(z.array(z.string())),
});
export type MnistFacts = z.output<typeof mnistFactsSchema>;

const { network, split, preprocessing, stimulus } = mnistSchema.shape;
const images = whole({ min: 1 });

/** Part of `config.json` of an MNIST run that its report needs. */
export const mnistConfigSchema = z
  .looseObject({
    ...{ network, split, preprocessing, stimulus, train: images, label: images, test: images },
    features: z.optional(
      z.looseObject({ grid: whole({ min: 1, max: MAX_SIDE }), kernels: whole({ min: 1, max: MAX_NEURONS }) }),
    ),
  })
  .check(
    refine(
      (config) => config.network !== 'features' || config.features !== undefined,
      'a configuration with features if network is "features"',
    ),
  );
export type ReportedConfig = z.output<typeof mnistConfigSchema>;

/** Receptive fields for the page: their picture, and what each neuron has learned and won. */
export function fieldsSection(
  run: string,
  facts: MnistFacts,
  config: ReportedConfig,
): { section: Section; data: FieldsData; packed: string } {
  const { neurons, classes } = facts;
  const { rows, columns, channels } = mapOf(config, facts.imageRows, facts.imageColumns);
  const labels: number[] = new Array(neurons).fill(-1);
  const thresholds: number[] = new Array(neurons).fill(0);
  for (const { columns: c, rows: n } of openLog(join(run, 'neurons.arrows'), { spec: NEURONS })) {
    for (let i = 0; i < n; i++) {
      const neuron = c.neuron![i]!;
      if (neuron >= neurons) refuse(run, `neurons is ${neurons}`, 'neurons.arrows', `neuron ${neuron}`);
      labels[neuron] = c.label![i] === NONE ? -1 : c.label![i]!;
      thresholds[neuron] = c.threshold![i]!;
    }
  }
  const planes = planesOf(config);
  const { levels, max } = levelsOf(run, rows * columns, channels, neurons, planes);
  const gradient = rampColours()
    .filter((_, i) => i % 15 === 0)
    .join(', ');
  const body = html`<canvas id="fields" class="fields" tabindex="0" role="img" aria-label="Receptive fields of ${neurons} neurons" aria-describedby="fields-hint"></canvas>
<p class="hint" id="fields-hint">Each tile shows the weights onto one neuron${planes > 1 ? `, ${POLARITIES_TOLD}` : ''}. Point at it, or move with the arrow keys, to see which classes it won in training.</p>
<p class="bar">0 <span style="background: linear-gradient(to right, ${gradient})"></span> ${Number(max.toPrecision(3))} mV, with the class that a neuron stands for below each</p>`;
  return {
    section: { id: 'fields-section', title: 'Receptive fields', body },
    data: {
      rows: rows * planes,
      columns,
      neurons,
      ramp: rampColours(),
      labels,
      names: facts.classNames,
      thresholds,
      wins: winsOf(run, neurons, classes),
    },
    packed: pack(levels),
  };
}

/** Refuses a `run.json` that disagrees with a log beside it. */
function refuse(run: string, fact: string, log: string, found: string): never {
  throw new UserError(`${join(run, 'run.json')}: ${fact}, but ${log} has ${found}.`);
}

/**
 * The last weights, 0 to 255 from 0 to the largest, of a place the mean of its channels, or these in planes one after the other; place i,
 * neuron j at i × neurons + j.
 */
function levelsOf(
  run: string,
  places: number,
  channels: number,
  neurons: number,
  planes: number,
): { levels: Uint8Array; max: number } {
  const file = join(run, 'weights.arrows');
  requireDrawable(file, places * channels, neurons);
  const last = new Float32Array(places * channels * neurons);
  for (const { columns: c, rows } of openLog(file, { spec: WEIGHTS }))
    for (let i = 0; i < rows; i++) {
      const [pre, post, weight] = [c.pre![i]!, c.post![i]!, c.weight![i]!];
      if (pre >= places * channels || post >= neurons)
        throw new UserError(`${file} has a synapse ${pre} -> ${post}, outside ${places * channels} x ${neurons}.`);
      last[pre * neurons + post] = weight;
    }
  const weights = new Float32Array(planes * places * neurons);
  last.forEach((weight, k) => {
    const from = Math.floor(k / neurons);
    const place = (from % planes) * places + Math.floor(from / channels);
    weights[place * neurons + (k % neurons)]! += (weight * planes) / channels;
  });
  const max = weights.reduce((most, w) => Math.max(most, w), 0);
  const levels = Uint8Array.from(weights, (w) => Math.max(0, Math.min(255, Math.round((255 * w) / (max || 1)))));
  return { levels, max };
}

/** Images over which the running accuracy of training is told. */
const WINDOW = 1000;

/** The running accuracy of training, from the log of images; empty where nothing was guessed in training. */
export function trainingCurve(run: string): { images: number; accuracy: number }[] {
  const file = join(run, 'images.arrows');
  if (!existsSync(file)) return [];
  const points: { images: number; accuracy: number }[] = [];
  let [seen, right, answered] = [0, 0, 0];
  for (const { columns: c, rows } of openLog(file, { spec: IMAGES })) {
    for (let i = 0; i < rows; i++) {
      if (c.phase![i] !== TRAINING) continue;
      seen++;
      if (c.prediction![i] !== NONE) answered++;
      if (c.prediction![i] === c.label![i]) right++;
      if (seen % WINDOW !== 0) continue;
      points.push({ images: seen, accuracy: (100 * right) / WINDOW });
      right = 0;
    }
  }
  return answered === 0 ? [] : points;
}

/** How often each neuron won an image of each class in training. The spike that ends an image is at the instant of the next one. */
function winsOf(run: string, neurons: number, count: number): number[][] {
  const starts: number[] = [];
  const classes: number[] = [];
  for (const { columns: c, rows } of openLog(join(run, 'images.arrows'), { spec: IMAGES })) {
    for (let i = 0; i < rows; i++) {
      if (c.phase![i] !== TRAINING) continue;
      starts.push(c.time![i]!);
      const label = c.label![i]!;
      if (label >= count) refuse(run, `classes is ${count}`, 'images.arrows', `class ${label}`);
      classes.push(label);
    }
  }
  const wins = Array.from({ length: neurons }, () => new Array<number>(count).fill(0));
  const log = openLog(join(run, 'spikes.arrows'), { spec: SPIKES });
  const output = (JSON.parse(log.metadata.populations ?? '[]') as string[]).indexOf('output');
  const end = trainingEnd(run);
  let image = 0;
  for (const { columns: c, rows } of log) {
    for (let i = 0; i < rows; i++) {
      const time = c.time![i]!;
      if (c.population![i] !== output || time > end) continue;
      const neuron = c.neuron![i]!;
      if (neuron >= neurons) refuse(run, `neurons is ${neurons}`, 'spikes.arrows', `neuron ${neuron}`);
      while (image + 1 < starts.length && starts[image + 1]! < time) image++;
      if (starts.length > 0) wins[neuron]![classes[image]!]!++;
    }
  }
  return wins;
}

/** When the first image after training was shown. */
function trainingEnd(run: string): number {
  for (const { columns: c, rows } of openLog(join(run, 'images.arrows'), { spec: IMAGES })) {
    for (let i = 0; i < rows; i++) if (c.phase![i] !== TRAINING) return c.time![i]!;
  }
  return Infinity;
}
