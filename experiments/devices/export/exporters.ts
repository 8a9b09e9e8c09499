import type { LoadedDevice } from '../load.ts';
import { toAihwkit } from './aihwkit.ts';
import { type Exported, lostOf } from './lost.ts';
import { toNeuroSim } from './neurosim.ts';
import { DIRECTIONS, type Direction, endsOf, stepsOf, typical } from './steps.ts';

const STATES = 51;
/** Draws in each state, and so rows of a table: CDF 0, 1/(n - 1), … 1. */
const DRAWS = 201;

const FILES: Readonly<Record<Direction, string>> = { up: 'dG_increasing.txt', down: 'dG_decreasing.txt' };

const row = (values: readonly number[]) => values.map((v) => Number(v.toPrecision(9))).join(',');

/**
 * The two lookup tables of CrossSim's training: a line of words, conductances G (S), the cumulative probabilities of the rows,
 * then ΔG (S), a row a probability and a column a G.
 */
export function toCrossSim({ name, device }: LoadedDevice): Exported {
  const one = typical(device);
  const { low, high } = endsOf(one);
  const states = Array.from({ length: STATES }, (_, i) => i / (STATES - 1));
  const steps = stepsOf(one, states, DRAWS);
  const conductances = states.map((g) => low.conductance + g * (high.conductance - low.conductance));
  const shares = Array.from({ length: DRAWS }, (_, i) => i / (DRAWS - 1));
  const table = (direction: Direction) => {
    const sorted = steps[direction].map((drawn) => drawn.toSorted((a, b) => a - b));
    return [
      `${name} ${direction}: G (S); CDF; then dG (S); a row a CDF; a column a G; memspike device export`.replaceAll(
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
    files: Object.fromEntries(DIRECTIONS.map((direction) => [FILES[direction], table(direction)])),
    lost: [
      `Steps are ${DRAWS} drawn in each of ${STATES} states, so that their means carry the error of so many draws.`,
      ...lostOf('CrossSim', device, ['cycleToCycle', 'writeNoise', 'levels', 'writeOnChange']),
    ],
  };
}

/** Simulators that a device can be written for, by name. */
export const TOOLS = ['aihwkit', 'neurosim', 'crosssim'] as const;
export type Tool = (typeof TOOLS)[number];

export const EXPORTERS: Readonly<Record<Tool, (device: LoadedDevice) => Exported>> = {
  aihwkit: toAihwkit,
  neurosim: toNeuroSim,
  crosssim: toCrossSim,
};
