import type { DeviceContext } from '../../../core/factories.ts';
import {
  columnEdge,
  columnLength,
  columnRow,
  findMaxRowLength,
  getColumn,
  rowEnd,
  rowStart,
  type Transpose,
  transpose,
} from '../../../core/graph/edges.ts';
import type { Floats, State } from '../../../core/kernels/arena.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { joinStates } from '../../joinStates.ts';
import { ArrayLine, findRow } from './arrayLine.ts';
import { PartialPulseLog, RUN_CAPACITY } from './partialPulseLog.ts';
import { type DisturbedDevices, MOVES_DOWN, MOVES_UP } from './partialPulses.ts';

/** Largest number of runs that one write adds to the log of a line: two per phase. */
const MAX_RUNS_PER_WRITE = 4;

/**
 * Half-select disturb: partial pulses on unselected devices of a passive array. A write to devices of one column has
 * an upward and a downward phase, each as long as its longest pulse. With f = 1/2 or 1/3 of the write voltage V,
 *   devices of the column see f V while other devices of the column are written, with the sign of the phase;
 *   devices of other columns see f V for as long as a device of their row is written (`half`, `third`), and -f V for
 *   the rest of the phase (`third`).
 * Same with rows and columns exchanged. Devices of the written line are pulsed at once. For all others, pulses are
 * logged by line and applied when a device is read or written: one closed form per run of equal pulses, or pulse by
 * pulse. The order of pulses is kept, because pulses of opposite sign, clipping and relaxation do not commute.
 */
export class HalfSelectDisturb {
  readonly state: State;
  readonly #devices: DisturbedDevices;
  readonly #edges;
  readonly #transpose: Transpose | null;
  readonly #weights: Floats;
  /** Partial pulses on rows, by writes to columns, and on columns, by writes to rows. */
  readonly #rowLog: PartialPulseLog;
  readonly #columnLog: PartialPulseLog;
  /** For each device: number of pulses in the log of its row, and of its column, that it has seen. */
  readonly #rowPositions: Uint32Array;
  readonly #columnPositions: Uint32Array;
  /** [number of changes between writes to rows and to columns]: even while columns are written. */
  readonly #epoch: Float64Array;
  // Devices of the line in work, and a batch of them.
  readonly #line: ArrayLine;
  readonly #statesBefore: Float64Array;
  readonly #batch: Uint32Array;
  readonly #batchStrengths: Float64Array;
  /** For each pulse of the batch: 1 if it is from the log of rows, 0 if from that of columns. */
  readonly #batchLogs: Uint8Array;
  /** Strength of the own pulse of each device of the written line. */
  readonly #lineStrengths: Float64Array;
  #longestUp = 0;
  #longestDown = 0;

  constructor(devices: DisturbedDevices, { edges, transpose: columns, arena }: DeviceContext) {
    this.#devices = devices;
    this.#edges = edges;
    this.#transpose = edges.targets === null ? null : (columns ?? transpose(edges, arena));
    this.#weights = edges.weights as Floats;
    this.#rowLog = new PartialPulseLog(edges.rows, devices.isTimed, arena);
    this.#columnLog = new PartialPulseLog(edges.columns, devices.isTimed, arena);
    this.#rowPositions = arena.u32(edges.count);
    this.#columnPositions = arena.u32(edges.count);
    this.#epoch = arena.f64(1);
    this.state = {
      ...joinStates({ rows: this.#rowLog, columns: this.#columnLog }),
      ...devices.state,
      rowPositions: this.#rowPositions,
      columnPositions: this.#columnPositions,
      epoch: this.#epoch,
    };
    const size = Math.max(findMaxRowLength(edges), edges.rows);
    this.#line = new ArrayLine(edges, this.#transpose);
    this.#statesBefore = new Float64Array(size);
    this.#batch = new Uint32Array(size);
    this.#batchStrengths = new Float64Array(size);
    this.#batchLogs = new Uint8Array(size);
    this.#lineStrengths = new Float64Array(Math.max(edges.rows, edges.columns));
  }

  onRestore() {
    this.#rowLog.onRestore();
    this.#columnLog.onRestore();
  }

  /** Applies the logged pulses to the devices of a row. */
  updateRow(row: number) {
    if (this.#rowLog.runCounts[row] === 0 && this.#columnLog.totalRunCount === 0) return;
    if (this.#devices.partialStep !== null && this.#columnLog.totalRunCount === 0) {
      for (let k = rowStart(this.#edges, row); k < rowEnd(this.#edges, row); k++) {
        this.#updateByRow(k, row, getColumn(this.#edges, row, k));
        this.#rowPositions[k] = 0;
      }
      this.#rowLog.clear(row);
      return;
    }
    this.#line.listRow(row);
    this.#applyLoggedPulses();
    this.#rowLog.clear(row);
    for (let i = 0; i < this.#line.count; i++) this.#rowPositions[this.#line.devices[i]!] = 0;
  }

  updateColumn(column: number) {
    if (this.#columnLog.runCounts[column] === 0 && this.#rowLog.totalRunCount === 0) return;
    if (this.#devices.partialStep !== null && this.#columnLog.totalRunCount === 0) {
      const count = columnLength(this.#edges, this.#transpose, column);
      for (let i = 0; i < count; i++) {
        const k = columnEdge(this.#edges, this.#transpose, column, i);
        const row = columnRow(this.#transpose, column, i);
        this.#updateByRow(k, row, column);
        this.#rowPositions[k] = this.#rowLog.countPulses(row);
      }
      return;
    }
    this.#line.listColumn(column);
    this.#applyLoggedPulses();
    this.#columnLog.clear(column);
    for (let i = 0; i < this.#line.count; i++) this.#columnPositions[this.#line.devices[i]!] = 0;
  }

  updateAll() {
    for (let row = 0; row < this.#edges.rows; row++) this.updateRow(row);
    for (let column = 0; column < this.#edges.columns; column++) this.updateColumn(column);
  }

  /** State of a device after its logged pulses. Closed forms leave the log as it is, so that looking has no effect. */
  findState(k: number): number {
    const row = findRow(this.#edges, k);
    const column = getColumn(this.#edges, row, k);
    if (this.#devices.partialStep !== null) return this.#computeState(k, row, column);
    this.#line.listDevice(k, row, column);
    this.#applyLoggedPulses();
    return this.#devices.g[k]!;
  }

  /**
   * Starts a write: applies the partial pulses that precede a pulse of the batch, and corrects its `statesBefore`.
   * The devices of the line must be up to date.
   */
  startWrite(p: PulseBatchRecord, t: number) {
    const { count, strengths, traceIndices, edgeIndices, statesBefore } = p;
    const { g } = this.#devices;
    this.#lineStrengths.fill(0);
    this.#longestUp = this.#longestDown = 0;
    for (let i = 0; i < count; i++) {
      const strength = strengths[i]!;
      this.#lineStrengths[traceIndices[i]!] = strength;
      this.#longestUp = Math.max(this.#longestUp, strength);
      this.#longestDown = Math.max(this.#longestDown, -strength);
    }
    if (p.column >= 0) this.#line.listColumn(p.column);
    else this.#line.listRow(p.row);
    if (this.#longestUp === 0 || this.#longestDown === 0) return;
    this.#pulseLine((own) => (own < 0 ? this.#longestUp : 0), t);
    for (let i = 0; i < count; i++) if (strengths[i]! < 0) statesBefore[i] = g[edgeIndices[i]!]!;
  }

  /** Ends a write: applies the later partial pulses to the devices of the line; logs those of all other lines. */
  finishWrite({ row, column }: PulseBatchRecord, t: number) {
    const [up, down] = [this.#longestUp, this.#longestDown];
    if (up === 0 && down === 0) return;
    this.#pulseLine((own) => (own > 0 ? up - own : own < 0 ? -(down + own) : up), t);
    this.#pulseLine((own) => (own < 0 ? 0 : -down), t);
    const isColumn = column >= 0;
    if ((this.#epoch[0]! & 1) !== (isColumn ? 0 : 1)) this.#epoch[0]!++;
    const log = isColumn ? this.#rowLog : this.#columnLog;
    const positions = isColumn ? this.#rowPositions : this.#columnPositions;
    for (let crossing = 0; crossing < log.runCounts.length; crossing++)
      this.#logPhases(log, crossing, this.#lineStrengths[crossing]!, t);
    if (isColumn) this.#line.listColumn(column);
    else this.#line.listRow(row);
    const { devices, rows, columns } = this.#line;
    for (let i = 0; i < this.#line.count; i++)
      positions[devices[i]!] = log.countPulses(isColumn ? rows[i]! : columns[i]!);
  }

  /** Logs the partial pulses of one write on a line that crosses the written line. `own`: pulse at the crossing. */
  #logPhases(log: PartialPulseLog, line: number, own: number, t: number) {
    const isThird = this.#devices.selection === 'third';
    if (own === 0 && !isThird) return;
    if (!log.hasRoom(line, MAX_RUNS_PER_WRITE)) {
      if (log === this.#rowLog) this.updateRow(line);
      else this.updateColumn(line);
    }
    const epoch = this.#epoch[0]!;
    if (!isThird) {
      log.append(line, own, t, epoch);
      return;
    }
    const [up, down] = [this.#longestUp, this.#longestDown];
    for (const strength of [Math.max(own, 0), Math.max(own, 0) - up, Math.min(own, 0), Math.min(own, 0) + down])
      if (strength !== 0) log.append(line, strength, t, epoch);
  }

  /** Applies one partial pulse to each device of the line; its strength is a function of the strength of its own pulse. */
  #pulseLine(findStrength: (own: number) => number, t: number) {
    const { devices, rows, columns } = this.#line;
    const { partialStep, sensitivities, g } = this.#devices;
    const crossings = this.#line.isColumn ? rows : columns;
    let n = 0;
    for (let i = 0; i < this.#line.count; i++) {
      const k = devices[i]!;
      const strength = findStrength(this.#lineStrengths[crossings[i]!]!);
      const before = g[k]!;
      this.#statesBefore[i] = before;
      if (strength === 0 || (sensitivities[k]! & (strength > 0 ? MOVES_UP : MOVES_DOWN)) === 0) continue;
      if (partialStep !== null) g[k] = partialStep(k, before, strength, 1);
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
    const { devices, rows, columns } = this.#line;
    const { partialStep, sensitivities, g } = this.#devices;
    for (let i = 0; i < this.#line.count; i++) this.#statesBefore[i] = g[devices[i]!]!;
    if (partialStep === null) this.#replayLoggedPulses();
    else
      for (let i = 0; i < this.#line.count; i++) {
        const k = devices[i]!;
        if (sensitivities[k] !== 0) g[k] = this.#computeState(k, rows[i]!, columns[i]!);
      }
    for (let i = 0; i < this.#line.count; i++) {
      this.#rowPositions[devices[i]!] = this.#rowLog.countPulses(rows[i]!);
      this.#columnPositions[devices[i]!] = this.#columnLog.countPulses(columns[i]!);
    }
    this.#storeLine();
  }

  /** Applies the logged pulses of its row to device k, in closed form; there are none of its column. */
  #updateByRow(k: number, row: number, column: number) {
    const { sensitivities, g } = this.#devices;
    if (sensitivities[k] === 0) return;
    const before = g[k]!;
    const after = this.#followRow(k, before, row);
    if (after !== before) this.#storeState(k, row, column, before, after);
  }

  #followRow(k: number, state: number, row: number): number {
    const { partialStep, sensitivities } = this.#devices;
    const { ends, strengths, runCounts } = this.#rowLog;
    const sensitivity = sensitivities[k]!;
    let position = this.#rowPositions[k]!;
    const first = row * RUN_CAPACITY;
    for (let run = first; run < first + runCounts[row]!; run++) {
      const n = ends[run]! - position;
      if (n <= 0) continue;
      const strength = strengths[run]!;
      if ((sensitivity & (strength > 0 ? MOVES_UP : MOVES_DOWN)) !== 0) state = partialStep!(k, state, strength, n);
      position = ends[run]!;
    }
    return state;
  }

  #storeState(k: number, row: number, column: number, before: number, after: number) {
    const { g, scale, counters } = this.#devices;
    g[k] = after;
    this.#weights[k] = scale.weight(k, after);
    counters.updateConductanceSums(row, column, scale.conductanceRange(k) * (after - before));
  }

  #computeState(k: number, row: number, column: number): number {
    const { partialStep, sensitivities, g } = this.#devices;
    let state = g[k]!;
    if (this.#columnLog.totalRunCount === 0) return this.#followRow(k, state, row);
    let rowPosition = this.#rowPositions[k]!;
    let columnPosition = this.#columnPositions[k]!;
    for (;;) {
      const log = this.#findNextRun(row, column, rowPosition, columnPosition);
      if (log === null) return state;
      const { strength, pulseCount } = log;
      if ((sensitivities[k]! & (strength > 0 ? MOVES_UP : MOVES_DOWN)) !== 0)
        state = partialStep!(k, state, strength, pulseCount);
      if (log === this.#rowLog) rowPosition += pulseCount;
      else columnPosition += pulseCount;
    }
  }

  /** Replays logged pulses in order, in batches of at most one pulse per device; if timed, of pulses at equal times. */
  #replayLoggedPulses() {
    const { devices, rows, columns } = this.#line;
    const { isTimed, sensitivities } = this.#devices;
    for (;;) {
      let n = 0;
      let t = Infinity;
      for (let i = 0; i < this.#line.count; i++) {
        const k = devices[i]!;
        const log = this.#skipInsensitive(k, rows[i]!, columns[i]!);
        if (log === null || sensitivities[k] === 0 || (isTimed && log.time > t)) continue;
        if (isTimed && log.time < t) n = 0;
        t = log.time;
        this.#batch[n] = k;
        this.#batchStrengths[n] = log.strength;
        this.#batchLogs[n++] = log === this.#rowLog ? 1 : 0;
      }
      if (n === 0) return;
      for (let i = 0; i < n; i++)
        (this.#batchLogs[i] === 1 ? this.#rowPositions : this.#columnPositions)[this.#batch[i]!]!++;
      this.#devices.replay(this.#batch, this.#batchStrengths, n, t);
    }
  }

  /** Passes over pulses that do not move device k; returns the log of the next pulse, or null. */
  #skipInsensitive(k: number, row: number, column: number): PartialPulseLog | null {
    const sensitivity = this.#devices.sensitivities[k]!;
    if (sensitivity === 0) return null;
    for (;;) {
      const log = this.#findNextRun(row, column, this.#rowPositions[k]!, this.#columnPositions[k]!);
      if (log === null || (sensitivity & (log.strength > 0 ? MOVES_UP : MOVES_DOWN)) !== 0) return log;
      (log === this.#rowLog ? this.#rowPositions : this.#columnPositions)[k]! += log.pulseCount;
    }
  }

  /** Finds the earlier of the next runs of a row and a column; null if there is none. */
  #findNextRun(row: number, column: number, rowPosition: number, columnPosition: number): PartialPulseLog | null {
    const [byRow, byColumn] = [this.#rowLog, this.#columnLog];
    const inRow = byRow.findRun(row, rowPosition);
    if (byColumn.totalRunCount === 0 || !byColumn.findRun(column, columnPosition)) return inRow ? byRow : null;
    return inRow && byRow.epoch < byColumn.epoch ? byRow : byColumn;
  }

  /** Stores weights and sums of conductances of the devices of the line whose states have changed. */
  #storeLine() {
    const { devices, rows, columns } = this.#line;
    const { g } = this.#devices;
    for (let i = 0; i < this.#line.count; i++) {
      const k = devices[i]!;
      const before = this.#statesBefore[i]!;
      if (g[k] !== before) this.#storeState(k, rows[i]!, columns[i]!, before, g[k]!);
    }
  }
}
