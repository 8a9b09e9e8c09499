import { existsSync, statSync } from 'node:fs';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { readRegularFile } from '../../../core/log/file.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { validateTime } from '../../../core/time.ts';
import type { Recording } from '../../../neurons/stimuli/recorded.ts';
import { findLogFile, LogTable } from '../../logs/table.ts';
import { detectDelimited } from '../config/text.ts';

/** Sorts a recording by (time, neuron). Several spikes of a neuron at the same time become one spike. */
export function sortRecording(times: readonly number[], neurons: readonly number[], from: string): Recording {
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]! || neurons[a]! - neurons[b]!);
  const kept = order.filter((i, k) => {
    const before = order[k - 1];
    return before === undefined || times[before] !== times[i] || neurons[before] !== neurons[i];
  });
  return {
    times: Float64Array.from(kept, (i) => times[i]!),
    neurons: Uint32Array.from(kept, (i) => neurons[i]!),
    from,
  };
}

/** Allowed column names: in memspike logs, and in SONATA. */
const COLUMNS = { time: ['time', 'timestamps'], neuron: ['neuron', 'node_ids'], population: ['population'] };
const MAX_NEURONS = 2 ** 32 - 1;

/** True if the path is that of a text file with spikes; all other paths are those of logs. */
const isSpikeList = (path: string): boolean =>
  /\.(csv|tsv|txt)$/i.test(path) && !(existsSync(path) && statSync(path).isDirectory());

function parseTime(text: string, where: string): number {
  const time = Number(text);
  if (text.trim() === '' || Number.isNaN(time))
    throw new UserError(`${where}: time is ${show(text)}, but must be a number (ms).`);
  return time;
}

function parseNeuron(text: string, where: string): number {
  const neuron = Number(text);
  if (text.trim() === '' || !Number.isInteger(neuron) || neuron < 0 || neuron >= MAX_NEURONS)
    throw new UserError(`${where}: neuron is ${show(text)}, but must be an integer from 0 to ${MAX_NEURONS - 1}.`);
  return neuron;
}

/**
 * Reads the spikes of one population from a text file with header: columns `time` (ms) and `neuron`, or `timestamps`
 * and `node_ids` as in SONATA. Without a column `population`, all spikes are read. Rows need not be sorted.
 * @throws UserError that names the row of an invalid time or neuron
 */
export function readSpikeList(path: string, population: string): Recording {
  const { text, header, format } = detectDelimited(readRegularFile(path), [',', '\t', ' ']); // SONATA uses spaces
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
    times.push(validateTime(parseTime(row[time] ?? '', where), `${where}: time`));
    neurons.push(parseNeuron(row[neuron] ?? '', where));
  });
  if (times.length === 0 && others.size > 0)
    throw new UserError(`${path} has no population ${show(population)}${didYouMean(population, [...others], 'there')}`);
  if (times.length === 0) throw new UserError(`${path} holds no spikes.`);
  return sortRecording(times, neurons, path);
}

/** Reads the spikes of one population from a log, a run directory or a text file (.csv, .tsv, .txt). @throws UserError if there are none */
export function readRecording(path: string, population: string): Recording {
  if (isSpikeList(path)) return readSpikeList(path, population);
  const file = findLogFile(path);
  const table = new LogTable(file, { populations: [population] }, SPIKES);
  const times: number[] = [];
  const neurons: number[] = [];
  for (const { columns, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      const [time, neuron] = [columns.time![i]!, columns.neuron![i]!];
      if (time === times.at(-1) && neuron <= neurons.at(-1)!)
        throw new UserError(
          `${file} is damaged: neuron ${neuron} of ${show(population)} fires at ${time} ms after neuron ${neurons.at(-1)}, but must come before.`,
        );
      times.push(time);
      neurons.push(neuron);
    }
  }
  table.requireWhole();
  if (times.length === 0)
    throw new UserError(`${file} holds no spikes of ${show(population)}: they were not recorded, or it never fired.`);
  return { times: Float64Array.from(times), neurons: Uint32Array.from(neurons), from: file };
}
