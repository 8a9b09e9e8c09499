/** Settings that follow the training images, distortion of test images, and training in the order of classes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../../core/random/random.ts';
import { computeActivePixels } from '../../../../experiments/data/idx.ts';
import { loadMnist, MNIST_IMAGE_COUNTS } from '../../../../experiments/data/mnist.ts';
import { distortImages } from '../../../../experiments/training/unsupervised/distortion.ts';
import { mapContrast, normaliseLocally } from '../../../../experiments/training/unsupervised/images.ts';
import { imagesOf, mnistConfig, trainLayer } from '../../../../experiments/training/unsupervised/index.ts';
import { buildDefaultSettings, computeSpikeRatio } from '../../../../experiments/training/unsupervised/recipes.ts';

const mnist = loadMnist();

test('all pixels of a uniform image are active, one of a dot, and the constant of MNIST is that of its images', () => {
  const active = (...images: number[]) =>
    computeActivePixels({ images: Uint8Array.from(images), n: images.length / 4, rows: 2, columns: 2 });
  assert.is(active(9, 9, 9, 9), 4);
  assert.is(active(0, 0, 7, 0), 1);
  assert.is(active(9, 9, 9, 9, 0, 0, 0, 0), 2);
  assert.is(active(1, 3, 0, 0), 1.6);
  assert.ok(Math.abs(computeActivePixels(mnist.train) - MNIST_IMAGE_COUNTS.activePixels!) < 0.05);
});

test('rates, thresholds and homeostasis grow with the active pixels in powers of 2, and MNIST keeps its recipe', () => {
  assert.equal([5, 119.7, 150, 200, 326, 784].map(computeSpikeRatio), [1, 1, 1, 2, 4, 4]);
  const { neuron, homeostasis, stimulus, rule } = buildDefaultSettings(400, 240_000) as Record<string, object>;
  const config = (activePixels?: number) =>
    mnistConfig({}, undefined, { trainCount: 60_000, testCount: 10_000, ...(activePixels && { activePixels }) });
  for (const c of [mnistConfig({}), config(), config(119)]) {
    assert.equal([c.neuron.threshold, c.stimulus.rate, c.rule.window], [45, 6400, 50]);
    assert.equal({ ...c.homeostasis, minimum: undefined }, { ...homeostasis, minimum: undefined });
  }
  const dense = config(326);
  const { threshold } = neuron as { threshold: number };
  const { gain, increment } = homeostasis as { gain: number; increment: number };
  assert.equal(
    [dense.neuron.threshold, dense.homeostasis.gain, dense.homeostasis.increment],
    [4 * threshold, 4 * gain, 4 * increment],
  );
  assert.equal([dense.stimulus.rate, dense.rule.window], [25_600, 12.5]);
  assert.equal([stimulus, rule], [{}, { model: 'postTriggered', window: 50 }]);
  const pairs = mnistConfig({ rule: { model: 'pairStdp' } }, undefined, {
    trainCount: 9,
    testCount: 9,
    activePixels: 326,
  });
  assert.is(pairs.stimulus.rate, 6400);
});

test('orientation maps of images with many active pixels have the settings of the table in docs/results/fashion-mnist.md', () => {
  const configure = (settings: object, activePixels = 326) =>
    mnistConfig({ preprocessing: 'orientation', ...settings }, undefined, {
      ...{ trainCount: 60_000, testCount: 10_000 },
      activePixels,
    });
  const read = { testSpikes: 100, labelSpikes: 10 };
  const device = { alphaUp: 0.06, alphaDown: 0.0045 };
  for (const [neurons, gamma] of [
    [400, 0.4],
    [1600, 0.5],
  ] as const) {
    const neuron = { hold: 1, readThreshold: 0.15 };
    assert.equal(
      configure({ neurons, epochs: 3 }),
      configure({ neurons, epochs: 3, ...read, neuron, device, stimulus: { gamma } }),
    );
    assert.is(configure({ neurons, epochs: 3 }).stimulus.gamma, gamma);
    assert.is(configure({ neurons, epochs: 3 }).neuron.hold, 1);
  }
  const halfway = configure({}, 200);
  assert.equal([halfway.labelSpikes, halfway.testSpikes], [5, 45]);
  const digits = configure({}, 119.7);
  assert.equal([digits.labelSpikes, digits.testSpikes, digits.neuron.hold, digits.stimulus.gamma], [3, 20, 10, 1]);
  assert.is(mnistConfig({}, undefined, { trainCount: 9, testCount: 9, activePixels: 326 }).neuron.hold, 10);
});

test('local normalisation lifts dark regions and ignores brightness', () => {
  const image = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 200 : 20));
  const normalised = normaliseLocally(image, 20, 20);
  assert.ok(normalised[200]! / normalised[219]! < 5, `${normalised[200]} and ${normalised[219]}`);
  assert.is(Math.max(...normalised), 255);
  const black = normaliseLocally(new Uint8Array(400), 20, 20);
  assert.equal([...black], new Array(400).fill(0));
});

test('contrast: ON cells answer to a bright spot, OFF cells around it and to a dark spot, and neither to a black image', () => {
  const spot = (background: number, middle: number) =>
    mapContrast(new Uint8Array(400).fill(background).fill(middle, 210, 211), 20, 20);
  const bright = spot(0, 200);
  assert.is(bright.length, 800);
  assert.is(bright[210], 255);
  assert.is(bright.subarray(0, 400).filter((v) => v > 0).length, 1);
  assert.is(bright[610], 0);
  assert.ok(bright[609]! > bright[608]! && bright[608]! > 0, `${bright[609]}, ${bright[608]}`);
  const dark = spot(200, 0);
  assert.is(dark[210], 0);
  assert.ok(dark[610]! > 100 && dark[210 - 60]! > 0, `${dark[610]}, ${dark[150]}`);
  assert.equal([...mapContrast(new Uint8Array(400), 20, 20)], new Array(800).fill(0));
  const preprocessing = 'contrast';
  assert.throws(
    () => mnistConfig({ preprocessing, network: 'windows' }),
    /preprocessing is contrast, which network windows does not support; use "none", "deskew" or "normalise"/,
  );
});

test('distortions invert, brighten, shift and add noise to copies of the images', () => {
  const set = { images: Uint8Array.of(0, 100, 200, 255), labels: Uint8Array.of(3), n: 1, rows: 2, columns: 2 };
  const none = { invert: false, brighten: 0, noise: 0, shift: 0 };
  const distort = (change: object, data = set) =>
    distortImages(data, { ...none, ...change }, new RandomStream(1, 'x')).images;
  assert.equal([...distort({})], [0, 100, 200, 255]);
  assert.equal([...distort({ invert: true })], [255, 155, 55, 0]);
  assert.equal([...distort({ brighten: 0.2 })], [51, 151, 251, 255]);
  assert.ok(
    [
      [0, 0, 0, 200],
      [100, 0, 255, 0],
      [0, 0, 0, 100],
      [200, 255, 0, 0],
    ].some((one) => one.join() === [...distort({ shift: 1 })].join()),
  );
  assert.equal([...distort({ shift: 2 })], [0, 0, 0, 0]);
  const grey = { ...set, images: new Uint8Array(10_000).fill(128), rows: 100, columns: 100 };
  const noisy = distort({ noise: 0.1 }, grey);
  const mean = noisy.reduce((sum, v) => sum + v, 0) / 10_000;
  const sd = Math.sqrt(noisy.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 10_000);
  assert.ok(Math.abs(mean - 128) < 1 && Math.abs(sd - 25.5) < 1, `${mean}, ${sd}`); // standard errors 0.26 and 0.18
});

test('only test images are distorted', () => {
  const config = mnistConfig({ train: 10, label: 10, test: 10, distortion: { invert: true } });
  const { train, test: tested } = imagesOf(mnist, config);
  assert.equal(train.images.subarray(0, 7840), mnist.train.images.subarray(0, 7840));
  assert.is(tested.images[0], 255);
});

test('byClass shows the classes one after the other, or the first of them only', async () => {
  const { TrainingLoop } = await import('../../../../experiments/training/unsupervised/train.ts');
  const { buildLearningLayer } = await import('../../../../experiments/training/unsupervised/network.ts');
  const size = { neurons: 5, epochs: 2, train: 200, label: 10, test: 10 };
  for (const classes of [10, 3]) {
    const config = mnistConfig({ ...size, training: { order: 'byClass', ...(classes < 10 && { classes }) } });
    const { train } = imagesOf(mnist, config);
    const labels: number[] = [];
    const loop = new TrainingLoop(buildLearningLayer(config, train), config, train);
    const imageLog = {
      write: ({ label }: Readonly<Record<string, ArrayLike<number | bigint>>>) => labels.push(Number(label![0])),
    };
    await loop.run({ signal: new AbortController().signal, imageLog: imageLog as never, onPause: () => {} });
    const epoch = [...train.labels.subarray(0, 200)].filter((label) => label < classes).sort((a, b) => a - b);
    assert.equal(labels, [...epoch, ...epoch]);
    assert.is(loop.shown, 400);
    assert.ok(await trainLayer(config, train));
  }
  const mixed = () => mnistConfig({ ...size, training: { classes: 3 } });
  assert.throws(mixed, /training\.classes is 3, but needs training\.order byClass/);
});

test.run();
