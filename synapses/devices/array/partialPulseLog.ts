import type { Arena, State } from '../../../core/kernels/arena.ts';

/** Maximum number of runs of equal pulses per line. */
export const RUN_CAPACITY = 32;

/**
 * Log of the partial pulses on the lines (rows or columns) of an array, in order of time. An entry of a line is one pulse,
 * or two pulses of one sign in succession. Equal successive entries form one run. An entry is identified by its position,
 * counted from the last time the log of the line was cleared.
 */
export class PartialPulseLog {
  /** Arrays of the log that checkpoints save. */
  readonly state: State;
  /** Number of runs of equal pulses of each line. */
  readonly runCounts: Uint32Array;
  /** Position after the last entry of each run, `RUN_CAPACITY` runs per line. */
  readonly ends: Uint32Array;
  /** Strengths of the two pulses of an entry of each run; second 0: a single pulse. */
  readonly strengths: Float64Array;
  readonly #epochs: Float64Array;
  /** Time of each run, ms; empty unless `isTimed`. */
  readonly #times: Float64Array;
  /** Number of runs of all lines. */
  totalRunCount = 0;
  // Run of equal pulses that `findRun` has found; fields, so that a search creates no object.
  strength = 0;
  second = 0;
  entryCount = 0;
  epoch = 0;
  time = 0;

  /** @param isTimed true if the effect of a pulse depends on its time, so that only entries at equal times form a run */
  constructor(lineCount: number, isTimed: boolean, arena: Arena) {
    this.runCounts = arena.u32(lineCount);
    this.ends = arena.u32(lineCount * RUN_CAPACITY);
    this.strengths = arena.f64(2 * lineCount * RUN_CAPACITY);
    this.#epochs = arena.f64(lineCount * RUN_CAPACITY);
    this.#times = arena.f64(isTimed ? lineCount * RUN_CAPACITY : 0);
    this.state = {
      runCounts: this.runCounts,
      ends: this.ends,
      strengths: this.strengths,
      epochs: this.#epochs,
      times: this.#times,
    };
  }

  onRestore() {
    this.totalRunCount = this.runCounts.reduce((sum, n) => sum + n, 0);
  }

  hasRoom(line: number, runs: number): boolean {
    return this.runCounts[line]! + runs <= RUN_CAPACITY;
  }

  /** Number of entries of a line since the log was cleared: the position of the next entry. */
  countEntries(line: number): number {
    const runs = this.runCounts[line]!;
    return runs === 0 ? 0 : this.ends[line * RUN_CAPACITY + runs - 1]!;
  }

  append(line: number, strength: number, second: number, t: number, epoch: number) {
    const runs = this.runCounts[line]!;
    const next = line * RUN_CAPACITY + runs;
    const last = next - 1;
    const isTimed = this.#times.length > 0;
    if (
      runs > 0 &&
      this.strengths[2 * last] === strength &&
      this.strengths[2 * last + 1] === second &&
      this.#epochs[last] === epoch &&
      (!isTimed || this.#times[last] === t)
    ) {
      this.ends[last]!++;
      return;
    }
    this.ends[next] = (runs === 0 ? 0 : this.ends[last]!) + 1;
    this.strengths[2 * next] = strength;
    this.strengths[2 * next + 1] = second;
    this.#epochs[next] = epoch;
    if (isTimed) this.#times[next] = t;
    this.runCounts[line] = runs + 1;
    this.totalRunCount++;
  }

  clear(line: number) {
    this.totalRunCount -= this.runCounts[line]!;
    this.runCounts[line] = 0;
  }

  /** Finds the rest of the run that holds the entry at `position`: `strength`, `second`, `entryCount`, `epoch`, `time`. */
  findRun(line: number, position: number): boolean {
    const first = line * RUN_CAPACITY;
    const end = first + this.runCounts[line]!;
    let run = first;
    while (run < end && this.ends[run]! <= position) run++;
    if (run === end) return false;
    this.strength = this.strengths[2 * run]!;
    this.second = this.strengths[2 * run + 1]!;
    this.entryCount = this.ends[run]! - position;
    this.epoch = this.#epochs[run]!;
    this.time = this.#times.length > 0 ? this.#times[run]! : 0;
    return true;
  }
}
