/** Every rule of the job learns by its own protocol, whichever way it is asked for, and goes on from a checkpoint. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../../core/checkpoint/state.ts';
import { loadMnist } from '../../../../experiments/data/mnist.ts';
import { applySettings } from '../../../../experiments/sweep/experiment.ts';
import { addDefaults, mnistSchema } from '../../../../experiments/training/unsupervised/config.ts';
import { prepareImages } from '../../../../experiments/training/unsupervised/images.ts';
import { buildLearningLayer } from '../../../../experiments/training/unsupervised/network.ts';
import { createMnistConfig, testLayer, trainLayer } from '../../../../experiments/training/unsupervised/steps.ts';
import { TrainingLoop } from '../../../../experiments/training/unsupervised/train.ts';
import { slowTest } from '../../../support.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json } from '../../run/cli.ts';

const RULES = ['postTriggered', 'pairStdp', 'tripletStdp', 'diehlCook', 'stochasticBinary', 'pulseOverlap'];
const test = suite('rules of the MNIST job');
const directory = mkdtempSync(join(tmpdir(), 'memspike-rules-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const mnist = loadMnist();
const GIVEN = { neurons: 20, epochs: 1, train: 1500, label: 1000, test: 500 };
const pictures = prepareImages(mnist, createMnistConfig(GIVEN));

/** Accuracy after a small training, in percent. */
async function accuracyOf(rule: string, device?: string, more: object = {}): Promise<number> {
  const config = createMnistConfig({ ...GIVEN, rule: { model: rule }, ...more }, device);
  const { learned } = (await trainLayer(config, pictures.train))!;
  return (await testLayer(config, learned, pictures))!.accuracy.logProbability;
}

for (const device of [undefined, 'softBound']) {
  for (const rule of RULES) {
    test(`${rule} learns on ${device ?? "the recipe's device"}`, async () => {
      const trained = await accuracyOf(rule, device);
      const untrained = await accuracyOf(rule, device, { epochs: 0 });
      assert.ok(trained > untrained + 10, `${trained.toFixed(1)} %, untrained ${untrained.toFixed(1)} %`);
    });
  }
}

test('pair STDP depresses only because traces live on into the next image', async () => {
  const devices = async (keepTraces: boolean) => {
    const config = createMnistConfig({ ...GIVEN, train: 200, rule: { model: 'pairStdp' }, training: { keepTraces } });
    return (await trainLayer(config, pictures.train))!.layer.synapses.devices!.usage;
  };
  const [kept, rested] = [await devices(true), await devices(false)];
  assert.ok(kept.writesDown > kept.writesUp);
  assert.is(rested.writesDown, 0);
  assert.ok(rested.writesUp > 0);
});

test('--rule, --set rule.model and --config say the same, and so do a sweep and a study', async () => {
  const small = ['--neurons', '5', '--epochs', '1', '--train', '20', '--label', '20', '--test', '20'];
  const mnist = async (out: string, ...more: string[]) =>
    await inProcess(directory, 'mnist', ...small, '--no-pictures', '--progress', 'none', '--out', out, ...more);
  for (const rule of RULES) {
    writeFileSync(at('rule.yaml'), `rule: { model: ${rule} }\n`);
    const ways = [
      ['--rule', rule],
      ['--set', `rule.model=${rule}`],
      ['--config', 'rule.yaml'],
    ];
    const configs = [];
    for (const [i, flags] of ways.entries()) {
      const { status, stderr } = await mnist(`${rule}-${i}`, ...flags);
      assert.is(status, 0, stderr);
      configs.push(json(at(`${rule}-${i}`), 'config.json'));
    }
    assert.equal(configs[1], configs[0]);
    assert.equal(configs[2], configs[0]);
    const given = { neurons: 5, epochs: 1, train: 20, label: 20, test: 20 };
    assert.equal(JSON.parse(JSON.stringify(createMnistConfig({ ...given, rule: { model: rule } }))), configs[0]);
    const setting = { keyPath: ['rule', 'model'], value: rule, settingLocation: 'rule.model' };
    const swept = applySettings(mnistSchema, given, [setting], 'sweep', addDefaults, ['rule']);
    assert.equal(JSON.parse(JSON.stringify(swept.rule)), (configs[0] as unknown as { rule: unknown }).rule);
  }
});

test('one key of a rule goes over its recipe, which stays for the others', () => {
  const { rule } = createMnistConfig({ rule: { model: 'pairStdp', aMinus: 0 } });
  const recipe = createMnistConfig({ rule: { model: 'pairStdp' } }).rule;
  assert.equal(rule, { ...recipe, aMinus: 0 });
  assert.is(createMnistConfig({ rule: { model: 'eachSpike' } }).training, undefined);
});

test('mistakes are told in one sentence', async () => {
  const refused = async (...flags: string[]) => {
    const { status, stderr } = await inProcess(directory, 'mnist', '--out', 'no', ...flags);
    assert.is(status, 2, stderr);
    return stderr;
  };
  assert.match(await refused('--rule', 'pairSdtp'), /rule\.model is "pairSdtp".*did you mean "pairStdp"\?/);
  assert.match(await refused('--rule', 'pairStdp', '--set', 'rule.window=50'), /rule\.window/);
  assert.match(await refused('--set', 'training.spikes=0'), /training\.spikes is 0, but must be an integer >= 1/);
  assert.match(await refused('--rule', 'pairStdp', '--set', 'rule.minStrength=-1'), /rule\.minStrength is -1/);
});

for (const rule of ['pairStdp', 'diehlCook', 'stochasticBinary']) {
  // In short runs `pairStdp` represents the others.
  const add = rule === 'pairStdp' ? test : slowTest.bind(null, test);
  add(`${rule}: a training that is resumed leaves the same bits`, async () => {
    const config = createMnistConfig({ ...GIVEN, neurons: 10, train: 60, rule: { model: rule } });
    const begun = (checkpointEvery: number, onCheckpoint: (layer: ReturnType<typeof fresh>) => void) => {
      const one = fresh();
      const options = { images: { write: () => {} }, onPause: () => {}, signal: new AbortController().signal };
      return { one, done: one.training.run({ ...options, checkpointEvery, onCheckpoint: () => onCheckpoint(one) }) };
    };
    const fresh = () => {
      const layer = buildLearningLayer(config, { rows: 28, columns: 28 });
      layer.net.build();
      return { layer, training: new TrainingLoop(layer, config, pictures.train) };
    };
    const saved: { net: Parameters<typeof load>[1]; notes: unknown }[] = [];
    const whole = begun(25, ({ layer, training }) => {
      saved.push({ net: save(layer.net), notes: JSON.parse(JSON.stringify(training.save())) });
    });
    await whole.done;
    assert.is(saved.length, 2);
    const second = fresh();
    load(second.layer.net, saved[0]!.net);
    second.training.load(saved[0]!.notes);
    await second.training.run({
      imageLog: { write: () => {} },
      onPause: () => {},
      signal: new AbortController().signal,
      checkpointEvery: 1000,
      onCheckpoint: () => {},
    });
    assert.equal(second.layer.synapses.edges.weights, whole.one.layer.synapses.edges.weights);
    assert.equal(second.layer.synapses.devices!.usage.writesUp, whole.one.layer.synapses.devices!.usage.writesUp);
    assert.equal(second.training.wins, whole.one.training.wins);
  });
}

test.run();
