/** Measurements that are no trains of pulses give back the values that they were made with. */
// slow: fits every kind of measurement several times; cli/deviceFitKinds.test.ts fits each kind once in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findConductanceRange } from '../../../../experiments/devices/fit/kinds/level.ts';
import type { MeasurementType } from '../../../../experiments/devices/fit/kinds/measurementType.ts';
import { MEASUREMENT_TYPES } from '../../../../experiments/devices/fit/kinds/measurementTypes.ts';
import { type DeviceFileContent, mergeDeviceFile } from '../../../../experiments/devices/fit/kinds/mergeDeviceFile.ts';
import { computeShortTermEfficacies } from '../../../../experiments/devices/fit/kinds/shortTerm.ts';
import { tsodyksMarkram } from '../../../../synapses/shortTerm/index.ts';
import { fitted, loop, normals, paramsOf, text } from './madeKinds.ts';

const { iv, retention, endurance, ppf, train, stdp } = MEASUREMENT_TYPES;

/** Within a share of what is expected. */
function near(found: number | undefined, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(found! - expected) <= tolerance * Math.abs(expected),
    `${what} is ${found}, not ${expected} within ${100 * tolerance} %`,
  );
}
function allNear(
  found: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
  tolerance: number,
): void {
  for (const [name, value] of Object.entries(expected)) near(found[name], value, tolerance, name);
}

const times = Array.from({ length: 60 }, (_, i) => 10 ** (i / 15)); // 1 s to 10^3.93 s

test('a loop of VTEAM gives its thresholds, resistances and speeds, whichever way voltages are counted', () => {
  const truth = { rOn: 1e3, rOff: 2e4, vOn: -0.4, vOff: 0.5, kOn: -1.2e-8, kOff: 1.8e-8, aOn: 2, aOff: 1.5 };
  for (const turned of [false, true]) {
    const fit = fitted(iv, loop('vteam', truth, { turned, start: 0.95 }), { requestedModel: 'vteam' });
    const params = paramsOf(fit);
    allNear(params, { rOn: 1e3, rOff: 2e4 }, 0.01);
    allNear(params, { vOn: -0.4, vOff: 0.5 }, 0.1);
    assert.ok(fit.models[0]!.share < 0.002, `rmse is ${fit.models[0]!.share} of the span, noise 0.0018`);
    const { rOn, rOff, vOn, vOff, thickness } = fit.models[0]!.ci;
    for (const [[low, high], value] of [
      [rOn!, 1e3],
      [rOff!, 2e4],
      [vOn!, -0.4],
      [vOff!, 0.5],
    ] as const)
      assert.ok(low < value && value < high && high - low < 0.6 * Math.abs(value), `${low} to ${high}, truth ${value}`);
    assert.is(thickness, null, 'it is assumed');
    assert.is(fit.notes.length, turned ? 1 : 0, 'VTEAM switches on at negative voltages');
  }
});

test('a loop of linear ion drift gives its mobility, resistances and window', () => {
  const made = (window: number) =>
    loop('linearDrift', { rOn: 100, rOff: 16000, mobility: 2e-13, window }, { dwell: 0.002, start: 0.3 });
  const fit = fitted(iv, made(4), { requestedModel: 'linearDrift' });
  const note = fit.notes.find((text) => text.startsWith('Windows of linearDrift that were tried'))!;
  const [tried, alike] = note.split('Not significantly').map((part) => (part.match(/\d+/g) ?? []).map(Number));
  assert.ok(alike!.includes(4), fit.notes.join());
  assert.is(paramsOf(fit).window, alike![0]);
  assert.ok(alike!.every((w) => tried!.includes(w)));
  near(paramsOf(fit).rOn, 100, 0.01, 'rOn');
  const bare = fitted(iv, made(0), { requestedModel: 'linearDrift' });
  assert.is(paramsOf(bare).window, 0);
  near(paramsOf(bare).rOn, 100, 0.01, 'rOn');
  assert.equal([bare.models[0]!.ci.mobility, bare.models[0]!.ci.rOff], [null, null], 'they are told only together');
  for (const { models } of [fit, bare]) assert.ok(models[0]!.share < 0.002, `rmse is ${models[0]!.share} of the span`);
});

test('a loop of Yakopcic is followed to the noise, and told from the other two', () => {
  const truth = { a1: 2e-4, a2: 3e-4, b: 2, vP: 0.4, vN: 0.3, aP: 2, aN: 3, xP: 0.4, xN: 0.5, alphaP: 2, alphaN: 4 };
  const fit = fitted(iv, loop('yakopcic', truth));
  assert.is(fit.bestModel, 'yakopcic');
  assert.ok(fit.models[0]!.share < 0.002, `rmse is ${fit.models[0]!.share} of the span`);
  assert.ok(fit.models.slice(1).every((m) => m.share > 3 * fit.models[0]!.share));
});

test('neighbouring readings of a long loop are averaged, so that its fit ends in seconds and gives the same values', () => {
  const truth = { rOn: 1e3, rOff: 2e4, vOn: -0.4, vOff: 0.5, kOn: -1.2e-8, kOff: 1.8e-8, aOn: 2, aOff: 1.5 };
  const [before, content] = [process.cpuUsage(), loop('vteam', truth, { start: 0.95, points: 2000, dwell: 0.00025 })];
  const fit = fitted(iv, content);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 5e6, `${(user + system) / 1e6} s of processor time`);
  assert.is(fit.bestModel, 'vteam');
  assert.ok(fit.models[0]!.share < 0.002, `rmse is ${fit.models[0]!.share} of the span`);
  allNear(paramsOf(fit), { rOn: 1e3, rOff: 2e4, vOff: 0.5 }, 0.1);
  assert.match(fit.notes.join(), /Every 27 readings are averaged: 297 points are fitted in place of 8001/);
});

const decays = (law: (t: number) => number, noise = 0.005) => {
  const normal = normals('retention');
  return text(
    ['time_s', 'G (uS)'],
    times.map((t) => [t, 1e6 * law(t) + 10 * noise * normal()]),
  );
};

test('retention: exponential, stretched and power laws are told apart and give their values, rising ones too', () => {
  const exponential = fitted(
    retention,
    decays((t) => 2e-6 + 8e-6 * Math.exp(-t / 800)),
  );
  assert.is(exponential.bestModel, 'exponential');
  allNear(paramsOf(exponential), { tau: 800, rest: 2e-6 }, 0.05);
  const stretched = fitted(
    retention,
    decays((t) => 1e-6 + 9e-6 * Math.exp(-((t / 300) ** 0.5))),
  );
  assert.is(stretched.bestModel, 'stretched');
  allNear(paramsOf(stretched), { tau: 300, beta: 0.5 }, 0.1);
  const power = fitted(
    retention,
    decays((t) => 1e-5 * t ** -0.08),
  );
  assert.is(power.bestModel, 'powerLaw');
  near(paramsOf(power).nu, 0.08, 0.03, 'nu');
  assert.equal(power.addedSections.device!.retention, { model: 'powerLaw', nu: paramsOf(power).nu, t0: 1000 });
  const rising = fitted(
    retention,
    decays((t) => 9e-6 - 4e-6 * Math.exp(-t / 500)),
  );
  allNear(paramsOf(rising), { tau: 500, rest: 9e-6 }, 0.05);
  const up = fitted(
    retention,
    decays((t) => 2e-6 * t ** 0.1),
  );
  near(paramsOf(up).nu, -0.1, 0.05, 'nu of a rising power law');
});

test('retention of both states in two columns: two traces that tend to one rest', () => {
  const normal = normals('both states');
  const level = (t: number, by: number) => 12e-6 + by * Math.exp(-t / 800) + 5e-8 * normal();
  const rows = times.map((t) => [t, 1e-3 / level(t, 25e-6), 1e-3 / level(t, -9e-6)]);
  const fit = fitted(retention, text(['time (s)', 'LRS (kOhm)', 'HRS (kOhm)'], rows));
  assert.is(fit.bestModel, 'exponential');
  allNear(paramsOf(fit), { tau: 800, rest: 12e-6 }, 0.03);
  assert.match(fit.notes.join(), /rises in 1 of 2 traces/);
  const { gMin, gMax } = fit.addedSections.device as { gMin: number; gMax: number };
  allNear({ gMin, gMax }, { gMin: 3e-6, gMax: 37e-6 }, 0.05);
});

test('retention at several temperatures gives the activation energy', () => {
  const normal = normals('arrhenius');
  const k = 8.617333262e-5;
  const rows = [300, 350, 400].flatMap((T) =>
    times.map((t) => {
      const tau = 5000 * Math.exp((0.4 / k) * (1 / T - 1 / 300));
      return [t, T, 1e-6 + 9e-6 * Math.exp(-t / tau) + 4e-8 * normal()];
    }),
  );
  const fit = fitted(retention, text(['t (s)', 'T (K)', 'G (S)'], rows));
  assert.is(fit.bestModel, 'exponential');
  allNear(paramsOf(fit), { activationEnergy: 0.4, tau: 5000 }, 0.03);
  const celsius = text(
    ['t (s)', 'T (°C)', 'G (S)'],
    rows.map(([t, T, g]) => [t!, T! - 273.15, g!]),
  );
  near(paramsOf(fitted(retention, celsius)).activationEnergy, 0.4, 0.03, 'activation energy');
});

test('traces that hardly fall tend to the rest that hotter ones of their device tell', () => {
  const normal = normals('one rest');
  const k = 8.617333262e-5;
  const rows = [300, 335, 360].flatMap((T) =>
    times.map((t) => {
      const tau = 20000 * Math.exp((0.6 / k) * (1 / T - 1 / 300));
      return [t, T, 8e-6 + 3e-5 * Math.exp(-((t / tau) ** 0.6)) + 1e-7 * normal()];
    }),
  );
  const { models } = fitted(retention, text(['t (s)', 'T (K)', 'G (S)'], rows), {
    deviceSection: { model: 'softBound', gMin: 1e-6, gMax: 4e-5 },
    requestedModel: 'stretched',
  });
  const { params, ci } = models[0]!;
  allNear(params, { tau: 20000, beta: 0.6, rest: 8e-6, activationEnergy: 0.6 }, 0.06);
  const [low, high] = ci.activationEnergy!;
  assert.ok(low < 0.6 && 0.6 < high && high - low < 0.03, `${low} to ${high}`);
});

test('endurance: cycles, exponent and end, from conductances or resistances', () => {
  const normal = normals('endurance');
  const cycles = Array.from({ length: 50 }, (_, i) => 10 ** (1 + i / 12));
  const at = (n: number) => [1e-6, 1e-6 + 9e-5 * Math.max(0, 1 - (n / 2e5) ** 1.5) + 1e-6 * normal()] as const;
  const rows = cycles.map((n) => [n, ...at(n)]);
  const fit = fitted(endurance, text(['cycle', 'G_off (S)', 'G_on (S)'], rows));
  allNear(paramsOf(fit), { cycles: 2e5, wear: 1.5 }, 0.1);
  const written = fit.addedSections.device!.endurance as Record<string, unknown>;
  assert.is(written.failure, 'low');
  near(written.cycles as number, 4e5, 0.1, 'pulses');
  const ohms = fitted(
    endurance,
    text(
      ['cycles', 'LRS', 'HRS'],
      rows.map(([n, off, on]) => [n!, 1 / on!, 1 / off!]),
    ),
  );
  allNear(paramsOf(ohms), { cycles: 2e5, wear: 1.5 }, 0.1);
});

test('paired pulses: the double exponential to 1e-3 from six points, in each way that ratios are told', () => {
  const points = [10, 20, 50, 100, 500, 1000].map((t) => [t, 1 + 0.6 * Math.exp(-t / 40) + 0.4 * Math.exp(-t / 300)]);
  const expected = { c1: 0.6, t1: 40, c2: 0.4, t2: 300 };
  for (const [name, of] of [
    ['PPF', (r: number) => r],
    ['PPF (%)', (r: number) => 100 * r],
    ['PPF index (%)', (r: number) => 100 * (r - 1)],
  ] as const) {
    const fit = fitted(
      ppf,
      text(
        ['interval (ms)', name],
        points.map(([t, r]) => [t!, of(r!)]),
      ),
    );
    allNear(paramsOf(fit, 'double exponential'), expected, 1e-3);
  }
});

test('paired pulses of a volatile device and of resources give back their parameters', () => {
  const intervals = [5, 10, 20, 40, 80, 160, 320, 640];
  const normal = normals('ppf');
  const made = (name: string, params: Record<string, number>) => {
    const ratio = (t: number) => {
      const [[a, b]] = computeShortTermEfficacies(name, params, [[0, t]]) as [number[]];
      return b! / a! + 0.002 * normal();
    };
    return text(
      ['Δt (ms)', 'A2/A1'],
      intervals.map((t) => [t, ratio(t)]),
    );
  };
  const facilitating = fitted(ppf, made('volatile', { eta: 0.3, tau: 60 }));
  assert.is(facilitating.bestModel, 'volatile');
  allNear(paramsOf(facilitating), { eta: 0.3, tau: 60 }, 0.05);
  const depressing = fitted(ppf, made('tsodyksMarkram', { U: 0.5, tauRec: 200, tauFacil: 0 }));
  assert.is(depressing.bestModel, 'tsodyksMarkram, depression alone');
  allNear(paramsOf(depressing), { U: 0.5, tauRec: 200 }, 0.1);
});

test('trains of spikes at two frequencies give the parameters of Tsodyks and Markram, and of a volatile device', () => {
  const normal = normals('train');
  const made = (name: string, params: Record<string, number>) =>
    text(
      ['frequency (Hz)', 'spike', 'response'],
      [10, 50].flatMap((f) => {
        const at = Array.from({ length: 12 }, (_, i) => (i * 1000) / f);
        return computeShortTermEfficacies(name, params, [at])[0]!.map((v, i) => [
          f,
          i + 1,
          40 * v * (1 + 0.005 * normal()),
        ]);
      }),
    );
  const resources = fitted(train, made('tsodyksMarkram', { U: 0.15, tauRec: 130, tauFacil: 530 }));
  assert.is(resources.bestModel, 'tsodyksMarkram');
  allNear(paramsOf(resources), { U: 0.15, tauRec: 130, tauFacil: 530, scale: 40 }, 0.1);
  assert.is(resources.addedSections.shortTerm!.model, tsodyksMarkram.declaration.name);
  const device = fitted(train, made('volatile', { eta: 0.25, tau: 70 }));
  assert.is(device.bestModel, 'volatile');
  allNear(paramsOf(device), { eta: 0.25, tau: 70, scale: 40 }, 0.05);
});

test('a timing window gives amplitudes and time constants, as strengths of the device that it is added to', () => {
  const normal = normals('stdp');
  const at = Array.from({ length: 40 }, (_, i) => (i < 20 ? i - 20 : i - 19) * 4);
  const dw = (t: number) => (t > 0 ? 1 * Math.exp(-t / 18) : -0.7 * Math.exp(t / 30)) + 0.01 * normal();
  const content = text(
    ['dt (ms)', 'dw (%)'],
    at.map((t) => [t, dw(t)]),
  );
  const bare = fitted(stdp, content);
  const rule = bare.addedSections.rule as Record<string, number>;
  const eta = 0.01; // of the linear device that a file begins with
  allNear(rule, { aPlus: 0.01 / eta, tauPlus: 18, aMinus: 0.007 / eta, tauMinus: 30 }, 0.06);
  const onto = fitted(stdp, content, {
    deviceSection: { model: 'softBound', etaUp: 0.1, etaDown: 0.04, cycleToCycle: 0.3 },
  });
  const strengths = onto.addedSections.rule as Record<string, number>;
  allNear(strengths, { aPlus: (rule.aPlus! * eta) / 0.05, aMinus: (rule.aMinus! * eta) / 0.02 }, 1e-6);
});

test('retention, endurance and a timing window are added to models of a loop, in shares of the range that their parameters make', () => {
  const how = { sourceFiles: 'made.csv', formula: 'least squares', summary: 'made' };
  for (const device of [
    { model: 'vteam', rOn: 1e3, rOff: 2e4 },
    { model: 'linearDrift', rOn: 1e3, rOff: 2e4 },
    { model: 'yakopcic', a1: 2e-4, a2: 3e-4, b: 2 },
  ]) {
    let file: DeviceFileContent = { device };
    const add = (kind: MeasurementType, content: string, model?: string) => {
      const fit = fitted(kind, content, { deviceSection: file.device, ...(model && { requestedModel: model }) });
      file = mergeDeviceFile(file, fit.addedSections, fit.assumptions, how).file;
      return fit;
    };
    const [low, high] = findConductanceRange(device)!;
    const at = (share: number) => low + share * (high - low);
    const fading = (scale: number) =>
      text(
        ['t (s)', 'G (S)'],
        times.slice(0, 50).map((t) => [t, scale * at(0.1 + 0.8 * Math.exp(-t / 300))]),
      );
    const kept = add(retention, fading(1), 'exponential');
    assert.not.match(kept.notes.join(), /do not fit the range of the device/);
    near((file.device.retention as { rest: number }).rest, 0.1, 0.05, 'rest');
    near((file.device.retention as { tau: number }).tau, 300e3, 0.05, 'tau');
    const cycles = Array.from({ length: 20 }, (_, i) => 10 ** (i / 4));
    add(
      endurance,
      text(
        ['cycle', 'G_off (S)', 'G_on (S)'],
        cycles.map((n) => [n, at(0.1), at(0.1 + 0.8 * (1 - (n / 1e5) ** 2))]),
      ),
    );
    const dt = [-40, -30, -20, -10, -5, 5, 10, 20, 30, 40];
    add(
      stdp,
      text(
        ['dt (ms)', 'dw (%)'],
        dt.map((t) => [t, Math.sign(t) * Math.exp(-Math.abs(t) / 20)]),
      ),
    );
    assert.is(file.device.model, device.model);
    assert.ok(!('gMin' in file.device) && 'endurance' in file.device && 'rule' in file);
    const far = fitted(retention, fading(0.01), { deviceSection: device, requestedModel: 'exponential' });
    assert.match(far.notes.join(), /do not fit the range of the device/);
  }
  assert.throws(
    () => fitted(retention, 't (s),G (S)\n1,1\n2,2\n3,2\n4,3\n5,3\n6,4\n', { deviceSection: { model: 'ideal' } }),
    /ideal/,
  );
});

test.run();
