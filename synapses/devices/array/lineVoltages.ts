import { UserError } from '../../../core/declare/errors.ts';
import { pow } from '../../../core/elementary.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { Crossbar } from '../../crossbar/crossbar.ts';
import { NonLinearCrossbar } from '../../crossbar/nonLinear.ts';
import { createCellIvCurve } from '../../crossbar/periphery.ts';
import type { Cell } from './cell.ts';
import { PARTIAL_VOLTAGE } from './passiveArray.ts';
import type { ConductanceParams } from './range.ts';

/** Smallest fraction of the write voltage that must arrive at a written device. */
const MIN_VOLTAGE_FRACTION = 0.1;

export type LineVoltages = NonNullable<ReturnType<typeof createLineVoltages>>;

/**
 * Creates the voltages that arrive at the devices of a passive array with line resistance, and currents that arrive at the
 * columns; null if its lines have no resistance and columns are at virtual ground.
 * Writes: voltages by `NonLinearCrossbar` (ohmic cells) for the lines selected in each phase; the written line is at
 * -V/2, selected crossing lines are at V/2, and all others at 0 (`half`), or at V/6 and -V/6 (`third`). Reads: effective
 * conductances by `Crossbar`. Both are computed again after `refresh` writes, so that refresh = 1 is exact.
 * @param getConductances gives the present conductance of each device, S
 */
export function createLineVoltages(
  e: ConductanceParams | null,
  getConductances: () => Float64Array,
  { edges, arena, name }: DeviceContext,
) {
  if (e === null || e.selection === 'transistor' || (e.array.lineResistance === 0 && e.array.load === 0)) return null;
  const { rows, columns, count, targets } = edges;
  if (targets !== null)
    throw new UserError(`${name}.device.array.lineResistance and load need a dense array; connect all neurons.`);
  const { lineResistance, driver, load, refresh } = e.array;
  const partial = PARTIAL_VOLTAGE[e.selection];
  /** Step at the partial voltage as a fraction of a full step; null if the model computes its step at any voltage. */
  const share = e.disturb?.share ?? null;
  const segment = { word: lineResistance, bit: lineResistance };
  const circuit =
    lineResistance > 0
      ? new NonLinearCrossbar({ rows, columns, lineResistance: segment, driver, cell: createCellIvCurve(2) })
      : null;
  /** Voltage of a write to each device, as a fraction of the write voltage, at its last computed write. */
  const writeFractions = arena.f64(count).fill(1);
  /** Read current of each device, as a fraction of the current without losses. */
  const readFractions = arena.f64(count).fill(1);
  /** Number of writes, and its value at the last solution: for reads, for writes per column, for writes per row. */
  const counts = arena.f64(2 + columns + rows).fill(-Infinity);
  counts[0] = 0;
  const [rowVoltages, columnVoltages] = [new Float64Array(rows), new Float64Array(columns)];

  const isDue = (index: number): boolean => {
    if (counts[0]! - counts[index]! < refresh) return false;
    counts[index] = counts[0]!;
    return true;
  };

  const requireVoltage = (fraction: number, kind: 'read' | 'write') => {
    if (fraction < MIN_VOLTAGE_FRACTION)
      throw new UserError(
        `${name}.device.array: the lines take ${(100 * (1 - fraction)).toFixed(1)} % of the ${kind} voltage of a device, but at most ${100 * (1 - MIN_VOLTAGE_FRACTION)} % is allowed; reduce lineResistance (${lineResistance} Ω) or driver (${driver} Ω).`,
      );
  };

  /** Solves the circuit of a write phase. Unselected devices of the line get the arriving part of the partial voltage. */
  const solveWrite = (
    { count, row, column, traceIndices, strengths }: PulseBatchRecord,
    sign: 1 | -1,
    conductances: Float64Array,
  ) => {
    const isColumn = column >= 0;
    const rest = 1 / 2 - partial;
    rowVoltages.fill(-rest);
    columnVoltages.fill(rest);
    const selected = new Uint8Array(isColumn ? rows : columns);
    for (let i = 0; i < count; i++) if (strengths[i]! * sign > 0) selected[traceIndices[i]!] = 1;
    if (!selected.includes(1)) return;
    for (let i = 0; i < selected.length; i++)
      if (selected[i] === 1) (isColumn ? rowVoltages : columnVoltages)[i] = isColumn ? 1 / 2 : -1 / 2;
    if (isColumn) columnVoltages[column] = -1 / 2;
    else rowVoltages[row] = 1 / 2;
    const cells = circuit!.cellVoltages(rowVoltages, columnVoltages, conductances);
    for (let i = 0; i < selected.length; i++) {
      const k = isColumn ? i * columns + column : row * columns + i;
      const fraction = selected[i] === 1 ? cells[k]! : cells[k]! / partial;
      if (selected[i] === 1) requireVoltage(fraction, 'write');
      if (selected[i] === 1 || sign > 0) writeFractions[k] = fraction;
    }
  };

  return {
    state: { writes: writeFractions, reads: readFractions, counts },
    writeFractions,
    /** Multiplies the weights of a row by the fractions of its currents that arrive. */
    attenuateRow(row: number, weights: Floats) {
      if (isDue(1)) {
        const conductances = getConductances();
        const crossbar = new Crossbar({ rows, columns, conductances, lineResistance, driver, load });
        const arriving = load > 0 ? crossbar.floatingEffective : crossbar.effective;
        for (let k = 0; k < count; k++) readFractions[k] = conductances[k]! > 0 ? arriving[k]! / conductances[k]! : 1;
        const lowest = readFractions.reduce((a, b) => Math.min(a, b));
        if (load === 0) requireVoltage(lowest, 'read'); // with a load, sneak currents flow, too
      }
      for (let k = row * columns; k < (row + 1) * columns; k++) weights[k]! *= readFractions[k]!;
    },
    /** Computes the voltages of a write, if due. @throws UserError if the lines take most of the write voltage */
    startWrite(p: PulseBatchRecord) {
      counts[0]!++;
      if (circuit === null || !isDue(p.column >= 0 ? 2 + p.column : 2 + columns + p.row)) return;
      const conductances = getConductances();
      solveWrite(p, 1, conductances);
      solveWrite(p, -1, conductances);
    },
    /** Computes states after pulses at the voltages that arrive, for device models that depend on the voltage. */
    stepVoltageModel(
      { count, edgeIndices, statesBefore, strengths, statesAfter }: PulseBatchRecord,
      { mergedPulse }: Cell,
    ) {
      if (!mergedPulse) return;
      for (let i = 0; i < count; i++)
        statesAfter[i] = mergedPulse(statesBefore[i]!, strengths[i]!, writeFractions[edgeIndices[i]!]!);
    },
    /**
     * Step models: multiplies strengths by share^((1 - v)/(1 - f)), because steps are exponential in the voltage. v:
     * arriving fraction; f = 1/2 or 1/3; share: step at voltage f / full step.
     */
    scaleStrengths({ count, edgeIndices, strengths }: PulseBatchRecord) {
      if (share === null) return;
      for (let i = 0; i < count; i++)
        strengths[i]! *= pow(share, (1 - writeFractions[edgeIndices[i]!]!) / (1 - partial));
    },
  };
}
