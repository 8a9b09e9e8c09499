/** Formulas of latency, energy and area against hand calculations and the measured chip NeuRRAM (SCIENCE.md 2h). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  computeArea,
  computeConversion,
  computeReadCost,
  countRowPulses,
  scaleCircuit,
} from '../../../experiments/cost/formulas.ts';
import type { CostSettings } from '../../../experiments/cost/settings.ts';
import { costPresetNames, loadCostPreset, resolveCost } from '../../../experiments/devices/costPresets.ts';

const isaac = loadCostPreset('isaac-32nm').cost;
const close = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what}: ${found}, expected ${expected}`);
const sum = (parts: object) => (Object.values(parts) as number[]).reduce((a, b) => a + b, 0);
const PICO = 1e12;

/** One read of 128 x 128 cells of mean conductance 20.5 µS at 0.2 V for 10 ns, with half of the inputs 1 in each of `bits` bits. */
const readHalf = (cost: CostSettings, bits: number) =>
  computeReadCost(cost, {
    rows: 128,
    columns: 128,
    reads: 1,
    rowPulses: bits * 64,
    readColumns: 128,
    cellEnergy: bits * 64 * 128 * 20.5e-6 * 0.2 ** 2 * 10e-9,
    readVoltage: 0.2,
    readTime: 10e-9,
    inputBits: bits,
    outputBits: 6,
  });

test('energy of the worked example: each part, sum of a bit and of 8 bits, TOPS/W', () => {
  const { energy } = readHalf(isaac, 1);
  const byHand = {
    cells: 67.17,
    rows: 1.11,
    columns: 0.08,
    sampleAndHold: 33.01,
    integrator: 0,
    adc: 153.6,
    shiftAdd: 2.69,
  };
  for (const [part, expected] of Object.entries(byHand))
    close(energy[part as keyof typeof energy] * PICO, expected, 0.005, part);
  close(sum(energy) * PICO, 257.66, 0.005);
  const eightBits = sum(readHalf(isaac, 8).energy);
  close(eightBits * 1e9, 2.061, 0.0005);
  close((2 * 128 * 128) / eightBits / 1e12, 15.9, 0.005);
});

test('latency of the worked example', () => {
  close(sum(readHalf(isaac, 1).time) * 1e9, 66, 1e-9);
  const eightBits = sum(readHalf(isaac, 8).time);
  close(eightBits * 1e9, 528, 1e-9);
  close((2 * 128 * 128) / eightBits / 1e9, 62.1, 0.05);
});

test('without sample and hold, array and lines are read for each column of a converter', () => {
  const { sampleAndHold: _, ...without } = isaac;
  const { energy } = readHalf(without, 1);
  close(sum(energy) * PICO, 703.2, 0.05);
  close((2 * 128 * 128) / sum(readHalf(without, 8).energy) / 1e12, 5.82, 0.005);
  close(sum(readHalf(without, 1).time) * 1e9, 8 * (10 + 7), 1e-9);
  assert.equal(resolveCost({ preset: 'isaac-32nm', sampleAndHold: null }), { ...without, preset: 'isaac-32nm' });
});

test('area of the worked example', () => {
  const { rows, ...area } = computeArea(isaac, 128, 128, 6);
  const byHand = { cells: 805, sampleAndHold: 415, integrator: 0, adc: 10_031, shiftAdd: 960 };
  for (const [part, expected] of Object.entries(byHand)) close(area[part as keyof typeof area], expected, 0.5, part);
  close(rows, 21 + 1731, 0.5, 'drivers and converters of rows');
  const total = sum(area) + rows;
  close(total, 13_963, 0.5);
  close(area.adc / total, 0.72, 0.005);
  close(sum(readHalf(isaac, 1).energy) * 0.6, readHalf(isaac, 1).energy.adc, 0.005 * sum(readHalf(isaac, 1).energy));
  close(computeArea({ ...isaac, cell: { area: 4 } }, 128, 128, 6).cells, 67, 0.5);
  assert.equal(computeArea(isaac, 129, 257, 6).cells, 6 * computeArea(isaac, 128, 128, 6).cells);
});

test('NeuRRAM through the same formulas: latency, energy of parts, TOPS/W over the measured values', () => {
  const { cost, measured } = loadCostPreset('neurram-130nm');
  const operations = 2 * 256 * 128; // two cells per weight
  const read = (inputBits: number, outputBits: number) => {
    const steps = 2 ** Math.max(inputBits - 1, 1) - 1;
    const cellEnergy = 65_536 * 0.5 ** 2 * 2.5e-6 * 10e-9 * (steps / 2);
    const { energy, time } = computeReadCost(cost, {
      ...{ rows: 256, columns: 256, reads: 1, rowPulses: 128, readColumns: 256, cellEnergy },
      ...{ readVoltage: 0.5, readTime: 10e-9, inputBits, outputBits },
    });
    return { energy, time: sum(time) };
  };
  const ratios = measured!.precisions.map(
    ({ input, output, tops }) => read(input, output).time / ((48 * operations) / (tops * 1e12)),
  );
  assert.equal(
    ratios.map((ratio) => ratio.toFixed(2)),
    ['0.99', '1.01', '0.97', '0.94'],
  );
  const { energy, time } = read(4, 6);
  close(time * 1e6, 3.99, 1e-9);
  const { rows, cells, ...neurons } = energy;
  const chip = measured!.energies;
  const ratioOf = (joules: number, femtojoules: number) => (joules / (femtojoules * operations * 1e-15)).toFixed(2);
  assert.is(ratioOf(rows, chip.rows), '1.02');
  assert.is(ratioOf(sum(neurons), chip.neurons), '1.04');
  assert.is(ratioOf(cells, chip.cells), '1.90');
  close(rows * PICO, 1457, 0.5);
  close(sum(neurons) * PICO, 1984, 0.5);
  close(cells * PICO, 1434, 0.5);
  assert.is(ratioOf(sum(energy), chip.rows + chip.neurons + chip.cells), '1.19');
  assert.is((operations / sum(energy) / 1e12 / measured!.precisions[3]!.topsPerWatt).toFixed(2), '0.84');
});

test('circuits scale between nodes as Stillmaker and Baas fitted; other nodes are refused', () => {
  assert.is(scaleCircuit({ energy: 1, area: 1, node: 130 }, 32).energy.toFixed(4), '0.2149');
  assert.is(scaleCircuit({ energy: 1, area: 1, node: 65 }, 32).energy.toFixed(3), '0.531');
  close(scaleCircuit({ energy: 1, area: 1, node: 130 }, 32).area, 0.072, 1e-12);
  close(scaleCircuit({ energy: 1, area: 1, node: 32 }, 130).area, 14, 0.2);
  assert.equal(scaleCircuit({ energy: 1, area: 2, node: 28 }, 28), { energy: 1, area: 2 });
  assert.throws(
    () => scaleCircuit({ energy: 1, area: 1, node: 28 }, 32),
    /from or to 28 nm, only between 130, 65, 45, 32 nm/,
  );
});

test('a ramp converts in 2^bits cycles, with power during the ramp and energy per count', () => {
  const { cost } = loadCostPreset('ramp-130nm');
  const { time, energy, area } = computeConversion(cost, 8);
  close(time * 1e9, 42.7, 0.05);
  close(energy * PICO, 2.5, 0.01);
  assert.is(area, 15_899);
  const counting = { ...cost, adc: { ...cost.adc!, stepEnergy: 1e-15 } };
  close(computeConversion(counting, 8).energy - energy, 256e-15, 1e-18);
});

test('input coding decides how often a line is switched and for how long it is on', () => {
  const of = (coding: CostSettings['input']['coding']) =>
    countRowPulses({ ...isaac, input: { ...isaac.input, coding } }, 13, 4);
  assert.equal(of('serial'), { switches: 3, width: 3 }); // 13 = 1101
  assert.equal(of('integrated'), { switches: 3, width: 13 });
  assert.equal(of('width'), { switches: 1, width: 13 / 15 });
});

test('every value of a preset has a source or is marked as assumed', () => {
  for (const name of costPresetNames()) {
    const { cost, quoted, derived, assumed } = loadCostPreset(name);
    const known = Object.keys({ ...quoted, ...derived, ...assumed });
    const unknown: string[] = [];
    const visit = (value: unknown, path: string) => {
      if (known.includes(path)) return;
      if (typeof value === 'object' && !Array.isArray(value))
        for (const [key, part] of Object.entries(value as object)) visit(part, path === '' ? key : `${path}.${key}`);
      else if (value !== 0 && value !== false && path !== 'writes') unknown.push(path); // defaults: circuits of no cost
    };
    visit(cost, '');
    assert.equal(unknown, [], name);
  }
});

test.run();
