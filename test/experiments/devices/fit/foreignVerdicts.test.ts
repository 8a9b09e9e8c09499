/** Verdicts and device files of measurements that a careless fit would misread. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadMeasurement } from '../../../../experiments/devices/fit/fitMeasurement.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-verdicts-'));
async function fit(name: string, lines: readonly string[]) {
  const file = join(directory, name);
  writeFileSync(file, lines.join('\n'));
  return (await loadMeasurement([file], {})).fit(undefined);
}
const PULSES = Array.from({ length: 12 }, (_, n) => n);
const rise = (n: number, top: number) => 1e-6 + top * (1 - 0.8 ** n) * (1 + 0.01 * Math.sin(1e4 * n * top * 1e6));
const stacked = (...tops: number[]) => tops.flatMap((top) => PULSES.map((n) => `up,${n},${rise(n, top)}`));

test('devices stacked without a device column are not plainly described', async () => {
  const { fitResult } = await fit('stacked.csv', ['direction,pulse,conductance', ...stacked(1e-5, 5e-5)]);
  assert.ok(fitResult.kind === 'pulses');
  const { verdict, reasons } = fitResult.fit.quality;
  assert.is(verdict, 'describesMean');
  assert.match(reasons[0]!, /mean of 2 trains that differ by \d+ % of the range \(sd\): is a device column missing\?/);
});

test('readings that do not follow the pulses are refused', () =>
  fit('random.csv', [
    'direction,pulse,conductance',
    ...Array.from({ length: 60 }, (_, n) => `up,${n},${2e-6 + 1e-6 * Math.sin(9.7 * n * n) + 1e-9 * n}`),
  ]).then(
    () => assert.unreachable(),
    ({ message }) => assert.match(message, /the curve explains \S+ % of the variance .* --columns pulse=NAME/),
  ));

test('a window that grows, or is counted in fractions of a cycle, is no wear', async () => {
  const cycles = [0.001, 0.05, 0.1, 0.2, 0.3, 0.359];
  const rows = cycles.map((n, i) => `${n},${1e-5 * (1 + 0.03 * i)},1e-6`);
  const { fitResult, file, addedSections } = await fit('grows.csv', ['cycle,G_on (S),G_off (S)', ...rows]);
  assert.is(addedSections.device!.endurance, undefined);
  assert.match(
    (file.about as { lost: string[] }).lost[0]!,
    /^Endurance: the conductance window .* grows by 1\d % .* no wear is fitted/,
  );
  assert.ok(fitResult.kind === 'endurance' && fitResult.fit.bestModel === 'constant window');
});

test('a window that more than doubles grows by a factor; one that is lost shrinks by at most 100 %', async () => {
  const describe = async (windows: readonly number[]) => {
    const rows = windows.map((w, i) => `${0.1 * (i + 1)},${1e-6 * (1 + w)},1e-6`);
    const { file } = await fit('far.csv', ['cycle,G_on (S),G_off (S)', ...rows]);
    return (file.about as { lost: string[] }).lost[0]!;
  };
  assert.match(await describe([1, 1, 5, 9, 20, 20]), / grows by a factor of 20 from cycle /);
  assert.match(await describe([20, 20, 9, 5, 1, 1]), / shrinks by 95 % from cycle /); // 204 % of the mean window
});

test('an end of the window far beyond the measurement is not written', async () => {
  const rows = Array.from({ length: 15 }, (_, k) => `${10 ** (k / 2)},${1e-4 * (1 - 0.005 * k)},1e-6`);
  const { fitResult, file, addedSections } = await fit('extrapolated.csv', ['cycle,G_on (S),G_off (S)', ...rows]);
  assert.is(addedSections.device!.endurance, undefined);
  assert.match(
    (file.about as { lost: string[] }).lost[0]!,
    /is still 9\d % of the first .* extrapolated and not written/,
  );
  assert.ok(fitResult.kind === 'endurance' && fitResult.fit.bestModel === 'wear');
});

test('a paired-pulse ratio above 2 is not written into a device', async () => {
  const rows = [10, 20, 50, 100, 200, 500].map((t) => `${t},${1 + 2.5 * Math.exp(-t / 80)}`);
  const { addedSections, fitResult } = await fit('ppf.csv', ['interval (ms),PPF', ...rows]);
  assert.equal(addedSections, {});
  assert.ok(fitResult.kind === 'ppf' && fitResult.fit.lostProperties!.length === 1);
});

test('devices that pulses do not change become shares of stuck devices', async () => {
  const levels = [...Array(6).fill(null), 1.1e-6, 3e-5];
  const rows = levels.flatMap((level, d) =>
    PULSES.map((n) => `D${d},up,${n},${level === null ? rise(n, 3e-5 + d * 1e-7) : level * (1 + 1e-3 * Math.sin(n))}`),
  );
  const { addedSections, notes, fitResult } = await fit('stuck.csv', ['device,direction,pulse,conductance', ...rows]);
  assert.equal(addedSections.device!.stuck, { low: 1 / 8, high: 1 / 8 });
  assert.match(notes.join(), /2 devices of 8 left out of the fit, .*: 1 stuck at gMin, 1 at gMax \(D6, D7\)/);
  assert.ok(fitResult.kind === 'pulses' && fitResult.trains.length === 6);
});

test('the read voltage of the file is in the device file', async () => {
  const rows = PULSES.map((n) => `${n},${0.5 * rise(n, 3e-5)}`);
  const { addedSections } = await fit('read.csv', ['pulse,I @ 0.5 V (A)', ...rows]);
  assert.is(addedSections.device!.readVoltage, 0.5);
});

test.run();
