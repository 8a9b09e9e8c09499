/** `memspike learn` on signals: nets with one-dimensional convolutions, encoders, reservoir, and their controls. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../../core/random/random.ts';
import { loadTrainingData } from '../../../../experiments/training/dataOrigin.ts';
import { FloatNet } from '../../../../experiments/training/supervised/floatNet.ts';
import {
  type Convolution,
  createUntrainedModel,
  type Dense,
} from '../../../../experiments/training/supervised/model.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json } from '../../run/cli.ts';
import { makePhases, makeUtterances, wav } from './generateSignals.ts';

const test = suite('learning of signals');
const directory = mkdtempSync(join(tmpdir(), 'memspike-learn-signals-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));
writeFileSync(at('train.ts'), makeUtterances(4, 80, 1));
writeFileSync(at('test.ts'), makeUtterances(4, 60, 2));

interface Facts extends Record<string, unknown> {
  readonly accuracy: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}
async function learn(out: string, ...words: string[]): Promise<Facts> {
  const common = ['--progress', 'none', '--quiet', '--no-pictures', '--data', 'train.ts', '--out', out];
  const { status, stderr } = await inProcess(directory, 'learn', ...common, ...words);
  assert.equal([status, stderr], [0, ''], words.join(' '));
  return json(at(out), 'run.json') as unknown as Facts;
}

test('one-dimensional convolution and pooling: scores are those of the sums written out; a row gives what a column gives', () => {
  const sizes = { hidden: [], kernels: [3], kernelSize: 4, pooling: 'max' as const };
  const [length, channels, classes] = [9, 2, 2];
  const column = createUntrainedModel('cnn', { rows: length, columns: 1, channels }, classes, sizes, 1);
  const row = createUntrainedModel('cnn', { rows: 1, columns: length, channels }, classes, sizes, 1);
  const stream = new RandomStream(1, 'x');
  const x = Float64Array.from({ length: length * channels }, () => stream.uniform());
  const scoresOf = (model: typeof column) => {
    const net = new FloatNet(model, 1);
    net.inputImages.set(x);
    return [...net.forward(1)];
  };
  const { weights: w, bias } = column.stages[0] as Convolution;
  const dense = column.stages.at(-1) as Dense;
  const hidden = Array.from({ length: 6 }, (_, t) =>
    Array.from(bias, (b, k) => {
      let sum = b;
      for (let i = 0; i < 4; i++)
        for (let c = 0; c < channels; c++) sum += x[(t + i) * channels + c]! * w[(i * channels + c) * 3 + k]!;
      return Math.max(0, sum);
    }),
  );
  const pooled = [0, 1, 2].flatMap((p) => [0, 1, 2].map((k) => Math.max(hidden[2 * p]![k]!, hidden[2 * p + 1]![k]!)));
  const expected = Array.from({ length: classes }, (_, j) =>
    pooled.reduce((sum, h, i) => sum + h * dense.weights[i * classes + j]!, dense.bias[j]!),
  );
  scoresOf(column).forEach((score, j) => {
    assert.ok(Math.abs(score - expected[j]!) < 1e-6, `${score} ${expected[j]}`);
  });
  assert.equal(scoresOf(row), scoresOf(column));
});

test('a net with convolutions and an unsupervised layer learn speakers; both name the classes of the file', async () => {
  const scaling = ['--set', 'pixels.mean=0.5', '--set', 'pixels.sd=0.25'];
  const small = ['--set', 'kernelSize=3', '--set', 'kernels=[8]', '--set', 'floatingPoint.shift=0'];
  const net = await learn('cnn', '--network', 'cnn', '--test-data', 'test.ts', '--epochs', '15', ...scaling, ...small);
  assert.ok(net.accuracy.test! > 90, JSON.stringify(net.accuracy)); // chance: 25 %
  assert.equal([net.imageColumns, net.classes, net.testImages, net.warnings], [12, 4, 60, []]);
  const layer = await learn(
    'layer',
    '--test-data',
    'test.ts',
    '--neurons',
    '30',
    '--epochs',
    '20',
    '--set',
    'signals.encoder=onOff',
  );
  assert.ok(layer.accuracy.logProbability! > 60, JSON.stringify(layer.accuracy));
  assert.equal(layer.classNames, ['s0', 's1', 's2', 's3']);
  const same = await learn('same', '--network', 'perceptron', '--test-data', 'train.ts', '--epochs', '1');
  assert.match(same.warnings[0]!, /^80 of 80 test images are also training images/);
});

test('a layer that stays silent is named with the potential that it reaches and its threshold', async () => {
  const words = ['--test-data', 'test.ts', '--neurons', '5', '--epochs', '1', '--set', 'signals.encoder=onOff'];
  const { warnings } = await learn('silent', ...words, '--set', 'neuron.threshold=5000');
  const [, reached, threshold] = /^The layer output stayed silent .* is ([\d.]+) mV, its threshold (\d+) mV\./.exec(
    warnings.find((warning) => warning.includes('silent')) ?? '',
  )!;
  assert.ok(Number(reached) > 10 && Number(reached) < 5000, reached);
  assert.is(threshold, '5000');
  const { warnings: usual } = await learn('heard', ...words);
  assert.equal(usual, []);
});

test('a readout of the reservoir knows the order of spikes, which shuffled time points do not have', async () => {
  const words = ['--network', 'perceptron', '--test-data', 'test.ts', '--training', 'exSitu', '--epochs', '30'];
  const reservoir = ['--set', 'signals.encoder=levelCrossing', '--set', 'signals.reservoir={}'];
  const scaling = ['--set', 'pixels.mean=0.3', '--set', 'pixels.sd=0.3'];
  const states = await learn('reservoir', ...words, ...reservoir, ...scaling);
  const shuffled = await learn('shuffled', ...words, ...reservoir, ...scaling, '--set', 'signals.shuffle=true');
  assert.ok(states.accuracy.test! > 85, JSON.stringify(states.accuracy));
  assert.ok(shuffled.accuracy.test! < states.accuracy.test! - 15, JSON.stringify(shuffled.accuracy));
  const { status, stderr } = await inProcess(
    directory,
    'learn',
    '--network',
    'perceptron',
    '--data',
    'train.ts',
    '--test-data',
    'test.ts',
    '--set',
    'signals.reservoir={}',
  );
  assert.is(status, 1);
  assert.match(stderr, /signals\.reservoir needs spikes, but signals\.encoder is values/);
});

test('encoders: sizes, and events of level crossings and latencies; gammatone separates tones', () => {
  const load = (signals: object) =>
    loadTrainingData(at('train.ts'), { signals: { test: at('test.ts'), ...signals } }).train;
  const { rows, columns } = load({ encoder: 'onOff', length: 10 });
  assert.equal([rows, columns], [10, 24]);
  const latency = load({ encoder: 'latency', length: 10 });
  assert.equal([latency.rows, latency.columns, latency.events!.length], [10, 12, 80]);
  const crossings = load({ encoder: 'levelCrossing', step: 0.2 });
  const finer = load({ encoder: 'levelCrossing', step: 0.1 });
  const count = (set: typeof finer) => set.events!.reduce((sum, { length }) => sum + length, 0);
  for (const hz of [500, 2000])
    for (const file of [1, 2]) {
      mkdirSync(at(`sound/${hz}`), { recursive: true });
      const tone = Array.from({ length: 800 }, (_, n) =>
        Math.round(1e4 * Math.sin((2 * Math.PI * hz * (n + file)) / 8000)),
      );
      writeFileSync(at(`sound/${hz}/${file}.wav`), wav(tone));
    }
  const sound = loadTrainingData(at('sound'), { signals: { share: 0.5, encoder: 'gammatone', bands: 8, length: 5 } });
  assert.equal([sound.train.rows, sound.train.columns, sound.classNames], [5, 8, ['500', '2000']]);
  // The last frame of each example, relative to the other class: low bands for the low tone, high bands for the high one.
  const [low, high] = [0, 1].map((k) => sound.train.images.subarray(k * 40 + 32, k * 40 + 40));
  assert.ok(low![1]! > high![1]! && low![7]! < high![7]!, `${low} ${high}`);
  assert.ok(count(finer) > 1.8 * count(crossings), `${count(finer)} ${count(crossings)}`);
});

test('the file of the guide is what its generator makes', () => {
  const file = ['../../../..', '../../../../..']
    .map((up) => fileURLToPath(new URL(`${up}/docs/guide/files/phases.csv`, import.meta.url)))
    .find(existsSync)!;
  assert.is(readFileSync(file, 'utf8'), makePhases());
});

test.run();
