import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import type { Recording } from '../../../neurons/stimuli/replay.ts';
import { LogTable, logFile } from '../../logs/table.ts';
import { isSpikeList, readSpikeList } from './spikeList.ts';

/** Reads the spikes of one population from a log, a run directory or a list of spikes as text (.csv, .tsv, .txt). UserError if there are none: most likely they were not recorded. */
export function readRecording(path: string, population: string): Recording {
  if (isSpikeList(path)) return readSpikeList(path, population);
  const file = logFile(path);
  const table = new LogTable(file, { populations: [population] }, SPIKES);
  const times: number[] = [];
  const neurons: number[] = [];
  for (const { columns, rows } of table.batches()) {
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
