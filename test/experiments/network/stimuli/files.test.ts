import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type EventSensor,
  readEventRecording,
  readRecording,
  readSpikeList,
} from '../../../../experiments/network/stimuli/recording.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json, rowsOf } from '../../run/cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-stimuli-'));
const at = (name: string) => join(directory, name);

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Five bytes: x, y, polarity and 23 bits of µs, big endian. */
const event = (x: number, y: number, on: boolean, us: number): number[] => {
  const word = (on ? 0x800000 : 0) | us;
  return [x, y, word >> 16, (word >> 8) & 255, word & 255];
};

const SENSOR: EventSensor = { width: 34, height: 34, polarity: 'both' };
const says = (sentence: RegExp, read: () => unknown) =>
  assert.throws(read, (e: Error) => e.name === 'UserError' && sentence.test(e.message));

test('events of five bytes, with overflow of the clock, out of order and doubled', () => {
  const path = file(
    'a.bin',
    Uint8Array.from([
      ...event(1, 2, true, 1500),
      ...event(33, 33, false, 0x7fffff),
      ...event(0, 240, false, 0),
      ...event(1, 2, true, 64),
      ...event(1, 2, true, 64),
      ...event(0, 0, false, 1500),
    ]),
  );
  const { times, neurons } = readEventRecording(path, SENSOR);
  const grid = (us: number) => Math.round((us / 1000) * 2 ** 26) / 2 ** 26;
  assert.equal([...times], [1500, 8192 + 64, 8192 + 1500, 0x7fffff].map(grid));
  const on = 34 * 34;
  assert.equal([...neurons], [on + 1 + 34 * 2, on + 1 + 34 * 2, 0, 33 + 34 * 33]);
  assert.equal([...readEventRecording(path, { ...SENSOR, polarity: 'merged' }).neurons], [69, 69, 0, 33 + 34 * 33]);
  assert.equal([...readEventRecording(path, { ...SENSOR, polarity: 'on' }).neurons], [69, 69]);
  assert.equal([...readEventRecording(path, { ...SENSOR, polarity: 'off' }).neurons], [0, 33 + 34 * 33]);
});

test('truncated, empty and foreign event files are refused', () => {
  says(/b\.bin: 7 bytes are not a multiple of the event size, 5: the file is truncated/, () =>
    readEventRecording(file('b.bin', new Uint8Array(7)), SENSOR),
  );
  says(/c\.bin is empty, expected events of 5 bytes\.$/, () => readEventRecording(file('c.bin', ''), SENSOR));
  says(/d\.bin, event 1: pixel \(34, 0\) is not on a sensor of 34 x 34; set width and height\.$/, () =>
    readEventRecording(file('d.bin', Uint8Array.from([...event(1, 1, true, 1), ...event(34, 0, true, 1)])), SENSOR),
  );
  says(/cannot read .*none\.bin: no such file/, () => readEventRecording(at('none.bin'), SENSOR));
});

test('lists of spikes: comma, tab or space, SONATA names or ours, rows in any order', () => {
  const sonata = file('s.csv', 'timestamps,population,node_ids\n2.5,exc,7\n1.25,"in,h",3\n0.5,exc,0\n2.5,exc,7\n');
  const exc = readSpikeList(sonata, 'exc');
  assert.equal(
    [[...exc.times], [...exc.neurons]],
    [
      [0.5, 2.5],
      [0, 7],
    ],
  );
  assert.equal([...readSpikeList(sonata, 'in,h').times], [1.25]);
  assert.equal([...readSpikeList(file('t.tsv', 'time\tneuron\r\n3\t1\r\n1\t2\r\n'), 'input').neurons], [2, 1]);
  assert.equal([...readSpikeList(file('u.csv', 'node_ids timestamps\n4 1e-3\n'), 'x').neurons], [4]);
});

test('what replays a list of spikes reads it in code, too', () => {
  const { times, neurons } = readRecording(file('both.csv', 'time,neuron,population\n2,1,a\n1,0,a\n1,5,b\n'), 'a');
  assert.equal(
    [[...times], [...neurons]],
    [
      [1, 2],
      [0, 1],
    ],
  );
  says(/both\.csv has no population "c"/, () => readRecording(at('both.csv'), 'c'));
});

test('what is no list of spikes is refused by row', () => {
  const list = (name: string, rows: string) => () => readSpikeList(file(name, rows), 'exc');
  says(
    /v\.csv has the header "a,b", but must have columns time and neuron, or timestamps and node_ids\.$/,
    list('v.csv', 'a,b\n1,2\n'),
  );
  says(/w\.csv, row 2: time is "soon", but must be a number/, list('w.csv', 'time,neuron\n1,2\nsoon,2\n'));
  says(/w2\.csv, row 1: time is empty, but must be a number/, list('w2.csv', 'time,neuron\n,2\n'));
  says(/w3\.csv, row 1: time is -1/, list('w3.csv', 'time,neuron\n-1,2\n'));
  says(
    /x\.csv, row 1: neuron is "1\.5", but must be an integer from 0 to 4294967294\.$/,
    list('x.csv', 'time,neuron\n1,1.5\n'),
  );
  says(/x2\.csv, row 1: neuron is empty, but must/, list('x2.csv', 'time,neuron\n1\n'));
  says(/y\.csv has no population "exc", did you mean "exd"\?$/, list('y.csv', 'time,neuron,population\n1,1,exd\n'));
  says(/z\.csv holds no spikes\.$/, list('z.csv', 'time,neuron\n'));
});

/** An IDX image file: magic, number, rows, columns, pixels. */
function idx(pixels: readonly (readonly number[])[]): Uint8Array {
  const head = Buffer.alloc(16);
  [0x803, pixels.length, 1, pixels[0]!.length].forEach((value, i) => {
    head.writeUInt32BE(value, 4 * i);
  });
  return Buffer.concat([head, Buffer.from(pixels.flat())]);
}

async function run(name: string, stimulus: object, duration = 4000) {
  mkdirSync(at('nets'), { recursive: true });
  const network = { memspike: 1, seed: 3, duration, populations: { in: stimulus }, record: { spikes: ['in'] } };
  writeFileSync(at(`nets/${name}.json`), JSON.stringify(network));
  return await inProcess(directory, 'run', `nets/${name}.json`, '--out', name, '--progress', 'none');
}

test('memspike run replays a list of spikes, plays events and shows images, named relative to the network file', async () => {
  assert.is((await run('csv', { model: 'replay', log: '../s.csv', population: 'exc' })).status, 0);
  assert.equal(
    rowsOf(at('csv'), 'spikes.arrows').map(({ time, neuron }) => [time, neuron]),
    [
      [0.5, 0],
      [2.5, 7],
    ],
  );
  assert.is((await run('events', { model: 'events', file: '../a.bin', start: 100 }, 9000)).status, 0);
  assert.is(json(at('events'), 'run.json').populations.in!.spikes, 4);
  assert.ok(Math.abs(rowsOf(at('events'), 'spikes.arrows')[0]!.time! - 101.5) < 1e-7);
  file(
    'images.gz',
    gzipSync(
      idx([
        [0, 255],
        [51, 0],
      ]),
    ),
  );
  const shown = { model: 'images', file: '../images.gz', show: [1, 0, 1], duration: 1000, gap: 500, maxRate: 500 };
  assert.is((await run('images', shown)).status, 0);
  const spikes = rowsOf(at('images'), 'spikes.arrows');
  const count = (neuron: number, from: number, to: number) =>
    spikes.filter((s) => s.neuron === neuron && s.time! >= from && s.time! < to).length;
  const near = (n: number, mean: number) =>
    assert.ok(Math.abs(n - mean) < 5 * Math.sqrt(mean), `${n}, expected ${mean}`);
  near(count(0, 0, 1000), 100);
  near(count(1, 1500, 2500), 500);
  near(count(0, 3000, 4000), 100);
  assert.is(spikes.length, count(0, 0, 1000) + count(1, 1500, 2500) + count(0, 3000, 4000));
  assert.is.not(count(0, 0, 1000) === count(0, 3000, 4000) && spikes[0]!.time === spikes.at(-1)!.time! - 3000, true);
});

test('mistakes with files end a run in one sentence', async () => {
  const fails = async (stimulus: object, sentence: RegExp) => {
    const { status, stderr } = await run('wrong', stimulus);
    assert.is(status, 1);
    assert.match(stderr, sentence);
    assert.is(stderr.split('\n').length, 2);
  };
  await fails(
    { model: 'images', file: '../images.gz', show: [2] },
    /in\.show\[0\] is 2, but .*images\.gz has 2 images\.$/m,
  );
  await fails({ model: 'images', file: '../s.csv' }, /s\.csv: magic number .* found, expected 0x00000803/);
  await fails({ model: 'images', file: '../images.gz', show: [] }, /populations\.in\.show/);
  await fails({ model: 'events', file: '../s.csv' }, /s\.csv(: \d+ bytes are not a multiple|, event \d+: pixel)/);
  await fails(
    { model: 'replay', log: '../s.csv', population: 'exc', size: 3 },
    /in\.size is 3, but .*s\.csv contains spikes of neuron 7/,
  );
});

test.run();
