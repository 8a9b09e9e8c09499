import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../core/log/create.ts';
import { createRowHash } from '../../../core/log/file.ts';
import { type Column, type RowSink, SPIKES } from '../../../core/log/tables.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import type { Benchmark } from '../figure.ts';

const SIZE = 2000;

/** A random network of 2,000 neurons (in-degree 200, about 40 Hz) and what its spike log costs, hash of the rows included. */
export function measureLog(spikes: number) {
  const directory = mkdtempSync(join(tmpdir(), 'memspike-bench-'));
  const path = join(directory, 'spikes.arrows');
  try {
    const net = new Network({ seed: 1 });
    const drive = net.population('drive', poisson({ size: SIZE, rate: 20_000 }));
    const neurons = net.population('neurons', lif({ size: SIZE, tau: 20, threshold: 20, reset: 10, refractory: 2 }));
    net.projection(drive, neurons, { connect: { oneToOne: { weight: 0.1 } } });
    net.projection(neurons, neurons, { connect: { inDegree: { k: 200, weight: -0.1 } }, delay: 1.5 });
    const log = createLog(path, SPIKES, { populations: JSON.stringify([...net.populations.keys()]) });
    const hash = createRowHash(SPIKES);
    let logSeconds = 0;
    const sink: RowSink = {
      write(columns: Readonly<Record<string, Column>>, rows: number) {
        const start = performance.now();
        log.write(columns, rows);
        hash.update(columns, rows);
        logSeconds += (performance.now() - start) / 1000;
      },
    };
    net.recordSpikes([neurons], sink);
    const start = performance.now();
    while (neurons.spikes < spikes) net.run(100);
    net.flush();
    const closing = performance.now();
    log.close();
    const end = performance.now();
    logSeconds += (end - closing) / 1000;
    return {
      nsPerSpike: (logSeconds * 1e9) / neurons.spikes,
      bytesPerSpike: statSync(path).size / neurons.spikes,
      shareOfRun: (logSeconds * 1000) / (end - start),
      spikes: neurons.spikes,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export const log: Benchmark = {
  title: 'Spike log: random network of 2,000 neurons, written to disk and hashed',
  measure: (options) => {
    const { nsPerSpike, bytesPerSpike, shareOfRun } = measureLog(options.tiny ? 1000 : 1_000_000);
    return [
      { name: 'log and hash', value: nsPerSpike, unit: 'ns/spike' },
      { name: 'on disk', value: bytesPerSpike, unit: 'bytes/spike' },
      { name: 'share of the run time', value: 100 * shareOfRun, unit: '%' },
    ];
  },
};
