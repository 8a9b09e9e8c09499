/** What is measured on devices whose answers have a closed form, what is left out, and the files that are written. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/errors.ts';
import { openLog } from '../../../core/log/file.ts';
import { type Characterisation, characterise } from '../../../experiments/characterise/characterise.ts';
import type { LeftOut, Part } from '../../../experiments/characterise/part.ts';
import { ltpLtd, writeEnergy } from '../../../experiments/characterise/parts/pulseTrain.ts';
import { pairedPulse, postTetanic, trainResponse } from '../../../experiments/characterise/parts/shortTerm.ts';
import { stdpWindow } from '../../../experiments/characterise/parts/stdpWindow.ts';
import type { Specimen } from '../../../experiments/characterise/specimens.ts';
import { loadDevice } from '../../../experiments/devices/load.ts';
import { VERSION } from '../../../experiments/version.ts';
import { Rows } from '../../support.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-characterise-'));
test.after(() => rmSync(directory, { recursive: true }));

function specimen(parts: object, more: Partial<Specimen> = {}): Specimen {
  const file = join(directory, 'device.json');
  writeFileSync(file, JSON.stringify({ memspike: 1, ...parts }));
  return { loaded: loadDevice(file), devices: 1, seed: 1, pulses: 20, ...more };
}

const SOFT = {
  model: 'softBound',
  gMin: 1e-6,
  gMax: 1e-5,
  etaUp: 0.05,
  etaDown: 0.08,
  writeVoltage: 2,
  writeTime: 1e-8,
};
const values = (part: Part, column: string): readonly number[] => part.columns[column]!.values;
const present = (part: Part | LeftOut): Part => {
  if ('leftOut' in part) throw new Error(part.leftOut);
  return part;
};
const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.abs(b), `${what}: ${a}, but ${b} expected`);

test('LTP and LTD of a soft-bound device are its closed form', () => {
  const part = ltpLtd(specimen({ device: SOFT }));
  const [pulse, direction, conductance] = ['pulse', 'direction', 'conductance'].map((name) => values(part, name));
  assert.is(pulse!.length, 42);
  const top = 1 - 0.95 ** 20;
  pulse!.forEach((n, i) => {
    const g = direction![i] === 1 ? 1 - 0.95 ** n : top * 0.92 ** n;
    near(conductance![i]!, 1e-6 + 9e-6 * g, 1e-12, `pulse ${n}, direction ${direction![i]}`);
  });
});

test('a write costs V² t times the mean of both conductances', () => {
  const s = specimen({ device: SOFT });
  const conductance = values(ltpLtd(s), 'conductance');
  const energy = values(present(writeEnergy(s)), 'energy');
  assert.is(energy.length, 40);
  near(energy[0]!, (4e-8 * (conductance[0]! + conductance[1]!)) / 2, 1e-9, 'first write up');
  near(energy[39]!, (4e-8 * (conductance[40]! + conductance[41]!)) / 2, 1e-9, 'last write down');
});

test('the STDP window of an ideal weight is the double exponential of its rule, nothing at 0', () => {
  const part = present(stdpWindow(specimen({ device: { model: 'ideal', wMin: 0, wMax: 1 } })));
  const change = values(part, 'change');
  values(part, 'lag').forEach((lag, i) => {
    const expected = lag === 0 ? 0 : Math.sign(lag) * 0.01 * Math.exp(-Math.abs(lag) / 20);
    assert.ok(Math.abs(change[i]! - expected) < 1e-12, `at ${lag} ms: ${change[i]}`);
  });
});

test('the STDP window of a device is one pulse of that strength from the middle of its range', () => {
  const part = present(stdpWindow(specimen({ device: SOFT })));
  const change = values(part, 'change');
  values(part, 'lag').forEach((lag, i) => {
    const strength = Math.exp(-Math.abs(lag) / 20);
    const expected = lag === 0 ? 0 : 9e-6 * 0.5 * strength * (lag > 0 ? 0.05 : -0.08);
    assert.ok(Math.abs(change[i]! - expected) < 1e-18, `at ${lag} ms: ${change[i]}`);
  });
});

const TM = { model: 'tsodyksMarkram', U: 0.15, tauRec: 130, tauFacil: 530 };

/** Factors u x of a train at a fixed interval, by the recursion of Maass & Markram. */
function recursion(n: number, h: number): number[] {
  let [u, x] = [TM.U, 1];
  return Array.from({ length: n }, (_, i) => {
    if (i > 0) {
      x = 1 + (x - x * u - 1) * Math.exp(-h / TM.tauRec);
      u = TM.U + u * (1 - TM.U) * Math.exp(-h / TM.tauFacil);
    }
    return u * x;
  });
}

test('PPF and trains of a short-term model are its recursion', () => {
  const s = specimen({ device: SOFT, shortTerm: TM });
  const ppf = present(pairedPulse(s));
  const ratio = values(ppf, 'ratio');
  values(ppf, 'interval').forEach((dt, i) => {
    const [first, second] = recursion(2, dt) as [number, number];
    near(ratio[i]!, second / first, 1e-6, `PPF at ${dt} ms`); // times are snapped to the grid of 2^-26 ms
  });
  assert.ok(Number(ppf.summary.rmse) < 0.01);
  const train = present(trainResponse(s));
  const rates = values(train, 'rate');
  const spikes = values(train, 'spike');
  values(train, 'ratio').forEach((r, i) => {
    const all = recursion(10, 1000 / rates[i]!);
    near(r, all[spikes[i]! - 1]! / all[0]!, 1e-9, `${rates[i]} Hz, spike ${spikes[i]}`);
  });
  const ptp = present(postTetanic(s));
  near(values(ptp, 'ratio').at(-1)!, 1, 1e-9, 'long after the train');
});

test('a device that only its pulses change has no short-term parts', () => {
  const s = specimen({ device: SOFT });
  for (const part of [pairedPulse(s), trainResponse(s), postTetanic(s)])
    assert.match((part as LeftOut).leftOut, /no short-term/);
});

test('bands tell the spread of many devices, and the seed decides it', () => {
  const device = { ...SOFT, deviceToDevice: 0.2, cycleToCycle: 0.1 };
  const at = (seed: number) => ltpLtd(specimen({ device }, { devices: 40, seed })).chart.series[0]!.points[20]!;
  const { y, low, high } = at(1);
  assert.ok(low! < y && y < high!);
  assert.equal(at(1), at(1));
  assert.is.not(at(2).y, y);
});

test('files: a page, two tables a part that agree, and a JSON that says how', () => {
  const out = join(directory, 'made');
  const device = { ...SOFT, deviceToDevice: 0.2 };
  const s = specimen({ device, about: { name: 'Soft' } }, { devices: 3, pulses: 5 });
  characterise({ ...s, out });
  const facts = JSON.parse(readFileSync(join(out, 'characterise.json'), 'utf8')) as Characterisation;
  assert.is(facts.version, VERSION);
  assert.match(facts.configSha256, /^[0-9a-f]{64}$/);
  assert.equal(Object.keys(facts.parts).sort(), ['pulses', 'stdp', 'writeEnergy']);
  assert.equal(Object.keys(facts.leftOut).sort(), [
    ...['currentVoltage', 'endurance', 'pairedPulse', 'postTetanic', 'rehearsal', 'retention', 'train'],
  ]);
  const tables = Object.keys(facts.parts).flatMap((part) => [`${part}.arrows`, `${part}.csv`]);
  assert.equal(readdirSync(out).sort(), [...tables, 'characterise.json', 'characterise.svg'].sort());
  const svg = readFileSync(join(out, 'characterise.svg'), 'utf8');
  for (const words of ['Soft: softBound', 'LTP and LTD', 'conductance (S)', 'energy (J)', 't(post) − t(pre) (ms)']) {
    assert.ok(svg.includes(words), words);
  }
  const log = openLog(join(out, 'pulses.arrows'));
  assert.is(JSON.parse(log.metadata.units!).conductance, 'S');
  assert.is(log.metadata.configSha256, facts.configSha256);
  const rows = new Rows();
  for (const batch of log) rows.write(batch.columns, batch.rows);
  const lines = readFileSync(join(out, 'pulses.csv'), 'utf8').trim().split('\n');
  assert.is(lines[0], 'device,cycle,direction,pulse,conductance');
  assert.is(lines.length - 1, rows.rows.length);
  rows.rows.forEach((row, i) => {
    const { device, cycle, direction, pulse, conductance } = row;
    assert.is(lines[i + 1], `${device},${cycle},${direction === 1 ? 'up' : 'down'},${pulse},${conductance}`);
  });
  const again = join(directory, 'again');
  characterise({ ...s, out: again });
  for (const name of readdirSync(out)) {
    assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(again, name))), `${name} twice the same`);
  }
});

test('a directory that holds something is left alone', () => {
  const out = join(directory, 'full');
  mkdirSync(out);
  writeFileSync(join(out, 'mine.txt'), 'keep');
  assert.throws(
    () => characterise({ ...specimen({ device: SOFT }), out }),
    (e: unknown) => e instanceof UserError && /full is not empty; choose another --out/.test(e.message),
  );
  assert.equal(readdirSync(out), ['mine.txt']);
  assert.not(existsSync(join(out, 'characterise.json')));
});

test.run();
