/** Models whose parameters are known, measurements made from them, and fits of these. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readPulses } from '../../../../experiments/devices/fit/import/measurement.ts';
import { fitPulses, type PulseFit } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import type { StepFamilyName } from '../../../../experiments/devices/fit/statistics/stepFamilies.ts';
import { exponentialStep, type Measurement, measured, neuroSimStep, softBoundStep } from './measured.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-fit-'));

/** A fit of the text of a file. */
export function fittedText(text: string): PulseFit {
  const file = join(directory, 'pulses.csv');
  writeFileSync(file, text);
  return fitPulses(readPulses(file));
}

export const fitted = (m: Measurement): PulseFit => fittedText(measured(m));

export function near(
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
  readonly model: StepFamilyName;
  readonly made: Omit<Measurement, 'seed'>;
  readonly params: Readonly<Record<string, number>>;
}
export const KNOWN: readonly Known[] = [
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
