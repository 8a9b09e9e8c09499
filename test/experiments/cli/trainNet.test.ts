/** `memspike learn --network perceptron|mlp|cnn` on a small made data set: trained on devices, programmed, imported, refused. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { validate } from '../../../core/declare/validate.ts';
import { RandomStream } from '../../../core/random/random.ts';
import type { SystemCost } from '../../../experiments/cost/systemCost.ts';
import { addArchitectureDefaults, netSchema } from '../../../experiments/training/supervised/config.ts';
import { trainAndTestNet } from '../../../experiments/training/supervised/experiment.ts';
import { json, rowsOf } from '../run/cli.ts';
import { inProcess } from './inProcess.ts';

const test = suite('memspike learn, nets with labels');
const directory = mkdtempSync(join(tmpdir(), 'memspike-nets-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const [SIDE, CLASSES] = [8, 4];
function idx(magic: number, sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  [magic, ...sizes].forEach((word, i) => {
    header.setUint32(4 * i, word);
  });
  return Buffer.concat([new Uint8Array(header.buffer), body]);
}

/** A bright row or column, which is the class. */
test.before(() => {
  mkdirSync(at('bars'));
  for (const [set, n] of [
    ['train', 600],
    ['t10k', 120],
  ] as const) {
    const stream = new RandomStream(n, 'bars');
    const labels = Uint8Array.from({ length: n }, (_, i) => i % CLASSES);
    const images = Uint8Array.from({ length: n * SIDE ** 2 }, (_, k) => {
      const [label, pixel] = [labels[Math.floor(k / SIDE ** 2)]!, k % SIDE ** 2];
      const line = label < 2 ? Math.floor(pixel / SIDE) : pixel % SIDE;
      return stream.integerBelow(line === 1 + 4 * (label % 2) ? 256 : 60);
    });
    writeFileSync(join(at('bars'), `${set}-images-idx3-ubyte`), idx(0x803, [n, SIDE, SIDE], images));
    writeFileSync(join(at('bars'), `${set}-labels-idx1-ubyte`), idx(0x801, [n], labels));
  }
});

interface Facts extends Record<string, unknown> {
  readonly accuracy: Readonly<Record<string, number>>;
  readonly floatingPoint?: Readonly<Record<string, number>>;
  readonly layers: readonly { readonly programming?: { readonly clipped: number; readonly pulses: number } }[];
  readonly energy: {
    readonly read: number | null;
    readonly write: number | null;
    readonly counts: { writesUp: number };
  };
}
const factsOf = (run: string) => json(at(run), 'run.json') as unknown as Facts;
const learn = (network: string, out: string, ...words: string[]) =>
  inProcess(directory, 'learn', '--network', network, '--data', 'bars', '--progress', 'none', '--out', out, ...words);
const set = (...assignments: string[]) => assignments.flatMap((a) => ['--set', a]);

test('a perceptron and a net of two layers learn on ideal devices and on pairs of others', async () => {
  for (const [network, out, words] of [
    ['perceptron', 'p', []],
    ['mlp', 'm', set('hidden=[12]')],
    ['mlp', 'pairs', [...set('hidden=[12]', 'device.pulsesUp=1000', 'device.pulsesDown=1000'), '--device', 'neuroSim']],
  ] as const) {
    const { status, stdout, stderr } = await learn(network, out, ...words);
    assert.equal([status, stderr], [0, '']);
    assert.match(stdout, /^Accuracy on 120 test images: /);
    const { accuracy, trainImages, testImages, classes, energy } = factsOf(out);
    assert.equal(Object.keys(accuracy), ['test']);
    assert.ok(accuracy.test! > 90, `${out}: ${accuracy.test}`); // chance: 25 %
    assert.equal([trainImages, testImages, classes], [600, 120, CLASSES]);
    assert.ok(energy.counts.writesUp > 0);
    assert.is(energy.write === null, out !== 'pairs');
  }
  assert.is(rowsOf(at('p'), 'images.arrows').length, 120);
  for (const picture of ['confusion-matrix', 'first-layer', 'accuracy-over-training'])
    assert.ok(existsSync(join(at('m'), `${picture}.png`)), picture);
});

test('equal seeds give equal weights; --kernels is refused', async () => {
  const words = [
    '--no-pictures',
    '--epochs',
    '1',
    ...set('hidden=[5]', 'device.cycleToCycle=0.2'),
    '--device',
    'softBound',
  ];
  for (const run of ['first', 'second']) await learn('mlp', run, ...words);
  assert.is(factsOf('first').weightsSha256, factsOf('second').weightsSha256);
  const { status, stderr } = await learn('mlp', 'third', ...words, '--kernels', 'plain');
  assert.is(status, 2);
  assert.match(stderr, /--kernels is unknown/);
});

const cnn = ['--no-pictures', ...set('kernels=[3]', 'kernelSize=3', 'floatingPoint.shift=0')];

test('a convolutional net is trained in floating point and programmed; what it lost, its last layer makes up for', async () => {
  assert.is((await learn('cnn', 'exact', ...cnn)).status, 0);
  const exact = factsOf('exact');
  assert.ok(exact.floatingPoint!.test! > 90 && Math.abs(exact.accuracy.test! - exact.floatingPoint!.test!) < 3);
  assert.ok(exact.layers.every(({ programming }) => programming!.pulses > 0 && programming!.clipped === 0));
  const bad = [...cnn, '--device', 'linear', ...set('programming.noise=0.4', 'device.stuck={low: 0.1, high: 0.1}')];
  for (const training of ['exSitu', 'hybrid']) await learn('cnn', training, ...bad, '--training', training);
  const [lost, back] = ['exSitu', 'hybrid'].map((run) => exact.accuracy.test! - factsOf(run).accuracy.test!) as [
    number,
    number,
  ];
  assert.ok(lost > 3 && back < lost / 2, `${lost} and ${back} points lost`);
});

test('weights that were written come back; the share that devices cannot hold is told', async () => {
  await learn('mlp', 'source', '--no-pictures', ...set('hidden=[12]'));
  const words = ['--no-pictures', '--import', join('source', 'weights.safetensors')];
  assert.is((await learn('mlp', 'back', ...words)).status, 0);
  assert.ok(Math.abs(factsOf('back').accuracy.test! - factsOf('source').accuracy.test!) < 3);
  const { stdout } = await learn('mlp', 'clipped', ...words, ...set('weightRange=0.2'));
  const { clipped } = factsOf('clipped').layers[0]!.programming!;
  assert.ok(clipped > 0.05 && clipped < 1);
  assert.match(stdout, new RegExp(`${(100 * clipped).toFixed(2)} % of the weights clipped`));
});

test('devices that are trained in situ can be programmed first, which is told; those that are programmed anyway refuse it', async () => {
  const words = ['--no-pictures', '--train', '60', '--test', '20', '--device', 'linear', '--epochs', '1'];
  const own = set('device.programming={tolerance: 0.01, maxPulses: 300}');
  const { stdout } = await learn('perceptron', 'programmedFirst', ...words, ...own);
  assert.match(stdout, /Programming of the initial weights: [\d,]+ pulses to [\d,]+ devices, /);
  const refused = await learn('perceptron', 'refused', ...words, ...own, '--training', 'exSitu');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /device\.programming .* training exSitu; .* programming\.tolerance=0\.01/);
});

test('the periphery can be given: bits, lines, non-linear cells', async () => {
  const words = ['--no-pictures', '--train', '60', '--test', '20', '--device', 'linear', '--epochs', '1'];
  for (const [out, given] of [
    ['bits', ['input.bits=4', 'output.bits=6']],
    ['lines', ['lines.word=2', 'lines.bit=2', 'lines.every=30', 'output.calibrated=true']],
    ['cells', ['nonlinearity=141', 'input.coding=amplitude', 'input.bits=4', 'update.rule=stochastic']],
  ] as const)
    assert.equal((await learn('perceptron', out, ...words, ...set(...given))).stderr, '');
});

test('the cost of classifying an image: conversions, operations and both converters; results stay equal', async () => {
  const words = ['--no-pictures', '--test', '40', '--device', 'neuroSim', '--training', 'exSitu', '--epochs', '1'];
  const { stdout } = await learn('perceptron', 'costed', ...words, '--cost', 'isaac-32nm', ...set('cost.input.bits=4'));
  await learn('perceptron', 'uncosted', ...words);
  assert.is(factsOf('costed').weightsSha256, factsOf('uncosted').weightsSha256);
  assert.equal(factsOf('costed').energy, factsOf('uncosted').energy);
  assert.is(factsOf('uncosted').cost, undefined);
  const cost = factsOf('costed').cost as SystemCost;
  const rows = 2 * (factsOf('costed').layers as unknown as readonly { rows: number }[])[0]!.rows; // pairs of devices
  const conversions = Math.ceil(rows / 128) * CLASSES * 4;
  assert.ok(Math.abs(cost.energy.parts.adc / (conversions * 1.2e-12) - 1) < 1e-9);
  assert.ok(Math.abs(cost.latency / (4 * (1e-8 + 8 * 7e-9)) - 1) < 1e-9);
  assert.ok(Math.abs(cost.topsPerWatt! * cost.energy.total * 1e12 - 2 * SIDE ** 2 * CLASSES) < 1e-6);
  assert.equal([cost.inputBits, cost.outputBits, cost.acceleration], [4, 6, null]);
  assert.ok(cost.programming!.energy > 0 && cost.programming!.time > 0 && cost.write!.pulses > 0);
  assert.match(stdout, /\nEfficiency: .* TOPS\/W \(inputs 4 bits, outputs 6 bits, .*with published converters /);
  const refused = await learn('perceptron', 'analog', ...words, '--cost', 'neurons-28nm');
  assert.match(refused.stderr, /cost has no adc, but a net without spikes reads its columns with converters/);
});

/** A signal that says stop when it is asked for the n-th time. */
function stopAfter(n: number): AbortSignal {
  let asked = 0;
  return {
    get aborted() {
      return ++asked > n;
    },
  } as AbortSignal;
}

for (const [name, given] of [
  [
    'on noisy pairs, in batches',
    {
      network: 'mlp',
      hidden: [5],
      inSitu: { epochs: 3, batch: 7 },
      device: { model: 'linear', reading: 'differential', writeNoise: 0.02, deviceToDevice: 0.2 },
    },
  ],
  [
    'with lines, converters and stochastic pulses',
    {
      network: 'perceptron',
      inSitu: { epochs: 3 },
      device: { model: 'linear', reading: 'differential' },
      lines: { word: 2, bit: 2, every: 100 },
      output: { bits: 6, calibrated: true },
      update: { rule: 'stochastic' },
    },
  ],
  [
    'in floating point, then its last layer in place',
    {
      network: 'mlp',
      hidden: [5],
      training: 'hybrid',
      floatingPoint: { epochs: 3 },
      inSitu: { epochs: 3 },
      programming: { noise: 0.05 },
      device: { model: 'linear', reading: 'differential', readNoise: { sd: 0.01 } },
    },
  ],
  [
    'in floating point, then devices that keep still',
    {
      network: 'mlp',
      hidden: [5],
      training: 'hybrid',
      floatingPoint: { epochs: 3 },
      inSitu: { epochs: 3 },
      device: { model: 'softBound', reading: 'differential' },
    },
  ],
] as const)
  test(`a training ${name} that is stopped again and again goes on to the same bits`, async () => {
    const config = validate(netSchema, addArchitectureDefaults(given, null), 'learn');
    const run = (out: string, signal: AbortSignal) =>
      trainAndTestNet({
        config,
        dataDirectory: at('bars'),
        out: at(out),
        signal,
        resume: true,
        progress: 'none',
      });
    const [whole, cut] = [`whole ${name}`, `cut ${name}`];
    assert.ok(await run(whole, new AbortController().signal));
    let times = 0;
    while ((await run(cut, stopAfter(9))) === null) {
      times++;
      assert.ok(existsSync(join(at(cut), 'checkpoint.bin')));
      assert.ok(times < 60);
    }
    assert.ok(times >= 2, `stopped ${times} times`);
    assert.not.ok(existsSync(join(at(cut), 'checkpoint.bin')));
    const { trainSeconds, testSeconds, wallSeconds, peakRssBytes, date, ...facts } = factsOf(cut) as Record<
      string,
      unknown
    >;
    const {
      trainSeconds: t,
      testSeconds: s,
      wallSeconds: w,
      peakRssBytes: m,
      date: d,
      ...uncut
    } = factsOf(whole) as Record<string, unknown>;
    assert.equal(facts, uncut);
    assert.ok(t && s && w && m && d && date && trainSeconds && testSeconds && wallSeconds && peakRssBytes);
  });

test('--resume takes the run as it was begun, and nothing else', async () => {
  const given = addArchitectureDefaults({ network: 'perceptron', inSitu: { epochs: 2 } }, null);
  const config = validate(netSchema, given, 'learn');
  const out = at('begun');
  const told = { resume: false, progress: 'none', signal: stopAfter(4) } as const;
  assert.is(await trainAndTestNet({ config, dataDirectory: at('bars'), out, ...told }), null);
  assert.match((await learn('perceptron', 'begun')).stderr, /holds an unfinished run; resume it with --resume/);
  assert.match((await learn('mlp', 'begun', '--resume')).stderr, /holds a run of --network perceptron, not mlp/);
  assert.match((await learn('perceptron', 'begun', '--resume', '--seed', '2')).stderr, /another configuration: /);
  const { status, stdout, stderr } = await learn('perceptron', 'begun', '--resume');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /^Accuracy on 120 test images: /);
  assert.match((await learn('perceptron', 'begun', '--resume')).stdout, /is already finished/);
});

test('what does not fit is refused in a sentence, before anything is computed', async () => {
  const refusal = async (network: string, ...words: string[]) => {
    const { status, stdout, stderr } = await learn(network, 'refused', ...words);
    assert.is(stdout, '');
    assert.not.ok(existsSync(at('refused')), words.join(' '));
    assert.match(stderr, /^memspike: [^\n]+\n$/);
    return `${status} ${stderr.slice('memspike: '.length).trimEnd()}`;
  };
  assert.match(
    await refusal('mlp', '--rule', 'pairStdp'),
    /^2 learn: --rule applies only to --network layer, not to mlp/,
  );
  assert.match(await refusal('mlp', '--record-inputs'), /^2 learn: --record-inputs applies only to/);
  assert.match(
    await refusal('layer', '--training', 'exSitu'),
    /^2 learn: --training applies only to --network perceptron, mlp, cnn/,
  );
  assert.match(await refusal('mlp', '--training', 'insitu'), /^2 learn: --training is "insitu".*inSitu/);
  assert.match(await refusal('mlp', '--import', 'none.npz'), /^1 cannot read .*none\.npz: no such file/);
  assert.match(await refusal('cnn', '--set', 'kernelSize=9'), /^1 learn: a kernel of 9 × 9 does not fit 8 × 8 pixels/);
  assert.match(await refusal('mlp', '--set', 'lines.word=1'), /^1 layer1: lines needs devices with a conductance/);
  assert.match(await refusal('mlp', '--set', 'hiden=[3]'), /^2 .*hiden is unknown, did you mean "hidden"/);
  assert.match(await refusal('mlp', '--train', '601'), /^1 learn: train is 601, but there are 600 images/);
  assert.match(
    await refusal('cnn', '--import', join('source', 'weights.safetensors')),
    /^1 .*needs at least one tensor of kernels/,
  );
});

test.run();
