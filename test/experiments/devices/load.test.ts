/** Device files: what they give, that every number of a preset is vouched for, and the sentences on mistakes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { loadDevice, presetNames, UnknownDeviceError } from '../../../experiments/devices/load.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-devices-'));
test.after(() => rmSync(directory, { recursive: true }));

function written(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

const DEVICE = 'memspike: 1\ndevice: { model: softBound, gMin: 1e-7, gMax: 1e-5 }\n';

function refused(text: string, message: RegExp): void {
  const file = written('bad.yaml', text);
  assert.throws(
    () => loadDevice(file),
    (error: unknown) => error instanceof UserError && message.test(error.message),
  );
}

for (const name of presetNames()) {
  test(`preset ${name}: every value is quoted, follows from quoted ones or is assumed`, () => {
    const preset = loadDevice(name);
    assert.equal(
      preset.unstated.map(({ parameter }) => parameter),
      [],
    );
    assert.ok(preset.about.structure ?? preset.about.name, 'says what it is');
    assert.ok(preset.about.summary);
    for (const { reference } of preset.quoted) assert.match(reference, /\d{4}|github\.com/);
  });
}

test('on/off ratio of the table and range of the conductance agree', () => {
  for (const name of presetNames()) {
    const { device, about, derived } = loadDevice(name);
    const { onOffRatio } = about.table;
    if (onOffRatio === undefined || !derived.some(({ parameter }) => parameter === 'device.gMin')) continue;
    assert.ok(Math.abs(Number(device.gMax) / Number(device.gMin) / onOffRatio - 1) < 1e-9, name);
  }
});

test('a range that is upside down is refused with file, values and what is allowed', () => {
  const device = (params: string) => `memspike: 1\ndevice: { ${params} }\n`;
  refused(
    device('model: softBound, gMin: 1e-5, gMax: 1e-7'),
    /bad\.yaml: device\.gMin must be below device\.gMax \(got 0\.00001 and 1e-7\)\.$/,
  );
  refused(device('model: ideal, wMin: 2'), /bad\.yaml: device\.wMin must be below device\.wMax \(got 2 and 1\)\.$/);
  refused(
    device('model: vteam, rOn: 1000, rOff: 50'),
    /bad\.yaml: device\.rOn must be below device\.rOff \(got 1000 and 50\)\.$/,
  );
  refused(device('model: softBound, weightAtGMax: -1'), /device\.weightAtGMax is -1, but must be a number > 0/);
});

test('the table of the review has sixteen devices', () => {
  const inTable = presetNames().filter((name) =>
    loadDevice(name).quoted.some(({ reference }) => /2023, 8, 716, Table 1/.test(reference)),
  );
  assert.is(inTable.length, 16);
});

test('defaults are filled in and told apart from what the file gives', () => {
  const { device, shortTerm, defaults, unstated } = loadDevice(written('plain.yaml', DEVICE));
  assert.is(device.etaUp, 0.05);
  assert.is(shortTerm, null);
  assert.equal(
    unstated.map(({ parameter, value, unit }) => [parameter, value, unit]),
    [
      ['device.gMin', 1e-7, 'S'],
      ['device.gMax', 1e-5, 'S'],
    ],
  );
  assert.ok(defaults.some(({ parameter }) => parameter === 'device.etaUp'));
});

test('JSON does as well, with short-term dynamics', () => {
  const file = written(
    'both.json',
    JSON.stringify({
      memspike: 1,
      device: { model: 'exponential', gMax: 2e-5 },
      shortTerm: { model: 'tsodyksMarkram', U: 0.2 },
      quoted: [{ parameter: 'shortTerm.U', value: 0.2, reference: 'Somebody 2020' }],
    }),
  );
  const { shortTerm, quoted } = loadDevice(file);
  assert.is(shortTerm?.U, 0.2);
  assert.is(shortTerm?.tauRec, 800);
  assert.equal(quoted, [{ parameter: 'shortTerm.U', value: 0.2, reference: 'Somebody 2020', unit: undefined }]);
});

test('a sourced value takes value and unit from the file, a fact of its own brings them', () => {
  const { quoted, assumed } = loadDevice(
    written(
      'sourced.yaml',
      `${DEVICE}quoted:
  - { parameter: device.gMax, reference: Somebody 2020 }
  - { parameter: switching time, value: 5, unit: ns, reference: Somebody 2020 }
assumed: [{ parameter: device.gMin, unit: S, why: a guess }]\n`,
    ),
  );
  assert.equal(
    quoted.map(({ value, unit }) => [value, unit]),
    [
      [1e-5, 'S'],
      [5, 'ns'],
    ],
  );
  assert.is(assumed[0]!.value, 1e-7);
});

test('the device file of the documentation is one, and vouches for what it says it does', () => {
  const page = readFileSync(new URL('../../../../docs/guide/devices.md', import.meta.url), 'utf8');
  const { device, shortTerm, about, quoted, derived, assumed } = loadDevice(
    written('ours.yaml', /```yaml\n(.*?)```/s.exec(page)![1]!),
  );
  assert.equal([device.model, shortTerm?.model, about.name], ['exponential', 'volatile', 'Our device']);
  assert.equal([quoted[0]!.value, derived[0]!.value, assumed[1]!.unit], [100, 1e-7, 'A']);
  for (const name of page.match(/(?<=preset: |show |characterise )[a-z]+-[\w-]+/g)!)
    assert.ok(presetNames().includes(name));
});

test('mistakes in a device file', () => {
  refused('', /bad\.yaml is empty/);
  refused('device: [', /bad\.yaml:1:/);
  refused('memspike: 1\n', /device is missing/);
  refused('memspike: 1\ndevice: { model: softbound }\n', /did you mean "softBound"\?/);
  refused('memspike: 1\ndevice: { model: softBound, gmax: 1 }\n', /device\.gmax is unknown, did you mean "gMax"\?/);
  refused('memspike: 1\ndevice: { model: softBound, gMax: high }\n', /device\.gMax is "high".*\(S\)/);
  refused(
    `${DEVICE}assumed: [{ parameter: device.gmax, why: x }]\n`,
    /assumed\.0\.parameter is "device\.gmax".*"device\.gMax"\?/,
  );
  refused(
    `${DEVICE}assumed: [{ parameter: switching time, why: x }]\n`,
    /"switching time", which is not the path of a value in this file/,
  );
  refused(
    `${DEVICE}assumed: [{ parameter: device.gMax, value: 2e-5, why: x }]\n`,
    /value is 0\.00002, but device\.gMax is 0\.00001/,
  );
  refused(
    `${DEVICE}assumed: [{ parameter: device.gMax, unit: nS, why: x }]\n`,
    /unit is "nS", but device\.gMax is in S/,
  );
  refused(`${DEVICE}quoted: [{ parameter: device.gMax }]\n`, /quoted\.0\.reference is missing/);
  refused(
    `${DEVICE}quoted: [{ parameter: device.gMax, reference: x }]\nassumed: [{ parameter: device.gMax, why: x }]\n`,
    /assumed\.0\.parameter is "device\.gMax", but quoted\.0 has the same parameter/,
  );
});

test('a directory of a device fit is refused with the file to be named', () => {
  const dir = mkdtempSync(join(tmpdir(), 'memspike-fit-'));
  writeFileSync(join(dir, 'device.yaml'), 'memspike: 1\ndevice: { model: linear }\n');
  assert.throws(() => loadDevice(dir), /is a directory; name the file ".*device\.yaml" in it\.$/);
  rmSync(dir, { recursive: true });
});

test('a name that is neither a preset nor a file is told with what was meant', () => {
  const told = (name: string) => {
    try {
      loadDevice(name);
    } catch (error) {
      assert.instance(error, UnknownDeviceError);
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };
  assert.match(
    told('ag-hfox-tp'),
    /^"ag-hfox-tp" is neither a preset, a file nor a model, did you mean "ag-hfox-pt"\?$/,
  );
  assert.match(told('ag-hfox'), /"?ag-hfox-pt/);
  const mine = written('mine.yaml', DEVICE);
  assert.ok(told(mine.replace('mine', 'mien')).includes(`did you mean "${mine}"`));
  assert.match(told('zzzz'), /; presets, files and models: /);
});

test.run();
