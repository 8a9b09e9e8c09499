// isolated: files with this mark write to one directory of support.ts
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../core/log/create.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { findLogFile, LogTable, type RowSelection } from '../../../experiments/logs/table.ts';
import { cutLastBatch } from '../../core/log/rows.ts';
import { at, directory, FACTS, TIMES, writeSpikes } from './support.ts';

const path = at('spikes.arrows');
writeSpikes(path);

function times(selection: RowSelection): number[] {
  const table = new LogTable(path, selection);
  const found: number[] = [];
  for (const { columns, rows } of table.readBatches()) {
    assert.is(columns.neuron!.length, rows);
    found.push(...columns.time!);
  }
  return found;
}

test('rows by window and population, read again and again', () => {
  assert.equal(times({}), TIMES);
  assert.equal(times({ from: 0.1, to: 2.5 }), [0.1, 1 / 3, 2.5, 2.5]);
  assert.equal(times({ populations: ['exc'] }), [0.1, 2.5, 1000.0000001]);
  assert.equal(times({ populations: ['exc', 'in,"h"'], from: 3 }), [10, 1000.0000001]);
  const table = new LogTable(path, { populations: ['exc'] });
  assert.is(table.countRows(), 3);
  assert.is(table.countRows(), 3);
  assert.equal(table.timeSpan, [2 ** -26, 1000.0000001]);
  assert.is(findLogFile(directory), path);
});

test('what a log does not hold is told in one sentence', () => {
  const says = (selection: RowSelection, sentence: RegExp, file = path) =>
    assert.throws(
      () => new LogTable(file, selection).countRows(),
      (e: Error) => e.name === 'UserError' && sentence.test(e.message),
    );
  says({ populations: ['exd'] }, /spikes\.arrows has no population "exd", did you mean "exc"\?$/);
  says({ from: 5, to: 4 }, /^the window from 5 to 4 ms ends before it starts\.$/);
  says({ from: 3000 }, /^the window from 3000 ms on lies outside the run of .*, which is 0 to 2000 ms\.$/);
  says({ from: 20, to: 30 }, /has no rows from 20 to 30 ms; its rows lie between .* and 1000\.0000001 ms\.$/);
  says({ populations: ['exc'], to: 0.01 }, /has no rows of "exc" up to 0\.01 ms/);
  const empty = at('empty.arrows');
  createLog(empty, SPIKES, FACTS).close();
  says({}, /empty\.arrows holds no rows\.$/, empty);
  const neurons = at('neurons.arrows');
  createLog(neurons, { name: 'memspike.part/1', columns: { neuron: 'uint32' } }, {}).close();
  says({ from: 1 }, /\(memspike\.part\/1\) has no times to select by\.$/, neurons);
  says(
    { populations: ['a'] },
    /\(memspike\.part\/1\) has no column of populations or projections to select by\.$/,
    neurons,
  );
  writeFileSync(at('foreign.arrows'), 'no log at all');
  says({}, /is not an Arrow stream, so not a memspike log/, at('foreign.arrows'));
});

test('of a cut log the whole batches are read, and then it says so', () => {
  const cut = at('cut.arrows');
  writeSpikes(cut);
  cutLastBatch(cut);
  const table = new LogTable(cut);
  assert.is(table.countRows(), 6);
  assert.throws(() => table.requireIntact(), /cut\.arrows ends within batch 3 .*6 rows in 2 complete batches/);
});

test('a log that grows is read as it was at first', () => {
  const growing = at('growing.arrows');
  const log = createLog(growing, SPIKES, FACTS);
  const one = { time: Float64Array.of(1), neuron: Uint32Array.of(1), population: Uint8Array.of(0) };
  log.write(one, 1);
  log.flush();
  const table = new LogTable(growing);
  assert.is(table.countRows(), 1);
  log.write(one, 1);
  log.flush();
  assert.is(table.countRows(), 1);
  assert.throws(() => table.requireIntact(), /has no end mark/);
  assert.is(new LogTable(growing).countRows(), 2);
  log.close();
});

test.run();
