/**
 * Recording to a log on disk (an Arrow stream with checksums, which any Arrow reader opens) and reading the log.
 * Expect: about 2,000 rows of time, neuron, population, in ascending order, and the names in the metadata.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLog, logMetadata, Network, openLog, poisson, SPIKES } from '../index.ts';
import { runIfMain } from './support.ts';

const DURATION = 10_000; // ms

export function main(directory = 'runs/examples') {
  const path = join(directory, 'spikes.arrows');
  mkdirSync(directory, { recursive: true });
  rmSync(path, { force: true }); // an existing log is never overwritten

  const net = new Network({ seed: 'log' });
  const noise = net.population('noise', poisson({ size: 10, rate: 20 }));
  const log = createLog(path, SPIKES, logMetadata(net, DURATION));
  net.recordSpikes([noise], log);
  net.run(DURATION);
  net.flush();
  log.close();

  const reader = openLog(path, { spec: SPIKES });
  let rows = 0;
  let last = -Infinity;
  for (const { columns, rows: n } of reader) {
    for (const time of columns.time!) {
      if (time < last) throw new Error('rows are not in order of time');
      last = time;
    }
    rows += n;
  }
  console.log(`${rows} rows, the last at ${last.toFixed(3)} ms, of ${reader.metadata.populations}: ${path}`);
  return { rows, spikes: noise.spikes, last, metadata: reader.metadata };
}

runIfMain(import.meta.url, main);
