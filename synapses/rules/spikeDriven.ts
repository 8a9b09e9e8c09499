import { defineRule } from '../../core/declare/define.ts';
import { ascendingPair, described, nonNegative, number, positive, withDefault } from '../../core/declare/params.ts';
import { getColumn, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import { joinStates } from '../joinStates.ts';
import { Traces } from './trace.ts';

const range = (low: number, high: number, direction: string) =>
  withDefault(
    described(ascendingPair(number({ min: 0, help: 'calcium' })), {
      description: `[low, high]: arrivals make ${direction} pulses while low <= calcium < high`,
      unit: '1',
    }),
    [low, high],
  );

const params = {
  up: nonNegative(0.1, '1', 'strength of an upward pulse'),
  down: nonNegative(0.1, '1', 'strength of a downward pulse'),
  potential: number({
    default: 12,
    unit: 'mV',
    help: 'postsynaptic potential, from rest, above which an arrival makes an upward pulse, otherwise a downward pulse',
  }),
  tau: positive(60, 'ms', 'time constant of the calcium variable, which each postsynaptic spike raises by 1'),
  upRange: range(3, 13, 'upward'),
  downRange: range(3, 4, 'downward'),
};

/**
 * Spike-driven plasticity that reads the postsynaptic potential V at arrivals, before the arrival is delivered, and stops learning outside
 * ranges of the calcium variable c. The drift towards two stable states of the paper is a property of the device.
 */
export const spikeDriven = defineRule({
  name: 'spikeDriven',
  help: 'at an arrival, the postsynaptic potential decides the direction of the pulse, and the mean postsynaptic rate whether there is one',
  equation:
    'at an arrival: strength up if V > potential and c in upRange, -down if V <= potential and c in downRange; dc/dt = -c/tau, c + 1 at a postsynaptic spike',
  source: 'Brader, Senn & Fusi 2007, doi:10.1162/neco.2007.19.11.2881; defaults assumed',
  params,
  create({ up, down, potential, tau, upRange, downRange }, { devices, columns, arena, readPotential }) {
    const calcium = new Traces(columns, tau, true, arena);
    const strengths = arena.f64(columns);
    const isWithin = (c: number, [low, high]: readonly number[]) => c >= low! && c < high!;
    return {
      pulsesAtArrival: true,
      state: joinStates({ calcium }),
      quantities: { calcium: calcium.createQuantity('post') },
      onPre(row, t) {
        const { edges } = devices;
        calcium.fillStrengths(strengths, 0, t, edges, row);
        for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
          const column = getColumn(edges, row, k);
          const isUp = readPotential(column, t) > potential;
          if (isWithin(strengths[column]!, isUp ? upRange : downRange)) strengths[column] = isUp ? up : -down;
          else strengths[column] = 0;
        }
        devices.pulseRow(row, strengths, 1, 0, t);
      },
      onPost: (column, t) => calcium.recordSpike(column, t),
      resetDynamicState: (t) => calcium.resetDynamicState(t),
      onCheckpointLoaded: () => calcium.onCheckpointLoaded(),
    };
  },
});
