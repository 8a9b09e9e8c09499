/** `memspike learn` on recordings of an event camera: digits over which a sensor has moved by three saccades. */
// slow: trains six nets; learn.test.ts trains one in `npm test`
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream, shuffle } from '../../../core/random/random.ts';
import { loadDataSet } from '../../../experiments/data/dataSet.ts';
import { loadMnist } from '../../../experiments/data/mnist.ts';
import { evaluateReadouts } from '../../../experiments/training/unsupervised/evaluate.ts';
import { runMnist } from '../../../experiments/training/unsupervised/experiment.ts';
import { imagesOf, mnistConfig, responsesOf, trainLayer } from '../../../experiments/training/unsupervised/index.ts';
import { SENSOR, writeRecordings } from '../data/saccades.ts';
import { json, rowsOf } from '../run/cli.ts';
import { inProcess } from './inProcess.ts';

const test = suite('memspike learn on recordings');
const directory = mkdtempSync(join(tmpdir(), 'memspike-recordings-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const mnist = loadMnist();
writeRecordings(at('digits'), { Train: [mnist.train, 1000], Test: [mnist.test, 300] });

interface Facts extends Record<string, unknown> {
  readonly accuracy: Readonly<Record<string, number>>;
}
const factsOf = (run: string) => json(at(run), 'run.json') as unknown as Facts;
const learn = (...words: string[]) =>
  inProcess(directory, 'learn', '--progress', 'none', '--quiet', '--data', 'digits', ...words);
const worked = async (...words: string[]) => {
  const { status, stderr } = await learn(...words);
  assert.equal([status, stderr], [0, ''], words.join(' '));
};
const FEW = ['--neurons', '20', '--train', '400', '--label', '300', '--test', '300', '--epochs', '1', '--no-pictures'];

test('digits are learned from where and when brightness changes; all that tells of it has sizes and classes of the folders', async () => {
  await worked('--neurons', '50', '--epochs', '2', '--out', 'layer');
  const facts = factsOf('layer');
  assert.equal(
    [facts.trainImages, facts.testImages, facts.imageRows, facts.imageColumns, facts.classes, facts.classNames],
    [1000, 300, SENSOR, SENSOR, 10, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']],
  );
  assert.ok(facts.accuracy.test! > 60, JSON.stringify(facts.accuracy)); // chance: 10 %
  assert.is(rowsOf(at('layer'), 'weights.arrows').length, 2 * SENSOR * SENSOR * 50);
  assert.is((json(at('layer'), 'config.json').stimulus as unknown as { speed: number }).speed, 1);
  const fields = readFileSync(at('layer/receptive-fields.svg'), 'utf8');
  assert.match(fields, /from brighter events above, from darker ones below/);
  for (const picture of ['confusion-matrix.svg', 'raster.svg']) assert.ok(existsSync(at(`layer/${picture}`)), picture);
  const { status } = await inProcess(directory, 'report', 'layer', '--data', 'digits', '--out', 'layer.html');
  assert.is(status, 0);
  assert.match(readFileSync(at('layer.html'), 'utf8'), /<img alt="image \d+" src="data:image\/png/);
});

test('recordings are shown as long as they are', async () => {
  await worked(...FEW, '--set', 'stimulus.speed=10', '--out', 'fast');
  const test = rowsOf(at('fast'), 'images.arrows').filter(({ phase }) => phase === 2);
  assert.is(test.length, 300);
  const lengths = test.slice(1).map(({ time }, i) => (time as number) - (test[i]!.time as number));
  assert.ok(
    lengths.every((ms) => ms > 27 && ms <= 30.1),
    String(lengths.filter((ms) => ms <= 27 || ms > 30.1)),
  );
  assert.ok(new Set(lengths).size > 200);
});

test('any number of workers, and a run that was stopped and gone on with, give the same bits', async () => {
  await worked(...FEW, '--out', 'one');
  await worked(...FEW, '--workers', '2', '--out', 'two');
  const stop = new AbortController();
  const config = json(at('one'), 'config.json') as unknown as Parameters<typeof runMnist>[0]['config'];
  const stopped = await runMnist({
    config,
    dataDirectory: at('digits'),
    out: at('stopped'),
    signal: stop.signal,
    checkpointEvery: 50,
    workerCount: 1,
    recordInputs: false,
    resume: false,
    progress: 'none',
    onImageCount: (images) => images >= 60 && stop.abort(),
  });
  assert.is(stopped, null);
  assert.not.ok(existsSync(at('stopped/run.json')));
  await worked('--out', 'stopped', '--resume');
  const bits = (run: string) => {
    const { spikesSha256, weightsSha256, dataSha256, accuracy } = factsOf(run);
    return { spikesSha256, weightsSha256, dataSha256, accuracy };
  };
  assert.equal(bits('two'), bits('one'));
  assert.equal(bits('stopped'), bits('one'));
});

test('shuffled labels: the same weights to the last bit, and no better than chance', async () => {
  const config = mnistConfig({ stimulus: { speed: 1 }, neurons: 40, epochs: 1, train: 1000, label: 1000, test: 300 });
  const { train, test: held } = imagesOf(loadDataSet(at('digits')), config);
  const stream = new RandomStream(1, 'shuffled');
  const shuffled = () => shuffle(train.labels.slice(), (n) => stream.integerBelow(n));
  const right = (await trainLayer(config, train))!.learned;
  assert.equal((await trainLayer(config, { ...train, labels: shuffled() }))!.learned, right);
  const labelling = (await responsesOf('label', config, right, train, 1000))!;
  const testing = (await responsesOf('test', config, right, held, 300))!;
  const scored = (labels: Uint8Array) =>
    evaluateReadouts(
      config.neurons,
      { responses: labelling, labels: labels.subarray(0, 1000) },
      { responses: testing, labels: held.labels },
      config.seed,
    ).accuracy.logProbability;
  assert.ok(scored(train.labels) > 55, `${scored(train.labels)} %`);
  const chance = Array.from({ length: 40 }, () => scored(shuffled()));
  const mean = chance.reduce((sum, accuracy) => sum + accuracy, 0) / chance.length;
  assert.ok(Math.abs(mean - 10) < 1.5, `${mean} %`);
});

test('windows see both polarities; rules, devices and their flaws work too', async () => {
  await worked('--network', 'windows', '--neurons', '20', '--epochs', '1', '--out', 'windows');
  const facts = factsOf('windows');
  assert.equal([facts.groups, facts.neurons], [9, 180]);
  assert.ok(facts.accuracy.test! > 75, JSON.stringify(facts.accuracy));
  assert.is(rowsOf(at('windows'), 'weights.arrows').length, 2 * 17 * 17 * 180);
  assert.ok(existsSync(at('windows/window-votes.svg')));
  for (const [k, words] of [
    ['--rule', 'pairStdp'],
    ['--device', 'ag-ceo2-pt'],
    [
      '--set',
      'device.deviceToDevice=0.25',
      '--set',
      'device.cycleToCycle=0.2',
      '--set',
      'device.stuck={low: 0.02, high: 0.02}',
    ],
  ].entries()) {
    await worked(...FEW, ...words, '--out', `also${k}`);
    assert.ok(factsOf(`also${k}`).accuracy.test! > 20, `${words.join(' ')}: ${factsOf(`also${k}`).accuracy.test} %`);
  }
  await worked('--network', 'perceptron', '--train', '400', '--test', '300', '--epochs', '1', '--out', 'net');
  assert.ok(factsOf('net').accuracy.test! > 40, JSON.stringify(factsOf('net').accuracy)); // on the counts by pixel
});

test('sweeps take recordings', async () => {
  const base = { split: 'validation', neurons: 10, train: 200, label: 100, test: 100, epochs: 1 };
  const parameters = { speed: { path: 'stimulus.speed', grid: [1, 2] } };
  writeFileSync(
    at('s.yaml'),
    JSON.stringify({
      memspike: 1,
      experiment: 'mnist',
      metrics: ['accuracy.logProbability'],
      data: 'digits',
      base,
      parameters,
    }),
  );
  for (const words of [
    ['plan', 's.yaml', '--out', 's'],
    ['run', 's', '--workers', '1', '--progress', 'none'],
  ]) {
    const { status, stderr } = await inProcess(directory, 'sweep', ...words);
    assert.is(status, 0, stderr);
  }
  const [slow, fast] = [0, 1].map((k) => json(at(`s/points/00000${k}`), 'run.json').spikesSha256);
  assert.ok(slow !== undefined && fast !== undefined && slow !== fast);
});

test('what recordings cannot have is refused in a sentence', async () => {
  const refusal = async (...words: string[]) => {
    const { status, stdout, stderr } = await inProcess(directory, 'learn', '--out', 'refused', ...words);
    assert.is(stdout, '');
    assert.not.ok(existsSync(at('refused')));
    assert.match(stderr, /^memspike: [^\n]+\n$/);
    return `${status} ${stderr.slice('memspike: '.length).trimEnd()}`;
  };
  const of = (...words: string[]) => refusal('--data', 'digits', ...words);
  assert.match(await of('--preprocessing', 'deskew'), /^1 .*preprocessing is deskew, but the data are recordings/);
  assert.match(
    await of('--set', 'stimulus.duration=100'),
    /^1 .*stimulus\.duration is 100, .*recordings .*stimulus\.speed/,
  );
  assert.match(await of('--set', 'stimulus.speed=0'), /^2 .*stimulus\.speed is 0, but must be a number > 0/);
  assert.is(
    await of('--test', '301'),
    '1 learn: test is 301, but the test set has 300 images; use --test 300 or fewer.',
  );
  assert.match(
    await refusal('--set', 'stimulus.speed=2', '--train', '10'),
    /^1 learn: stimulus\.speed is 2, which is for recordings .*, but the data are images; leave it out\.$/,
  );
});

test('features: polarities are the channels of the first stage, whose kernels and pooled spikes come from events alone', async () => {
  const words = ['--network', 'features', '--neurons', '30', '--epochs', '1', '--no-pictures'];
  await worked(...words, '--set', 'features.patches=1500', '--out', 'features');
  const facts = factsOf('features');
  assert.ok(facts.accuracy.test! > 65, JSON.stringify(facts.accuracy)); // chance: 10 %
  await worked(...words, '--set', 'features.patches=1500', '--out', 'again');
  assert.equal(factsOf('again').accuracy, facts.accuracy);
  await worked(...words, '--set', 'features.patches=1500', '--handover', 'poisson', '--out', 'poisson');
  assert.ok(factsOf('poisson').accuracy.test! > 40, JSON.stringify(factsOf('poisson').accuracy));
});

test.run();
