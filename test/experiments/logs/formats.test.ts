// isolated: files with this mark write to one directory of support.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog, writeLog } from '../../../core/log/create.ts';
import { SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { LOG_FORMAT_LOADERS, type LogFormatName } from '../../../experiments/logs/formats.ts';
import { LogTable, type RowSelection } from '../../../experiments/logs/table.ts';
import { testRows } from '../../core/log/rows.ts';
import { CLI } from '../run/cli.ts';
import {
  at,
  directory,
  FACTS,
  NEURONS,
  POPULATIONS,
  python,
  rscript,
  TIMES,
  testWithNanoarrow,
  testWithPython,
  writeSpikes,
} from './support.ts';

const spikes = at('spikes.arrows');
writeSpikes(spikes);

async function exported(name: LogFormatName, selection: RowSelection = {}, from = spikes): Promise<string> {
  const format = await LOG_FORMAT_LOADERS[name]();
  const out = at(`${readdirSync(directory).length}.${format.extension}`);
  await format.write(new LogTable(from, selection), { path: out, replace: false });
  return out;
}

const names = POPULATIONS.map((id) => (JSON.parse(FACTS.populations) as string[])[id]!);

test('csv has the columns of the log, quotes what needs it, and keeps every bit', async () => {
  const text = readFileSync(await exported('csv'), 'utf8');
  const quoted = (name: string) => (name === 'exc' ? name : '"in,""h"""');
  const lines = TIMES.map((t, i) => `${t},${NEURONS[i]},${quoted(names[i]!)}\n`);
  assert.is(text, `time,neuron,population\n${lines.join('')}`);
});

test('csv of another table has its own names', async () => {
  const log = createLog(
    at('images.arrows'),
    { name: 'memspike.part/1', columns: { neuron: 'uint32', threshold: 'float64' } },
    {},
  );
  log.write({ neuron: Uint32Array.of(0, 1), threshold: Float64Array.of(1.5, Number.NaN) }, 2);
  log.close();
  assert.is(readFileSync(await exported('csv', {}, at('images.arrows')), 'utf8'), 'neuron,threshold\n0,1.5\n1,NaN\n');
});

test('nest counts senders from 1 through the populations', async () => {
  const lines = readFileSync(await exported('nest'), 'utf8').split('\n');
  assert.match(lines[0]!, /^# NEST version: none, written by memspike \d/);
  assert.equal(lines.slice(1, 3), ['# RecordingBackendASCII version: 2', 'sender\ttime_ms']);
  const rows = TIMES.map((t, i) => `${NEURONS[i]! + 1 + (POPULATIONS[i] === 1 ? 4294967295 : 0)}\t${t}`);
  assert.equal(lines.slice(3), [...rows, '']);
  const { sizes: _, ...unsized } = FACTS;
  writeSpikes(at('unsized.arrows'), unsized);
  try {
    await exported('nest', {}, at('unsized.arrows'));
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /lacks the sizes of its 2 populations.*select one population with --population\.$/,
    );
  }
  const one = readFileSync(await exported('nest', { populations: ['exc'] }, at('unsized.arrows')), 'utf8');
  assert.is(one.split('\n')[3], '4294967295\t0.1');
});

test('feather is an Arrow file with the metadata of the log', async () => {
  const bytes = readFileSync(await exported('feather'));
  assert.is(bytes.subarray(0, 6).toString(), 'ARROW1');
  const table = tableFromIPC(bytes);
  assert.equal([...table.getChild('time')!], TIMES);
  assert.equal([...table.getChild('neuron')!], NEURONS);
  assert.equal([...table.getChild('population')!], POPULATIONS);
  assert.is(table.batches.length, 3);
  assert.is(table.schema.metadata.get('schema'), SPIKES.name);
  assert.is(table.schema.metadata.get('seed'), '7');
});

test('parquet is read back by hyparquet', async () => {
  const file = await asyncBufferFromFile(await exported('parquet'));
  const rows = await parquetReadObjects({ file });
  assert.equal(
    rows.map(({ time }) => time),
    TIMES,
  );
  assert.equal(
    rows.map(({ neuron }) => neuron),
    NEURONS,
  );
  assert.equal(
    rows.map(({ population }) => population),
    names,
  );
  const { row_groups, key_value_metadata } = await parquetMetadataAsync(file);
  assert.is(row_groups.length, 3);
  assert.equal(key_value_metadata?.[0], { key: 'schema', value: SPIKES.name });
});

test('a file that is there is refused, and one that cannot be written whole is removed', async () => {
  for (const name of Object.keys(LOG_FORMAT_LOADERS) as LogFormatName[]) {
    const format = await LOG_FORMAT_LOADERS[name]();
    const out = at(`there.${format.extension}`);
    await format.write(new LogTable(spikes), { path: out, replace: false });
    const before = readFileSync(out);
    try {
      await format.write(new LogTable(spikes), { path: out, replace: false });
      assert.unreachable(name);
    } catch (error) {
      assert.match((error as Error).message, new RegExp(`^cannot write ${out}: file already exists`), name);
    }
    assert.equal(readFileSync(out), before);
  }
});

const weights = at('weights.arrows');
{
  const log = createLog(weights, WEIGHTS, { projections: JSON.stringify(['a->b', 'b->b']) });
  const rows = [
    [0, 0, 1, 0.5, 0],
    [0, 2, 0, 0.25, 0],
    [10, 0, 1, 0.75, 0],
    [10, 0, 0, 9, 1],
  ];
  const column = (i: number) => Float64Array.from(rows, (row) => row[i]!);
  const columns = {
    time: column(0),
    pre: Uint32Array.from(column(1)),
    post: Uint32Array.from(column(2)),
    weight: column(3),
    conductance: new Float64Array(4).fill(Number.NaN),
    efficacy: column(3),
    projection: Uint8Array.from(column(4)),
  };
  log.write(columns, 4);
  log.close();
}

test('SONATA refuses names that HDF5 would cut or divide', async () => {
  for (const name of ['a/b', 'a\0b', '.', '']) {
    const path = at(`${readdirSync(directory).length}.arrows`);
    writeSpikes(path, { ...FACTS, populations: JSON.stringify(['exc', name]) });
    await exported('sonata', {}, path).then(
      () => assert.unreachable(name),
      ({ message }) => assert.match(message, /its population ".*" is not a valid name of an HDF5 group\.$/),
    );
  }
});

test('weights of several projections need one to be named, and spikes are no weights', async () => {
  for (const [name, from, sentence] of [
    ['npy', weights, /holds 2 projections \("a->b", "b->b"\); select one with --population\.$/],
    ['sonata', weights, /is a memspike\.weights\/1 log; SONATA holds only spikes/],
    ['nest', weights, /is a memspike\.weights\/1 log; NEST text holds only spikes/],
  ] as const) {
    try {
      await exported(name, {}, from);
      assert.unreachable(name);
    } catch (error) {
      assert.match((error as Error).message, sentence);
    }
  }
});

const numpy = await exported('npy');
const archive = await exported('npz');
const matrix = await exported('npy', { populations: ['a->b'] }, weights);
const earlier = await exported('npy', { populations: ['a->b'], to: 5 }, weights);
const hdf5 = await exported('sonata');
const oneSpike = await exported('sonata', { to: TIMES[0]! });
const nestFile = await exported('nest', { populations: ['in,"h"'] });

testWithPython('npy and npz', ['numpy'], () => {
  const { stdout, stderr } = python(
    `import sys, json, numpy as np
r = np.load(sys.argv[1]); z = np.load(sys.argv[2])
same = all((r[k] == z[k]).all() for k in r.dtype.names)
w = np.load(sys.argv[3]); e = np.load(sys.argv[4])
print(json.dumps([r['time'].tolist(), r['neuron'].tolist(), r['population'].tolist(), str(r.dtype), bool(same),
  z['populations'].tolist(), w.shape, np.nan_to_num(w, nan=-1).tolist(), np.nan_to_num(e, nan=-1).tolist()]))`,
    numpy,
    archive,
    matrix,
    earlier,
  );
  assert.is(stderr, '');
  assert.equal(JSON.parse(stdout), [
    TIMES,
    NEURONS,
    POPULATIONS,
    "[('time', '<f8'), ('neuron', '<u4'), ('population', 'u1')]",
    true,
    JSON.parse(FACTS.populations),
    [3, 2],
    [
      [-1, 0.75],
      [-1, -1],
      [0.25, -1],
    ],
    [
      [-1, 0.5],
      [-1, -1],
      [0.25, -1],
    ],
  ]);
});

testWithPython('SONATA', ['h5py'], () => {
  const { stdout, stderr } = python(
    `import sys, json, h5py
f = h5py.File(sys.argv[1])
print(json.dumps({p: [g['timestamps'][:].tolist(), g['node_ids'][:].tolist(), g['timestamps'].attrs['units'],
  str(g['timestamps'].dtype), str(g['node_ids'].dtype)] for p, g in f['spikes'].items()}))`,
    hdf5,
  );
  assert.is(stderr, '');
  const of = (id: number) => [
    TIMES.filter((_, i) => POPULATIONS[i] === id),
    NEURONS.filter((_, i) => POPULATIONS[i] === id),
    'ms',
    'float64',
    'uint64',
  ];
  assert.equal(JSON.parse(stdout), { exc: of(0), 'in,"h"': of(1) });
});

testWithPython('SONATA leaves out populations without spikes', ['h5py'], () => {
  const { stdout, stderr } = python('import sys, h5py; print(list(h5py.File(sys.argv[1])["spikes"]))', oneSpike);
  assert.is(stderr, '');
  assert.is(stdout, `['${names[0]}']\n`);
});

testWithPython('NEST text, read by Neo once its three lines of header are off', ['neo'], () => {
  const { stdout, stderr } = python(
    `import sys, json, quantities as pq
from neo.io import NestIO
open('neo.gdf', 'w').writelines(open(sys.argv[1]).readlines()[3:])
st = NestIO('neo.gdf').read_spiketrain(gdf_id=4294967296 + 3, id_column=0, time_column=1, t_start=0*pq.ms, t_stop=2000*pq.ms)
print(json.dumps(st.magnitude.tolist()))`,
    nestFile,
  );
  assert.is(stderr, '');
  assert.equal(JSON.parse(stdout), [2.5]);
});

type Sums = [rows: number, neurons: number, times: number];
const manual = readFileSync(new URL('../../../../docs/guide/recording.md', import.meta.url), 'utf8');
/** The lines of the manual that read the log of `runs/first` in R, for another log; `spikes` is then its table. */
function readInR(lines: RegExp, file: string): Sums {
  const code = lines.exec(manual)![1]!.replace('"runs/first/spikes.arrows"', JSON.stringify(file));
  const sums = 'options(digits = 17); cat(NROW(spikes), sum(spikes$neuron), sum(spikes$time))';
  const { stdout, stderr } = rscript(`${code}\n${sums}`);
  assert.is(stderr, '');
  return stdout.split(' ').map(Number) as Sums;
}
const BATCH_BY_BATCH = /```r\n(.*?)\n```/s;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
function sums(file: string): Sums {
  const total: Sums = [0, 0, 0];
  for (const { rows, columns } of new LogTable(file).readBatches()) {
    total[0] += rows;
    total[1] += sum(columns.neuron as Uint32Array);
    total[2] += sum(columns.time as Float64Array);
  }
  return total;
}

/** R adds up times with more digits than we do. */
function same([rows, neurons, times]: Sums, ours: Sums, where?: string): void {
  assert.equal([rows, neurons], ours.slice(0, 2), where);
  assert.ok(Math.abs(times - ours[2]) <= 1e-12 * ours[2], where);
}

const IN_R = /\| R, nanoarrow \| `(.*?)`/;

testWithNanoarrow('logs of many rows, one row and none', () => {
  same(readInR(IN_R, spikes), [TIMES.length, sum(NEURONS), sum(TIMES)]);
  for (const rows of [1, 0]) {
    writeLog(at(`${rows}.arrows`), SPIKES, FACTS, (log) => log.write(testRows(SPIKES, rows, 1), rows));
    same(readInR(IN_R, at(`${rows}.arrows`)), sums(at(`${rows}.arrows`)));
  }
});

testWithPython('logs of many rows, one row and none', ['pyarrow'], () => {
  for (const [file, rows] of [
    [spikes, TIMES.length],
    [at('1.arrows'), 1],
    [at('0.arrows'), 0],
  ] as const) {
    const script = 'import sys, pyarrow as pa; print(pa.ipc.open_stream(pa.OSFile(sys.argv[1])).read_all().num_rows)';
    assert.is(python(script, file).stdout.trim(), `${rows}`);
  }
});

testWithNanoarrow(
  'a stream cut anywhere: in its end mark, in its seal, in the header and in the body of a batch',
  () => {
    const whole = readFileSync(spikes);
    const cut = at('cut.arrows');
    for (const bytes of [4, 12, 200, 600, whole.length >> 1]) {
      writeFileSync(cut, whole.subarray(0, -bytes));
      same(readInR(BATCH_BY_BATCH, cut), sums(cut), `${bytes} bytes cut off`);
    }
  },
);

testWithNanoarrow('a stream cut by kill -9', async () => {
  const run = at('killed');
  mkdirSync(run);
  const network = at('killed.json');
  writeFileSync(
    network,
    JSON.stringify({
      memspike: 1,
      duration: 1e7,
      populations: { noise: { model: 'poisson', size: 100, rate: 1000 } },
      record: { spikes: ['noise'] },
    }),
  );
  const child = spawn(process.execPath, [CLI, 'run', network, '--out', `${run}/r`], { stdio: 'ignore' });
  const log = `${run}/r/spikes.arrows`;
  while ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < 2e6) await sleep(20);
  await sleep(100);
  child.kill('SIGKILL');
  await once(child, 'close');
  const table = new LogTable(log);
  assert.ok(table.countRows() > 65536);
  assert.throws(() => table.requireIntact(), /has no end mark|ends within batch/);
  same(readInR(BATCH_BY_BATCH, log), sums(log));
});

test.run();
