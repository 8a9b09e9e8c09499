import { DIRECTIONS, type Direction } from '../fit/import/trains.ts';
import type { LoadedDevice } from '../load.ts';
import { toAihwkit } from './aihwkit.ts';
import { toNeuroSim } from './neurosim.ts';
import {
  describeLostProperties,
  type ExportResult,
  measureRangeEnds,
  removeVariability,
  sampleConductanceSteps,
} from './steps.ts';

const STATES = 51;
/** Number n of random steps per state; sorted, they are ΔG at the cumulative probabilities 0, 1/(n - 1), … 1. */
const DRAW_COUNT = 201;

const FILES: Readonly<Record<Direction, string>> = { up: 'dG_increasing.txt', down: 'dG_decreasing.txt' };

const row = (values: readonly number[]) => values.map((v) => Number(v.toPrecision(9))).join(',');

/**
 * Exports lookup tables for CrossSim 2.0 (3.x has no training): conductance changes ΔG (S) by one pulse, against the
 * cumulative probability (rows) and the conductance before the pulse (columns).
 */
function toCrossSim({ name, device }: LoadedDevice): ExportResult {
  const one = removeVariability(device);
  const { low, high } = measureRangeEnds(one);
  const states = Array.from({ length: STATES }, (_, i) => i / (STATES - 1));
  const steps = sampleConductanceSteps(one, states, DRAW_COUNT);
  const conductances = states.map((g) => low.conductance + g * (high.conductance - low.conductance));
  const shares = Array.from({ length: DRAW_COUNT }, (_, i) => i / (DRAW_COUNT - 1));
  const table = (direction: Direction) => {
    const sorted = steps[direction].map((drawn) => drawn.toSorted((a, b) => a - b));
    return [
      `${name} ${direction}: G (S); CDF; then dG (S); a row a CDF; a column a G; memspike device export for CrossSim 2.0`.replaceAll(
        ',',
        ' ',
      ),
      row(conductances),
      row(shares),
      ...shares.map((_, i) => row(sorted.map((drawn) => drawn[i]!))),
      '',
    ].join('\n');
  };
  return {
    fileContents: Object.fromEntries(DIRECTIONS.map((direction) => [FILES[direction], table(direction)])),
    lostProperties: [
      `Steps are sampled: ${DRAW_COUNT} random steps in each of ${STATES} states.`,
      ...describeLostProperties('CrossSim', device, ['cycleToCycle', 'writeNoise', 'levels', 'writeOnChange']),
    ],
  };
}

export const EXPORT_TARGETS = ['aihwkit', 'neurosim', 'crosssim'] as const;

export const EXPORTERS: Readonly<Record<(typeof EXPORT_TARGETS)[number], (device: LoadedDevice) => ExportResult>> = {
  aihwkit: toAihwkit,
  neurosim: toNeuroSim,
  crosssim: toCrossSim,
};
