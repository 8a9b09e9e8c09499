/** Device passports: array limits by hand, draws, costs, bad input, page, and the league. */
// slow: trains nets and opens the league in Chromium; compare.test.ts and cost run in `npm test`
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rankPassports } from '../../experiments/compare/league.ts';
import { createPassport } from '../../experiments/compare/passport.ts';
import {
  computeArrayLimits,
  computeHalfSelectShare,
  computeReadLines,
  computeWriteColumns,
} from '../../experiments/compare/passportArray.ts';
import { renderAccuracies } from '../../experiments/compare/passportCosts.ts';
import { usesAssumedValue } from '../../experiments/compare/passportFacts.ts';
import { type Passport, passportSchema } from '../../experiments/compare/passportSchema.ts';
import { loadDevice, parseDeviceFile } from '../../experiments/devices/load.ts';
import { readJson } from '../../experiments/logs/runJson.ts';
import { renderLeague } from '../../experiments/report/league.ts';
import { renderPassport } from '../../experiments/report/passport.ts';
import { inProcess } from './cli/inProcess.ts';
import { browserTests, launch, newPage } from './report/browser.ts';

const test = suite('passport');
const directory = mkdtempSync(join(tmpdir(), 'memspike-passport-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));

test('limits of a passive array are those of SCIENCE.md 3.9.7', () => {
  assert.is(computeReadLines(32.6, 141), 1226); // 1 + 141 (10 (1 - 1/32.6) - 1) = 1226.7
  assert.is(computeReadLines(Number.POSITIVE_INFINITY), 19);
  assert.is(computeReadLines(10), 17);
  assert.is(computeWriteColumns(0.001), 101);
  assert.is(computeWriteColumns(0), null);
});

test('a voltage model takes its own step at half the voltage; a step model needs disturb', () => {
  const load = (device: object) => parseDeviceFile({ memspike: 1, device }, 'device.yaml');
  // Share ((V/2)/vt - 1)^a / (V/vt - 1)^a at 0.217 V and 0.05 V: 0.350 for a = 1, 0.0430 for a = 3.
  for (const [a, share] of [
    [1, 0.3503],
    [3, 0.04298],
  ] as const) {
    const volts = { writeVoltageUp: 0.217, writeVoltageDown: 0.217, writeTime: 1e-9 };
    const loaded = load({ model: 'vteam', vOn: -0.05, vOff: 0.05, aOn: a, aOff: a, kOn: -1e-5, kOff: 1e-5, ...volts });
    assert.ok(Math.abs(computeHalfSelectShare(loaded, loaded.device)! / share - 1) < 0.01);
  }
  const step = load({ model: 'softBound' });
  assert.is(computeHalfSelectShare(step, step.device), null);
  assert.is(computeArrayLimits(step, step.device).columns, null);
  const withDisturb = {
    ...step.device,
    writeVoltage: 1.52,
    disturb: { threshold: 1, thresholdSpread: 0.26, share: 0.5 },
  };
  // Half-selected cells at 0.76 of the mean threshold: 17.4 % lie below (log-normal; normal: 17.8 %).
  assert.ok(Math.abs(computeHalfSelectShare(step, withDisturb)! / (0.5 * 0.174) - 1) < 0.03);
});

test('values of presets are assumed, those of a fit are not, and pulses concern energies only', () => {
  const preset = loadDevice('ag-hfox-pt');
  assert.is(usesAssumedValue(preset, preset.device), true);
  const derived = [{ parameter: 'device.gMax', formula: 'least squares' }];
  const assumed = [{ parameter: 'device.writeVoltage', why: 'not measured' }];
  const fitted = (more: object) =>
    parseDeviceFile(
      { memspike: 1, device: { model: 'linear', gMax: 1e-5, writeVoltage: 2, ...more }, derived, assumed },
      'x',
    );
  const [plain, spread] = [fitted({}), fitted({ cycleToCycle: 0.1 })];
  assert.is(usesAssumedValue(plain, plain.device), false);
  assert.is(usesAssumedValue(spread, spread.device), true); // in the file without a source
  assert.is(usesAssumedValue(spread, { ...spread.device, cycleToCycle: 0 }), false);
});

const draws = [
  { gMin: 1e-7, gMax: 1e-5, etaUp: 0.02, etaDown: 0.02 },
  { gMin: 1e-7, gMax: 2e-5, etaUp: 0.03, etaDown: 0.02 },
];

/** Writes a device file with two non-idealities and the `fit.json` of its curve. */
function writeFit(name: string, verdict: string): string {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  const params = { gMin: 1e-7, gMax: 1.5e-5, etaUp: 0.025, etaDown: 0.02 };
  const derived = Object.keys(params).map((key) => ({ parameter: `device.${key}`, formula: 'least squares' }));
  const device = { model: 'softBound', ...params, cycleToCycle: 0.5, readNoise: { sd: 0.1 } };
  writeFileSync(join(folder, 'device.yaml'), JSON.stringify({ memspike: 1, device, derived }));
  const ci = { gMin: null, gMax: [1e-5, 2e-5], etaUp: [0.02, null], etaDown: null };
  const quality = { verdict, shareOfRange: 0.02, noiseFloor: 1e-8, reasons: ['pulses 1 to 3 lie above the curve'] };
  const repeat = { command: 'memspike device fit a.csv', inputs: [{ file: 'a.csv', sha256: 'ab' }] };
  const fit = { best: 'softBound', models: { softBound: { params, ci } }, quality, noise: {}, draws, repeat };
  writeFileSync(join(folder, 'fit.json'), JSON.stringify(fit));
  return join(folder, 'device.yaml');
}

const measure = (file: string, out: string, workerCount: number, seeds = 2) =>
  createPassport({
    device: loadDevice(file),
    seeds,
    withFlaws: true,
    withDoubled: false,
    workerCount,
    outDirectory: join(directory, out),
    settings: { neurons: 10, train: 300, test: 200, epochs: 1 },
    progress: 'none',
    signal: new AbortController().signal,
  }) as Promise<Passport>;

const readRun = (out: string, variant: string, seed: number) =>
  JSON.parse(readFileSync(join(directory, out, 'points', `${variant}-seed${seed}`, 'run.json'), 'utf8'));
const readDevice = (out: string, variant: string, seed: number) =>
  JSON.parse(readFileSync(join(directory, out, 'points', `${variant}-seed${seed}`, 'config.json'), 'utf8')).device;

test('a passport trains each draw with no, one and all non-idealities; costs are paired; any number of workers', async () => {
  const file = writeFit('good', 'describes');
  const one = await measure(file, 'one', 1);
  for (const seed of [1, 2]) {
    const all = readDevice('one', 'all', seed);
    assert.is(all.gMax, draws[seed - 1]!.gMax);
    assert.is(all.etaUp, draws[seed - 1]!.etaUp);
    assert.equal([all.cycleToCycle, all.readNoise.sd], [0.5, 0.1]);
    const alone = readDevice('one', 'read-noise', seed);
    assert.equal([alone.gMax, alone.cycleToCycle, alone.readNoise.sd], [all.gMax, 0, 0.1]);
    const ideal = readDevice('one', 'ideal', seed);
    assert.equal([ideal.cycleToCycle, ideal.readNoise], [0, undefined]);
  }
  const accuracyOf = (variant: string) => [1, 2].map((seed) => readRun('one', variant, seed).accuracy.logProbability);
  assert.equal(one.ideal.accuracy, accuracyOf('ideal'));
  assert.equal(one.all.accuracy, accuracyOf('all'));
  assert.equal(one.all.weightsSha256[1], readRun('one', 'all', 2).weightsSha256);
  const [i, n] = [accuracyOf('ideal'), accuracyOf('read-noise')];
  const cost = (i[0]! - n[0]! + i[1]! - n[1]!) / 2;
  const readNoise = one.flaws.find(({ name }) => name === 'read noise')!;
  assert.ok(Math.abs(readNoise.cost - cost) < 1e-9);
  // With two non-idealities, all but read noise is cycle-to-cycle variability alone.
  const others = accuracyOf('cycle-to-cycle-variability');
  const beside = (others[0]! - one.all.accuracy[0]! + others[1]! - one.all.accuracy[1]!) / 2;
  assert.ok(Math.abs(readNoise.without.cost - beside) < 1e-9);
  // Two seeds: mean ± 12.706 |difference| / 2.
  const half = (12.7062 * Math.abs(i[0]! - n[0]! - (i[1]! - n[1]!))) / 2;
  assert.ok(Math.abs(readNoise.interval![1] - cost - half) < 1e-3);
  const { counts, write } = readRun('one', 'all', 1).energy;
  const second = readRun('one', 'all', 2).energy;
  const perWrite = (energy: number, { writesUp, writesDown }: typeof counts) => energy / (writesUp + writesDown);
  const mean = (perWrite(write, counts) + perWrite(second.write, second.counts)) / 2;
  assert.ok(Math.abs(one.energy.write! / mean - 1) < 1e-12);
  assert.is(one.drawCount, 2);
  assert.equal(one.measurement!.inputs, [{ file: 'a.csv', sha256: 'ab' }]);
  assert.is(one.all.isAssumed, true); // cycleToCycle and readNoise have no source
  assert.is(one.ideal.isAssumed, false);

  const two = await measure(file, 'two', 2);
  assert.is(two.sha256, one.sha256);
  const again = await measure(file, 'two', 1); // all runs are finished
  assert.is(again.sha256, one.sha256);
  readJson(join(directory, 'two'), 'passport.json', passportSchema);
  assert.match(renderAccuracies(one, 'a device'), /only read noise.*without read noise/s);
});

test('a passport first says that the model misses, that energies are assumed or not known, and what is missing', async () => {
  const misfit = await measure(writeFit('bad', 'misses'), 'misfit', 1, 1);
  assert.match(misfit.warnings[0]!, /^softBound does not fit the measurement.*pulses 1 to 3 lie above the curve\.$/);
  assert.match(misfit.warnings[1]!, /^Energies are not those of the device: pulses are assumed/);
  assert.is(renderPassport(misfit)[0]!.title, 'Read first');
  assert.is(misfit.all.interval, null);
  assert.ok(misfit.missing.some((text) => /^lifetime/.test(text)));
  assert.ok(misfit.missing.some((text) => /^half-select disturb/.test(text)));

  writeFileSync(join(directory, 'weight.yaml'), 'memspike: 1\ndevice: { model: binary }\n');
  const noConductance = await measure(join(directory, 'weight.yaml'), 'weight', 1, 1);
  assert.match(noConductance.missing.join('\n'), /no fit\.json is beside the device file/);
  assert.is(noConductance.drawCount, 0);

  // The fit.json of another device is not taken for that of this one.
  const file = writeFit('changed', 'describes');
  writeFileSync(file, readFileSync(file, 'utf8').replace('0.025', '0.03'));
  const changed = await measure(file, 'changed-out', 1, 1);
  assert.is(changed.measurement, null);
  assert.match(changed.missing[0]!, /has another etaUp$/);
});

/** Content of a passport with a given accuracy. */
const madePassport = (name: string, accuracy: number, isAssumed: boolean): Passport => ({
  ...readJson(join(directory, 'one'), 'passport.json', passportSchema),
  device: { name, structure: null, model: 'softBound', sha256: 'ab' },
  all: {
    accuracy: [accuracy],
    mean: accuracy,
    interval: null,
    weightsSha256: ['ab'],
    isAssumed,
    cost: 1,
    costInterval: null,
  },
});

browserTests(test)('the league ranks assumed values apart and sorts each group by a click', async () => {
  const passports = [
    madePassport('b', 80, false),
    madePassport('a', 85, true),
    madePassport('d', 70, true),
    madePassport('c', 90, false),
  ];
  assert.equal(
    rankPassports(passports).assumed.map(({ device }) => device.name),
    ['a', 'd'],
  );
  writeFileSync(join(directory, 'league.html'), renderLeague(passports));
  const browser = await launch();
  try {
    const { page, errors } = await newPage(browser);
    await page.goto(`file://${directory}/league.html`);
    const readNames = () =>
      page.$$eval('table.league tbody tr', (rows) =>
        rows.map((row) => (row.children[0] as HTMLElement).textContent?.[0]),
      );
    assert.equal(await readNames(), ['M', 'c', 'b', 'F', 'a', 'd']); // M, F: titles of the groups
    await page.click('thead th:nth-child(2) button'); // by accuracy, descending
    await page.click('thead th:nth-child(2) button'); // ascending
    assert.equal(await readNames(), ['M', 'b', 'c', 'F', 'd', 'a']);
    await page.click('thead th:nth-child(1) button');
    assert.equal(await readNames(), ['M', 'b', 'c', 'F', 'a', 'd']);
    assert.match(await page.$eval('table.league', (table) => table.textContent ?? ''), /○\u00a085\.0/);
    assert.equal(errors, []);
  } finally {
    await browser.close();
  }
});

test('device league refuses passports of different protocols and directories without passports', async () => {
  await measure(writeFit('third', 'describes'), 'third-out', 1, 1);
  const league = await inProcess(directory, 'device', 'league', 'third-out', 'one', '--out', 'both.html');
  assert.is(league.status, 0, league.stderr);
  const file = join(directory, 'third-out', 'passport.json');
  const edited = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...edited, protocol: { ...edited.protocol, train: 100 } }));
  const refused = await inProcess(directory, 'device', 'league', 'one', 'third-out', '--out', 'other.html');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /third-out has the protocol .*"train":100.*compares passports with one protocol\./);
  const measured = await inProcess(directory, 'device', 'passport', 'pulses.csv');
  assert.is(measured.status, 2);
  assert.match(
    measured.stderr,
    /pulses\.csv is a measurement.*Next step: memspike device fit pulses\.csv --out fitted/,
  );
  const missing = await inProcess(directory, 'device', 'league', 'nowhere', '--out', 'none.html');
  assert.is(missing.status, 1);
  assert.match(missing.stderr, /passport\.json/);
});

test.run();
