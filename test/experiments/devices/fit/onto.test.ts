/** One device file grows from several measurements, in any order, and tells what goes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFittedSections } from '../../../../experiments/devices/fit/deviceFile.ts';
import { findConductanceRange } from '../../../../experiments/devices/fit/kinds/level.ts';
import type { MeasurementFit } from '../../../../experiments/devices/fit/kinds/measurementType.ts';
import { MEASUREMENT_TYPES } from '../../../../experiments/devices/fit/kinds/measurementTypes.ts';
import {
  type DeviceFileContent,
  getBaseDevice,
  mergeDeviceFile,
} from '../../../../experiments/devices/fit/kinds/mergeDeviceFile.ts';
import { fitted as fitPulsesOf } from './known.ts';
import { fitted, loop, text } from './madeKinds.ts';
import { softBoundStep } from './measured.ts';

const times = Array.from({ length: 12 }, (_, i) => 10 ** (i / 3));
const MADE = {
  retention: text(
    ['time (s)', 'G (uS)'],
    times.map((t) => [t, 3 + 5 * Math.exp(-t / 900)]),
  ),
  endurance: text(
    ['cycle', 'G_off (uS)', 'G_on (uS)'],
    times.map((n) => [n, 1.2, 1.2 + 8 * (1 - (n / 1e4) ** 2)]),
  ),
  ppf: text(
    ['interval (ms)', 'PPF'],
    [5, 10, 20, 50, 100, 200].map((t) => [t, 1 + 0.6 * Math.exp(-t / 50)]),
  ),
  stdp: text(
    ['dt (ms)', 'dw (%)'],
    [-40, -20, -10, -5, 5, 10, 20, 40].map((t) => [t, Math.sign(t) * Math.exp(-Math.abs(t) / 20)]),
  ),
  iv: loop('vteam', { rOn: 1e5, rOff: 1e6, vOn: -0.4, vOff: 0.5, kOn: -1.2e-8, kOff: 1.8e-8, aOn: 2, aOff: 1.5 })
    .split('\n')
    .filter((_, i) => i === 0 || i % 4 === 1)
    .join('\n'),
};
const made = { step: softBoundStep(0.1, 0.06), pulses: [30, 30] as const, devices: 1, cycles: 3, cycleToCycle: 0.2 };
const pulses = createFittedSections(fitPulsesOf({ ...made, seed: 1 }), 'pulses.csv');
type Name = keyof typeof MADE | 'pulses';
const how = (name: string) => ({
  sourceFiles: `${name}.csv`,
  formula: `least squares, memspike device fit ${name}.csv`,
  summary: `Fitted to ${name}.`,
});

/** Fits take their time: what was fitted with such a device is not fitted again. */
const known = new Map<string, MeasurementFit>();
function fitOf(name: keyof typeof MADE, given: ReturnType<typeof getBaseDevice>): MeasurementFit {
  const own = name === 'stdp' ? given : [given.isRangeAssumed, findConductanceRange(given.deviceSection)];
  const key = JSON.stringify([name, own]);
  const models: Partial<Record<Name, string>> = { retention: 'exponential', iv: 'vteam' };
  const found =
    known.get(key) ??
    fitted(MEASUREMENT_TYPES[name], MADE[name], { ...given, ...(models[name] && { requestedModel: models[name] }) });
  known.set(key, found);
  return found;
}

/** The file that measurements make one after the other, and what was told by the last of them. */
function grown(order: readonly Name[], start?: DeviceFileContent) {
  let file = start;
  let notes: readonly string[] = [];
  for (const name of order) {
    if (name === 'pulses') ({ file, notes } = mergeDeviceFile(file, pulses.parts, {}, pulses.origin));
    else {
      const { addedSections: parts, assumptions } = fitOf(name, getBaseDevice(file));
      ({ file, notes } = mergeDeviceFile(file, parts, assumptions, how(name)));
    }
  }
  return { file: file!, notes: notes.join(' ') };
}

/** The same numbers to 1e-4, wherever they stand. */
function alike(found: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number')
    assert.ok(
      Math.abs((found as number) - expected) <= 1e-4 * Math.abs(expected),
      `${path}: ${found}, not ${expected}`,
    );
  else if (typeof expected === 'object' && expected !== null) {
    assert.equal(Object.keys(found as object).sort(), Object.keys(expected).sort(), path);
    for (const [key, value] of Object.entries(expected)) alike((found as never)[key], value, `${path}.${key}`);
  } else assert.is(found, expected, path);
}

const ORDER: readonly Name[] = ['pulses', 'retention', 'endurance', 'ppf', 'stdp'];
const sorted = (list: unknown) => (list as { parameter: string }[]).map(({ parameter }) => parameter).sort();

test('five measurements make the same device in whichever order they are added', () => {
  const { file: expected } = grown(ORDER);
  const orders = [...ORDER.map((_, k) => [...ORDER.slice(k), ...ORDER.slice(0, k)]), ORDER.toReversed()];
  for (const order of orders) {
    const { file } = grown(order);
    for (const part of ['device', 'shortTerm', 'rule'] as const) alike(file[part], expected[part], `${order}: ${part}`);
    for (const key of ['derived', 'assumed']) assert.equal(sorted(file[key]), sorted(expected[key]), `${order}`);
  }
});

test('what refers to a device goes along when another takes its place, and is told', () => {
  const { file: before } = grown(['retention', 'stdp']);
  const { file, notes } = grown(['pulses'], before);
  assert.match(notes, /device\.retention\.rest is 0\.\d+ \(0\.00000\d+ S as a share of the new range/);
  assert.match(notes, /rule\.aPlus changes from .* and rule\.aMinus from .* with the new device/);
  const [low, high] = findConductanceRange(file.device)!;
  const { rest } = file.device.retention as { rest: number };
  assert.ok(Math.abs((low + rest * (high - low)) / 3e-6 - 1) < 0.02, `${rest} of ${low} to ${high}`);
  const own = { ...before, rule: { ...(before.rule as object), aPlus: 0.5 }, derived: [], quoted: [] };
  assert.is((grown(['pulses'], own).file.rule as { aPlus: number }).aPlus, 0.5, 'what nobody fitted stays as it is');
});

test('a range that only readings told reaches as far as those of the next measurement', () => {
  const { file } = grown(['retention', 'endurance']);
  alike(findConductanceRange(file.device), [1.2e-6, 9.2e-6]);
  const { rest } = file.device.retention as { rest: number };
  alike(1.2e-6 + rest * 8e-6, findConductanceRange(grown(['retention']).file.device)![0]);
});

test('a loop replaces pulses, and the removed parameters are listed', () => {
  const { file, notes } = grown(['pulses', 'iv']);
  assert.match(notes, /^vteam replaces \w+\. Removed from the file: device\.gMin, .*\./);
  const name = (file.about as { name: string; summary: string }).name;
  assert.equal([file.device.model, name], ['vteam', 'iv.csv']);
  assert.ok('cycleToCycle' in file.device && 'readNoise' in file.device, 'flaws are of every model');
});

test('what somebody set stays where the new model has it; voltages and scatter that were told otherwise go', () => {
  const own = { reading: 'differential', devicesPerSynapse: 2, programming: { tolerance: 0.02 }, readVoltage: 0.2 };
  const old = { writeVoltageUp: 1, writeVoltageDown: 2, writeTime: 1e-6, cycleToCycleDown: 0.5, stepSpreadDown: 0.1 };
  const start: DeviceFileContent = { memspike: 1, device: { model: 'power', ...own, ...old }, about: { name: 'ours' } };
  const { file } = mergeDeviceFile(start, pulses.parts, {}, pulses.origin);
  assert.is.not(file.device.model, 'power');
  for (const [key, value] of Object.entries(own)) assert.equal(file.device[key], value, key);
  assert.is((file.about as { name: string }).name, 'ours');
  const told = { device: { model: file.device.model, writeVoltage: 3, cycleToCycle: 0.1 } };
  const { file: again, notes } = mergeDeviceFile(
    { ...file, device: { ...file.device, ...old } },
    told,
    {},
    how('again'),
  );
  assert.not.ok(
    'writeVoltageUp' in again.device || 'writeVoltageDown' in again.device || 'cycleToCycleDown' in again.device,
  );
  assert.is(again.device.stepSpreadDown, 0.1, 'nothing new was told of how devices differ');
  for (const key of ['writeVoltageUp', 'writeVoltageDown', 'cycleToCycleDown'])
    assert.match(notes.join(), new RegExp(`Removed from the file: .*device\\.${key}`));
});

test.run();
