// slow: fits tables to many pulses
/** The table device from measured pulses: scatter of reading is taken out, and what is simulated looks as what was measured. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPulses } from '../../../../experiments/devices/fit/import/measurement.ts';
import type { Train } from '../../../../experiments/devices/fit/import/trains.ts';
import {
  createStepTableSections,
  fitStepTable,
  simulateWithStepTable,
} from '../../../../experiments/devices/fit/table/fitStepTable.ts';
import { formatStepTable, readStepTable } from '../../../../experiments/devices/steps.ts';
import { type Measurement, measured, type Step, softBoundStep } from './measured.ts';
import { decileChanges, missed, momentsOf } from './tableDeciles.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-table-'));

function trainsOf(m: Measurement): Train[] {
  const file = join(directory, 'pulses.csv');
  writeFileSync(file, measured(m));
  return readPulses(file);
}

/** Slow, then fast, then slow: no equation here. */
const sShaped: Step = (g, up) => (up ? 1 : -1) * (0.004 + 0.1 * g * (1 - g));

for (const [name, m] of Object.entries({
  'an S-shape whose steps scatter': {
    step: sShaped,
    pulses: [55, 55],
    devices: 3,
    cycles: 8,
    cycleToCycle: 0.3,
    seed: 1,
  },
  'readings that scatter by more than a step': {
    step: softBoundStep(0.03, 0.03),
    pulses: [150, 150],
    devices: 1,
    cycles: 10,
    cycleToCycle: 0.2,
    absolute: 0.03,
    seed: 2,
  },
  'readings that scatter in proportion': {
    step: softBoundStep(0.05, 0.08),
    pulses: [60, 60],
    devices: 2,
    cycles: 10,
    relative: 0.03,
    cycleToCycle: 0.2,
    seed: 3,
  },
  'devices whose ranges differ': {
    step: softBoundStep(0.05, 0.05),
    pulses: [120, 120],
    devices: 8,
    cycles: 2,
    between: 0.05,
    absolute: 0.003,
    cycleToCycle: 0.4,
    seed: 1,
  },
} satisfies Record<string, Measurement>)) {
  test(`${name}: mean and sd of what is read, by deciles of the conductance`, () => {
    const trains = trainsOf(m);
    const { off } = missed(trains, 8);
    assert.ok(off.length <= 1, `of 20 deciles: ${off.join('; ')}`); // three standard errors are not never
  });
}

test('scatter of reading is found and no part of the table', () => {
  const absolute = fitStepTable(
    trainsOf({ step: softBoundStep(0.03, 0.03), pulses: [150, 150], devices: 1, cycles: 10, absolute: 0.03, seed: 4 }),
  );
  assert.is(absolute.readNoise.of, 'range');
  const sd = absolute.readNoise.sd * (absolute.gMax - absolute.gMin);
  assert.ok(Math.abs(sd / (0.03 * 9e-6) - 1) < 0.05, `${sd} S`);
  const widths = absolute.steps.up.map(([, ...q]) => q.at(-6)! - q[5]!);
  assert.ok(
    Math.max(...widths) < 0.02,
    `half of the steps lie within ${Math.max(...widths)} of the range, readings scatter by 0.03`,
  );
  const relative = fitStepTable(
    trainsOf({ step: softBoundStep(0.05, 0.05), pulses: [80, 80], devices: 1, cycles: 10, relative: 0.04, seed: 5 }),
  );
  assert.is(relative.readNoise.of, 'value');
  assert.ok(Math.abs(relative.readNoise.sd / 0.04 - 1) < 0.05, String(relative.readNoise.sd));
});

test('by how much ranges of devices differ is in the file, and no part of the steps', () => {
  const of = (m: Partial<Measurement>) =>
    trainsOf({
      step: softBoundStep(0.1, 0.1),
      pulses: [90, 90],
      devices: 12,
      cycles: 2,
      cycleToCycle: 0.05,
      seed: 9,
      ...m,
    });
  const apart = of({ between: 0.15 });
  const fit = fitStepTable(apart);
  assert.ok(fit.deviceSpread.min < 0.01, `${fit.deviceSpread.min}`);
  assert.ok(Math.abs(fit.deviceSpread.max / 0.15 - 1) < 0.35, `${fit.deviceSpread.max}`); // sd of the truth: 21 %
  const { parts } = createStepTableSections(fit, apart, 'pulses.csv');
  assert.is(parts.device.rangeSpread, fit.deviceSpread.max);
  const widths = fit.steps.up.filter(([g]) => g! > 0.9).map(([, ...q]) => q.at(-6)! - q[5]!);
  assert.ok(widths.length > 5 && Math.max(...widths) < 0.003, `${Math.max(...widths)}`); // a step is 0.01 there and less
  assert.equal(fitStepTable(of({})).deviceSpread, { min: 0, max: 0 });
  const oneWay = apart.filter(({ device, direction }) => device !== 'D1' || direction === 'up');
  assert.ok(fitStepTable(oneWay).deviceSpread.max > 0.1);
});

test('trains that were stopped at a level: the device goes on, and that its range ends farther out is told', () => {
  const made = trainsOf({
    step: (_, up) => (up ? 0.012 : -0.012),
    pulses: [70, 70],
    devices: 1,
    cycles: 20,
    cycleToCycle: 0.5,
    seed: 7,
  });
  const trains = made.flatMap((t) => {
    const end = t.conductance.findIndex((g) => g > 6e-6) + 1;
    if (t.direction === 'down') return [];
    return [{ ...t, elapsed: t.elapsed.slice(0, end), conductance: t.conductance.slice(0, end) }];
  });
  const fit = fitStepTable(trains);
  assert.equal(fit.unsaturatedDirections, ['up']);
  assert.ok(fit.gMax > 1.05 * Math.max(...trains.flatMap((t) => t.conductance)));
  const simulated = Array.from({ length: 8 }, (_, k) => simulateWithStepTable(trains, fit, k)).flat();
  const top = decileChanges(trains, simulated).findLast((d) => d.direction === 'up')!;
  const [a, b] = [momentsOf(top.measured), momentsOf(top.simulated)];
  assert.ok(b.mean > a.mean && b.sd < 1.1 * a.sd, `${b.mean} (${b.sd}), measured ${a.mean} (${a.sd})`); // none is cut off
});

test('steps without scatter come back as they were', () => {
  const { steps, gMin, gMax, readNoise } = fitStepTable(
    trainsOf({ step: softBoundStep(0.1, 0.05), pulses: [30, 40], devices: 1, cycles: 3, seed: 6 }),
  );
  assert.ok(readNoise.sd < 1e-5);
  const [low, range] = [(gMin - 1e-6) / 9e-6, (gMax - gMin) / 9e-6];
  for (const [g, ...q] of steps.up)
    for (const by of q) assert.ok(Math.abs(by * range - 0.1 * (1 - low - g! * range)) < 2e-3, `at ${g}: ${by}`);
});

test('a table goes through its .csv and back', () => {
  const steps = {
    up: [
      [0, 0.01, 0.02],
      [0.5, 0, 1e-7],
    ],
    down: [[0.25, -0.5, 0]],
  };
  const file = join(directory, 'steps.csv');
  writeFileSync(file, formatStepTable(steps));
  assert.equal(readStepTable(file), steps);
  const step = softBoundStep(0.1, 0.1);
  const trains = trainsOf({ step, pulses: [40, 40], devices: 1, cycles: 2, cycleToCycle: 0.2, seed: 10 });
  const oneWay = trains.filter(({ direction }) => direction === 'up');
  const { parts, assumed } = createStepTableSections(fitStepTable(oneWay), oneWay, 'pulses.csv');
  const own = join(directory, 'own.csv');
  writeFileSync(own, formatStepTable(parts.device.steps));
  assert.equal(readStepTable(own), parts.device.steps);
  assert.match(assumed['device.steps.down'], /not measured; no change/);
  writeFileSync(file, formatStepTable(steps).replace('down', 'sideways').replace('0.02', 'x'));
  assert.throws(
    () => readStepTable(file),
    /line 2, column q100: "x" is given, but a number is needed; line 4: "sideways" is given, but up or down is needed/,
  );
});

test.run();
