import type { DeviceContext } from '../../../core/factories.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { DisturbedStates } from './disturbedStates.ts';
import type { PartialPulseLog } from './partialPulseLog.ts';
import type { DisturbedDevices } from './partialPulses.ts';

/** Largest number of runs that one write adds to the log of a line. */
const MAX_RUNS_PER_WRITE = 3;

/**
 * Half-select disturb: partial pulses on unselected devices of a passive array. A write to devices of one column has
 * an upward and a downward phase, each as long as its longest pulse. With f = 1/2 or 1/3 of the write voltage V,
 *   devices of the column see f V while other devices of the column are written, with the sign of the phase;
 *   devices of other columns see f V for as long as a device of their row is written (`half`, `third`), and -f V for
 *   the rest of the phase (`third`).
 * Same with rows and columns exchanged. Devices of the written line are pulsed at once; for all others, pulses are logged.
 */
export class HalfSelectDisturb {
  readonly state: StateArrays;
  readonly states: DisturbedStates;
  readonly #g: Float64Array;
  readonly #isThird: boolean;
  readonly #hasClosedForm: boolean;
  /** [number of changes between writes to rows and to columns]: even while columns are written. */
  readonly #epoch: Float64Array;
  /** Strength of the own pulse of each device of the written line, by the index of the crossing line. */
  readonly #ownStrengths: Float64Array;
  /** Strength of a partial pulse on each device of the written line, by position in the line. */
  readonly #lineStrengths: Float64Array;
  #longestUp = 0;
  #longestDown = 0;

  constructor(devices: DisturbedDevices, context: DeviceContext) {
    const { edges, arena } = context;
    this.#g = devices.g;
    this.#isThird = devices.selection === 'third';
    this.#hasClosedForm = devices.partialStep !== null;
    this.states = new DisturbedStates(devices, context);
    this.#epoch = arena.f64(1);
    this.state = { ...this.states.state, epoch: this.#epoch };
    this.#ownStrengths = arena.f64(Math.max(edges.rows, edges.columns));
    this.#lineStrengths = new Float64Array(this.states.line.devices.length);
  }

  onCheckpointLoaded() {
    this.states.onCheckpointLoaded();
  }

  /**
   * Starts a write: applies the partial pulses that precede a pulse of the batch, and corrects its `statesBefore`.
   * The devices of the line must be up to date.
   */
  startWrite(p: PulseBatchRecord, t: number) {
    const { count, strengths, traceIndices, edgeIndices, statesBefore } = p;
    const own = this.#ownStrengths.fill(0);
    let [up, down] = [0, 0];
    for (let i = 0; i < count; i++) {
      const strength = strengths[i]!;
      own[traceIndices[i]!] = strength;
      if (strength > up) up = strength;
      else if (-strength > down) down = -strength;
    }
    this.#longestUp = up;
    this.#longestDown = down;
    if (up === 0 || down === 0) return;
    if (!this.#pulseByKernel(p, true)) this.#pulseLine(p, (pulse) => (pulse < 0 ? up : 0), t);
    const g = this.#g;
    for (let i = 0; i < count; i++) if (strengths[i]! < 0) statesBefore[i] = g[edgeIndices[i]!]!;
  }

  /** Ends a write: applies the later partial pulses to the devices of the line; logs those of all other lines. */
  finishWrite(p: PulseBatchRecord, t: number) {
    const [up, down] = [this.#longestUp, this.#longestDown];
    if (up === 0 && down === 0) return;
    if (!this.#pulseByKernel(p, false)) {
      this.#pulseLine(p, (own) => (own > 0 ? up - own : own < 0 ? -(down + own) : up), t);
      this.#pulseLine(p, (own) => (own < 0 ? 0 : -down), t);
    }
    const isColumn = p.column >= 0;
    if ((this.#epoch[0]! & 1) !== (isColumn ? 0 : 1)) this.#epoch[0]!++;
    const { rowLog, columnLog, rowPositions, columnPositions, line } = this.states;
    const log = isColumn ? rowLog : columnLog;
    for (let crossing = 0; crossing < log.runCounts.length; crossing++)
      this.#logPhases(log, crossing, this.#ownStrengths[crossing]!, t);
    if (log.totalRunCount === 0) return;
    const crossings = this.#listLine(p);
    const { devices, count } = line;
    const positions = isColumn ? rowPositions : columnPositions;
    for (let i = 0; i < count; i++) positions[devices[i]!] = log.countEntries(crossings[i]!);
  }

  /** Applies the partial pulses before or after the devices' own pulses by a kernel; returns false without a kernel. */
  #pulseByKernel({ row, column }: PulseBatchRecord, isBefore: boolean): boolean {
    const { kernels } = this.states;
    const isColumn = column >= 0;
    const count = this.states[isColumn ? 'rowLog' : 'columnLog'].runCounts.length;
    const [own, up, down] = [this.#ownStrengths, this.#longestUp, this.#longestDown];
    kernels?.pulseWrittenLine({ line: isColumn ? column : row, isColumn, own, count, up, down, isBefore });
    return kernels !== null;
  }

  /** Logs the partial pulses of one write on a line that crosses the written line. `own`: pulse at the crossing. */
  #logPhases(log: PartialPulseLog, line: number, own: number, t: number) {
    if (own === 0 && !this.#isThird) return;
    if (!log.hasRoom(line, MAX_RUNS_PER_WRITE)) {
      if (log === this.states.rowLog) this.states.updateRow(line);
      else this.states.updateColumn(line);
    }
    if (!this.#isThird) log.append(line, own, 0, t, this.#epoch[0]!);
    else if (own > 0) this.#logEntries(log, line, own, own - this.#longestUp, this.#longestDown, t);
    else this.#logEntries(log, line, -this.#longestUp, own, own + this.#longestDown, t);
  }

  /** Logs pulses of strengths a, b and c, in order; 0: no pulse. With closed forms, two pulses of one sign form one entry. */
  #logEntries(log: PartialPulseLog, line: number, a: number, b: number, c: number, t: number) {
    const epoch = this.#epoch[0]!;
    const first = a === 0 ? b : a;
    const last = c === 0 ? b : c;
    const areTwo = Number(a !== 0) + Number(b !== 0) + Number(c !== 0) === 2;
    if (areTwo && first > 0 === last > 0 && this.#hasClosedForm) log.append(line, first, last, t, epoch);
    else for (const strength of [a, b, c]) if (strength !== 0) log.append(line, strength, 0, t, epoch);
  }

  /** Lists the devices of the written line; returns the index of the crossing line of each. */
  #listLine({ row, column }: PulseBatchRecord): Uint32Array {
    const { line } = this.states;
    if (column >= 0) line.listColumn(column);
    else line.listRow(row);
    return column >= 0 ? line.rows : line.columns;
  }

  /** Applies a partial pulse to each device of the line, with a strength that depends on that of its own pulse. */
  #pulseLine(p: PulseBatchRecord, findStrength: (own: number) => number, t: number) {
    const crossings = this.#listLine(p);
    for (let i = 0; i < this.states.line.count; i++)
      this.#lineStrengths[i] = findStrength(this.#ownStrengths[crossings[i]!]!);
    this.states.pulseLine(this.#lineStrengths, t);
  }
}
