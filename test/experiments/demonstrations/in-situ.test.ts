/** Weights are written into the same flawed devices that learn in place, age with them, and stuck ones cost accuracy. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compared } from '../../../experiments/demonstrations/inSitu/compared.ts';
import { errorCorrecting } from '../../../experiments/demonstrations/inSitu/errorCorrecting.ts';
import { blindlyImported, flawed, imported, written } from '../../../experiments/demonstrations/inSitu/flaws.ts';
import { imagesOf, loadMnist, mnistConfig } from '../../../experiments/mnist/index.ts';
import { learningLayer } from '../../../experiments/mnist/network.ts';

const GIVEN = { neurons: 10, seed: 3 };
const PIXELS = 784;
const half = new Float32Array(PIXELS * GIVEN.neurons).fill(0.5);
const worse = (flaw: 'stuck' | 'spread' | 'drift' | 'unevenDrift', amount: number) =>
  mnistConfig({ ...GIVEN, device: flawed(mnistConfig(GIVEN).device, flaw, amount, 1000) });

test('the same devices are stuck as in the layer that learns', () => {
  const config = worse('stuck', 0.4);
  const written = imported(config, half, 0);
  const { net, synapses } = learningLayer(config, PIXELS, 'auto');
  net.build();
  let stuck = 0;
  written.forEach((w, k) => {
    if (Math.abs(w - 0.5) < 1e-6) return;
    stuck++;
    assert.is(synapses.edges.weights![k], w); // at the start of training, too
  });
  assert.ok(Math.abs(stuck / written.length - 0.4) < 0.03, `${stuck} stuck`);
});

test('verification undoes spread where the range allows it, blind writing does not; drift takes its share', () => {
  const config = worse('spread', 0.25);
  const right = (weights: Float32Array) => weights.filter((w) => Math.abs(w - 0.5) < 1e-6).length / weights.length;
  assert.ok(right(imported(config, half, 0)) > 0.95);
  assert.ok(right(blindlyImported(config, half, 0.25)) < 0.05);
  const aged = imported(worse('drift', 1), half, 1000); // one time constant
  aged.forEach((w) => {
    assert.ok(Math.abs(w - 0.5 * Math.exp(-1)) < 1e-3, `${w}`);
  });
  const uneven = imported(worse('unevenDrift', 1), half, 1000);
  assert.ok(uneven.some((w) => w < 0.1) && uneven.some((w) => w > 0.3));
});

test('written by pulses into devices with spread: nearer with more pulses, and not at all without', () => {
  const config = worse('spread', 0.25);
  const off = (weights: Float32Array) => weights.filter((w) => Math.abs(w - 0.5) > 0.02).length / weights.length;
  const [close, rough, none] = [0.02, 0.2, 1].map((tolerance) => written(config, half, 0, tolerance));
  assert.ok(off(close!.weights) < 0.05 && off(rough!.weights) > 0.5);
  assert.ok(close!.pulses > rough!.pulses && rough!.pulses > 1);
  assert.ok(close!.joules > rough!.joules && rough!.joules > 0, 'more pulses cost more');
  assert.is(none!.pulses, 0);
  assert.ok(none!.weights.every((w) => w < 0.01));
});

const stage = { signal: new AbortController().signal, step: async () => {} };
const SMALL = { seed: 1, split: 'validation', gain: 20, anneal: 30 } as const;
const NONE = { stuck: [], spread: [], drift: [], unevenDrift: [] };

test('without labels, stuck devices cost accuracy either way, and half a percent of them hardly any', async () => {
  const given = { neurons: 30, train: 6000, label: 1000, test: 500, ...SMALL };
  const { found } = await compared('unsupervised', given, { ...NONE, stuck: [0.005, 0.8] }, [], stage);
  const of = (way: string, amount: number) => found.find((t) => t.way === way && t.amount === amount)!.accuracy;
  assert.ok(of('exSitu', 0.8) < of('exSitu', 0) - 5, `${of('exSitu', 0.8)} % of ${of('exSitu', 0)} %`);
  assert.ok(of('inSitu', 0.8) < of('inSitu', 0.005) - 5, `${of('inSitu', 0.8)} % of ${of('inSitu', 0.005)} %`);
  assert.ok(of('exSitu', 0.005) > of('exSitu', 0) - 4, `${of('exSitu', 0.005)} % of ${of('exSitu', 0)} %`);
});

test('a rule that corrects errors makes up for stuck devices where writing does not, and has no need to on ideal ones', async () => {
  const given = { neurons: 20, train: 4000, label: 1, test: 500, ...SMALL };
  const { found } = await compared('errorCorrecting', given, { ...NONE, stuck: [0.005, 0.3] }, [], stage);
  const of = (way: string, amount: number) =>
    found.find((t) => t.flaw === 'stuck' && t.way === way && t.amount === amount)!.accuracy;
  assert.ok(of('exSitu', 0) > 70, `${of('exSitu', 0)} % on ideal devices`);
  assert.ok(of('inSitu', 0.3) > of('exSitu', 0.3) + 10, `${of('inSitu', 0.3)} %, written ${of('exSitu', 0.3)} %`);
  assert.ok(Math.abs(of('inSitu', 0.005) - of('exSitu', 0.005)) < 8, 'hardly any are stuck');
});

test('what is learned comes from the labels: with those of other images the same network knows nothing', async () => {
  const given = { neurons: 20, train: 2000, label: 1, test: 500, ...SMALL };
  const config = errorCorrecting.config(given);
  const { train, test: tested } = imagesOf(loadMnist(), config);
  const mixed = { ...train, labels: train.labels.map((_, i) => train.labels[(i + 1) % train.n]!) };
  const accuracy = async (images: typeof train) => {
    const { learned } = await errorCorrecting.train(config, images, stage.signal);
    return errorCorrecting.accuracy(config, learned, { train, test: tested }, stage.signal);
  };
  const [right, wrong] = [await accuracy(train), await accuracy(mixed)];
  assert.ok(right > 60 && wrong < 30, `${right} %, with labels of other images ${wrong} %`);
});

test.run();
