import type { Arena } from '../kernels/arena.ts';
import { QueueRecord, recordsIn } from '../kernels/records.ts';

/** What a lane is without a queue; see `Lane`. */
interface InFlight {
  readonly length: number;
  save(): { readonly times: Float64Array; readonly rows: Uint32Array };
}

/** The spikes in flight of a projection of several delays, once for all its lanes: each spike has come through so many of them. */
export class MultiDelayQueue {
  /** When spikes were fired, by which terminals of the first lane, and how many delays are over for each; from `head` to `tail`. */
  #times = new Float64Array(0);
  #rows = new Uint32Array(0);
  #over = new Uint32Array(0);
  /** Delays, ms, ascending, and the lanes that have them. */
  readonly delays: Float64Array;
  readonly queueIndices: Uint32Array;
  /** Terminals of one lane. */
  readonly count: number;
  /** Of this all for a kernel, which moves it on. */
  readonly record: QueueRecord;
  readonly #arena: Arena;

  /** Takes over what is in flight. */
  constructor(lanes: readonly InFlight[], delays: readonly number[], count: number, arena: Arena) {
    this.#arena = arena;
    this.queueIndices = arena.u32(delays.length);
    this.queueIndices.set([...delays.keys()].sort((a, b) => delays[a]! - delays[b]!));
    this.delays = arena.f64(delays.length);
    this.delays.set([...this.queueIndices].map((lane) => delays[lane]!));
    this.count = count;
    this.record = recordsIn(arena, QueueRecord, 1)[0]!;
    Object.assign(this.record, {
      delays: this.delays,
      lanes: this.queueIndices,
      most: delays.length,
      words: Math.ceil(delays.length / 32),
      count,
    });
    this.#makeRoom();
    const longest = this.queueIndices.at(-1)!; // has all of them
    const { times, rows } = lanes[longest]!.save();
    for (let k = 0; k < times.length; k++) {
      this.push(times[k]! - delays[longest]!, rows[k]! - longest * count);
      for (const { length } of lanes) if (k < times.length - length) this.#over[k]!++;
    }
  }

  /** Takes a spike of the time; returns when it arrives first. */
  push(time: number, terminal: number): number {
    const { record } = this;
    if (record.tail === this.#times.length) this.#makeRoom();
    const s = record.tail++;
    this.#times[s] = time;
    this.#rows[s] = terminal;
    this.#over[s] = 0;
    return time + this.delays[0]!;
  }

  /** Takes back what would arrive after `last`, and returns when the next arrives. */
  discardAfter(last: number): number {
    const { delays, record } = this;
    let next = Infinity;
    for (let s = record.head; s < record.tail; s++) {
      const time = this.#times[s]!;
      let lane = this.#over[s]!;
      record.arrived -= lane;
      while (lane > 0 && time + delays[lane - 1]! > last) lane--;
      record.arrived += this.#over[s] = lane;
      if (lane < delays.length) next = Math.min(next, time + delays[lane]!);
    }
    return next;
  }

  /** What a lane has before it. */
  arrivalsOf(lane: number): { times: Float64Array; rows: Uint32Array } {
    const rank = this.queueIndices.indexOf(lane);
    const { head, tail } = this.record;
    let from = head;
    while (from < tail && this.#over[from]! > rank) from++;
    return {
      times: this.#times.slice(from, tail).map((t) => t + this.delays[rank]!),
      rows: this.#rows.slice(from, tail).map((terminal) => lane * this.count + terminal),
    };
  }

  /** Moves to the front, or doubles when half of it is in use. */
  #makeRoom(): void {
    const { record } = this;
    const { head, tail } = record;
    const [times, rows, over] = [this.#times, this.#rows, this.#over];
    if (2 * (tail - head) >= times.length) {
      const places = 2 * times.length || 64;
      this.#times = this.#arena.f64(places);
      this.#rows = this.#arena.u32(places);
      this.#over = this.#arena.u32(places);
    }
    this.#times.set(times.subarray(head, tail));
    this.#rows.set(rows.subarray(head, tail));
    this.#over.set(over.subarray(head, tail));
    Object.assign(record, { times: this.#times, rows: this.#rows, over: this.#over });
    record.head = 0;
    record.tail = tail - head;
  }
}
