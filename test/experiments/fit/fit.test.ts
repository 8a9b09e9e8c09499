/** Known models are found again in measurements made from them, with their spread; the recursion is that of the devices. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FamilyName } from '../../../experiments/fit/families.ts';
import { fitPulses, type PulseFit } from '../../../experiments/fit/fit.ts';
import { readPulses } from '../../../experiments/fit/readPulses.ts';
import { exponentialStep, type Measurement, measured, neuroSimStep, softBoundStep } from './measured.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-fit-'));

function fitted(m: Measurement): PulseFit {
  const file = join(directory, 'pulses.csv');
  writeFileSync(file, measured(m));
  return fitPulses(readPulses(file));
}

function near(
  found: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
  share: number,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const off = Math.abs(found[name]! / value - 1);
    assert.ok(off < share, `${name} is ${found[name]}, expected ${value}`);
  }
}

const RANGE = { gMin: 1e-6, gMax: 1e-5 };
interface Known {
  readonly model: FamilyName;
  readonly made: Omit<Measurement, 'seed'>;
  readonly params: Readonly<Record<string, number>>;
}
const KNOWN: readonly Known[] = [
  {
    model: 'exponential',
    made: { step: exponentialStep(0.08, 3, 0.06, 2), pulses: [95, 70] },
    params: { ...RANGE, alphaUp: 0.08, betaUp: 3, alphaDown: 0.06, betaDown: 2 },
  },
  {
    model: 'softBound',
    made: { step: softBoundStep(0.05, 0.08), pulses: [50, 50] },
    params: { ...RANGE, etaUp: 0.05, etaDown: 0.08 },
  },
  {
    model: 'softBound',
    made: { step: softBoundStep(0.05, 0.08), pulses: [50, 50], down: 'there', continued: true },
    params: { ...RANGE, etaUp: 0.05, etaDown: 0.08 },
  },
  {
    model: 'neuroSim',
    made: { step: neuroSimStep(2.4, 4.88, 97, 100), pulses: [97, 100] },
    params: { ...RANGE, nonlinearityUp: 2.4, nonlinearityDown: -4.88, pulsesUp: 97, pulsesDown: 100 },
  },
];

for (const { model, made, params } of KNOWN) {
  const how = made.continued ? ', each train going on from the last' : '';
  test(`${model} is found with 2 % noise of the value and of the range, 5 devices and 5 cycles${how}`, () => {
    for (const noise of [{ relative: 0.02 }, { absolute: 0.02 }]) {
      for (const seed of [1, 2]) {
        const { best, models, spread, reading } = fitted({ ...made, ...noise, seed });
        assert.is(best, model);
        near(models[best].params, params, 0.05);
        for (const [name, [low, high]] of Object.entries(models[best].ci)) {
          assert.ok(low <= models[best].params[name]! && models[best].params[name]! <= high, name);
        }
        assert.is(reading.kind, Object.keys(noise)[0]);
        assert.equal(spread, { deviceToDevice: 0, cycleToCycle: 0 });
      }
    }
  });
}

test('without noise the parameters come out to 1e-4, also from readings after every third pulse', () => {
  for (const { model, made, params } of KNOWN) {
    const [head, ...rows] = measured({ ...made, devices: 2, cycles: 2, seed: 1 })
      .trim()
      .split('\n');
    const file = join(directory, 'sparse.csv');
    const third = rows.filter((row) => Number(row.split(',')[3]) % 3 === 0);
    writeFileSync(file, [head, ...(model === 'softBound' && !made.continued ? third : rows)].join('\n'));
    const { best, models } = fitPulses(readPulses(file));
    assert.is(best, model);
    near(models[model].params, params, 1e-4);
  }
});

test('95 % intervals hold the parameter in about 95 % of measurements', () => {
  let [inside, all] = [0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const { models } = fitted({ ...KNOWN[1]!.made, relative: 0.02, devices: 1, cycles: 2, seed });
    for (const [name, value] of Object.entries(KNOWN[1]!.params)) {
      const [low, high] = models.softBound.ci[name]!;
      inside += low <= value && value <= high ? 1 : 0;
      all++;
    }
  }
  const share = inside / all; // sd 1.7 % if the 160 were independent
  assert.ok(share > 0.88 && share < 0.995, `${share}`);
});

test('spread between devices and between cycles are told apart, and from the noise of reading', () => {
  const { made } = KNOWN[1]!;
  const of = (m: Partial<Measurement>) => fitted({ ...made, relative: 0.02, devices: 12, seed: 3, ...m }).spread;
  const between = of({ between: 0.15 });
  assert.ok(Math.abs(between.deviceToDevice! / 0.15 - 1) < 0.35, `${between.deviceToDevice}`); // sd of the truth: 12 %
  assert.is(between.cycleToCycle, 0);
  const within = of({ cycleToCycle: 0.3 });
  assert.ok(Math.abs(within.cycleToCycle! / 0.3 - 1) < 0.1, `${within.cycleToCycle}`);
  assert.ok(within.deviceToDevice! < 0.03, `${within.deviceToDevice}`);
  const both = of({ between: 0.15, cycleToCycle: 0.3 });
  assert.ok(Math.abs(both.deviceToDevice! / 0.15 - 1) < 0.35, `${both.deviceToDevice}`);
  assert.ok(Math.abs(both.cycleToCycle! / 0.3 - 1) < 0.1, `${both.cycleToCycle}`);
});

test('spread that was not measured is null', () => {
  assert.equal(fitted({ ...KNOWN[1]!.made, relative: 0.02, devices: 1, cycles: 1, seed: 1 }).spread, {
    deviceToDevice: null,
    cycleToCycle: null,
  });
});

test('a counter that begins with 1 may count pulses or readings: the curves tell', () => {
  const text = measured({ ...KNOWN[1]!.made, relative: 0.01, seed: 4 });
  const counted = text.replace(/(up|down),(\d+),/g, (_, direction, n) => `${direction},${Number(n) + 1},`);
  const [head, ...rows] = text.trim().split('\n');
  const withoutStart = [head, ...rows.filter((row) => row.split(',')[3] !== '0')].join('\n');
  for (const [name, content] of [
    ['readings.csv', counted],
    ['pulses.csv', withoutStart],
  ] as const) {
    writeFileSync(join(directory, name), content);
    const { best, models } = fitPulses(readPulses(join(directory, name)));
    assert.is(best, 'softBound');
    near(models.softBound.params, KNOWN[1]!.params, 0.05);
  }
});

test.run();
