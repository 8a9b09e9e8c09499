import { writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { readNirGraph } from '../../../experiments/network/nir/read.ts';
import { inProcess } from '../cli/inProcess.ts';
import { directory } from '../logs/support.ts';
import { rowsOf } from './cli.ts';

/**
 * Writes a run as NIR and runs that file with input `trains` and other changes of populations. Returns the written graph and the spikes of
 * both runs.
 */
export async function runAgain(made: string, trains: readonly (readonly number[])[], populations = {}, ending = '') {
  const file = `${made}${ending}.nir`;
  const written = await inProcess(directory, 'log', 'export', made, '--format', 'nir', '--out', file);
  assert.is(written.status, 0, written.stderr);
  const again = {
    memspike: 1,
    import: { file, spikeArea: 1 },
    duration: 200,
    populations: { input: { model: 'spikeTrains', trains }, ...populations },
  };
  writeFileSync(`${made}${ending}.json`, JSON.stringify(again));
  const read = await inProcess(
    directory,
    'run',
    `${made}${ending}.json`,
    '--out',
    `${made}${ending}.again`,
    '--progress',
    'none',
  );
  assert.is(read.status, 0, read.stderr);
  const spikesOf = (of: string) =>
    rowsOf(of, 'spikes.arrows').map(({ time, neuron }) => `${Math.round(time! * 1e5)} ${neuron}`);
  return { graph: readNirGraph(file), before: spikesOf(made).sort(), after: spikesOf(`${made}${ending}.again`).sort() };
}
