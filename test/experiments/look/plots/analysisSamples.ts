import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../../core/log/create.ts';
import { SPIKES } from '../../../../core/log/tables.ts';
import { analyseSpikes } from '../../../../experiments/look/analyse/analyseSpikes.ts';
import { renderAnalysisPictures } from '../../../../experiments/look/analyse/write.ts';

/** The pictures of `memspike analyse` on a short log of two populations. */
export function analysisSamples(): Record<string, () => string> {
  const directory = mkdtempSync(join(tmpdir(), 'memspike-snapshots-'));
  const path = join(directory, 'spikes.arrows');
  const facts = { populations: '["input","output"]', sizes: '[10,4]', tStart: '0', tStopPlanned: '2000' };
  const log = createLog(path, SPIKES, facts);
  const n = 1200;
  const time = Float64Array.from({ length: n }, (_, i) => (2000 * i) / n);
  const population = Uint8Array.from(time, (_, i) => (i % 4 === 0 ? 1 : 0));
  const neuron = Uint32Array.from(time, (_, i) => ((i * 7919 + 13) % 1009) % (i % 4 === 0 ? 4 : 10));
  log.write({ time, neuron, population }, n);
  log.close();
  const drawn = renderAnalysisPictures(analyseSpikes(path, { trigger: 'every=200', bin: 5, segment: 128 }));
  rmSync(directory, { recursive: true });
  return Object.fromEntries(Object.entries(drawn).map(([name, svg]) => [`analyse-${name}`, () => svg]));
}
