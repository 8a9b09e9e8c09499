import type { Arena, StateArrays } from '../../../core/kernels/arena.ts';

/** Maximum number of runs of equal pulses per line. */
export const RUN_CAPACITY = 32;
/** Numbers per run: strengths of the two pulses of an entry (second 0: a single pulse), position after the last entry, epoch. */
const RUN_LENGTH = 4;

/**
 * Log of the half-select (partial) pulses on the lines (rows or columns) of an array, in order of time. An entry of a line
 * is one pulse, or two pulses of one sign in succession. Equal successive entries form one run. An entry is identified by
 * its position, counted from the last time the log of the line was cleared.
 */
export class PartialPulseLog {
  /** Arrays of the log that checkpoints save. */
  readonly state: StateArrays;
  /** Number of runs of equal pulses of each line. */
  readonly runCounts: Uint32Array;
  /** Runs of equal pulses: `RUN_LENGTH` numbers per run, `RUN_CAPACITY` runs per line. */
  readonly runs: Float64Array;
  /** Time of each run, ms; empty unless `isTimed`. */
  readonly #times: Float64Array;
  /** Number of runs of all lines. */
  totalRunCount = 0;
  // Result of `findRun`, a run of equal pulses: fields of the class, so that a search allocates no object.
  strength = 0;
  second = 0;
  entryCount = 0;
  epoch = 0;
  time = 0;

  /** @param isTimed true if the effect of a pulse depends on its time, so that only entries at equal times form a run */
  constructor(lineCount: number, isTimed: boolean, arena: Arena) {
    this.runCounts = arena.u32(lineCount);
    this.runs = arena.f64(RUN_LENGTH * lineCount * RUN_CAPACITY);
    this.#times = arena.f64(isTimed ? lineCount * RUN_CAPACITY : 0);
    this.state = { runCounts: this.runCounts, runs: this.runs, times: this.#times };
  }

  onCheckpointLoaded() {
    this.totalRunCount = this.runCounts.reduce((sum, n) => sum + n, 0);
  }

  hasRoom(line: number, runs: number): boolean {
    return this.runCounts[line]! + runs <= RUN_CAPACITY;
  }

  /** Number of entries of a line since the log was cleared: the position of the next entry. */
  countEntries(line: number): number {
    const count = this.runCounts[line]!;
    return count === 0 ? 0 : this.runs[RUN_LENGTH * (line * RUN_CAPACITY + count - 1) + 2]!;
  }

  append(line: number, strength: number, second: number, t: number, epoch: number) {
    const { runs, runCounts } = this;
    const count = runCounts[line]!;
    const next = line * RUN_CAPACITY + count;
    const isTimed = this.#times.length > 0;
    const at = RUN_LENGTH * next;
    const last = at - RUN_LENGTH;
    if (
      count > 0 &&
      runs[last] === strength &&
      runs[last + 1] === second &&
      runs[last + 3] === epoch &&
      (!isTimed || this.#times[next - 1] === t)
    ) {
      runs[last + 2]!++;
      return;
    }
    runs[at] = strength;
    runs[at + 1] = second;
    runs[at + 2] = (count === 0 ? 0 : runs[last + 2]!) + 1;
    runs[at + 3] = epoch;
    if (isTimed) this.#times[next] = t;
    runCounts[line] = count + 1;
    this.totalRunCount++;
  }

  clear(line: number) {
    this.totalRunCount -= this.runCounts[line]!;
    this.runCounts[line] = 0;
  }

  /** Finds the rest of the run of equal pulses that holds the entry at `position`; false if there is none. Results: `strength`, `second`, `entryCount`, `epoch`, `time`. */
  findRun(line: number, position: number): boolean {
    const first = line * RUN_CAPACITY;
    const end = first + this.runCounts[line]!;
    let run = first;
    while (run < end && this.runs[RUN_LENGTH * run + 2]! <= position) run++;
    if (run === end) return false;
    const at = RUN_LENGTH * run;
    this.strength = this.runs[at]!;
    this.second = this.runs[at + 1]!;
    this.entryCount = this.runs[at + 2]! - position;
    this.epoch = this.runs[at + 3]!;
    this.time = this.#times.length > 0 ? this.#times[run]! : 0;
    return true;
  }
}
