import type { DeviceContext } from '../../../core/factories.ts';
import { findMaxRowLength, getColumn, type Transpose, transpose } from '../../../core/graph/edges.ts';
import type { Floats, StateArrays } from '../../../core/kernels/arena.ts';
import { joinStates } from '../../joinStates.ts';
import { ArrayLine, findRow } from './arrayLine.ts';
import { PartialPulseLog } from './partialPulseLog.ts';
import { type DisturbedDevices, type DisturbKernels, MOVES_DOWN, MOVES_UP } from './partialPulses.ts';

/**
 * States of devices that half-select (partial) pulses move. Pulses are logged by row and by column, and applied when a
 * device is read or written: one closed form per run of equal pulses, or pulse by pulse. The order of pulses is kept,
 * because pulses of opposite sign, clipping and relaxation do not commute.
 */
export class DisturbedStates {
  readonly state: StateArrays;
  /** Partial pulses on rows, by writes to columns, and on columns, by writes to rows. */
  readonly rowLog: PartialPulseLog;
  readonly columnLog: PartialPulseLog;
  /** For each device: number of entries of the log of its row, and of its column, that were applied to it. */
  readonly rowPositions: Uint32Array;
  readonly columnPositions: Uint32Array;
  /** Devices of the row or column that is being updated. */
  readonly line: ArrayLine;
  readonly #devices: DisturbedDevices;
  readonly #edges;
  readonly #weights: Floats;
  /** Kernels for dense arrays whose half-select pulses have closed forms; else null. */
  readonly kernels: DisturbKernels | null;
  readonly #statesBefore: Float64Array;
  readonly #batch: Uint32Array;
  readonly #batchStrengths: Float64Array;
  /** For each entry of the batch: 1 if it is from the log of rows, 0 if from that of columns. */
  readonly #batchLogs: Uint8Array;

  constructor(devices: DisturbedDevices, { edges, transpose: columns, arena }: DeviceContext) {
    this.#devices = devices;
    this.#edges = edges;
    this.#weights = edges.weights as Floats;
    this.rowLog = new PartialPulseLog(edges.rows, devices.isTimed, arena);
    this.columnLog = new PartialPulseLog(edges.columns, devices.isTimed, arena);
    this.rowPositions = arena.u32(edges.count);
    this.columnPositions = arena.u32(edges.count);
    this.state = {
      ...joinStates({ rows: this.rowLog, columns: this.columnLog }),
      ...devices.state,
      rowPositions: this.rowPositions,
      columnPositions: this.columnPositions,
    };
    const byColumn: Transpose | null = edges.targets === null ? null : (columns ?? transpose(edges, arena));
    this.line = new ArrayLine(edges, byColumn);
    this.kernels = edges.targets === null ? (devices.createKernels?.(this.rowLog, this.rowPositions) ?? null) : null;
    const size = Math.max(findMaxRowLength(edges), edges.rows);
    this.#statesBefore = new Float64Array(size);
    this.#batch = new Uint32Array(size);
    this.#batchStrengths = new Float64Array(size);
    this.#batchLogs = new Uint8Array(size);
  }

  onCheckpointLoaded() {
    this.rowLog.onCheckpointLoaded();
    this.columnLog.onCheckpointLoaded();
  }

  /** Applies the logged pulses to the devices of a row. */
  updateRow(row: number) {
    if (this.rowLog.runCounts[row] === 0 && this.columnLog.totalRunCount === 0) return;
    if (this.kernels !== null && this.columnLog.totalRunCount === 0) this.kernels.updateRow(row);
    else {
      this.line.listRow(row);
      this.#applyLoggedPulses();
      for (let i = 0; i < this.line.count; i++) this.rowPositions[this.line.devices[i]!] = 0;
    }
    this.rowLog.clear(row);
  }

  updateColumn(column: number) {
    if (this.columnLog.runCounts[column] === 0 && this.rowLog.totalRunCount === 0) return;
    if (this.kernels !== null && this.columnLog.totalRunCount === 0) {
      this.kernels.updateColumn(column);
      return;
    }
    this.line.listColumn(column);
    this.#applyLoggedPulses();
    this.columnLog.clear(column);
    for (let i = 0; i < this.line.count; i++) this.columnPositions[this.line.devices[i]!] = 0;
  }

  updateAll() {
    for (let row = 0; row < this.#edges.rows; row++) this.updateRow(row);
    for (let column = 0; column < this.#edges.columns; column++) this.updateColumn(column);
  }

  /** State of a device after its logged pulses. Closed forms keep the log, so that reading a state has no effect. */
  findState(k: number): number {
    const row = findRow(this.#edges, k);
    const column = getColumn(this.#edges, row, k);
    if (this.#devices.partialStep !== null) return this.#computeState(k, row, column);
    this.line.listDevice(k, row, column);
    this.#applyLoggedPulses();
    return this.#devices.g[k]!;
  }

  /** Applies one partial pulse to each device of the line; `strengths`: in the order of the devices in the line. */
  pulseLine(strengths: Float64Array, t: number) {
    const { devices, count } = this.line;
    const { partialStep, sensitivities, g } = this.#devices;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const k = devices[i]!;
      const strength = strengths[i]!;
      const before = g[k]!;
      this.#statesBefore[i] = before;
      if (strength === 0 || (sensitivities[k]! & (strength > 0 ? MOVES_UP : MOVES_DOWN)) === 0) continue;
      if (partialStep !== null) g[k] = partialStep(k, before, strength, 0, 1);
      else {
        this.#batch[n] = k;
        this.#batchStrengths[n++] = strength;
      }
    }
    if (n > 0) this.#devices.replay(this.#batch, this.#batchStrengths, n, t);
    this.#storeLine();
  }

  /** Applies the logged pulses to the devices of the line. */
  #applyLoggedPulses() {
    const { devices, rows, columns, count } = this.line;
    const { partialStep, sensitivities, g } = this.#devices;
    for (let i = 0; i < count; i++) this.#statesBefore[i] = g[devices[i]!]!;
    if (partialStep === null) this.#replayLoggedPulses();
    else
      for (let i = 0; i < count; i++) {
        const k = devices[i]!;
        if (sensitivities[k] !== 0) g[k] = this.#computeState(k, rows[i]!, columns[i]!);
      }
    for (let i = 0; i < count; i++) {
      this.rowPositions[devices[i]!] = this.rowLog.countEntries(rows[i]!);
      this.columnPositions[devices[i]!] = this.columnLog.countEntries(columns[i]!);
    }
    this.#storeLine();
  }

  #computeState(k: number, row: number, column: number): number {
    const { partialStep, sensitivities, g } = this.#devices;
    let state = g[k]!;
    let rowPosition = this.rowPositions[k]!;
    let columnPosition = this.columnPositions[k]!;
    for (;;) {
      const log = this.#findNextRun(row, column, rowPosition, columnPosition);
      if (log === null) return state;
      const { strength, second, entryCount } = log;
      if ((sensitivities[k]! & (strength > 0 ? MOVES_UP : MOVES_DOWN)) !== 0)
        state = partialStep!(k, state, strength, second, entryCount);
      if (log === this.rowLog) rowPosition += entryCount;
      else columnPosition += entryCount;
    }
  }

  /** Replays logged pulses in order, in batches of at most one entry per device; if timed, of entries at equal times. */
  #replayLoggedPulses() {
    const { devices, rows, columns, count } = this.line;
    const { isTimed, sensitivities } = this.#devices;
    for (;;) {
      let n = 0;
      let t = Infinity;
      for (let i = 0; i < count; i++) {
        const k = devices[i]!;
        const log = this.#skipInsensitive(k, rows[i]!, columns[i]!);
        if (log === null || sensitivities[k] === 0 || (isTimed && log.time > t)) continue;
        if (isTimed && log.time < t) n = 0;
        t = log.time;
        this.#batch[n] = k;
        this.#batchStrengths[n] = log.strength;
        this.#batchLogs[n++] = log === this.rowLog ? 1 : 0;
      }
      if (n === 0) return;
      for (let i = 0; i < n; i++)
        (this.#batchLogs[i] === 1 ? this.rowPositions : this.columnPositions)[this.#batch[i]!]!++;
      this.#devices.replay(this.#batch, this.#batchStrengths, n, t);
    }
  }

  /** Skips logged pulses that do not move device k; returns the log (row or column) of the next pulse, or null. */
  #skipInsensitive(k: number, row: number, column: number): PartialPulseLog | null {
    const sensitivity = this.#devices.sensitivities[k]!;
    if (sensitivity === 0) return null;
    for (;;) {
      const log = this.#findNextRun(row, column, this.rowPositions[k]!, this.columnPositions[k]!);
      if (log === null || (sensitivity & (log.strength > 0 ? MOVES_UP : MOVES_DOWN)) !== 0) return log;
      (log === this.rowLog ? this.rowPositions : this.columnPositions)[k]! += log.entryCount;
    }
  }

  /** Finds the next run of logged pulses, the earlier one of a row and a column; null if there is none. */
  #findNextRun(row: number, column: number, rowPosition: number, columnPosition: number): PartialPulseLog | null {
    const [byRow, byColumn] = [this.rowLog, this.columnLog];
    const inRow = byRow.findRun(row, rowPosition);
    if (byColumn.totalRunCount === 0 || !byColumn.findRun(column, columnPosition)) return inRow ? byRow : null;
    return inRow && byRow.epoch < byColumn.epoch ? byRow : byColumn;
  }

  /** Stores weights and sums of conductances of the devices of the line whose states have changed. */
  #storeLine() {
    const { devices, rows, columns, count } = this.line;
    const { g, scale, counters } = this.#devices;
    for (let i = 0; i < count; i++) {
      const k = devices[i]!;
      const difference = g[k]! - this.#statesBefore[i]!;
      if (difference === 0) continue;
      this.#weights[k] = scale.weight(k, g[k]!);
      counters.updateConductanceSums(rows[i]!, columns[i]!, scale.conductanceRange(k) * difference);
    }
  }
}
