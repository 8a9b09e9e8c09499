import { join } from 'node:path';
import { writeFileAtomic } from '../../core/log/file.ts';
import { canonicalJson, configSha256 } from '../network/config/hash.ts';
import type { Mapping } from '../network/config/override.ts';
import { makeDirectory } from '../output/directory.ts';
import { VERSION } from '../version.ts';

/** Writes `config.json` and, last, `run.json` of an experiment that does not do so itself. NaN becomes null. */
export function finishRun(out: string, config: Mapping, facts: Mapping, started: number): void {
  makeDirectory(out);
  writeFileAtomic(join(out, 'config.json'), `${JSON.stringify(JSON.parse(canonicalJson(config)), null, 2)}\n`);
  const run = {
    ...facts,
    configSha256: configSha256(config),
    version: VERSION,
    wallSeconds: (performance.now() - started) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  writeFileAtomic(join(out, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}
