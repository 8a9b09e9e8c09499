/** Formulas of latency, energy and area against hand calculations and the measured chip NeuRRAM (SCIENCE.md 2h). */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  COST_PARTS,
  computeArea,
  computeConversion,
  computeReadCost,
  countRowPulses,
  sumParts,
} from '../../../experiments/cost/formulas.ts';
import type { CostSettings } from '../../../experiments/cost/settings.ts';
import { costPresetNames, loadCostPreset, resolveCost } from '../../../experiments/devices/costPresets.ts';

const isaac = loadCostPreset('isaac-32nm').cost;
const close = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what}: ${found}, expected ${expected}`);
const PICO = 1e12;
const readGuide = () => readFileSync(new URL('../../../../docs/guide/system-cost.md', import.meta.url), 'utf8');

/** One read of 128 x 128 cells of mean conductance 20.5 µS at 0.2 V for 10 ns, with half of the inputs 1 in each of `bits` bits. */
const readHalf = (cost: CostSettings, bits: number) =>
  computeReadCost(cost, {
    rows: 128,
    columns: 128,
    reads: 1,
    rowPulses: bits * 64,
    readColumns: 128,
    cellEnergy: bits * 64 * 128 * 20.5e-6 * 0.2 ** 2 * 10e-9,
    electrical: { readVoltage: 0.2, readTime: 10e-9 },
    inputBits: bits,
    outputBits: 6,
  });

test('energy of the worked example: each part, sum of a bit and of 8 bits, TOPS/W', () => {
  const { energy } = readHalf(isaac, 1);
  const byHand = {
    cells: 67.17,
    lines: 1.19, // rows 1.11, columns 0.08
    sampling: 33.01,
    adc: 153.6,
    shiftAdd: 2.69,
    neurons: 0,
    writes: 0,
  };
  for (const part of COST_PARTS) close(energy[part] * PICO, byHand[part], 0.0051, part);
  close(sumParts(energy) * PICO, 257.66, 0.005);
  const eightBits = sumParts(readHalf(isaac, 8).energy);
  close(eightBits * 1e9, 2.061, 0.0005);
  close((2 * 128 * 128) / eightBits / 1e12, 15.9, 0.005);
});

test('latency of the worked example', () => {
  close(sumParts(readHalf(isaac, 1).time) * 1e9, 66, 1e-9);
  const eightBits = sumParts(readHalf(isaac, 8).time);
  close(eightBits * 1e9, 528, 1e-9);
  close((2 * 128 * 128) / eightBits / 1e9, 62.1, 0.05);
});

test('the manual shows the worked example', () => {
  const [page, { energy, time }, area] = [readGuide(), readHalf(isaac, 8), computeArea(isaac, 128, 128, 6)];
  const formatRow = (name: string, joules: number, squareMicrometres: number) =>
    `| ${name} | ${((joules * PICO) / 8).toFixed(2)} | ${Math.round(squareMicrometres).toLocaleString('en')} |`;
  const rows = COST_PARTS.filter((part) => energy[part] > 0).map((part) => formatRow(part, energy[part], area[part]));
  const [joules, seconds] = [sumParts(energy), sumParts(time)];
  const tops = (2 * 128 * 128) / seconds / 1e12;
  const sentence = `${(joules * 1e9).toFixed(3)} nJ, ${(seconds * 1e9).toFixed(0)} ns, ${((tops * seconds) / joules).toFixed(2)} TOPS/W, ${(tops * 1e3).toFixed(1)} GOPS.`;
  for (const line of [...rows, formatRow('sum', joules, sumParts(area)), sentence])
    assert.ok(page.includes(line), `missing in the guide: ${line}`);
});

test('without sample and hold, array and lines are read for each column of a converter', () => {
  const { sampleAndHold: _, ...without } = isaac;
  const { energy } = readHalf(without, 1);
  close(sumParts(energy) * PICO, 703.2, 0.05);
  close((2 * 128 * 128) / sumParts(readHalf(without, 8).energy) / 1e12, 5.82, 0.005);
  close(sumParts(readHalf(without, 1).time) * 1e9, 8 * (10 + 7), 1e-9);
  assert.equal(resolveCost({ preset: 'isaac-32nm', sampleAndHold: null }), { ...without, name: 'isaac-32nm' });
});

test('area of the worked example', () => {
  const area = computeArea(isaac, 128, 128, 6);
  const byHand = { cells: 805, lines: 21 + 1731, sampling: 415, adc: 10_031, shiftAdd: 960, neurons: 0, writes: 0 };
  for (const part of COST_PARTS) close(area[part], byHand[part], 0.5, part);
  const total = sumParts(area);
  close(total, 13_963, 0.5);
  close(area.adc / total, 0.72, 0.005);
  close(
    sumParts(readHalf(isaac, 1).energy) * 0.6,
    readHalf(isaac, 1).energy.adc,
    0.005 * sumParts(readHalf(isaac, 1).energy),
  );
  close(computeArea({ ...isaac, cell: { area: 4 * 0.032 ** 2 } }, 128, 128, 6).cells, 67, 0.5);
  assert.equal(computeArea(isaac, 129, 257, 6).cells, 6 * computeArea(isaac, 128, 128, 6).cells);
});

/** Measurements of NeuRRAM (Wan et al. 2022), read from its figures by CiMLoop: input and output bits, TOPS of 48 cores, TOPS/W. */
const MEASURED = [
  [1, 3, 2.12230988, 43.07875866],
  [2, 4, 1.793083771, 40.33412834],
  [3, 5, 1.165400233, 23.09069279],
  [4, 6, 0.7438677864, 15.95409517],
] as const;
/** Energies at 4/6 bits, fJ per operation. */
const MEASURED_ENERGIES = { rows: 21.75617998, neurons: 29.1084171, cells: 11.50740478 };

test('the manual shows NeuRRAM through the formulas beside the chip: latency, energy of parts, TOPS/W', () => {
  const { cost } = loadCostPreset('neurram-130nm');
  const operations = 2 * 256 * 128; // two cells per weight
  const read = (inputBits: number, outputBits: number) => {
    const steps = 2 ** Math.max(inputBits - 1, 1) - 1;
    const cellEnergy = 65_536 * 0.5 ** 2 * 2.5e-6 * 10e-9 * (steps / 2);
    return computeReadCost(cost, {
      ...{ rows: 256, columns: 256, reads: 1, rowPulses: 128, readColumns: 256, cellEnergy },
      ...{ electrical: { readVoltage: 0.5, readTime: 10e-9 }, inputBits, outputBits },
    });
  };
  const page = readGuide();
  const requireRow = (name: string, ours: number, chip: number, digits: number) => {
    const row = `| ${name} | ${ours.toFixed(digits)} | ${chip.toFixed(digits)} | ${(ours / chip).toFixed(2)} |`;
    assert.ok(page.includes(row), `missing in the guide: ${row}`);
    return (ours / chip).toFixed(2);
  };
  const ratios = MEASURED.map(([input, output, tops]) => {
    const microseconds = sumParts(read(input, output).time) * 1e6;
    return requireRow(`latency, ${input}/${output} bits, µs`, microseconds, (48 * operations) / tops / 1e6, 2);
  });
  assert.equal(ratios, ['0.99', '1.01', '0.97', '0.94']);
  const { energy } = read(4, 6);
  const ours = { rows: energy.lines, neurons: energy.sampling + energy.adc, cells: energy.cells };
  const parts = (['rows', 'neurons', 'cells'] as const).map((part) =>
    requireRow(`energy of ${part}, 4/6 bits, pJ`, ours[part] * PICO, MEASURED_ENERGIES[part] * operations * 1e-3, 0),
  );
  assert.equal(parts, ['1.02', '1.04', '1.90']);
  const { rows, neurons, cells } = MEASURED_ENERGIES;
  const [joules, chip] = [sumParts(energy), (rows + neurons + cells) * operations * 1e-15];
  assert.is(requireRow('energy, 4/6 bits, nJ', joules * 1e9, chip * 1e9, 2), '1.19');
  assert.is(requireRow('TOPS/W, 4/6 bits', operations / joules / 1e12, MEASURED[3][3], 2), '0.84');
});

test('a ramp converts in 2^bits cycles, with power during the ramp and energy per count', () => {
  const { cost } = loadCostPreset('ramp-130nm');
  const { time, energy, area } = computeConversion(cost, 8);
  close(time * 1e9, 42.7, 0.05);
  close(energy * PICO, 2.5, 0.01);
  assert.is(area, 15_899);
  const { energy: energies, area: areas } = cost.adc!.range!; // comparator and time-to-digital converter of TIMELY, 65 to 130 nm
  close(energies[0]! * PICO, (0.0417 + 0.145) * 2.473, 0.001);
  close(areas[0]!, (40 + 310) * (0.31 / 0.072), 0.5);
  assert.equal([energies[1]!.toPrecision(4), areas[1]], [energy.toPrecision(4), area]);
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
      else if (value !== 0 && value !== false) unknown.push(path); // defaults: circuits of no cost
    };
    visit(cost, '');
    assert.equal(unknown, [], name);
  }
});

test.run();
