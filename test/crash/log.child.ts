/**
 * Writes spikes to the log named on the command line as fast as it can, without ever yielding to the event loop, and
 * prints `rows bytes` after every acknowledged flush: the process that the crash tests kill.
 */
import { writeSync } from 'node:fs';
import { UserError } from '../../core/declare/errors.ts';
import { createLog } from '../../core/log/create.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { SPIKES } from '../../core/log/tables.ts';
import { testRows } from '../core/log/rows.ts';

const path = process.argv[2]!;
try {
  const log = createLog(path, SPIKES, { seed: '7' }, { batchRows: 1000 });
  for (let step = 0; ; step++) {
    const rows = 200 + ((step * 7919) % 1500);
    log.write(testRows(SPIKES, rows, log.rows), rows);
    if (step % 3 !== 0) continue;
    const at = log.flush();
    writeSync(1, `${at.rows} ${at.bytes}\n`);
    if (step % 60 === 0) writeFileAtomic(`${path}.json`, JSON.stringify({ step, filler: 'x'.repeat(20_000) }));
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  writeSync(2, `${error.message}\n`);
  process.exitCode = 1;
}
