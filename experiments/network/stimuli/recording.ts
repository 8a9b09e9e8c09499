import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { readRegularFile } from '../../../core/log/file.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { snap, validateTime } from '../../../core/time.ts';
import type { ImageSet } from '../../../neurons/stimuli/images.ts';
import type { EVENT_POLARITY_MODES, Recording } from '../../../neurons/stimuli/recorded.ts';
import { readEventFile } from '../../data/eventFile.ts';
import { readIdxImages } from '../../data/idx.ts';
import { decodeColumn, decodeEventTime, decodePixelAddress, decodePolarity, decodeRow } from '../../data/recordings.ts';
import { findLogFile, LogTable } from '../../logs/table.ts';
import { isDirectory } from '../../output/file.ts';
import type { StimulusReaders } from '../build.ts';
import { decodeDelimitedText, parseNumberCell } from '../config/text.ts';
import type { ModelChoice } from '../models.ts';

/** Sorts spikes by time, then neuron. Several spikes of a neuron at the same time become one spike. */
function sortRecording(times: readonly number[], neurons: readonly number[], from: string): Recording {
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]! || neurons[a]! - neurons[b]!);
  const kept = order.filter((i, k) => {
    const before = order[k - 1];
    return before === undefined || times[before] !== times[i] || neurons[before] !== neurons[i];
  });
  return {
    times: Float64Array.from(kept, (i) => times[i]!),
    neurons: Uint32Array.from(kept, (i) => neurons[i]!),
    origin: from,
  };
}

/** Allowed column names: in memspike logs, and in SONATA. */
const COLUMNS = { time: ['time', 'timestamps'], neuron: ['neuron', 'node_ids'], population: ['population'] };
const MAX_NEURONS = 2 ** 32 - 1;

const isSpikeList = (path: string) => /\.(csv|tsv|txt)$/i.test(path) && !isDirectory(path);

function parseNeuron(text: string | undefined, where: string) {
  const neuron = parseNumberCell(text, () => where);
  if (!Number.isInteger(neuron) || neuron < 0 || neuron >= MAX_NEURONS)
    throw new UserError(`${where} is ${show(text)}, but must be an integer from 0 to ${MAX_NEURONS - 1}.`);
  return neuron;
}

/**
 * Reads the spikes of one population from a text file with header: columns `time` (ms) and `neuron`, or `timestamps`
 * and `node_ids` as in SONATA. Without a column `population`, all spikes are read. Rows need not be sorted.
 */
export function readSpikeList(path: string, population: string): Recording {
  const { text, header, format } = decodeDelimitedText(readRegularFile(path), [',', '\t', ' ']); // SONATA uses spaces
  const rows = format.parse(text);
  const column = (names: readonly string[]) => names.find((name) => rows.columns.includes(name));
  const [time, neuron, group] = [column(COLUMNS.time), column(COLUMNS.neuron), column(COLUMNS.population)];
  if (time === undefined || neuron === undefined) {
    throw new UserError(
      `${path} has the header ${show(header)}, but must have columns time and neuron, or timestamps and node_ids.`,
    );
  }
  const times: number[] = [];
  const neurons: number[] = [];
  const others = new Set<string>();
  rows.forEach((row, i) => {
    const where = `${path}, row ${i + 1}`;
    if (group !== undefined && row[group] !== population) {
      others.add(row[group] ?? '');
      return;
    }
    const place = `${where}: time`;
    times.push(
      validateTime(
        parseNumberCell(row[time], () => place),
        place,
      ),
    );
    neurons.push(parseNeuron(row[neuron], `${where}: neuron`));
  });
  if (times.length === 0 && others.size > 0)
    throw new UserError(`${path} has no population ${show(population)}${didYouMean(population, [...others], 'there')}`);
  if (times.length === 0) throw new UserError(`${path} holds no spikes.`);
  return sortRecording(times, neurons, path);
}

/** Reads the spikes of one population from a log, a run directory or a text file. @throws UserError if there are none */
export function readRecording(path: string, population: string): Recording {
  if (isSpikeList(path)) return readSpikeList(path, population);
  const file = findLogFile(path);
  const table = new LogTable(file, { populations: [population] }, SPIKES);
  const times: number[] = [];
  const neurons: number[] = [];
  table.forEachRow(['time', 'neuron'], (time, neuron) => {
    if (time === times.at(-1) && neuron <= neurons.at(-1)!)
      throw new UserError(
        `${file} is damaged: ${show(population)} at ${time} ms has neuron ${neuron} after ${neurons.at(-1)}; neurons must ascend at equal times.`,
      );
    times.push(time);
    neurons.push(neuron);
  });
  table.requireIntact();
  if (times.length === 0)
    throw new UserError(`${file} holds no spikes of ${show(population)}: they were not recorded, or it never fired.`);
  return { times: Float64Array.from(times), neurons: Uint32Array.from(neurons), origin: file };
}

const US_PER_MS = 1000;

export interface EventSensor {
  readonly width: number;
  readonly height: number;
  readonly polarity: (typeof EVENT_POLARITY_MODES)[number];
}

function neuronOf(x: number, y: number, on: boolean, { width, height, polarity }: EventSensor): number | undefined {
  if ((polarity === 'on' && !on) || (polarity === 'off' && on)) return undefined;
  return x + width * y + (polarity === 'both' && on ? width * height : 0);
}

export function readEventRecording(path: string, sensor: EventSensor): Recording {
  const times: number[] = [];
  const neurons: number[] = [];
  readEventFile(path).forEach((event, i) => {
    const place = decodePixelAddress(event);
    const [x, y] = [decodeColumn(place), decodeRow(place)];
    if (x >= sensor.width || y >= sensor.height) {
      const size = `${sensor.width} x ${sensor.height}`;
      throw new UserError(
        `${path}, event ${i}: pixel (${x}, ${y}) is not on a sensor of ${size}; set width and height.`,
      );
    }
    const neuron = neuronOf(x, y, decodePolarity(place) === 0, sensor);
    if (neuron === undefined) return;
    times.push(snap(decodeEventTime(event) / US_PER_MS));
    neurons.push(neuron);
  });
  return sortRecording(times, neurons, path);
}

export function readImageSet(path: string): ImageSet {
  const { images, rows, columns } = readIdxImages(path);
  return { pixels: images, size: rows * columns, origin: path };
}

/** Functions that read files of stimuli (spike logs, event recordings, images), by stimulus model. */
export const STIMULUS_READERS: StimulusReaders = {
  replay: ({ log, population }) => ({ log: readRecording(String(log), String(population)) }),
  events: (choice) => ({ file: readEventRecording(String(choice.file), choice as ModelChoice & EventSensor) }),
  images: ({ file }) => ({ file: readImageSet(String(file)) }),
  retina: ({ file }) => ({ file: readImageSet(String(file)) }),
};
