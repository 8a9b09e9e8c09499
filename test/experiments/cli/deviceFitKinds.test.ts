/** `memspike device fit` of what is no train of pulses: kinds are guessed, files grow, bad rows are named. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import writeWorkbook from 'write-excel-file/node';
import { loadDevice } from '../../../experiments/devices/load.ts';
import { loop, text } from '../devices/fit/madeKinds.ts';
import { measured, softBoundStep } from '../devices/fit/measured.ts';
import { inProcess } from './inProcess.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-kinds-'));
const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
const fit = (...words: string[]) => inProcess(directory, 'device', 'fit', ...words);

const TIMES = Array.from({ length: 20 }, (_, i) => 10 ** (i / 5));
const FILES = {
  'retention.csv': text(
    ['time (s)', 'G (uS)'],
    TIMES.map((t) => [t, 2 + 7 * Math.exp(-t / 900)]),
  ),
  'endurance.csv': text(
    ['cycle', 'LRS (kOhm)', 'HRS (kOhm)'],
    TIMES.map((t) => [t, 1 / (0.01 * (1 - (t / 1.5e4) ** 2) + 0.001), 1000]),
  ),
  'ppf.csv': text(
    ['interval (ms)', 'PPF'],
    [5, 10, 20, 50, 100, 200].map((t) => [t, 1 + 0.6 * Math.exp(-t / 50)]),
  ),
  'stdp.csv': text(
    ['dt (ms)', 'dw (%)'],
    [-40, -20, -10, -5, 5, 10, 20, 40].map((t) => [t, Math.sign(t) * Math.exp(-Math.abs(t) / 20)]),
  ),
  'train.csv': text(
    ['frequency (Hz)', 'spike', 'response'],
    Array.from({ length: 8 }, (_, i) => [20, i + 1, 1 - 0.9 * 0.6 ** i]),
  ),
  'loop.csv': loop('vteam', {
    rOn: 1e3,
    rOff: 2e4,
    vOn: -0.4,
    vOff: 0.5,
    kOn: -1.2e-8,
    kOff: 1.8e-8,
    aOn: 2,
    aOff: 1.5,
  }),
};
for (const [name, content] of Object.entries(FILES)) write(name, content);
write('pulses.csv', measured({ step: softBoundStep(0.1, 0.06), pulses: [20, 20], devices: 1, cycles: 2, seed: 1 }));

test('one file grows from five measurements, their kinds told by their columns', async () => {
  assert.is((await fit('pulses.csv', '--model', 'table', '--out', 'fitted')).status, 0);
  for (const [name, kind] of [
    ['retention', 'retention'],
    ['endurance', 'endurance'],
    ['ppf', 'ppf'],
    ['stdp', 'stdp'],
  ] as const) {
    const { status, stdout, stderr } = await fit(`${name}.csv`, '--onto', 'fitted/device.yaml', '--json');
    assert.is(status, 0, stderr);
    assert.is(JSON.parse(stdout).kind, kind);
  }
  const { device, shortTerm, rule, unstated, derived } = loadDevice(join(directory, 'fitted/device.yaml'));
  assert.is(device.model, 'table');
  const { retention, endurance } = device as unknown as {
    retention: { tau: number };
    endurance: { cycles: number; failure: string };
  };
  assert.ok(Math.abs(retention.tau / 9e5 - 1) < 0.01);
  assert.ok(Math.abs(endurance.cycles / 3e4 - 1) < 0.05);
  assert.is(shortTerm?.model, 'volatile');
  assert.is(rule?.model, 'pairStdp');
  assert.equal(unstated, []);
  assert.ok(derived.some(({ parameter, formula }) => parameter === 'rule.tauPlus' && formula.includes('stdp.csv')));
  assert.ok(readFileSync(join(directory, 'fitted/device.yaml'), 'utf8').includes('steps: steps.csv'));
});

test('a network takes device, short-term dynamics and rule from one file', async () => {
  write(
    'network.yaml',
    `memspike: 1
seed: 1
duration: 100
populations:
  input: { model: poisson, size: 4, rate: 100 }
  output: { model: lif, size: 2 }
projections:
  - from: input
    to: output
    connect: { all: { weight: { uniform: [0.3, 0.5] } } }
    device: { file: fitted/device.yaml }
    shortTerm: { file: fitted/device.yaml }
    rule: { file: fitted/device.yaml }
`,
  );
  const { status, stderr } = await inProcess(directory, 'run', 'network.yaml', '--out', 'run');
  assert.is(status, 0, stderr);
  const { projections } = JSON.parse(readFileSync(join(directory, 'run/config.json'), 'utf8'));
  const [projection] = projections;
  assert.is(projection.rule.model, 'pairStdp');
  assert.ok(projection.device.steps.up.length > 2, 'the run keeps the table itself');
});

test('pulses of another model take the place of the old ones; what holds of every model stays', async () => {
  const { status, stderr } = await fit('pulses.csv', '--onto', 'fitted/device.yaml', '--out', 'again');
  assert.is(status, 0, stderr);
  const { device, shortTerm } = loadDevice(join(directory, 'again/device.yaml'));
  assert.is.not(device.model, 'table');
  assert.ok('retention' in device && !('steps' in device));
  assert.is(shortTerm?.model, 'volatile');
});

test('of a workbook with measurements of several kinds --sheet takes one; without it they are named', async () => {
  const cells = (name: string) =>
    readFileSync(join(directory, name), 'utf8')
      .split('\n')
      .map((line) => line.split(',').map((cell) => (Number.isNaN(Number(cell)) ? cell : Number(cell))));
  const sheets = ['retention', 'ppf'].map((sheet) => ({ sheet, data: cells(`${sheet}.csv`) }));
  await writeWorkbook([...sheets, { sheet: 'notes', data: [['by us']] }] as never).toFile(join(directory, 'book.xlsx'));
  const all = await fit('book.xlsx');
  assert.is(all.status, 1);
  assert.match(
    all.stderr,
    /sheet "retention" looks like retention, but book\.xlsx, sheet "ppf" looks like ppf\. .*--onto.*--sheet/,
  );
  const { status, stdout, stderr } = await fit('book.xlsx', '--sheet', 'ppf', '--out', 'sheet');
  assert.is(status, 0, stderr);
  assert.match(stdout, /^book\.xlsx, sheet "ppf": workbook; interval /);
  const { derived } = loadDevice(join(directory, 'sheet/device.yaml'));
  assert.ok(derived.every(({ formula }) => formula.includes('device fit book.xlsx --sheet ppf --kind ppf')));
  for (const [words, said] of [
    [['book.xlsx', '--sheet', 'retentoin'], /has no sheet "retentoin", did you mean "retention"\?/],
    [['book.xlsx', '--sheet', 'notes'], /sheet "notes" is empty/],
    [['ppf.csv', '--sheet', 'ppf'], /ppf\.csv is not a workbook/],
    [
      ['retention.csv', 'ppf.csv'],
      /retention\.csv looks like retention, but ppf\.csv looks like ppf\. [^(]*\(--onto\); --kind/,
    ],
  ] as const) {
    const refused = await fit(...words);
    assert.is(refused.status, 1);
    assert.match(refused.stderr, said);
  }
});

test('a loop and a train of spikes make devices of their own, with pictures', async () => {
  for (const [file, kind] of [
    ['loop.csv', 'iv'],
    ['train.csv', 'train'],
  ] as const) {
    const { status, stdout, stderr } = await fit(file, '--out', kind, ...(kind === 'iv' ? ['--model', 'vteam'] : []));
    assert.is(status, 0, stderr);
    assert.ok(stdout.includes('best'));
    const { device } = loadDevice(join(directory, kind, 'device.yaml'));
    assert.is(device.model, kind === 'iv' ? 'vteam' : 'linear');
    assert.ok(readFileSync(join(directory, kind, 'fit.svg'), 'utf8').includes('reading'));
  }
});

test('bad rows, columns and options are named', async () => {
  const bad = async (name: string, content: string, ...words: string[]) => {
    write(name, content);
    const { status, stderr } = await fit(name, ...words);
    return `${status} ${stderr.replace('memspike: ', '')}`;
  };
  const rows = FILES['retention.csv'].split('\n');
  assert.match(
    await bad('a.csv', [rows[0], '-1,3', ...rows.slice(1, 9), '5,x', '6'].join('\n')),
    '1 a.csv: row 1 (line 2), column time (s): "-1" is given, but a number, 0 or larger is needed; row 10 (line 11), column G (uS): "x" is given, but a number is needed; row 11 (line 12), column G (uS): nothing is given, but a number is needed.',
  );
  assert.match(
    await bad('b.csv', 'time (s),I (nA)\n1,2\n2,3\n3,4\n4,5\n5,6'),
    'the readings are currents. Next step: give their read voltage',
  );
  assert.match(
    await bad('c.csv', 'time,G,conductance\n1,1,1\n2,2,2', '--kind', 'retention'),
    'the columns "G" and "conductance" may both be the conductance',
  );
  assert.match(
    await bad('d.csv', 'V (V),I (A)\n1,1\n2,2', '--kind', 'iv'),
    'a voltage loop of 2 points is given, but at least 10 are needed',
  );
  assert.match(
    await bad('e.csv', 'interval (ms),PPF\n1,2\n2,1.5'),
    '2 pulse intervals are given, but at least 4 are needed',
  );
  assert.match(
    await bad('f.csv', 'dt (ms),dw\n1,1\n2,1\n3,1'),
    '0 readings have a Δt below 0, but at least 3 are needed',
  );
  assert.match(
    await bad('g.csv', FILES['stdp.csv'], '--model', 'tripletStdp'),
    '2 device fit: --model is "tripletStdp", which is not a model of stdp',
  );
  assert.match(await bad('h.csv', FILES['stdp.csv'], '--columns', 'Dt=dt (ms),weight=dw (%)'), '2 ');
  assert.match(
    await bad('i.csv', FILES['stdp.csv'], '--kind', 'iv'),
    '1 i.csv: the columns voltage and current are missing from the column names "dt (ms),dw (%)"',
  );
  assert.match(await bad('j.csv', FILES['stdp.csv'], '--onto', 'retention.csv'), '1 ');
  assert.match(await bad('k.csv', FILES['retention.csv'], '--kind', 'retentoin'), '2 ');
});

test.run();
