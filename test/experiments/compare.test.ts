/** Ranking of devices in a league; weights of devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LeagueEntry, listLeagueRows, rankPassports } from '../../experiments/compare/league.ts';
import { hashDevice } from '../../experiments/compare/passportFacts.ts';
import { loadDevice, parseDeviceFile, presetNames } from '../../experiments/devices/load.ts';
import { readLeagueRecord } from '../../experiments/docs/leaguePage.ts';
import { adaptSettingsToDevice } from '../../experiments/training/unsupervised/recipes.ts';

const createEntry = (name: string, accuracy: number[], isAssumed = false): LeagueEntry => {
  const mean = accuracy.reduce((sum, value) => sum + value, 0) / accuracy.length;
  const summary = { accuracy, mean, interval: null, weightsSha256: [], isAssumed };
  return {
    device: { name, structure: null, model: 'linear', sha256: '' },
    protocol: { neurons: 10, train: 100, test: 100, epochs: 1, seeds: accuracy.length },
    ideal: summary,
    all: { ...summary, cost: 0, costInterval: null },
    energy: { write: null, read: null, image: 1e-9, isAssumed },
    lifetime: null,
    measurement: null,
  };
};

test('devices are ranked by accuracy in two groups, with paired differences from the first of the group', () => {
  const entries = [createEntry('worse', [80, 82]), createEntry('better', [85, 88]), createEntry('bad', [60, 61], true)];
  const { sourced, assumed } = rankPassports(entries);
  assert.equal(
    sourced.map(({ device }) => device.name),
    ['better', 'worse'],
  );
  assert.is(sourced[0]!.belowBest.mean, 0);
  assert.is(sourced[1]!.belowBest.mean, -5.5); // mean of 80 - 85 and 82 - 88
  // Half of the interval: 12.706 times the standard error 0.5 of two differences.
  assert.ok(Math.abs(sourced[1]!.belowBest.high - (-5.5 + 12.7062 / 2)) < 1e-3);
  assert.is(assumed[0]!.belowBest.mean, 0);
  const [, better, worse, bad] = listLeagueRows(entries);
  assert.equal(better!.slice(0, 3), ['better', '86.5', '–']);
  assert.equal(worse!.slice(0, 3), ['worse', '81.0', '-5.5\u00a0(-11.9 to 0.9)']);
  assert.equal(bad!.slice(0, 3), ['bad', '○\u00a060.5', '–']);
});

test('each preset has an entry in the recorded league, computed from its present file', () => {
  const { entries } = readLeagueRecord();
  assert.equal(entries.map(({ device }) => device.name).toSorted(), presetNames().toSorted());
  const stale = entries.filter(({ device }) => device.sha256 !== hashDevice(loadDevice(device.name)));
  assert.equal(
    stale.map(({ device }) => device.name),
    [],
    'compute their passports again: device passport NAME --brief, then recordResults.js',
  );
});

test('the hash of a device changes with its values and their sources, not with texts', () => {
  const create = (device: object, assumed: object[], name: string) =>
    hashDevice(parseDeviceFile({ memspike: 1, device, about: { name }, assumed }, `${name}.yaml`));
  const [device, assumed] = [{ model: 'linear', gMax: 1e-5 }, [{ parameter: 'device.gMax', why: 'usual' }]];
  const hash = create(device, assumed, 'a');
  assert.is(create(device, [{ parameter: 'device.gMax', why: 'typical' }], 'b'), hash);
  assert.is.not(create({ ...device, gMax: 2e-5 }, assumed, 'a'), hash);
  assert.is.not(create({ ...device, model: 'softBound' }, assumed, 'a'), hash);
  assert.is.not(create({ ...device, cycleToCycle: 0.1 }, assumed, 'a'), hash);
  assert.is.not(create(device, [], 'a'), hash);
});

test('only models with conductances get a weight at gMax', () => {
  const recipe = { stimulus: { rate: 6400 }, neuron: { threshold: 1 }, rule: { model: 'postTriggered' } };
  const adapt = (device: { model: string }) => adaptSettingsToDevice(recipe, { device, shortTerm: null }).device;
  assert.equal(adapt({ model: 'ideal', wMax: 1 } as never), { model: 'ideal', wMax: 1 });
  assert.equal(adapt({ model: 'linear', gMax: 1 } as never), { model: 'linear', gMax: 1, weightAtGMax: 1 });
});

test.run();
