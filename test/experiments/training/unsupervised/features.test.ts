/** `memspike mnist --network features` at a small size: two learned stages, all in spikes. */
// slow: trains two stages; job.test.ts trains one in `npm test`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createFrontEnd } from '../../../../experiments/training/unsupervised/features/frontEnd.ts';
import { learnFeatureKernels } from '../../../../experiments/training/unsupervised/features/learnFrontEnd.ts';
import { loadMnist, mnistConfig } from '../../../../experiments/training/unsupervised/index.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json, rowsOf } from '../../run/cli.ts';

const test = suite('mnist features');
const directory = mkdtempSync(join(tmpdir(), 'memspike-features-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const SMALL = ['--neurons', '8', '--train', '60', '--label', '40', '--test', '20', '--epochs', '2'];
const mnist = (out: string, ...more: string[]) =>
  inProcess(
    directory,
    'mnist',
    ...['--network', 'features', ...SMALL, '--set', 'features.patches=400', '--progress', 'none', '--out', out],
    ...more,
  );

/** All that a run says but for what depends on the machine. */
const resultOf = (out: string) =>
  Object.fromEntries(
    Object.entries(json(at(out), 'run.json')).filter(
      ([key]) => !/Seconds|PerSecond|peakRssBytes|date|commandLine/.test(key),
    ),
  );

test('all that reaches the second stage are logged spikes of the pooling population', async () => {
  const { status, stderr } = await mnist('first', '--record-inputs');
  assert.equal([status, stderr], [0, '']);
  const config = mnistConfig({
    network: 'features',
    neurons: 8,
    train: 60,
    label: 40,
    test: 20,
    epochs: 2,
    features: { patches: 400 },
  });
  const { train, test: tested } = loadMnist();
  let patches = 0;
  const { kernel, wins } = learnFeatureKernels(config, train, (shown) => (patches = shown));
  assert.equal([wins.reduce((sum, n) => sum + n, 0), patches], [400, 400]);
  const images = rowsOf(at('first'), 'images.arrows');
  const spikes = rowsOf(at('first'), 'spikes.arrows').filter(({ population }) => population === 0);
  assert.ok(spikes.length > 1000);
  const phases = { 0: 'train', 1: 'label', 2: 'test' } as const;
  let compared = 0;
  for (const phase of [0, 1, 2] as const) {
    const front = createFrontEnd(config, kernel, train, phases[phase]);
    const { images: shown } = phase === 2 ? tested : train;
    images
      .filter((row) => row.phase === phase)
      .forEach(({ time, image }, i, rows) => {
        if (i % 17 !== 0) return;
        const end = rows[i + 1]?.time ?? Infinity;
        const duration = phase === 2 ? config.stimulus.duration : config.features!.duration;
        // A training image ends with its last output spike, at the instant at which the next one begins.
        const found = spikes.filter((s) => s.time! > time! && s.time! <= end).map((s) => [s.time! - time!, s.neuron]);
        const made = front.simulateImage(shown.subarray(image! * 784, (image! + 1) * 784), image!, duration);
        const expected = Array.from(made.spikeTimes, (t, k) => [t, made.neurons[k]]).slice(0, found.length);
        if (phase > 0 || i + 1 < rows.length) assert.equal(found, expected, `phase ${phase}, image ${image}`);
        compared += found.length;
      });
  }
  assert.ok(compared > 500, `${compared} spikes`);
});

test('the same bits a second time and with two threads; facts of both stages; pictures', async () => {
  assert.equal((await mnist('second')).status, 0);
  assert.equal((await mnist('third', '--workers', '2', '--no-pictures')).status, 0);
  assert.equal(resultOf('third'), resultOf('second'));
  const facts = json(at('second'), 'run.json') as unknown as {
    neurons: number;
    energy: { counts: { devices: number } };
    firstStage: { wins: number[]; replicas: number; energy: { write: number; counts: { devices: number } } };
  };
  assert.equal([facts.neurons, facts.energy.counts.devices], [72, 9 * 6 * 6 * 16 * 8]);
  const { wins, replicas, energy } = facts.firstStage;
  assert.equal([wins.length, energy.counts.devices, replicas], [16, 5 * 5 * 2 * 16, 134 ** 2 * 32]);
  assert.ok(energy.write > 0);
});

test('a device with flaws stands in both stages', async () => {
  const words = ['--device', 'ag-ceo2-pt', '--set', 'device.deviceToDevice=0.3', '--no-pictures'];
  assert.is((await mnist('flaws', ...words)).status, 0);
  const { firstStage } = json(at('flaws'), 'run.json') as unknown as { firstStage: { energy: { write: number } } };
  assert.ok(firstStage.energy.write > 0);
});

test('the first stage may have devices of its own; counts may be drawn anew', async () => {
  const own = ['--set', 'features.device.deviceToDevice=0.5', '--set', 'features.device.readNoise={ sd: 0.1 }'];
  assert.is((await mnist('own', ...own, '--no-pictures')).status, 0);
  assert.is((await mnist('again', ...own, '--no-pictures', '--workers', '2')).status, 0);
  assert.equal(resultOf('again'), resultOf('own'));
  const { firstStage } = json(at('own'), 'run.json') as unknown as { firstStage: { reading: { read: number } } };
  assert.ok(firstStage.reading.read > 0);
  const anew = ['--handover', 'poisson', '--no-pictures'];
  assert.is((await mnist('poisson', ...anew)).status, 0);
  assert.is((await mnist('poisson2', ...anew, '--workers', '2')).status, 0);
  assert.equal(resultOf('poisson2'), resultOf('poisson'));
  assert.is(json(at('poisson'), 'run.json').handover, 'poisson');
  assert.is(json(at('own'), 'run.json').handover, 'spikes');
  const { status, stderr } = await inProcess(directory, 'mnist', ...SMALL, '--handover', 'poisson');
  assert.is(status, 2);
  assert.match(stderr, /^memspike: mnist: --handover needs --network features, whose two stages it connects\.$/m);
  assert.not.equal(resultOf('poisson').spikesSha256, resultOf('second').spikesSha256);
});

test('what does not go together is refused in one sentence', () => {
  const refused = (given: object, said: RegExp) => assert.throws(() => mnistConfig({ neurons: 5, ...given }), said);
  refused({ features: {} }, /features is for network features, but network is layer/);
  refused(
    { network: 'features', features: { device: { deviceToDevic: 1 } } },
    /features: device\.deviceToDevic is unknown, did you mean "deviceToDevice"/,
  );
  refused({ network: 'features', features: { patch: 4 } }, /features\.patch is 4, but a patch has a middle/);
});

test.run();
