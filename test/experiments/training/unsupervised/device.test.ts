/** `memspike mnist --device` and labels of devices, small. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDeviceLabels } from '../../../../experiments/compare/deviceLabels.ts';
import { loadDevice } from '../../../../experiments/devices/load.ts';
import { readDeviceUsageMaps } from '../../../../experiments/look/weights/devices.ts';
import { addDefaults } from '../../../../experiments/training/unsupervised/config.ts';
import { buildDefaultSettings, getWeightFloorRatio } from '../../../../experiments/training/unsupervised/recipes.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json } from '../../run/cli.ts';

const test = suite('MNIST on a device');
const directory = mkdtempSync(join(tmpdir(), 'memspike-device-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const images = (train: string, others: string) => ['--train', train, '--label', others, '--test', others];
const SMALL = ['--neurons', '10', '--epochs', '1'];
const mnist = async (out: string, ...more: string[]) =>
  await inProcess(
    directory,
    'mnist',
    ...SMALL,
    ...(more.includes('--train') ? [] : images('200', '100')),
    '--out',
    out,
    '--no-pictures',
    '--progress',
    'none',
    ...more,
  );

test('a device that may not be in the range of the recipe gets weights and threshold that are', () => {
  const ceo2 = loadDevice('ag-ceo2-pt');
  const given = addDefaults({ neurons: 100 }, ceo2);
  assert.equal(given.weight, { initial: [0.25 + 0.01 * 0.75, 0.25 + 0.31 * 0.75] });
  const { threshold } = given.neuron as { threshold: number };
  assert.is(threshold, 0.75 * 45 + 0.25 * 130);
  assert.is(getWeightFloorRatio({ ...ceo2.device, reading: 'referenceColumn' }), 0);
  assert.is(getWeightFloorRatio({ wMin: 0, wMax: 1 }), 0);
  assert.equal(addDefaults({ neurons: 100 }).device, buildDefaultSettings(100, 240_000).device);
});

test('pairs that both learn: the recipe as it is, its weights put into G+, and both devices in the books', async () => {
  for (const [out, ...pairs] of [['opposite'], ['oneSided', '--set', 'device.oneSided={refreshAt: 0.3}']] as const) {
    const flags = ['--set', 'device.reading=differential', ...pairs, '--record-devices'];
    assert.is((await mnist(out!, ...flags, ...images('1000', '300'))).status, 0);
    const { energy, accuracy } = json(at(out!), 'run.json') as unknown as {
      energy: { counts: Record<string, number>; write: number };
      accuracy: Record<string, number>;
    };
    assert.is(energy.counts.devices, 2 * 784 * 10);
    assert.ok(energy.write > 0 && energy.counts.writesDown! > 0);
    assert.ok(accuracy.logProbability! > 25, JSON.stringify(accuracy));
    const maps = readDeviceUsageMaps(at(out!), undefined)!;
    assert.is(maps.devices, 2 * 784 * 10);
    assert.is(maps.totalPulses, energy.counts.writesUp! + energy.counts.writesDown!);
  }
});

test('a preset and a file give the run its device; --set goes on top', async () => {
  assert.is((await mnist('preset', '--device', 'ag-ceo2-pt', '--set', 'device.reading=referenceColumn')).status, 0);
  const { device } = json(at('preset'), 'config.json') as unknown as { device: Record<string, unknown> };
  assert.equal([device.model, device.gMin, device.reading], ['neuroSim', 2.5e-6, 'referenceColumn']);
  const r = json(at('preset'), 'run.json');
  const { counts, perImage, read, write, halfSelected } = r.energy as unknown as Record<string, number> & {
    counts: Record<string, number>;
  };
  assert.is(counts.devices, 784 * 10);
  assert.is(counts.writesUp! + counts.writesDown!, r.events.writes);
  assert.ok(counts.wornOut! >= 0 && counts.reads! > 0);
  assert.ok(Math.abs(perImage! / ((read! + write! + halfSelected!) / 200) - 1) < 1e-12);
  const own = 'memspike: 1\ndevice: { model: softBound, gMin: 1e-7, gMax: 1e-5 }\n';
  writeFileSync(at('mine.yaml'), own);
  assert.is((await mnist('file', '--device', 'mine.yaml')).status, 0);
  assert.is((json(at('file'), 'config.json') as unknown as { device: { model: string } }).device.model, 'softBound');
});

test('a device that learned nothing, or in one direction only, is told', async () => {
  const few = images('20', '10');
  const { stderr, status } = await mnist('filament', '--device', 'ts-filament', ...few);
  assert.is(status, 0, stderr);
  const silence =
    'The layer output stayed silent in training: its highest potential at the end of an image is 0.000215 mV, its threshold 66.5 mV. Next step: lower `neuron.threshold` or raise `stimulus.rate`.';
  const warnings = [
    'Population output never fired.',
    'The devices of input->output were never written: no pulses reached them.',
    silence,
    'No output neuron fired in labelling, so every answer is a guess.',
    'No output neuron fired in the test, so every answer is a guess.',
  ];
  assert.equal(json(at('filament'), 'run.json').warnings, warnings);
  writeFileSync(at('pairs.json'), JSON.stringify({ rule: { model: 'pairStdp' }, training: { keepTraces: false } }));
  assert.is((await mnist('pairs', '--config', 'pairs.json', ...few)).status, 0);
  const [upwards, rule, ...others] = json(at('pairs'), 'run.json').warnings as string[];
  assert.match(upwards!, /^The devices of input->output never went down: all their [\d,]+ pulses were upwards\.$/);
  assert.match(rule!, /^The rule has not depressed any synapse: it depresses at arrivals after an output spike/);
  assert.equal(others, []);
  assert.is((await mnist('usual', ...few)).status, 0);
  assert.equal(json(at('usual'), 'run.json').warnings, []);
});

test('an unknown device', async () => {
  const unknown = await mnist('none', '--device', 'ag-ceo2-tp');
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /"ag-ceo2-tp" is neither a preset, a file nor a model, did you mean "ag-ceo2-pt"\?/);
  assert.not(existsSync(at('none')));
});

test('short-term dynamics of a device file are simulated in training, labelling and test', async () => {
  const given = 'memspike: 1\ndevice: { model: softBound }\n';
  const terminals = ['', 'shortTerm: { model: volatile }\n'];
  const seen = [];
  for (const [k, terminal] of terminals.entries()) {
    writeFileSync(at(`terminal${k}.yaml`), given + terminal);
    for (const rule of ['postTriggered', 'pairStdp']) {
      const out = `terminal-${rule}-${k}`;
      assert.is((await mnist(out, '--device', `terminal${k}.yaml`, '--rule', rule, ...images('100', '50'))).status, 0);
      seen.push(json(at(out), 'run.json').spikesSha256);
    }
  }
  assert.is(new Set(seen).size, 4);
});

test('devices of one name are told apart by their directories, and one that is named twice is refused', () => {
  const label = (...names: string[]) => createDeviceLabels(names);
  assert.equal(label('a/device.yaml', 'b/device.yaml', 'ag-ceo2-pt'), ['a-device', 'b-device', 'ag-ceo2-pt']);
  assert.equal(label('x/a/device.yaml', 'y/a/device.yaml', 'mine.yaml'), ['x-a-device', 'y-a-device', 'mine']);
  assert.equal(label('b/a-d.yaml', 'a/d.yaml', 'c/d.yaml').slice(0, 1), ['b-a-d']);
  assert.is(new Set(label('ag-ceo2-pt', './ag-ceo2-pt.yaml', 'b/a-d.yaml', 'a/d.yaml', 'd.yaml')).size, 5);
  assert.throws(() => label('a/device.yaml', './a/device.yaml'), /"a\/device\.yaml" is named twice/);
  assert.throws(() => label('ag-ceo2-pt', 'ag-ceo2-pt'), /"ag-ceo2-pt" is named twice/);
});

test('files of one name have passports of their own and stand in one league', async () => {
  const file = 'memspike: 1\nabout: { structure: one stack }\ndevice: { model: softBound }\n';
  for (const name of ['a', 'b']) {
    mkdirSync(at(name));
    writeFileSync(at(`${name}/device.yaml`), file);
  }
  const size = ['--neurons', '5', '--train', '20', '--label', '20', '--test', '20', '--seeds', '1', '--brief'];
  const names = ['a/device.yaml', 'b/device.yaml'];
  const done = await inProcess(directory, 'device', 'passport', ...names, '--out', 'same', ...size);
  assert.is(done.status, 0, done.stderr);
  assert.match(done.stdout, /^a\/device\.yaml .*\nb\/device\.yaml /m);
  const page = readFileSync(at('same/league.html'), 'utf8');
  for (const name of ['a', 'b']) {
    assert.ok(existsSync(at(`same/${name}-device/points/ideal-seed1/run.json`)));
    assert.ok(page.includes(`one stack<br><small>${name}/device.yaml`));
  }
});

test.run();
