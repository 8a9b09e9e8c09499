import { unzipSync } from 'fflate';
import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { whole } from '../../../core/declare/ranged.ts';
import { openLog } from '../../../core/log/file.ts';
import { IMAGES, NEURONS, WEIGHTS } from '../../../core/log/tables.ts';
import { configSchema, readJson } from '../../logs/runJson.ts';
import { readRunConfig } from '../../run/runDirectory.ts';
import { confusionMatrix } from '../../statistics/score.ts';
import { mnistSchema, resolveConfig } from '../../training/unsupervised/config.ts';
import { arrangeFields } from '../../training/unsupervised/fields.ts';
import { existsSync, putFile, rmSync } from '../browser/fs.ts';
import { basename } from '../browser/path.ts';
import type { TrainingResult } from './train.ts';

const DIRECTORY = 'dropped';
const RUN_FILES = /(^|\/)(run\.json|config\.json|images\.arrows|weights\.arrows|neurons\.arrows)$/;
/** Largest size of an unpacked archive, bytes. */
const MAX_UNPACKED_BYTES = 2 ** 29;
/** Largest image side, pixels, and number of neurons of a run. */
const [MAX_SIDE, MAX_NEURONS] = [4096, 65_535];
/** Code of the test phase in images.arrows. */
const TEST_PHASE = 2;
/** Code of a missing label or prediction. */
const NO_CLASS = 255;

/** Run directory of `memspike mnist` that was dropped on the page. */
export interface DroppedRun {
  readonly trained: TrainingResult;
  /** Weights as bytes, rows × columns × neurons; the largest weight is 255. */
  readonly levels: Uint8Array;
  /** Size of a receptive field. */
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  readonly labels: readonly number[];
  readonly thresholds: readonly number[];
}

/** Unpacks the files of a run directory if they are a .zip archive. */
function unpackFiles(files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  const names = Object.keys(files);
  const archive = names.find((name) => /\.zip$/i.test(name));
  if (archive === undefined) return files;
  let total = 0;
  try {
    return unzipSync(files[archive]!, {
      filter: ({ name, originalSize }) => {
        if (!RUN_FILES.test(name)) return false;
        total += originalSize;
        if (total > MAX_UNPACKED_BYTES)
          throw new UserError(`${archive} unpacks to more than ${MAX_UNPACKED_BYTES / 2 ** 20} MB.`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${archive} is damaged or not a .zip archive.`, { cause: error });
  }
}

/** Reads the last recorded weights, in the order of the synapses. */
function readLastWeights(): Float32Array {
  let weights: number[] = [];
  let time = Number.NaN;
  for (const { columns: c, rows } of openLog(`${DIRECTORY}/weights.arrows`, { spec: WEIGHTS }))
    for (let i = 0; i < rows; i++) {
      if (c.time![i] !== time) weights = [];
      time = c.time![i]!;
      weights.push(c.weight![i]!);
    }
  return Float32Array.from(weights);
}

/** Reads labels and predictions of the answered test images. */
function readAnswers(): { labels: number[]; predictions: number[] } {
  const found = { labels: [] as number[], predictions: [] as number[] };
  for (const { columns: c, rows } of openLog(`${DIRECTORY}/images.arrows`, { spec: IMAGES }))
    for (let i = 0; i < rows; i++) {
      if (c.phase![i] !== TEST_PHASE || c.prediction![i] === NO_CLASS) continue;
      found.labels.push(c.label![i]!);
      found.predictions.push(c.prediction![i]!);
    }
  return found;
}

const side = whole({ min: 1, max: MAX_SIDE });
/** Entries of the `run.json` of an MNIST run that the page shows. */
const droppedSchema = z.looseObject({
  accuracy: z.looseObject({ logProbability: z.number() }),
  accuracyInterval: z.looseObject({ low: z.number(), high: z.number() }),
  neurons: whole({ min: 1, max: MAX_NEURONS }),
  imageRows: side,
  imageColumns: side,
  weightsSha256: z.string(),
  warnings: z.array(z.string()),
});

/** Reads a dropped run directory of `memspike mnist`, given as files or as a .zip archive. */
export function readDroppedRun({ files }: { readonly files: Readonly<Record<string, Uint8Array>> }): DroppedRun {
  rmSync(`/${DIRECTORY}`, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(unpackFiles(files)))
    if (RUN_FILES.test(name)) putFile(`/${DIRECTORY}/${basename(name)}`, bytes);
  for (const name of ['run.json', 'config.json', 'images.arrows', 'weights.arrows', 'neurons.arrows'])
    if (!existsSync(`/${DIRECTORY}/${name}`))
      throw new UserError(
        `The dropped files have no ${name}; drop all files of a finished run of memspike mnist, or its .zip.`,
      );
  if (!('accuracy' in readJson(DIRECTORY, 'run.json', configSchema)))
    throw new UserError('The dropped files are not a run of memspike mnist.');
  const facts = readJson(DIRECTORY, 'run.json', droppedSchema);
  const { neurons, imageRows: rows, imageColumns: columns } = facts;
  const fields = arrangeFields(resolveConfig(readRunConfig(mnistSchema, DIRECTORY)), readLastWeights(), rows, columns);
  const { weights } = fields;
  if (weights.length !== fields.rows * fields.columns * neurons)
    throw new UserError(`weights.arrows must have one weight for each synapse of ${neurons} neurons.`);
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const labels: number[] = [];
  const thresholds: number[] = [];
  for (const { columns: c, rows: n } of openLog(`${DIRECTORY}/neurons.arrows`, { spec: NEURONS }))
    for (let i = 0; i < n; i++) {
      labels.push(c.label![i] === NO_CLASS ? -1 : c.label![i]!);
      thresholds.push(c.threshold![i]!);
    }
  const answers = readAnswers();
  return {
    trained: {
      accuracy: facts.accuracy.logProbability,
      interval: facts.accuracyInterval,
      confusion: [...confusionMatrix(Uint8Array.from(answers.labels), Uint8Array.from(answers.predictions))],
      wrong: [],
      rows,
      columns,
      facts,
      config: readJson(DIRECTORY, 'config.json', configSchema),
    },
    levels: Uint8Array.from(weights, (w) => (255 * Math.max(0, w)) / top),
    rows: fields.rows,
    columns: fields.columns,
    neurons,
    labels,
    thresholds,
  };
}
