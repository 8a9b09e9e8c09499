/** Gradients of spiking layers against those of the public function, which follows the engine's events; training, devices and messages. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { validate } from '../../../../core/declare/validate.ts';
import { createYinYang } from '../../../../experiments/data/yinYang.ts';
import { addEventPropDefaults, eventPropSchema } from '../../../../experiments/training/eventprop/config.ts';
import { trainAndTestEventProp } from '../../../../experiments/training/eventprop/experiment.ts';
import { EventPropNetwork } from '../../../../experiments/training/eventprop/network.ts';
import { loadSamples } from '../../../../experiments/training/eventprop/samples.ts';
import { EventPropTrainer } from '../../../../experiments/training/eventprop/trainer.ts';
import { gradients } from '../../../../experiments/training/supervised/index.ts';

const configure = (given: object) =>
  validate(eventPropSchema, addEventPropDefaults({ network: 'eventprop', ...given }, null, 'yin-yang'), 'test');

/** Network file of a network of layers for the sample in `network.input`. */
function describe(network: EventPropNetwork, isTimed: boolean, { tau, tauSyn }: { tau: number; tauSyn: number }) {
  const { input, layers } = network;
  const trains: number[][] = Array.from({ length: 5 }, () => []);
  for (const { neuron, time } of input) trains[neuron]!.push(time);
  const times = { tau, capacitance: tau, tauSynExc: tauSyn, tauSynInh: tauSyn, refractory: 0 };
  const lif = { model: 'lif', synapse: 'exponential', ...times };
  const names = ['input', ...layers.map((_, n) => `layer${n + 1}`)];
  return {
    memspike: 1,
    duration: 60,
    populations: Object.fromEntries([
      ['input', { model: 'spikeTrains', trains }],
      ...layers.map(({ size }, n) => [names[n + 1], { ...lif, size, threshold: n === 2 && !isTimed ? 1e9 : 1 }]),
    ]),
    projections: layers.map(({ weights, delays, size }, n) => ({
      name: names[n + 1],
      from: names[n],
      to: names[n + 1],
      connect: {
        list: Array.from(weights, (w, k) => [Math.floor(k / size), k % size, w, ...(delays ? [delays[k]!] : [])]),
      },
    })),
  };
}

const MEASURES = ['firstSpike', 'maximum', 'mean'] as const;
for (const measure of MEASURES)
  for (const delays of [false, true])
    test(`layers: measure ${measure}, ${delays ? 'with' : 'without'} delays`, () => {
      const neuron = { tau: 20, tauSyn: 5 };
      // The lateness of the recipe is small; here the label's own term has weight.
      const loss = { measure, lateness: 0.1, temperature: 2 };
      const c = configure({
        hidden: [12, 8],
        delays,
        loss,
        ...neuron,
        initial: { hiddenMean: 2.5, hiddenSd: 1 },
        train: 4,
      });
      const { train } = loadSamples('yin-yang', c);
      const network = new EventPropNetwork(c, train);
      for (let i = 0; i < 4; i++) {
        network.classify(train, i);
        const value = network.addGradients(train.labels[i]!);
        const expected = gradients(describe(network, measure === 'firstSpike', neuron), {
          ...{ population: 'layer3', label: train.labels[i]! },
          ...loss,
        });
        assert.ok(network.layers[0]!.spikes.length > 5);
        assert.ok(Math.abs(value - expected.loss) < 1e-9 * (1 + Math.abs(value)), `${value}, ${expected.loss}`);
        for (const [n, { weightGradient, delayGradient, size }] of network.layers.entries()) {
          const {
            pre,
            post,
            weightGradient: byWeight,
            delayGradient: byDelay,
          } = expected.projections[`layer${n + 1}`]!;
          for (const [found, wanted] of [[weightGradient, byWeight] as const, [delayGradient, byDelay] as const]) {
            if (found.length === 0) continue;
            const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
            wanted.forEach((x, k) => {
              const error = Math.abs(found[pre[k]! * size + post[k]!]! - x) / largest;
              assert.ok(error < 1e-7, `sample ${i}, layer ${n + 1}, ${pre[k]}->${post[k]}: error ${error}`);
            });
            found.fill(0);
          }
        }
      }
    });

async function train(given: object, epochs = 8) {
  const c = configure({ hidden: [100], batch: 16, epochs, train: 2000, test: 500, ...given });
  const samples = loadSamples('yin-yang', c);
  const network = new EventPropNetwork(c, samples.train);
  const trainer = new EventPropTrainer(c, network, samples.train);
  await trainer.train(() => {}, { imageCount: 0, correctCount: 0 });
  let right = 0;
  for (let i = 0; i < samples.test.sampleCount; i++) {
    if (network.classify(samples.test, i) === samples.test.labels[i]) right++;
  }
  return { accuracy: (100 * right) / samples.test.sampleCount, network, trainer };
}

test('training learns Yin-Yang, and equal seeds give equal weights', async () => {
  const [a, b] = [await train({}), await train({})];
  assert.ok(a.accuracy > 85, `${a.accuracy} %`);
  assert.equal(
    a.network.layers.map(({ weights }) => weights),
    b.network.layers.map(({ weights }) => weights),
  );
});

test('training on devices sends pulses only', async () => {
  const { accuracy, network, trainer } = await train({ device: { model: 'ideal', wMin: -1, wMax: 1 } });
  assert.ok(accuracy > 75, `${accuracy} %`);
  for (const [n, { accounts, weights }] of trainer.crossbars.entries()) {
    assert.ok(accounts.devices.writesUp > 1000);
    assert.equal(weights, network.layers[n]!.weights);
  }
});

test('training resumes with equal results', async () => {
  const c = configure({ hidden: [10], delays: true, epochs: 4, train: 1024, dropout: 0.1 });
  const { train: samples } = loadSamples('yin-yang', c);
  const create = () => new EventPropTrainer(c, new EventPropNetwork(c, samples), samples);
  const whole = create();
  await whole.train(() => {}, { imageCount: 0, correctCount: 0 });
  const [first, second] = [create(), create()];
  let start = { imageCount: 0, correctCount: 0 };
  const interrupt = (imageCount: number, correctCount: number) => {
    start = { imageCount, correctCount };
    if (imageCount > 1500) throw new Error('interrupted');
  };
  await first.train(interrupt, start).catch(() => {});
  assert.ok(start.imageCount < 3000);
  const saved = first.state;
  for (const [key, array] of Object.entries(second.state)) array.set(saved[key]! as never);
  second.onCheckpointLoaded();
  await second.train(() => {}, start);
  assert.equal(second.state, whole.state);
});

test('algorithms with two arrays are refused', async () => {
  const device = { model: 'ideal', wMin: -1, wMax: 1 };
  await train({ device, update: { algorithm: 'agad' }, train: 100 }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /with eventprop another algorithm/),
  );
});

test('a silent layer is named with the potential that it reaches', async () => {
  const quiet = train({ initial: { hiddenMean: 0.1, hiddenSd: 0.01 }, revival: { hidden: 0 } }, 1);
  await quiet.then(
    () => assert.unreachable(),
    (error: Error) =>
      assert.match(error.message, /hidden layer 1 with 100 neurons stays silent: .* 0\.\d\d\d, below the threshold/),
  );
});

test('a run writes accuracy, weights and spikes; its checkpoint resumes to the same weights', async () => {
  const out = mkdtempSync(join(tmpdir(), 'eventprop-'));
  const config = configure({ hidden: [10], epochs: 2, train: 1024, test: 50 });
  const run = (name: string, signal: AbortSignal, resume = false) =>
    trainAndTestEventProp({
      ...{ config, dataDirectory: 'yin-yang', out: join(out, name), resume, progress: 'none', signal },
      checkpointEvery: 512,
    });
  const never = new AbortController().signal;
  const whole = await run('whole', never);
  const aborted = new AbortController();
  aborted.abort();
  assert.is(await run('parts', aborted.signal), null);
  assert.equal((await run('parts', never, true))?.accuracy, whole!.accuracy);
  const read = (name: string) => JSON.parse(readFileSync(join(out, name, 'run.json'), 'utf8'));
  assert.is(read('parts').weightsSha256, read('whole').weightsSha256);
  assert.is(read('whole').accuracy.test, whole!.accuracy);
  assert.is(read('whole').spikesPerImage[0], 5);
});

test('Yin-Yang points: classes of known places, equal frequencies', () => {
  const { coordinates, labels, n } = createYinYang(3000, 42);
  const counts = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y, u, v] = coordinates.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    assert.equal([u, v], [1 - x, 1 - y]);
    assert.ok(Math.hypot(x - 0.5, y - 0.5) <= 0.5);
    const isDot = Math.hypot(x - 0.25, y - 0.5) < 0.1 || Math.hypot(x - 0.75, y - 0.5) < 0.1;
    assert.is(labels[i] === 2, isDot);
    if (y > 0.77 && !isDot) assert.is(labels[i], 1);
    if (y < 0.23 && !isDot) assert.is(labels[i], 0);
    counts[labels[i]!]!++;
  }
  for (const count of counts) assert.ok(Math.abs(count - 1000) < 100);
});

test.run();
