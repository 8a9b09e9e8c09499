/** `memspike device fit`: output, files and messages about bad files. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { readPulses } from '../../../experiments/devices/fit/import/measurement.ts';
import { checkTrainDirections } from '../../../experiments/devices/fit/import/trainSorter.ts';
import { loadDevice } from '../../../experiments/devices/load.ts';
import { formatSignificantDigits } from '../../../experiments/look/digits.ts';
import { renderResultsReport } from '../../../experiments/report/results.ts';
import { measured, softBoundStep } from '../devices/fit/measured.ts';
import { inProcess } from './inProcess.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-fit-cli-'));
const GOOD = measured({
  step: softBoundStep(0.1, 0.1),
  pulses: [20, 20],
  devices: 2,
  cycles: 2,
  relative: 0.02,
  seed: 1,
});

const LINES = GOOD.trim().split('\n');

function fit(text: string, ...words: string[]) {
  writeFileSync(join(directory, 'pulses.csv'), text);
  return inProcess(directory, 'device', 'fit', 'pulses.csv', ...words);
}

test('JSON has the models with parameters, intervals and residuals, and the spread', async () => {
  const { status, stdout } = await fit(GOOD, '--json');
  assert.is(status, 0);
  const found = JSON.parse(stdout);
  assert.equal(Object.keys(found).slice(0, 4), ['best', 'models', 'spread', 'quality']);
  assert.equal(Object.keys(found.quality), ['verdict', 'rmse', 'shareOfRange', 'noiseFloor', 'reasons']);
  assert.is(found.quality.verdict, 'describes');
  assert.is(found.best, 'softBound');
  assert.equal(Object.keys(found.models).sort(), ['exponential', 'linear', 'neuroSim', 'power', 'softBound']);
  for (const model of Object.values(found.models) as { params: object; ci: object }[]) {
    assert.equal(Object.keys(model).slice(0, 4), ['params', 'ci', 'rmse', 'shareOfRange']);
    assert.equal(Object.keys(model.ci), Object.keys(model.params));
  }
  assert.equal(Object.keys(found.models.softBound.params), ['gMin', 'gMax', 'etaUp', 'etaDown']);
  assert.equal(Object.keys(found.spread), ['deviceToDevice', 'cycleToCycle']);
  assert.match(found.understood[0], /^pulses\.csv: text with commas between cells; /);
  assert.match(found.understood[1], /^168 readings of 2 devices /);
});

test('readings beyond 1 S without a unit are not fitted: the unit is asked for', async () => {
  const inMicro = LINES.map((line, i) => (i === 0 ? line : line.replace(/[^,]+$/, (g) => String(1e6 * Number(g)))));
  const { status, stderr } = await fit(inMicro.join('\n'), '--json');
  assert.is(status, 1);
  assert.match(
    stderr,
    /has no unit, and in S its readings would be conductances up to [\d.]+ S\. Next step: .*--unit uS/,
  );
  const stated = await fit(inMicro.join('\n'), '--json', '--unit', 'uS');
  assert.is(JSON.parse(stated.stdout).best, 'softBound');
  assert.is(stated.stderr, '');
});

test('--out writes a device that can be loaded, the figures and a picture', async () => {
  const out = join(directory, 'fitted');
  const { status, stdout } = await fit(GOOD, '--out', out);
  assert.is(status, 0);
  assert.match(stdout, /^softBound .* best$/m);
  assert.match(stdout, /^pulses\.csv: text with commas between cells; .*\n168 readings of 2 devices /);
  assert.match(
    stdout,
    /Energies assume a write pulse: give --write-voltage and --write-time, or the values in device\.yaml\.\n$/,
  );
  const { device } = loadDevice(join(out, 'device.yaml'));
  assert.is(device.model, 'softBound');
  const { models } = JSON.parse(readFileSync(join(out, 'fit.json'), 'utf8'));
  assert.ok(Math.abs((device.etaUp as number) / models.softBound.params.etaUp - 1) < 1e-5);
  assert.match(readFileSync(join(out, 'fit.svg'), 'utf8'), /softBound/);
  assert.ok(existsSync(join(out, 'fit.png')));

  const { pageText: text } = renderResultsReport(out, 'fit.json');
  assert.match(text, /<p>softBound (fits|does not fit) the data: RMSE /);
  const etaUp = formatSignificantDigits(models.softBound.params.etaUp);
  assert.match(text, new RegExp(`<th scope="row">etaUp</th><td class="short">${etaUp}</td>`));
});

test('the pulses of the measurement go into the device file', async () => {
  const out = join(directory, 'pulsed');
  const { stdout } = await fit(GOOD, '--out', out, '--write-voltage', '4/-2', '--write-time', '10ms');
  assert.match(stdout, /4 trains up of 21 readings \(4 V, 10 ms\), 4 trains down of 21 readings \(-2 V, 10 ms\)\n/);
  assert.not.match(stdout, /Energies assume/);
  const { device, derived } = loadDevice(join(out, 'device.yaml'));
  assert.equal([device.writeVoltageUp, device.writeVoltageDown, device.writeTime], [4, 2, 0.01]);
  const { formula } = derived.find(({ parameter }) => parameter === 'device.writeTime')!;
  assert.match(formula, /^pulses of the measurement, memspike device fit /);
  assert.is(device.assumed, undefined);
});

test('one direction alone is fitted; the other mirrors it, which the command and the device file say', async () => {
  for (const [way, other] of [
    ['up', 'down'],
    ['down', 'up'],
  ] as const) {
    const out = join(directory, `only ${way}`);
    const { status, stdout } = await fit(LINES.filter((line) => !line.includes(`,${other},`)).join('\n'), '--out', out);
    assert.is(status, 0);
    assert.match(stdout, new RegExp(`4 trains ${way} of 21 readings`));
    assert.match(stdout, new RegExp(`none ${other}`));
    const note = new RegExp(`Pulses ${other} were not measured: steps ${other} mirror the steps ${way}`);
    assert.match(stdout, note);
    const { device, about } = loadDevice(join(out, 'device.yaml'));
    assert.match(about!.summary!, note);
    assert.is(device.model, 'softBound');
    assert.is(device.etaUp, device.etaDown);
    assert.ok(Math.abs((device.etaUp as number) / 0.1 - 1) < 0.1, `${device.etaUp}`);
    assert.is(JSON.parse(readFileSync(join(out, 'fit.json'), 'utf8')).unmeasured, other);
  }
});

test('--out writes the residual of every reading from each model, whatever devices are called', async () => {
  const out = join(directory, 'residuals');
  const named = GOOD.replaceAll('D2', '"cell 2, row ""B"""');
  assert.is((await fit(named, '--out', out)).status, 0);
  const { models } = JSON.parse(readFileSync(join(out, 'fit.json'), 'utf8'));
  const rows = csvParse(readFileSync(join(out, 'residuals.csv'), 'utf8'));
  assert.equal(rows.columns, [...LINES[0]!.split(','), 'exponential', 'softBound', 'neuroSim', 'linear', 'power']);
  assert.is(rows.length, LINES.length - 1);
  assert.equal([...new Set(rows.map(({ device }) => device))], ['D1', 'cell 2, row "B"']);
  for (const name of ['exponential', 'softBound', 'neuroSim']) {
    const squares = rows.reduce((sum, row) => sum + Number(row[name]) ** 2, 0);
    assert.ok(Math.abs(Math.sqrt(squares / rows.length) / models[name].rmse - 1) < 1e-9, name);
  }
  assert.is((await fit(named, '--out', out)).status, 0, 'a second time');
});

test('semicolons, quotes, a byte order mark, more columns, and no device and cycle', async () => {
  const rows = GOOD.trim()
    .split('\n')
    .map((row) => row.split(','))
    .filter(([device, cycle], i) => i === 0 || (device === 'D1' && cycle === '1'))
    .map(([, , direction, pulse, conductance], i) =>
      [`"${direction}"`, pulse, conductance, i === 0 ? 'voltage' : '1.2'].join(';'),
    );
  const { status, stdout } = await fit(`\uFEFF${rows.join('\r\n')}\r\n`, '--json');
  assert.is(status, 0);
  assert.equal(JSON.parse(stdout).spread, { deviceToDevice: null, cycleToCycle: null });
});

/** The good file with one field of data row `row` changed. */
const changed = (row: number, column: number, value: string) =>
  LINES.map((line, i) => {
    if (i !== row) return line;
    const fields = line.split(',');
    fields[column] = value;
    return fields.join(',');
  }).join('\n');

test('bad files are refused with row, column, value and what is allowed', async () => {
  const told = (text: string, sentence: RegExp) => {
    const file = join(directory, 'bad.csv');
    writeFileSync(file, text);
    assert.throws(
      () => checkTrainDirections(file, readPulses(file)),
      (error: Error) => {
        assert.instance(error, UserError);
        assert.match(error.message, sentence);
        return !error.message.includes('\n');
      },
    );
  };
  told('', /bad\.csv is empty/);
  told(`${LINES[0]}\n`, /holds no readings/);
  told(GOOD.replace('conductance', 'conductence'), /"conductence" is not a known column, did you mean "conductance"\?/);
  told(GOOD.replace('conductance', 'X'), /the column conductance is missing from the column names/);
  told(GOOD.replace('cycle', 'cycel'), /"cycel" is not a known column, did you mean "cycle"\?/);
  told(GOOD.replace('device', 'pulse'), /the column "pulse" occurs twice/);
  told(changed(7, 4, 'abc'), /row 7 \(line 8\), column conductance: "abc" is given, but a number is needed/);
  told(changed(7, 4, ''), /row 7 \(line 8\), column conductance: nothing is given/);
  told(
    changed(7, 4, '-1e-6'),
    /row 7 \(line 8\), column conductance: -0\.000001 is given, but must be >= 0 \(with noise: >= -5 %/,
  );
  told(changed(7, 4, 'Infinity'), /row 7 .*column conductance/);
  told(changed(7, 4, '0x10'), /row 7 .*column conductance: "0x10" is given/);
  told(changed(7, 3, '-3'), /row 7 \(line 8\), column pulse: "-3" is given, but a number from 0 to 100000 is needed/);
  told(changed(7, 3, '4'), /row 7 \(line 8\), column pulse: 4 follows 5, but the counter must rise/);
  told(
    changed(7, 2, 'left'),
    /row 7 \(line 8\), column direction: "left" is given, but up or down \(or LTP or LTD, set or reset, 1 or -1, …\) is needed/,
  );
  told(LINES.slice(0, 4).join('\n'), /row 1 \(line 2\): the train of .* has 3 readings, but at least 5 are needed/);
  told(
    LINES.map((l, i) => (i % 9 === 8 ? `${l.slice(0, -3)}x` : l)).join('\n'),
    /row 8 .*; row 17 .*; and \d+ more errors\.$/m,
  );
  told(
    GOOD.replace(/,(up|down),/g, (_, d) => (d === 'up' ? ',down,' : ',up,')),
    /are the directions swapped\?/,
  );
  told(changed(9, 4, '1e-6,2'), /row 9 \(line 10\): the row has 6 cells, but the header has 5/);
  const { status, stdout, stderr } = await fit(changed(7, 4, 'abc'));
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /^memspike: pulses\.csv: row 7 \(line 8\), column conductance: "abc" is given, .*\n$/);
  assert.match(
    (await inProcess(directory, 'device', 'fit', 'pulse.csv')).stderr,
    /no such file, did you mean "pulses\.csv"\?/,
  );
});

test.run();
