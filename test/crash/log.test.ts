// slow: kills a writer hundreds of times; run.disk.test.ts cuts logs in `npm test`
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resumeLog } from '../../core/log/create.ts';
import { createRowHash, openLog } from '../../core/log/file.ts';
import { SPIKES } from '../../core/log/tables.ts';
import { rowBits, testRows } from '../core/log/rows.ts';

const KILLS = 50;
const CHILD = fileURLToPath(new URL('./log.child.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'memspike-crash-'));

/** Lets the child write for `ms` after its first acknowledgement, kills it, and returns its last complete one. */
function killAfter(path: string, ms: number): Promise<{ rows: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms));
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('close', (_, signal) => {
      const [rows, bytes] = output.split('\n').at(-2)?.split(' ').map(Number) ?? [];
      if (signal !== 'SIGKILL' || rows === undefined || bytes === undefined)
        reject(new Error(`child ended: ${output}`));
      else resolve({ rows, bytes });
    });
  });
}

/** Reads what is there; every row must be the one that a run never killed has in its place. */
function trueRows(path: string, problems: readonly (string | undefined)[]): number {
  const log = openLog(path, { strict: false });
  let row = 0;
  for (const { columns, rows } of log) {
    assert.ok(rowBits(columns, rows) === rowBits(testRows(SPIKES, rows, row), rows), `rows ${row} to ${row + rows}`);
    row += rows;
  }
  assert.ok(problems.includes(log.problem?.kind), log.problem?.message);
  return row;
}

async function killOnce(index: number): Promise<void> {
  const path = join(folder, `${index}.arrows`);
  const acknowledged = await killAfter(path, Math.random() * 150);
  const recovered = trueRows(path, ['incomplete', 'cut']);
  assert.ok(recovered >= acknowledged.rows, `kill ${index}: ${recovered} of ${acknowledged.rows} acknowledged rows`);
  if (existsSync(`${path}.json`)) JSON.parse(readFileSync(`${path}.json`, 'utf8'));

  const hash = createRowHash(SPIKES);
  const log = resumeLog(path, SPIKES, { seed: '7' }, acknowledged, { onBatch: (c, rows) => hash.update(c, rows) });
  log.write(testRows(SPIKES, 700, log.rows), 700);
  log.close();
  assert.is(trueRows(path, [undefined]), acknowledged.rows + 700);
  const whole = createRowHash(SPIKES);
  whole.update(testRows(SPIKES, log.rows), log.rows);
  assert.is(hash.digest(), whole.digest());
  rmSync(path);
}

test(`kill -9 at ${KILLS} random moments: every acknowledged row is there, and the run can go on`, async () => {
  let next = 0;
  const worker = async () => {
    while (next < KILLS) await killOnce(next++);
  };
  await Promise.all([worker(), worker()]);
});

test.after(() => rmSync(folder, { recursive: true }));

test.run();
