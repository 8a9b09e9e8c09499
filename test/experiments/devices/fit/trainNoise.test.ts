/** Read noise by state, the gain of a train in tables, and wear over trains: found where made, and nowhere else. */
// slow: eight fits
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleStandardDeviation } from 'simple-statistics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CounterRandom } from '../../../../core/random/random.ts';
import { loadMeasurement } from '../../../../experiments/devices/fit/fitMeasurement.ts';
import type { Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { type Measurement, measured, softBoundStep } from './measured.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-train-noise-'));
const [G_MIN, RANGE] = [1e-6, 9e-6];

/** Fits made readings after a change of each reading by `change`. */
async function fit(
  m: Partial<Measurement>,
  options: { model?: string } = {},
  change: (g: number, cells: readonly string[]) => number = (g) => g,
) {
  const step = softBoundStep(0.08, 0.08);
  const [header, ...lines] = measured({ step, pulses: [40, 40], devices: 1, cycles: 10, seed: 3, ...m })
    .trim()
    .split('\n');
  const changed = lines.map((line) => {
    const cells = line.split(',');
    return [...cells.slice(0, 4), change(Number(cells[4]), cells)].join(',');
  });
  const file = join(directory, 'pulses.csv');
  writeFileSync(file, [header, ...changed].join('\n'));
  return (await loadMeasurement([file], options)).fit(undefined);
}

const near = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found / expected - 1) < tolerance, `${what}: ${found}, not ${expected}`);

test('read noise by state: found in fits and tables', async () => {
  const random = new CounterRandom(5, 'read noise by state');
  let draws = 0;
  const sdAt = (g: number) => RANGE * (0.022 - 0.02 * g);
  const noisy = (reading: number) => reading + sdAt((reading - G_MIN) / RANGE) * random.normal(draws++, 0);
  for (const model of [undefined, 'table']) {
    const { addedSections } = await fit({ cycleToCycle: 0.1 }, model ? { model } : {}, noisy);
    const { readNoise } = addedSections.device as {
      readNoise: { sd: number; of: string; stateFactors: [number, number][] };
    };
    assert.is(readNoise.of, 'range');
    const [[low, lowFactor], [high, highFactor]] = [readNoise.stateFactors[0]!, readNoise.stateFactors.at(-1)!];
    near(readNoise.sd * lowFactor * RANGE, sdAt(low), 0.2, `sd in state ${low}`);
    near(readNoise.sd * highFactor * RANGE, sdAt(high), 0.5, `sd in state ${high}`);
  }
});

test('read noise that is the same in all states has no rows', async () => {
  const { addedSections } = await fit({ absolute: 0.01, cycleToCycle: 0.1 });
  assert.is((addedSections.device as { readNoise: { stateFactors?: unknown } }).readNoise.stateFactors, undefined);
});

const netChangeSd = (trains: readonly Train[]) =>
  sampleStandardDeviation(
    trains.filter((t) => t.direction === 'up').map(({ conductance: g }) => g[10]! - g[0]!), // steps are still large
  );

test('gain of a train: part of the table, so that simulated trains differ as measured ones do', async () => {
  const { addedSections, fitResult } = await fit({ gain: 0.2, cycles: 30, cycleToCycle: 0.05 }, { model: 'table' });
  assert.ok(fitResult.kind === 'table');
  const { cycleToCycle, cycleToCycleDown, cycleCorrelation } = addedSections.device as Record<string, number>;
  near(cycleToCycle!, 0.2, 0.3, 'gain up'); // sd of 30 draws: 13 %
  assert.is(cycleToCycleDown, 0);
  assert.is(cycleCorrelation, 1);
  near(netChangeSd(fitResult.simulated), netChangeSd(fitResult.trains), 0.4, 'sd of net changes');
  const independent = await fit({ cycles: 30, cycleToCycle: 0.3 }, { model: 'table' });
  assert.is((independent.addedSections.device as Record<string, number>).cycleCorrelation, undefined);
});

test('wear over trains: taken out of the readings, and the endurance of the device', async () => {
  const wear = (g: number, [, cycle, direction, pulse]: readonly string[]) => {
    const n = 80 * (Number(cycle) - 1) + (direction === 'down' ? 40 : 0) + Number(pulse);
    return G_MIN + (g - G_MIN) * (1 - (n / 2500) ** 2);
  };
  const made = { cycles: 20, absolute: 0.005, cycleToCycle: 0.1 };
  const { addedSections, assumptions, notes, fitResult } = await fit(made, {}, wear);
  const { endurance, gMax, cycleCorrelation } = addedSections.device as {
    gMax: number;
    cycleCorrelation?: number;
    endurance: { cycles: number; wear: number; failure: string };
  };
  near(endurance.cycles, 2500, 0.05, 'pulses to failure');
  near(endurance.wear, 2, 0.1, 'exponent');
  assert.is(endurance.failure, 'low');
  near(gMax, G_MIN + RANGE, 0.01, 'gMax before wear');
  assert.is(cycleCorrelation, undefined); // wear is not a gain of trains
  assert.match(assumptions['device.endurance.cycles']!, /extrapolated: the measurement ends, and after 1560 pulses/);
  assert.ok(
    notes.some((note) =>
      /^Wear over trains \(1 device\): after 1560 pulses the conductance window is 6\d %/.test(note),
    ),
  );
  assert.ok(fitResult.kind === 'pulses' && fitResult.fit.quality.verdict === 'describes');
});

test('a window that grows over trains is a note, and trains without wear have none', async () => {
  const grows = await fit(
    { cycles: 20, cycleToCycle: 0.1 },
    {},
    (g, [, cycle]) => G_MIN + (g - G_MIN) * (1 + 0.03 * Number(cycle)),
  );
  assert.is((grows.addedSections.device as { endurance?: object }).endurance, undefined);
  assert.ok(
    grows.notes.some((note) =>
      /^Wear over trains: the conductance window grows by \d+ % over \d+ pulses; no wear is fitted/.test(note),
    ),
  );
  const { addedSections, notes } = await fit({ cycles: 20, cycleToCycle: 0.1 });
  assert.is((addedSections.device as { endurance?: object }).endurance, undefined);
  assert.not.ok(notes.some((note) => note.startsWith('Wear')));
});

test.run();
