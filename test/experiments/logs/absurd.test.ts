/** Logs whose checksums are right and that tell of more than can be: one sentence, and nothing allocated for it. */
// slow: draws logs of a billion neurons; damaged.test.ts reads damaged logs in `npm test`
// isolated: files with this mark write to one directory of support.ts
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../core/log/create.ts';
import { openLog } from '../../../core/log/file.ts';
import { SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { reseal, spansOf } from '../../core/log/mutants.ts';
import { inProcess } from '../cli/inProcess.ts';
import { EXAMPLE } from '../run/cli.ts';
import { at, directory } from './support.ts';

/** Ends of the commands that read spikes, in this order: a picture, a folder and a page. */
async function read(log: string): Promise<string[]> {
  copyFileSync(at(log), at('run/spikes.arrows'));
  const ends: string[] = [];
  for (const words of [
    ['raster', log, '--out', `${log}.png`, '--overwrite'],
    ['analyse', log, '--bin', '1', '--out', `${log}.analysis`],
    ['report', 'run', '--out', `${log}.html`, '--overwrite'],
  ]) {
    const { status, stderr } = await inProcess(directory, ...words);
    assert.ok(status === 0 || /^memspike: [^\n]*\n$/.test(stderr), `${words[0]} of ${log}: ${status}: ${stderr}`);
    ends.push(status === 0 ? 'done' : stderr);
  }
  return ends;
}

/** A log of eight spikes of neurons 0 to 2, with these sizes and a last time in ms. */
function write(name: string, sizes: string, last = 80): void {
  rmSync(at(name), { force: true });
  const facts = { seed: '1', populations: '["a"]', projections: '[]', sizes, tStart: '0', tStopPlanned: String(last) };
  const log = createLog(at(name), SPIKES, facts);
  const time = Float64Array.of(1, 2, 3, 4, 5, 6, 7, last);
  log.write({ time, neuron: Uint32Array.of(0, 1, 2, 0, 1, 2, 0, 1), population: new Uint8Array(8) }, 8);
  log.close();
}

/** Writes other sizes, as long as those, into a log, whose checksums are made right again. */
function resize(name: string, sizes: string, others: string): void {
  const bytes = readFileSync(at(name));
  const reader = openLog(at(name));
  const ends = [reader.position.bytes];
  for (const _ of reader) ends.push(reader.position.bytes);
  bytes.write(others, bytes.indexOf(sizes), 'latin1');
  reseal(bytes, spansOf(bytes, ends));
  writeFileSync(at(name), bytes);
}

test.before(async () => {
  writeFileSync(at('net.yaml'), EXAMPLE);
  assert.is((await inProcess(directory, 'run', 'net.yaml', '--out', 'run', '--progress', 'none')).status, 0);
});

test('sizes of a thousand million neurons are drawn, and too many to analyse', async () => {
  for (const sizes of ['[1000000000]', '[2147483648]', '[4294967296]']) {
    write('many.arrows', sizes);
    const [raster, analysis, report] = await read('many.arrows');
    assert.equal([raster, report], ['done', 'done']);
    assert.match(analysis!, /a has at least \d+ neurons; at most 4194304 neurons per population can be analysed/);
  }
});

test('sizes that cannot be are refused, as written and as read', async () => {
  assert.throws(
    () => write('never.arrows', '[1000000000000000]'),
    /sizes is "\[1e?0*\]", but must be a JSON list of counts/,
  );
  for (const others of ['[-1234567]', '[9999999999]', '[1.25e-99]', '[NaN]     ', '[{}]      ']) {
    write('odd.arrows', '[12345678]');
    resize('odd.arrows', '[12345678]', others.slice(0, 10));
    for (const end of await read('odd.arrows')) assert.match(end, /odd|run\/spikes/);
  }
});

test('rows of neurons that their population does not have are damage', async () => {
  for (const sizes of ['[0]', '[1]', '[2]']) {
    write('small.arrows', sizes);
    for (const end of (await read('small.arrows')).slice(0, 2))
      assert.match(end, /small\.arrows is damaged: row \d is of neuron \d of "a", which has \d neurons\./);
  }
});

test('a window of more bins than can be counted is refused', async () => {
  write('long.arrows', '[3]', 2 ** 27);
  const [raster, analysis, report] = await read('long.arrows');
  assert.equal([raster, report], ['done', 'done']);
  assert.match(analysis!, /--bin 1 is too narrow: .* holds 13421772\d bins, but at most 33554432/);
});

test('a matrix that a few rows would leave empty is refused before it is made', async () => {
  const facts = { populations: '["a"]', sizes: '[5]', projections: '["a->a"]' };
  const log = createLog(at('w.arrows'), WEIGHTS, facts);
  const [one, ends] = [Float64Array.of(1, 1), Uint32Array.of(0, 16_000)];
  const columns = { time: one, pre: ends, post: ends, weight: one, conductance: one, efficacy: one };
  log.write({ ...columns, projection: new Uint8Array(2) }, 2);
  log.close();
  const empty =
    /^memspike: w\.arrows: a matrix of 16001 x 16001 weights would be almost empty with the 2 rows of this log; .*\n$/;
  assert.match(
    (await inProcess(directory, 'log', 'export', 'w.arrows', '--format', 'npy', '--out', 'w.npy')).stderr,
    empty,
  );
  assert.not(existsSync(at('w.npy')));
  assert.is((await inProcess(directory, 'log', 'export', 'w.arrows', '--format', 'npz', '--out', 'w.npz')).status, 0);
  assert.is((await inProcess(directory, 'weights', 'w.arrows', '--out', 'w')).status, 1);
});

test.run();
