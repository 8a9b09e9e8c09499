/** What the tests of exports share: a log with known rows, and the readers of other programs where they are installed. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import { createLog } from '../../../core/log/create.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { testIf } from '../../support.ts';

export const directory = mkdtempSync(join(tmpdir(), 'memspike-logs-'));
export const at = (name: string): string => join(directory, name);

/** Debian's Python: other ones seldom see its packages. */
const PYTHON = '/usr/bin/python3';

const succeeds = (command: string, ...words: string[]): boolean => spawnSync(command, words).status === 0;

export function python(script: string, ...words: string[]): SpawnSyncReturns<string> {
  return spawnSync(PYTHON, ['-c', script, ...words], { encoding: 'utf8', cwd: directory });
}

export function rscript(script: string): SpawnSyncReturns<string> {
  return spawnSync('Rscript', ['-e', script], { encoding: 'utf8', cwd: directory });
}

const modules = new Map<string, boolean>();
function hasModule(name: string): boolean {
  if (!modules.has(name)) modules.set(name, succeeds(PYTHON, '-c', `import ${name}`));
  return modules.get(name)!;
}

/** A test that counts as skipped where one of these Python modules is not installed. */
export function testWithPython(name: string, needed: readonly string[], body: () => void): void {
  const missing = needed.filter((module) => !hasModule(module));
  testIf(missing.length === 0, `${name} (${needed.join(', ')})`, `${PYTHON} has no ${missing.join(', ')}`, test, body);
}

/** A test that counts as skipped where R's nanoarrow is not installed. */
export function testWithNanoarrow(name: string, body: () => void | Promise<void>): void {
  const there = succeeds('Rscript', '-e', 'library(nanoarrow)');
  testIf(there, `${name} (R nanoarrow)`, 'Rscript has no nanoarrow', test, body);
}

/** Three batches; times with all their digits, a neuron above 2^31, and a time below 1e-6. */
export const TIMES = [2 ** -26, 0.1, 1 / 3, 2.5, 2.5, 10, 1000.0000001];
export const NEURONS = [0, 4294967294, 2, 3, 3, 1, 0];
export const POPULATIONS = [1, 0, 1, 0, 1, 1, 0];
export const FACTS = {
  seed: '7',
  populations: JSON.stringify(['exc', 'in,"h"']),
  sizes: JSON.stringify([4294967295, 10]),
  timeUnit: 'ms',
  tStart: '0',
  tStopPlanned: '2000',
};

export function writeSpikes(path: string, facts: Readonly<Record<string, string>> = FACTS): void {
  const log = createLog(path, SPIKES, facts, { batchRows: 3 });
  const columns = {
    time: Float64Array.from(TIMES),
    neuron: Uint32Array.from(NEURONS),
    population: Uint8Array.from(POPULATIONS),
  };
  log.write(columns, TIMES.length);
  log.close();
}
