/** `memspike device list` and `show`. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadDevice, presetNames } from '../../../experiments/devices/load.ts';
import { memspike } from '../run/cli.ts';

const device = (...words: string[]) => memspike('.', 'device', ...words);

test('the list has a line for every preset, and the same as JSON', () => {
  const { status, stdout } = device('list');
  assert.is(status, 0);
  for (const name of presetNames()) assert.match(stdout, new RegExp(`^${name} `, 'm'));
  assert.match(stdout, /^ag-ceo2-pt +Ag\/CeO2\/Pt +\w+ +4 +5e4 +100$/m);
  const entries = JSON.parse(device('list', '--json').stdout) as Record<string, unknown>[];
  assert.equal(
    entries.map(({ name }) => name),
    presetNames(),
  );
  const { model, ...facts } = entries.find(({ name }) => name === 'pt-hbn-ag')!;
  assert.is(model, loadDevice('pt-hbn-ag').device.model);
  assert.equal(facts, {
    ...{ name: 'pt-hbn-ag', structure: 'Pt/h-BN/Ag', shortTerm: null },
    ...{ thickness: 0.33, onOffRatio: 1e7, retention: null, endurance: 1e8 },
  });
});

test('a device is shown with unit and source of every value', () => {
  const { status, stdout } = device('show', 'ag-ceo2-pt');
  assert.is(status, 0);
  assert.match(stdout, /^Quoted$.*about\.table\.endurance +100 cycles +Cao et al.*^Follows.*device\.gMin +2\.5e-6 S/ms);
  assert.match(stdout, /^Assumed$.*device\.gMax +1e-5 S +\S/ms);
  assert.equal(
    JSON.parse(device('show', 'ag-ceo2-pt', '--json').stdout),
    JSON.parse(JSON.stringify(loadDevice('ag-ceo2-pt'))),
  );
});

test('wrong usage: one sentence and status 2', () => {
  const told = (words: string[], sentence: RegExp) => {
    const { status, stderr, stdout } = device(...words);
    assert.is(status, 2);
    assert.is(stdout, '');
    assert.match(stderr, sentence);
  };
  told(['lsit'], /^memspike: device: "lsit" is no command, did you mean "list"\?\n$/);
  told(['show'], /^memspike: device show: NAME is missing/);
  told(
    ['show', 'ag-ceo2-tp'],
    /^memspike: "ag-ceo2-tp" is neither a preset nor a file, did you mean "ag-ceo2-pt"\?\n$/,
  );
  told(['list', '--jsno'], /did you mean "--json"\?/);
  assert.is(device().status, 2);
  assert.match(device('--help').stdout, /memspike device list .*memspike device show/s);
  assert.match(device('show', '--help').stdout, /memspike device show NAME/);
});

test.run();
