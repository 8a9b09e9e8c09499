import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { openLog } from '../../../core/log/file.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import type { Recording } from '../../../neurons/stimuli/replay.ts';
import { isSpikeList, readSpikeList } from './spikeList.ts';

/** Reads the spikes of one population from a log, a run directory or a list of spikes as text (.csv, .tsv, .txt). UserError if there are none: most likely they were not recorded. */
export function readRecording(path: string, population: string): Recording {
  if (isSpikeList(path)) return readSpikeList(path, population);
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'spikes.arrows') : path;
  const reader = openLog(file, { spec: SPIKES });
  const names = JSON.parse(reader.metadata.populations ?? '[]') as string[];
  const id = names.indexOf(population);
  if (id < 0) throw new UserError(`${file} has no population "${population}"${didYouMean(population, names, 'there')}`);
  const times: number[] = [];
  const neurons: number[] = [];
  for (const { columns, rows } of reader) {
    for (let i = 0; i < rows; i++) {
      if (columns.population![i] !== id) continue;
      times.push(columns.time![i]!);
      neurons.push(columns.neuron![i]!);
    }
  }
  if (times.length === 0)
    throw new UserError(`${file} holds no spikes of ${show(population)}: they were not recorded, or it never fired.`);
  return { times: Float64Array.from(times), neurons: Uint32Array.from(neurons), from: file };
}
