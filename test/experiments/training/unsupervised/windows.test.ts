// slow: trains layers of windows
/** `memspike mnist --network windows` at a small size: what it writes, that its bits repeat, and what it refuses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arrangeReceptiveFields, placeWindows } from '../../../../experiments/training/unsupervised/architecture.ts';
import { loadMnist, mnistConfig, trainLayer } from '../../../../experiments/training/unsupervised/index.ts';
import { computeGroupVotes, NO_VOTE } from '../../../../experiments/training/unsupervised/readout/measures.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json, rowsOf } from '../../run/cli.ts';

const test = suite('mnist windows');
const directory = mkdtempSync(join(tmpdir(), 'memspike-windows-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const SMALL = ['--neurons', '12', '--train', '400', '--label', '200', '--test', '150', '--epochs', '1'];
const mnist = (out: string, ...more: string[]) =>
  inProcess(directory, 'mnist', '--network', 'windows', ...SMALL, '--out', out, '--progress', 'none', ...more);

/** All that a run says but for what depends on the machine. */
const resultOf = (out: string) =>
  Object.fromEntries(
    Object.entries(json(at(out), 'run.json')).filter(
      ([key]) => !/Seconds|PerSecond|peakRssBytes|date|commandLine/.test(key),
    ),
  );

test('nine groups in one population: facts, logs, pictures, and the same bits a second time', async () => {
  const { status, stderr } = await mnist('first');
  assert.equal([status, stderr], [0, '']);
  const facts = json(at('first'), 'run.json');
  assert.equal([facts.neurons, facts.groups, facts.network], [108, 9, 'windows']);
  const { energy, accuracyOfGroups, accuracy } = facts as unknown as {
    energy: { counts: { devices: number } };
    accuracyOfGroups: number[];
    accuracy: { logProbability: number };
  };
  assert.is(energy.counts.devices, 9 * 14 * 14 * 12);
  assert.is(accuracyOfGroups.length, 9);
  assert.ok(accuracy.logProbability > 30, `${accuracy.logProbability} %`);
  assert.is(rowsOf(at('first'), 'weights.arrows').length, 9 * 14 * 14 * 12);
  assert.is(rowsOf(at('first'), 'neurons.arrows').length, 108);
  // In training each group fires once an image at most.
  const images = rowsOf(at('first'), 'images.arrows').filter(({ phase }) => phase === 0);
  const end = rowsOf(at('first'), 'images.arrows').find(({ phase }) => phase === 1)!.time!;
  const spikes = rowsOf(at('first'), 'spikes.arrows').filter(({ time }) => time! <= end);
  const seen = new Set<string>();
  let image = 0;
  for (const { time, neuron } of spikes) {
    while (image + 1 < images.length && images[image + 1]!.time! < time!) image++;
    const key = `${image} ${Math.floor(neuron! / 12)}`;
    assert.not(seen.has(key), key);
    seen.add(key);
  }
  assert.ok(seen.size > 5 * 400);
  const { status: again } = await mnist('second', '--workers', '2', '--no-pictures');
  assert.is(again, 0);
  assert.equal(resultOf('second'), resultOf('first'));
  const { network, windows } = json(at('first'), 'config.json');
  assert.equal([network, windows], ['windows', { across: 3, share: 0.5 }]);
  const { status: report } = await inProcess(directory, 'report', 'first');
  assert.is(report, 0);
});

test('labels do not reach the weights: shuffled, they leave the same ones', async () => {
  const mnistData = loadMnist();
  const config = mnistConfig({ network: 'windows', neurons: 10, epochs: 1, train: 300 });
  const { train } = mnistData;
  const shuffled = { ...train, labels: Uint8Array.from(train.labels, (_, i) => train.labels[(i * 7 + 3) % 1000]!) };
  const [one, other] = [await trainLayer(config, train), await trainLayer(config, shuffled)];
  assert.equal(one!.learned, other!.learned);
});

test('windows that leave pixels out say so', async () => {
  assert.is((await mnist('out', '--set', 'windows.share=0.4', '--no-pictures')).status, 0);
  const { warnings } = json(at('out'), 'run.json') as unknown as { warnings: string[] };
  assert.equal(warnings, ['The windows of input->output leave out 55 of the 784 neurons of input.']);
});

test('windows, devices with flaws and a change of any setting go together', async () => {
  const { status, stderr } = await mnist(
    'flaws',
    ...['--device', 'ag-ceo2-pt', '--set', 'device.deviceToDevice=0.3', '--set', 'windows.across=2', '--no-pictures'],
  );
  assert.equal([status, stderr.includes('Error')], [0, false]);
  const facts = json(at('flaws'), 'run.json');
  assert.equal([facts.neurons, facts.groups], [48, 4]);
  assert.ok(facts.energy.write > 0);
});

test('fields of windows are the weights where they lie', () => {
  const c = mnistConfig({ network: 'windows', neurons: 2, windows: { across: 2, share: 0.5 } });
  const { size, stride } = placeWindows(c, 4, 4);
  assert.equal(
    [size, stride],
    [
      [2, 2],
      [2, 2],
    ],
  );
  const weights = Float32Array.from({ length: 4 * 4 * 2 }, (_, k) => k);
  const { weights: fields, rows, columns } = arrangeReceptiveFields(c, weights, 4, 4);
  assert.equal([rows, columns, fields.length], [2, 2, 4 * 8]);
  // Pixel (2, 3) lies in window 3, as its pixel (0, 1); it is the 11th pixel.
  assert.equal([...fields.subarray(1 * 8 + 6, 1 * 8 + 8)], [22, 23]);
});

test('each group votes by itself', () => {
  const evidence = Float64Array.of(-1, -2, -2, -1, 0, 0, -1, -3);
  const readout = { evidence } as never;
  const counts = Uint8Array.of(1, 0, 0, 2, /**/ 0, 3, 5, 0, /**/ 1, 2, 0, 0);
  assert.equal([...computeGroupVotes(readout, counts, 4, 2)], [0, 0, 1, NO_VOTE, 1, NO_VOTE]);
});

test('what does not go together is refused in one sentence', async () => {
  const refused = async (said: string, ...more: string[]) => {
    const { status, stderr } = await mnist('refused', ...more);
    assert.ok(status === 1 || status === 2, `${said}: ${status}`);
    assert.ok(stderr.includes(said), stderr);
    assert.is(stderr.trim().split('\n').length, 1);
  };
  await refused('windows.across is 9, but 9 windows of 14 pixels do not lie evenly', '--set', 'windows.across=9');
  await refused('training.spikes is', '--rule', 'tripletStdp');
  await refused('preprocessing is orientation', '--preprocessing', 'orientation');
  assert.throws(() => mnistConfig({ windows: {} }), /windows is for network windows, but network is layer/);
});

test.run();
