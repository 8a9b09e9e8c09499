import { unzipSync } from 'fflate';
import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { whole } from '../../../core/declare/ranged.ts';
import { openLog } from '../../../core/log/file.ts';
import { IMAGES, NEURONS, WEIGHTS } from '../../../core/log/tables.ts';
import { mnistSchema, settled } from '../../mnist/config.ts';
import { fieldsOf } from '../../mnist/fields.ts';
import { confusionMatrix } from '../../mnist/readout/score.ts';
import { configSchema, readJson } from '../../run/readJson.ts';
import { configOf } from '../../run/runDirectory.ts';
import { existsSync, putFile, rmSync } from '../browser/fs.ts';
import { basename } from '../browser/path.ts';
import type { Trained } from './train.ts';

const DIRECTORY = 'dropped';
const WANTED = /(^|\/)(run\.json|config\.json|images\.arrows|weights\.arrows|neurons\.arrows)$/;
/** Bytes that an archive may unpack to. */
const LARGEST = 2 ** 29;
/** Largest values that a run can have. */
const [MAX_SIDE, MAX_NEURONS] = [4096, 65_535];
const TEST = 2;
const NONE = 255;

/** A run of `memspike mnist` that was made elsewhere. */
export interface Looked {
  readonly trained: Trained;
  /** A byte a weight, rows × columns × neurons, the largest at 255. */
  readonly levels: Uint8Array;
  /** Of what each neuron sees. */
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  readonly labels: readonly number[];
  readonly thresholds: readonly number[];
}

/** The files of a run directory, out of an archive where they come in one. */
function unpacked(files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  const names = Object.keys(files);
  const archive = names.find((name) => /\.zip$/i.test(name));
  if (archive === undefined) return files;
  let total = 0;
  try {
    return unzipSync(files[archive]!, {
      filter: ({ name, originalSize }) => {
        if (!WANTED.test(name)) return false;
        total += originalSize;
        if (total > LARGEST) throw new UserError(`${archive} unpacks to more than ${LARGEST / 2 ** 20} MB.`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${archive} is damaged, or no .zip archive.`, { cause: error });
  }
}

/** The weights of the last moment that was recorded, in the order of the synapses. */
function weightsOf(): Float32Array {
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

function answers(): { truth: number[]; given: number[] } {
  const found = { truth: [] as number[], given: [] as number[] };
  for (const { columns: c, rows } of openLog(`${DIRECTORY}/images.arrows`, { spec: IMAGES }))
    for (let i = 0; i < rows; i++) {
      if (c.phase![i] !== TEST || c.prediction![i] === NONE) continue;
      found.truth.push(c.label![i]!);
      found.given.push(c.prediction![i]!);
    }
  return found;
}

const side = whole({ min: 1, max: MAX_SIDE });
/** Part of the `run.json` of an MNIST run that the page shows. */
const droppedSchema = z.looseObject({
  accuracy: z.looseObject({ logProbability: z.number() }),
  accuracyInterval: z.looseObject({ low: z.number(), high: z.number() }),
  neurons: whole({ min: 1, max: MAX_NEURONS }),
  imageRows: side,
  imageColumns: side,
  weightsSha256: z.string(),
  warnings: z.array(z.string()),
});

/** Reads a run directory of `memspike mnist` that was dropped, as files or as a .zip. */
export function look({ files }: { readonly files: Readonly<Record<string, Uint8Array>> }): Looked {
  rmSync(`/${DIRECTORY}`, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(unpacked(files)))
    if (WANTED.test(name)) putFile(`/${DIRECTORY}/${basename(name)}`, bytes);
  for (const name of ['run.json', 'config.json', 'images.arrows', 'weights.arrows', 'neurons.arrows'])
    if (!existsSync(`/${DIRECTORY}/${name}`))
      throw new UserError(
        `What was dropped has no ${name}; drop all files of a finished run of memspike mnist, or its .zip.`,
      );
  if (!('accuracy' in readJson(DIRECTORY, 'run.json', configSchema)))
    throw new UserError('What was dropped is no run of memspike mnist.');
  const facts = readJson(DIRECTORY, 'run.json', droppedSchema);
  const { neurons, imageRows: rows, imageColumns: columns } = facts;
  const fields = fieldsOf(settled(configOf(mnistSchema, DIRECTORY)), weightsOf(), rows, columns);
  const { weights } = fields;
  if (weights.length !== fields.rows * fields.columns * neurons)
    throw new UserError(`weights.arrows does not hold a weight for each synapse of ${neurons} neurons.`);
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const labels: number[] = [];
  const thresholds: number[] = [];
  for (const { columns: c, rows: n } of openLog(`${DIRECTORY}/neurons.arrows`, { spec: NEURONS }))
    for (let i = 0; i < n; i++) {
      labels.push(c.label![i] === NONE ? -1 : c.label![i]!);
      thresholds.push(c.threshold![i]!);
    }
  const { truth, given } = answers();
  return {
    trained: {
      accuracy: facts.accuracy.logProbability,
      interval: facts.accuracyInterval,
      confusion: [...confusionMatrix(Uint8Array.from(truth), Uint8Array.from(given))],
      wrong: [],
      rows,
      columns,
      facts,
      config: readJson(DIRECTORY, 'config.json', configSchema),
    },
    levels: Uint8Array.from(weights, (w) => (255 * Math.max(0, w)) / top),
    ...{ rows: fields.rows, columns: fields.columns, neurons },
    labels,
    thresholds,
  };
}
