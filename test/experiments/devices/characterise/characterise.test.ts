/** What is measured on devices whose answers have a closed form, what is left out, and the files that are written. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { openLog } from '../../../../core/log/file.ts';
import { characteriseDevice } from '../../../../experiments/devices/characterise/characterise.ts';
import type {
  MeasurementOutcome,
  MeasurementReport,
} from '../../../../experiments/devices/characterise/measurementReport.ts';
import { measureCurrentVoltage } from '../../../../experiments/devices/characterise/parts/currentVoltage.ts';
import { measureLtpLtd, measureWriteEnergy } from '../../../../experiments/devices/characterise/parts/pulseTrain.ts';
import { measureEndurance, measureRetention } from '../../../../experiments/devices/characterise/parts/retention.ts';
import {
  measurePairedPulses,
  measurePostTetanicPotentiation,
  measureSpikeTrainResponse,
} from '../../../../experiments/devices/characterise/parts/shortTerm.ts';
import { measureStdpWindow } from '../../../../experiments/devices/characterise/parts/stdpWindow.ts';
import { measureStmToLtm } from '../../../../experiments/devices/characterise/parts/stmToLtm.ts';
import { countPulsesThroughRange, type SpecimenSet } from '../../../../experiments/devices/characterise/specimens.ts';
import { loadDevice } from '../../../../experiments/devices/load.ts';
import { VERSION } from '../../../../experiments/version.ts';
import { Rows } from '../../../support.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-characterise-'));
test.after(() => rmSync(directory, { recursive: true }));

function specimen(parts: object, more: Partial<SpecimenSet> = {}): SpecimenSet {
  const file = join(directory, 'device.json');
  writeFileSync(file, JSON.stringify({ memspike: 1, ...parts }));
  return { loaded: loadDevice(file), deviceCount: 1, seed: 1, pulseCount: 20, ...more };
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
const values = (part: MeasurementReport, column: string): readonly number[] => part.columns[column]!.values;
const reasonOf = (part: MeasurementOutcome): string => ('reason' in part ? part.reason : '');
const present = (part: MeasurementOutcome): MeasurementReport => {
  if ('reason' in part) throw new Error(part.reason);
  return part;
};
const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.abs(b), `${what}: ${a}, but ${b} expected`);

test('LTP and LTD of a soft-bound device are its closed form', () => {
  const part = measureLtpLtd(specimen({ device: SOFT }));
  const [pulse, direction, conductance] = ['pulse', 'direction', 'conductance'].map((name) => values(part, name));
  assert.is(pulse!.length, 42);
  const top = 1 - 0.95 ** 20;
  pulse!.forEach((n, i) => {
    const g = direction![i] === 1 ? 1 - 0.95 ** n : top * 0.92 ** n;
    near(conductance![i]!, 1e-6 + 9e-6 * g, 1e-12, `pulse ${n}, direction ${direction![i]}`);
  });
});

test('the pulses of a train are those that take a device through its range', () => {
  const through = (device: object) => countPulsesThroughRange(specimen({ device }).loaded);
  assert.is(through({ model: 'neuroSim', pulsesUp: 61, pulsesDown: 300 }), 300);
  assert.is(through({ model: 'quantised' }), 20); // 15 quanta
  assert.is(through({ model: 'linear', etaUp: 0.05, etaDown: 0.02 }), 50);
  assert.is(through({ model: 'linear', etaUp: 0.05, etaDown: 0.001 }), 100);
  const seldom = through({ model: 'binary' }); // 100 pulses do not move the median
  assert.ok(seldom > 500 && seldom <= 1000, String(seldom));
  assert.is(through({ model: 'binary', pSet: 1e-6, pReset: 1e-6 }), 1000);
});

test('a write costs V² t times the mean of both conductances', () => {
  const s = specimen({ device: SOFT });
  const conductance = values(measureLtpLtd(s), 'conductance');
  const energy = values(present(measureWriteEnergy(s)), 'energy');
  assert.is(energy.length, 40);
  near(energy[0]!, (4e-8 * (conductance[0]! + conductance[1]!)) / 2, 1e-9, 'first write up');
  near(energy[39]!, (4e-8 * (conductance[40]! + conductance[41]!)) / 2, 1e-9, 'last write down');
});

test('the STDP window of an ideal weight is the double exponential of its rule, nothing at 0', () => {
  const part = present(measureStdpWindow(specimen({ device: { model: 'ideal', wMin: 0, wMax: 1 } })));
  const change = values(part, 'change');
  values(part, 'lag').forEach((lag, i) => {
    const expected = lag === 0 ? 0 : Math.sign(lag) * 0.01 * Math.exp(-Math.abs(lag) / 20);
    assert.ok(Math.abs(change[i]! - expected) < 1e-12, `at ${lag} ms: ${change[i]}`);
  });
});

test('the STDP window of a device is one pulse of that strength from the middle of its range', () => {
  const part = present(measureStdpWindow(specimen({ device: SOFT })));
  const change = values(part, 'change');
  values(part, 'lag').forEach((lag, i) => {
    const strength = Math.exp(-Math.abs(lag) / 20);
    const expected = lag === 0 ? 0 : 9e-6 * 0.5 * strength * (lag > 0 ? 0.05 : -0.08);
    assert.ok(Math.abs(change[i]! - expected) < 1e-18, `at ${lag} ms: ${change[i]}`);
  });
});

test('a window that a full pulse drives into a bound is said and measured with a smaller one', () => {
  const part = present(measureStdpWindow({ loaded: loadDevice('hp-tio2'), deviceCount: 1, seed: 1, pulseCount: 20 }));
  assert.match(part.title, /^STDP window: assumed pair rule, 0\.003 of a full pulse, 20 ms; a full one saturates/);
  assert.equal([part.summary.share, part.summary.saturatedByFullPulse], [0.003, true]);
  const [lag, change] = [values(part, 'lag'), values(part, 'change')];
  const at = (ms: number) => change[lag.indexOf(ms)]!;
  assert.ok(at(1) > at(2) && at(2) > at(5) && at(5) > at(20) && at(20) > 0, 'falls with the lag');
  const soft = present(measureStdpWindow(specimen({ device: SOFT })));
  assert.equal([soft.title, soft.summary.share], ['STDP window: assumed pair rule, one full pulse, 20 ms', 1]);
});

test('the window of a volatile device is marked as gone', () => {
  const device = { model: 'reconfigurable', mode: 'volatile', relaxation: 80, etaUp: 0.3, gMin: 1e-6, gMax: 1e-5 };
  const part = present(measureStdpWindow(specimen({ device })));
  // From the middle both fade together; 1 % of their difference is left after 80 ms times ln 100.
  const seconds = Number(part.summary.goneAfterSeconds);
  assert.ok(seconds >= 0.08 * Math.log(100) && seconds < 0.08 * Math.log(100) * 1.25, String(seconds));
  assert.match(part.title, /; gone after \d+ ms$/);
  assert.is(present(measureStdpWindow(specimen({ device: SOFT }))).summary.goneAfterSeconds, null);
});

test('conductances more than thirty times apart stand on a logarithmic axis', () => {
  const axis = (gMin: number) =>
    measureLtpLtd(specimen({ device: { model: 'linear', gMin, gMax: 1e-5, etaUp: 0.1, etaDown: 0.1 } })).chart.y;
  assert.equal(axis(2.5e-7), { label: 'conductance (S)', log: true });
  assert.equal(axis(4e-7), { label: 'conductance (S)' });
  assert.equal(axis(0), { label: 'conductance (S)' });
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
  const ppf = present(measurePairedPulses(s));
  const ratio = values(ppf, 'ratio');
  values(ppf, 'interval').forEach((dt, i) => {
    const [first, second] = recursion(2, dt) as [number, number];
    near(ratio[i]!, second / first, 1e-6, `PPF at ${dt} ms`); // times are snapped to the grid of 2^-26 ms
  });
  assert.ok(Number(ppf.summary.rmse) < 0.01);
  const train = present(measureSpikeTrainResponse(s));
  const rates = values(train, 'rate');
  const spikes = values(train, 'spike');
  values(train, 'ratio').forEach((r, i) => {
    const all = recursion(10, 1000 / rates[i]!);
    near(r, all[spikes[i]! - 1]! / all[0]!, 1e-9, `${rates[i]} Hz, spike ${spikes[i]}`);
  });
  const ptp = present(measurePostTetanicPotentiation(s));
  near(values(ptp, 'ratio').at(-1)!, 1, 1e-9, 'long after the train');
});

test('PPF of a volatile memristor is its closed form, and the fit finds the time constants', () => {
  const [base, eta, tau, slow, etaSlow, tauSlow] = [0.1, 0.3, 40, 0.4, 0.2, 300];
  const ppf = present(
    measurePairedPulses(
      specimen({ device: SOFT, shortTerm: { model: 'volatile', base, eta, tau, slow, etaSlow, tauSlow } }),
    ),
  );
  const first = base + (1 - base) * ((1 - slow) * eta + slow * etaSlow);
  const c1 = ((1 - base) * (1 - slow) * eta * (1 - eta)) / first;
  const c2 = ((1 - base) * slow * etaSlow * (1 - etaSlow)) / first;
  const ratio = values(ppf, 'ratio');
  values(ppf, 'interval').forEach((dt, i) => {
    near(ratio[i]!, 1 + c1 * Math.exp(-dt / tau) + c2 * Math.exp(-dt / tauSlow), 1e-7, `at ${dt} ms`);
  });
  const { summary } = ppf;
  near(Number(summary.t1), tau, 1e-3, 't1');
  near(Number(summary.t2), tauSlow, 1e-3, 't2');
  near(Number(summary.c1), c1, 1e-3, 'c1');
});

test('PPF and trains of many terminals show their spread', () => {
  const of = (spread: object) =>
    specimen({ device: SOFT, shortTerm: { model: 'volatile', ...spread } }, { deviceCount: 12 });
  for (const part of [measurePairedPulses, measureSpikeTrainResponse, measurePostTetanicPotentiation]) {
    const [alike, spread] = [{}, { deviceToDevice: 0.3 }].map((s) => present(part(of(s))));
    const different = (found: MeasurementReport) => {
      const ratios = values(found, 'ratio'); // 12 of each interval, spike or wait
      return Math.max(...ratios.map((_, i) => (i % 12 === 0 ? new Set(ratios.slice(i, i + 12)).size : 0)));
    };
    assert.equal([different(alike!), different(spread!)], [1, 12], part.name);
    assert.is(new Set(values(spread!, 'device')).size, 12);
  }
});

test('a diffusive memristor gives no ratio, but a train opens it', () => {
  const s = specimen({ device: SOFT, shortTerm: { model: 'diffusive' } });
  assert.match(reasonOf(measurePairedPulses(s)), /the response to a single spike is 0/);
  assert.is(present(measureSpikeTrainResponse(s)).chart.y.label, 'response');
});

test('PPF of a device that fades by itself, one time constant', () => {
  const device = { model: 'reconfigurable', mode: 'volatile', relaxation: 80, etaUp: 0.3, gMin: 1e-6, gMax: 1e-5 };
  const ppf = present(measurePairedPulses(specimen({ device })));
  const [A1, ratio] = [1e-6 + 9e-6 * 0.3, values(ppf, 'ratio')];
  values(ppf, 'interval').forEach((dt, i) => {
    near(ratio[i]!, 1 + (9e-6 * 0.3 * 0.7 * Math.exp(-dt / 80)) / A1, 1e-6, `at ${dt} ms`);
  });
  assert.match(reasonOf(measureStmToLtm(specimen({ device }))), /everything decays/);
});

test('rehearsal: short-term memory becomes long-term only where pulses come fast enough', () => {
  const part = present(measureStmToLtm(specimen({ device: { model: 'stmLtm', tauS: 1e4 } })));
  near(Number(part.summary.fadesWithin), 10, 0.02, 'time constant, s');
  const [interval, pulses, change] = ['interval', 'pulses', 'change'].map((name) => values(part, name));
  const [fast, , never] = [...new Set(interval)];
  change!.forEach((dG, i) => {
    if (interval![i] === never) assert.ok(Math.abs(dG) < 1e-15, 'slow pulses leave nothing');
    if (interval![i] === fast && pulses![i]! >= 5) assert.ok(dG > 1e-7, 'fast pulses leave something');
  });
});

test('retention is the exponential of the device, endurance its wear', () => {
  const kept = present(measureRetention(specimen({ device: { ...SOFT, retention: { tau: 1e7 } } })));
  const written = 1e-6 + 9e-6 * (1 - 0.95 ** 20);
  const [time, share, up] = ['time', 'share', 'written'].map((name) => values(kept, name));
  time!.forEach((s, i) => {
    if (up![i] !== 1) return;
    // The pulses stand 1 ms apart, which costs next to nothing at this time constant.
    near(share![i]!, (1e-6 + (written - 1e-6) * Math.exp(-s / 1e4)) / written, 1e-5, `after ${s} s`);
  });
  const worn = present(measureEndurance(specimen({ device: { ...SOFT, endurance: { cycles: 200, spread: 0 } } })));
  const [cycle, window] = ['cycle', 'window'].map((name) => values(worn, name));
  cycle!.forEach((n, i) => {
    const left = Math.max(0, 1 - ((2 * n - 1) / 200) ** 2); // the upper end is read after pulse 2 n - 1
    assert.ok(Math.abs(window![i]! - 9e-6 * left) < 1e-15, `cycle ${n}: ${window![i]}`);
  });
});

test('the window of a second-order device comes from its own clock', () => {
  const device = { model: 'secondOrder', gMin: 0, gMax: 1e-5, alpha: 0.01, kappa: 1, heat: 1, tauHeat: 10 };
  const part = present(measureStdpWindow(specimen({ device })));
  const change = values(part, 'change');
  values(part, 'lag').forEach((lag, i) => {
    const expected = Math.sign(lag) * 1e-7 * (Math.exp(Math.exp(-Math.abs(lag) / 10)) - 1);
    if (lag !== 0) assert.ok(Math.abs(change[i]! - expected) < 1e-15, `at ${lag} ms: ${change[i]}`);
  });
});

test('I-V loops are pinched, and current and state agree', () => {
  const part = present(measureCurrentVoltage(specimen({ device: { model: 'linearDrift' } })));
  const [voltage, current, state, frequency] = ['voltage', 'current', 'state', 'frequency'].map((n) => values(part, n));
  voltage!.forEach((v, i) => {
    assert.ok(Math.abs(current![i]! - v / (16000 - 15900 * state![i]!)) < 1e-15, `at ${v} V`);
  });
  const width = (f: number) => {
    const own = state!.filter((_, i) => frequency![i] === f);
    return Math.max(...own) - Math.min(...own);
  };
  const [slow, , fast] = [...new Set(frequency)];
  near(Math.max(...state!), 0.7, 0.02, 'the slowest loop goes most of the way');
  assert.ok(width(fast!) < width(slow!) / 3, 'fast loops are narrow');
});

test('a device that only its pulses change has no short-term parts', () => {
  const s = specimen({ device: SOFT });
  for (const part of [measurePairedPulses(s), measureSpikeTrainResponse(s), measurePostTetanicPotentiation(s)])
    assert.match(reasonOf(part), /no short-term/);
});

test('bands tell the spread of many devices, and the seed decides it', () => {
  const device = { ...SOFT, deviceToDevice: 0.2, cycleToCycle: 0.1 };
  const at = (seed: number) =>
    measureLtpLtd(specimen({ device }, { deviceCount: 40, seed })).chart.series[0]!.points[20]!;
  const { y, low, high } = at(1);
  assert.ok(low! < y && y < high!);
  assert.equal(at(1), at(1));
  assert.is.not(at(2).y, y);
});

test('files: a page, two tables a part that agree, and a JSON that says how', () => {
  const out = join(directory, 'made');
  const device = { ...SOFT, deviceToDevice: 0.2 };
  const s = specimen({ device, about: { name: 'Soft' } }, { deviceCount: 3, pulseCount: 5 });
  characteriseDevice({ ...s, outDirectory: out });
  const facts = JSON.parse(readFileSync(join(out, 'characterise.json'), 'utf8')) as ReturnType<
    typeof characteriseDevice
  >;
  assert.is(facts.version, VERSION);
  assert.match(facts.configSha256, /^[0-9a-f]{64}$/);
  assert.equal(Object.keys(facts.parts).sort(), ['pulses', 'stdp', 'writeEnergy']);
  assert.equal(Object.keys(facts.leftOut).sort(), [
    ...['currentVoltage', 'endurance', 'pairedPulse', 'postTetanic', 'rehearsal', 'retention', 'train'],
  ]);
  const tables = Object.keys(facts.parts).flatMap((part) => [`${part}.arrows`, `${part}.csv`]);
  assert.equal(readdirSync(out).sort(), [...tables, 'characterise.json', ...facts.pictures].sort());
  assert.equal(facts.pictures, ['characterise.svg', 'characterise.png']);
  const svg = readFileSync(join(out, 'characterise.svg'), 'utf8');
  for (const words of ['Soft: softBound', 'LTP and LTD', 'conductance (', 'energy (', 't(post) − t(pre) (ms)']) {
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
  characteriseDevice({ ...s, outDirectory: again });
  for (const name of readdirSync(out)) {
    const [first, second] = [out, again].map((dir) =>
      readFileSync(join(dir, name), 'latin1').replace(/"date": "[^"]*"/, ''),
    );
    assert.ok(first === second, `${name} twice the same`);
  }
});

test('a directory that holds something is left alone', () => {
  const out = join(directory, 'full');
  mkdirSync(out);
  writeFileSync(join(out, 'mine.txt'), 'keep');
  assert.throws(
    () => characteriseDevice({ ...specimen({ device: SOFT }), outDirectory: out }),
    (e: unknown) =>
      e instanceof UserError &&
      /full holds "mine\.txt", which is not a result of this command; choose another --out/.test(e.message),
  );
  assert.equal(readdirSync(out), ['mine.txt']);
  assert.not(existsSync(join(out, 'characterise.json')));
});

test.run();
