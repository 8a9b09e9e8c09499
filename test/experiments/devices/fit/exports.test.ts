/** Files as programs and instruments write them, what is understood of each, and what is said of bad ones. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import writeWorkbook from 'write-excel-file/node';
import { UserError } from '../../../../core/declare/errors.ts';
import { PULSE_COLUMN_ROLES } from '../../../../experiments/devices/fit/import/layout.ts';
import { type Measurement, readMeasurement } from '../../../../experiments/devices/fit/import/measurement.ts';
import type { Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { parseImportOptions } from '../../../../experiments/devices/fit/options.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-exports-'));
type Flags = Parameters<typeof parseImportOptions>[0];

const READINGS = [0, 1, 2, 3, 4, 5];
const up = (i: number) => 1e-6 + 9e-6 * (1 - Math.exp(-i / 4));
const down = (i: number) => 1e-6 + 8e-6 * Math.exp(-i / 3);
/** Five digits, in units of 10^exponent. */
const f = (value: number, exponent = 0) => (value / 10 ** exponent).toPrecision(5);

function save(name: string, text: string | Buffer | readonly string[]): string {
  const file = join(directory, name);
  writeFileSync(file, typeof text === 'string' || Buffer.isBuffer(text) ? text : text.join('\n'));
  return file;
}
const read = (files: readonly string[], flags: Flags = {}): Promise<Measurement> =>
  readMeasurement(files, parseImportOptions(flags, PULSE_COLUMN_ROLES));

/** Trains in short: `D1/2 up 0-5`: device, cycle, direction, counter of the first reading and pulses. */
const short = (t: Train) => `${t.device}/${t.cycle} ${t.direction} ${t.first}+${t.elapsed.at(-1)}`;
const BOTH = ['1/1 up 0+5', '1/1 down 0+5'];

function expectReadings(trains: readonly Train[]): void {
  for (const t of trains) {
    t.conductance.forEach((g, i) => {
      const known = (t.direction === 'up' ? up : down)(READINGS[i]!);
      assert.ok(Math.abs(g / known - 1) < 1e-4, `${short(t)}: ${g} for ${known}`);
    });
  }
}

const both = (row: (i: number, g: number, isUp: boolean) => string) => [
  ...READINGS.map((i) => row(i, up(i), true)),
  ...READINGS.map((i) => row(i, down(i), false)),
];

const EXPORTS: readonly [string, string | Buffer | readonly string[], Flags, readonly string[], RegExp][] = [
  [
    'keithley.csv',
    [
      ...['Model,2450', 'Operator,"Doe, J."', 'Compliance,1.00E-03,,', 'Source range,20,V,', ''],
      'PulseNum,Vpulse(V),PulseWidth(us),I_read(A),Std(A),,',
      ...both((i, g, isUp) => `${i},${isUp ? '3.0' : '-2.5'},1.0E+02,${f(g * 0.1)},1E-9,,`),
      ',,,,,,',
    ],
    { readVoltage: '100mV' },
    BOTH,
    /up of 6 readings \(3 V, 100 µs\), 1 train down of 6 readings \(-2\.5 V, 100 µs\); directions taken from the sign/,
  ],
  [
    'prober.csv',
    ['Vwrite,Twrite (us),Vread,Iread', ...both((_, g, isUp) => `${isUp ? '3.0' : '-2.5'},100,0.1,${f(g * 0.1)}`)],
    {},
    BOTH,
    /read voltage "Vread", current "Iread" \(A, .*up of 6 readings \(3 V, 100 µs\), 1 train down of 6 readings \(-2\.5 V, 100 µs\)/s,
  ],
  [
    'origin.txt',
    [
      'Pulse number\tConductance\tPulse number\tConductance',
      '\tuS\t\tuS',
      '\tPotentiation\t\tDepression',
      ...READINGS.map((i) => `${i + 1}\t${f(up(i), -6)}\t${i + 7}\t${f(down(i), -6)}`),
    ],
    {},
    ['1/1 up 1+5', '1/1 down 7+5'],
    /tabs between cells; pulse "Pulse number", conductance "Conductance Potentiation", "Conductance Depression"/,
  ],
  [
    'german.csv',
    Buffer.from(
      ['sep=;', 'Puls;Leitwert (µS);Richtung', ...both((i, g, isUp) => `${i};${f(g, -6)};${isUp ? 'SET' : 'Reset'}`)]
        .join('\r\n')
        .replaceAll('.', ','),
      'latin1',
    ),
    {},
    BOTH,
    /semicolons between cells, decimal commas; .* conductance "Leitwert \(µS\)"\n/,
  ],
  [
    'unicode.txt',
    Buffer.from(
      `\uFEFF${['Pulse\tLTP\tLTD', ...READINGS.map((i) => `${i}\t${f(up(i))}\t${f(down(i))}`)].join('\r\n')}`,
      'utf16le',
    ),
    {},
    BOTH,
    /conductance "LTP", "LTD" \(S, as no unit is given\)/,
  ],
  [
    'savetxt.txt',
    ['# pulse G', ...both((i, g, isUp) => `${isUp ? i : i + 6} ${f(g)}`)],
    {},
    ['1/1 up 0+6', '1/1 down 7+4'],
    /white space between cells; .*\n.*directions taken from where the conductance turns/,
  ],
  [
    'spaces.txt',
    ['Pulse   G', ...READINGS.map((i) => `  ${i}  ${f(up(i)).replace('.', ',')}`)],
    {},
    ['1/1 up 0+5'],
    /decimal commas; .*\n.*: 1 train up of 6 readings, none down/,
  ],
  [
    'neurosim.csv',
    ['xf_ltp,yf_ltp,xf_ltd,yf_ltd', ...READINGS.map((i) => [i, f(up(i)), i, f(down(i))].join())],
    {},
    BOTH,
    /pulse "xf_ltp", "xf_ltd", conductance "yf_ltp", "yf_ltd"/,
  ],
  [
    'bare.csv',
    READINGS.map((i) => `${f((up(i) - 1e-6) / 99e-6)}, ${f((down(i) - 1e-6) / 99e-6)}`),
    { range: '1uS:1e-4' },
    BOTH,
    /weight "1", "2"\n/,
  ],
  [
    'grown.csv',
    ['No,Set voltage (V),G set (uS),No,Reset voltage (mV),G reset (uS)'].concat(
      READINGS.map((i) => [i, 0.5 + 0.1 * i, f(up(i), -6), i, -500 - 100 * i, f(down(i), -6)].join()),
    ),
    { writeTime: '10us/1us' },
    BOTH,
    /readings \(0\.5 V to 1 V, 10 µs\), .*\(-0\.5 V to -1 V, 1 µs\)/,
  ],
  [
    'yflash.csv',
    ['pulse,operation,I_nA', ...both((i, g, isUp) => `${i},${isUp ? 'Erase' : 'Program'},${f(g, -8)}`)],
    { readVoltage: '0.1' },
    BOTH,
    /current "I_nA", read at 0\.1 V\n.*program and erase taken as the directions/,
  ],
  [
    'named.csv',
    ['n,foo,bar', ...READINGS.map((i) => `${i},${f(up(i), -6)},${f(down(i), -6)}`)],
    { columns: 'pulse=n,up=foo,down=3', unit: 'uS' },
    BOTH,
    /conductance "foo", "bar" \(uS\)/,
  ],
  [
    'wide.csv',
    ['Pulse,A1,B7,"cell, x"', ...both((i, g, isUp) => `${isUp ? i : i + 6},${f(g)},${f(g)},${isUp ? '' : f(g)}`)],
    {},
    ['A1/1 up 0+6', 'A1/1 down 7+4', 'B7/1 up 0+6', 'B7/1 down 7+4', 'cell, x/1 down 6+5'],
    /3 devices/,
  ],
  [
    'anew.csv',
    [
      'pulse,type,G_uS',
      ...[1, 1.00003].flatMap((c) => both((i, g, isUp) => `${i},${isUp ? 'p' : 'd'},${f(c * g, -6)}`)), // exact duplicates would be left out
    ],
    {},
    ['1/1 up 0+5', '1/2 up 0+5', '1/1 down 0+5', '1/2 down 0+5'],
    /2 trains up/,
  ],
  [
    'runsOn.csv',
    [
      'pulse,type,G_uS',
      ...[0, 12].flatMap((c) => both((i, g, isUp) => `${c + i + (isUp ? 0 : 6)},${isUp ? 1 : -1},${f(g, -6)}`)),
    ],
    {},
    ['1/1 up 0+5', '1/1 down 6+5', '1/2 up 12+5', '1/2 down 18+5'],
    /direction "type"/,
  ],
  [
    'excel.csv',
    ['LTP,,LTD,', '"Pulse\nnumber","G in\nuS",Pulse number.1,G in uS.1'].concat(
      READINGS.map((i) => [i, f(up(i), -6), i, f(down(i), -6)].join()),
    ),
    {},
    BOTH,
    /pulse "LTP Pulse number", "LTD Pulse number", conductance "LTP G in uS", "LTD G in uS"\n/,
  ],
  [
    'partly.csv',
    ['pulse,G,G 1', ...READINGS.map((i) => [i, f(up(i)), f(up(i))].join())],
    {},
    ['G/1 up 0+5', '1/1 up 0+5'],
    /2 devices/,
  ],
  [
    'uncounted.csv',
    [
      'LTP,LTD',
      ...[0, 1, 2, 3, 4, 5, 6].map((i) => `${i === 2 ? '+9.910000E+37' : f(up(i))},${i === 6 ? '' : f(down(i))}`),
    ],
    {},
    ['1/1 up 0+6', '1/1 down 0+5'],
    /1 reading marked as absent left out/,
  ],
  [
    'holes.csv',
    [
      'pulse,direction,G',
      ...both((i, g, isUp) => `${isUp && i === 2 ? '' : i},${isUp ? 'up' : 'down'},${i === 5 && !isUp ? 'NaN' : f(g)}`),
    ],
    {},
    ['1/1 up 0+5', '1/1 down 0+4'],
    /empty counters filled in; 1 reading marked as absent left out/,
  ],
];

test('files of programs and instruments are read as they are, or with a flag', async () => {
  for (const [name, text, flags, trains, told] of EXPORTS) {
    const found = await read([save(name, text)], flags);
    assert.match(found.importSummary.join('\n'), told, name);
    assert.equal(found.trains.map(short), trains, name);
    if (!/savetxt|wide|uncounted/.test(name)) expectReadings(found.trains);
  }
});

test('several files, or sheets, are a device each; those of one direction each are one device', async () => {
  const one = (of: (i: number) => number) => ['pulse,G(uS)', ...READINGS.map((i) => `${i},${f(of(i), -6)}`)];
  const whole = ['pulse,direction,G', ...both((i, g, isUp) => `${i},${isUp ? 'up' : 'down'},${f(g)}`)];
  const halves = await read([save('LTP cell 3.csv', one(up)), save('LTD cell 3.csv', one(down))]);
  assert.equal(halves.trains.map(short), ['cell 3/1 up 0+5', 'cell 3/1 down 0+5']);
  expectReadings(halves.trains);
  const two = await read([save('chip A.csv', whole), save('chip B.csv', whole)]);
  assert.equal([...new Set(two.trains.map((t) => t.device))], ['chip A', 'chip B']);
  // A column a ramp, currents in A, without a counter: the files of cross-sim's example.
  const ramps = (of: (i: number) => number) => [
    'rmp1,rmp2',
    ...READINGS.map((i) => `${f(0.1 * of(i))},${f(0.1 * of(i))}`),
  ];
  const ramped = await read([save('set.csv', ramps(up)), save('reset.csv', ramps(down))], { readVoltage: '0.1' });
  assert.equal(ramped.trains.map(short), ['1/1 up 0+5', '1/1 down 0+5', '1/2 up 0+5', '1/2 down 0+5']);
  expectReadings(ramped.trains);
  const file = join(directory, 'book.xlsx');
  const data = whole.map((line) => line.split(',').map((cell) => (/^[\d.e-]+$/.test(cell) ? Number(cell) : cell)));
  await writeWorkbook([
    { data, sheet: 'first' },
    { data: [['a note']], sheet: 'notes' },
    { data, sheet: 'second' },
  ] as never).toFile(file);
  const sheets = await read([file]);
  assert.equal([...new Set(sheets.trains.map((t) => t.device))], ['first', 'second']);
  assert.match(sheets.importSummary[0], /book\.xlsx, sheet "first" and 1 more table: workbook; /);
});

test('a workbook without names, of voltage, read voltage and a column of currents a device', async () => {
  const file = join(directory, 'bare.xlsx');
  const rows = both((i, g, isUp) => [isUp ? 4 : -2, isUp && i === 0 ? 0.5 : '', f(g / 2), f(g / 2)].join());
  const data = rows.map((line) => line.split(',').map((cell) => (cell === '' ? null : Number(cell))));
  await writeWorkbook(data as never).toFile(file);
  const flags = { columns: 'voltage=1,readVoltage=2,current=3-4', writeTime: '10ms' };
  const { trains, importSummary: understood } = await read([file], flags);
  assert.equal(trains.map(short), ['1/1 up 0+5', '1/1 down 0+5', '2/1 up 0+5', '2/1 down 0+5']);
  assert.match(understood[1], /2 trains up of 6 readings \(4 V, 10 ms\), 2 trains down of 6 readings \(-2 V, 10 ms\)/);
  expectReadings(trains);
});

test('weights of -1 to 1 with noise beyond are taken to their range', async () => {
  const weights = READINGS.map((i) => [-1.2 + 0.5 * i, 1.3 - 0.5 * i].join());
  const { trains } = await read([save('weights.csv', weights)], { range: '1e-6:3e-6' });
  assert.equal(trains.map(short), BOTH);
  assert.ok(Math.abs(trains[0]!.conductance[0]! - 0.8e-6) < 1e-18);
  assert.ok(Math.abs(trains[1]!.conductance[0]! - 3.3e-6) < 1e-18);
});

test('what cannot be read is refused in one sentence', async () => {
  const GOOD = ['pulse,direction,G_uS', ...both((i, g, isUp) => `${i},${isUp ? 'up' : 'down'},${f(g, -6)}`)];
  const bad = (text: string | Buffer | readonly string[], sentence: RegExp, flags: Flags = {}) =>
    read([save('bad.csv', text)], flags).then(
      () => assert.unreachable(String(sentence)),
      (error: Error) => {
        assert.instance(error, UserError, error.stack);
        assert.match(error.message, sentence);
        assert.not.match(error.message, /\n/);
      },
    );
  const with_ = (line: number, text: string) => GOOD.map((old, i) => (i === line ? text : old));
  await bad('', /bad\.csv is empty\./);
  await bad('some words\nand more\n', /holds no readings/);
  await bad(Buffer.from([1, 2, 0, 3]), /is neither a text nor an \.xlsx workbook/);
  await bad(Buffer.from('d0cf11e0a1b11ae1', 'hex'), /is a workbook in the old format/);
  await bad(Buffer.from('PK\x03\x04 nothing'), /cannot be read as an \.xlsx workbook/);
  await bad(with_(3, '2,sideways,3'), /row 3 \(line 4\), column direction: "sideways" is given, but up or down/);
  await bad(with_(3, '2,up,oops'), /row 3 \(line 4\), column G_uS: "oops" is given, but a number is needed/);
  await bad(
    with_(3, '2,up,-3'),
    /row 3 \(line 4\), column G_uS: -0\.000003 is given, .* noise: >= -5 % of the largest/,
  );
  await bad(with_(3, '2,up,3,4,5'), /row 3 \(line 4\): the row has 5 cells, but the header has 3/);
  await bad(
    GOOD.map((l, i) => (i === 4 ? l : l.replaceAll(',', ';').replaceAll('.', ','))).map((l) =>
      l.replaceAll(/,(?=up)|(?<=up),/g, ';'),
    ),
    /"\d\.\d+" is given, but a number is needed, with a decimal comma/,
  );
  await bad(
    ['pulse,I (nA)', '1,2'],
    /the column "I \(nA\)" holds currents\. Next step: give their read voltage, such as --read-voltage 0\.1/,
  );
  await bad(['pulse,weight', '1,0.2'], /holds normalised weights\. Next step: give the conductances of 0 and 1/);
  await bad(['pulse,weight', '1,0.2', '2,7'], /weights range from 0\.2 to 7, but --range needs/, {
    range: '1e-6:1e-4',
  });
  await bad(GOOD, /holds a conductance; --range is for normalised weights only/, { range: '1e-6:1e-4' });
  await bad(GOOD, /has a unit in its header that differs from --unit nS/, { unit: 'nS' });
  await bad(GOOD, /--unit furlong is not a unit of it/, { unit: 'furlong' });
  await bad(GOOD, /no column is called "H", which --columns gives for conductance/, { columns: 'conductance=H' });
  await bad(
    ['time_s,voltage_V,current_A', '0,1,2', '1,2,3'],
    /look like a current-voltage loop \(--kind iv\), not like readings after/,
  );
  await bad(
    ['time_s,conductance_S', '0,1', '1,2'],
    /look like retention \(--kind retention\), .* --columns pulse=time_s/,
  );
  await bad(
    ['\u202etime (s),conductance (S)', '0,1', '1,2'],
    /"\\u202etime \(s\)" look like retention .* --columns pulse=1\./,
  );
  await bad(['device,sample,pulse,G', 'a,b,1,2'], /columns "device" and "sample" may both be the device/);
  await bad(
    ['pulse,G,voltage', ...READINGS.map((i) => `${i},${f(up(i))},2`)],
    /a column gives the voltage of the pulses already; leave out --write-voltage/,
    {
      writeVoltage: '4/-2',
    },
  );
  const usage = (flags: Flags, sentence: RegExp) =>
    assert.throws(() => parseImportOptions(flags, PULSE_COLUMN_ROLES), sentence);
  usage({ columns: 'conductence=G' }, /--columns has the unknown role "conductence", did you mean "conductance"\?/);
  usage({ columns: 'G' }, /--columns is "G", but must be ROLE=COLUMN/);
  usage({ readVoltage: '0' }, /--read-voltage is "0", but must be a voltage other than 0/);
  usage({ range: '1e-4:1e-6' }, /--range is "1e-4:1e-6", but must be two conductances, the lower one first/);
  usage({ writeTime: '10 parsecs' }, /--write-time is "10 parsecs", but must be a time/);
  usage({ writeVoltage: '1/2/3' }, /--write-voltage is "1\/2\/3", but must be voltages up\/down/);
});

test.run();
