/** `memspike device list`, `show` and `characterise`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadDevice, presetNames } from '../../../experiments/devices/load.ts';
import { inProcess } from '../cli/inProcess.ts';
import { CLI } from '../run/cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-device-'));
test.after(() => rmSync(directory, { recursive: true }));

const device = async (...words: string[]) => await inProcess('.', 'device', ...words);

test('the list has a line for every preset, and the same as JSON', async () => {
  const { status, stdout } = await device('list');
  assert.is(status, 0);
  for (const name of presetNames()) assert.match(stdout, new RegExp(`^${name} `, 'm'));
  assert.match(stdout, /^ag-ceo2-pt +Ag\/CeO2\/Pt +\w+ +4 +5e4 +100$/m);
  const entries = JSON.parse((await device('list', '--json')).stdout) as Record<string, unknown>[];
  assert.equal(
    entries.map(({ name }) => name),
    presetNames(),
  );
  const { model, ...facts } = entries.find(({ name }) => name === 'pt-hbn-ag')!;
  assert.is(model, loadDevice('pt-hbn-ag').device.model);
  assert.equal(facts, {
    name: 'pt-hbn-ag',
    structure: 'Pt/h-BN/Ag',
    shortTerm: null,
    thickness: 0.33,
    onOffRatio: 1e7,
    retention: null,
    endurance: 1e8,
  });
});

test('a device is shown with unit and source of every value', async () => {
  const { status, stdout } = await device('show', 'ag-ceo2-pt');
  assert.is(status, 0);
  assert.match(stdout, /^Quoted$.*about\.table\.endurance +100 cycles +Cao et al.*^Derived.*device\.gMin +2\.5e-6 S/ms);
  assert.match(stdout, /^Assumed$.*device\.gMax +1e-5 S +\S/ms);
  assert.equal(
    JSON.parse((await device('show', 'ag-ceo2-pt', '--json')).stdout),
    JSON.parse(JSON.stringify(loadDevice('ag-ceo2-pt'))),
  );
});

test('characterise says what it measured and what not, in words or as JSON', async () => {
  const { status, stdout, stderr } = await device(
    'characterise',
    'ag-ceo2-pt',
    '--out',
    join(directory, 'a'),
    '--devices',
    '2',
  );
  assert.is(status, 0, stderr);
  assert.match(stdout, /^Measured: pulses, stdp, .*\.\nLeft out: /);
  const printed = (
    await device('characterise', 'ag-ceo2-pt', '--out', join(directory, 'b'), '--devices', '2', '--json')
  ).stdout;
  assert.is(printed, readFileSync(join(directory, 'b/characterise.json'), 'utf8'));
});

test('characterise: mistakes', async () => {
  const told = async (words: string[], code: number, sentence: RegExp) => {
    const { status, stderr } = await device('characterise', ...words);
    assert.is(status, code, stderr);
    assert.match(stderr, sentence);
  };
  const out = join(directory, 'c');
  await told(['ag-ceo2-pt'], 2, /--out is missing/);
  await told(['ag-ceo2-tp', '--out', out], 2, /did you mean "ag-ceo2-pt"\?/);
  await told(['ag-ceo2-pt', '--out', out, '--devices', '0'], 2, /--devices is 0, but must be an integer >= 1/);
  assert.not(existsSync(out));
  await told(
    ['ag-ceo2-pt', '--out', directory],
    1,
    / holds ".*", which is not a result of this command; choose another --out/,
  );
  await told(['ag-ceo2-pt', '--out', join(CLI, 'x')], 1, /cannot create .*cli\.js is not a directory/);
  writeFileSync(join(directory, 'broken.yaml'), 'device: [');
  await told([join(directory, 'broken.yaml'), '--out', out], 1, /broken\.yaml:1:/);
});

test('mnist says that the rule of a device file does not train there', async () => {
  const file = join(directory, 'ruled.yaml');
  writeFileSync(file, 'memspike: 1\ndevice: { model: softBound }\nrule: { model: pairStdp }\n');
  const sizes = ['--neurons', '5', '--epochs', '1', '--train', '20', '--label', '20', '--test', '10'];
  const { stderr } = await inProcess(directory, 'mnist', '--device', file, ...sizes, '--out', 'ruled');
  assert.match(stderr, /^Warning: The rule pairStdp of .*ruled\.yaml is not used; training uses postTriggered, /);
});

test('wrong usage: one sentence and status 2', async () => {
  const told = async (words: string[], sentence: RegExp) => {
    const { status, stderr, stdout } = await device(...words);
    assert.is(status, 2);
    assert.is(stdout, '');
    assert.match(stderr, sentence);
  };
  await told(['lsit'], /^memspike: device: "lsit" is not a command, did you mean "list"\?\n$/);
  await told(['show'], /^memspike: device show: NAME is missing/);
  await told(
    ['show', 'ag-ceo2-tp'],
    /^memspike: "ag-ceo2-tp" is neither a preset, a file nor a model, did you mean "ag-ceo2-pt"\?\n$/,
  );
  await told(['list', '--jsno'], /did you mean "--json"\?/);
  assert.is((await device()).status, 2);
  assert.match((await device('--help')).stdout, /memspike device list .*memspike device show/s);
  assert.match((await device('show', '--help')).stdout, /memspike device show NAME/);
});

test.run();
