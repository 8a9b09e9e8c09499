/** What a lane is without a queue; see `Lane`. */
interface InFlight {
  readonly length: number;
  save(): { readonly times: Float64Array; readonly rows: Uint32Array };
}

/** The spikes in flight of a projection of several delays, once for all its lanes: each spike has come through so many of them. */
export class Queue {
  /** When spikes were fired, by which terminals of the first lane, and how many delays are over for each; from `head` to `tail`. */
  times = new Float64Array(64);
  rows = new Uint32Array(64);
  over = new Int32Array(64);
  head = 0;
  tail = 0;
  /** Delays, ms, ascending, and the lanes that have them. */
  readonly delays: Float64Array;
  readonly lanes: Uint32Array;
  /** Terminals of one lane. */
  readonly count: number;

  /** Takes over what is in flight. */
  constructor(lanes: readonly InFlight[], delays: readonly number[], count: number) {
    this.lanes = Uint32Array.from(delays.keys()).sort((a, b) => delays[a]! - delays[b]!);
    this.delays = Float64Array.from(this.lanes, (lane) => delays[lane]!);
    this.count = count;
    const longest = this.lanes.at(-1)!; // has all of them
    const { times, rows } = lanes[longest]!.save();
    for (let k = 0; k < times.length; k++) {
      this.push(times[k]! - delays[longest]!, rows[k]! - longest * count);
      for (const { length } of lanes) if (k < times.length - length) this.over[k]!++;
    }
  }

  /** Takes a spike of the time; returns when it arrives first. */
  push(time: number, terminal: number): number {
    if (this.tail === this.times.length) this.#makeRoom();
    this.times[this.tail] = time;
    this.rows[this.tail] = terminal;
    this.over[this.tail++] = 0;
    return time + this.delays[0]!;
  }

  /** Takes back what would arrive after `last`, and returns when the next arrives. */
  book(last: number): number {
    const { times, over, delays, tail } = this;
    let next = Infinity;
    for (let s = this.head; s < tail; s++) {
      const time = times[s]!;
      let lane = over[s]!;
      while (lane > 0 && time + delays[lane - 1]! > last) lane--;
      over[s] = lane;
      if (lane < delays.length) next = Math.min(next, time + delays[lane]!);
    }
    return next;
  }

  /** Leaves out what has come through. */
  leave(): void {
    while (this.head < this.tail && this.over[this.head] === this.delays.length) this.head++;
  }

  /** What a lane has before it. */
  of(lane: number): { times: Float64Array; rows: Uint32Array } {
    const rank = this.lanes.indexOf(lane);
    let from = this.head;
    while (from < this.tail && this.over[from]! > rank) from++;
    return {
      times: this.times.slice(from, this.tail).map((t) => t + this.delays[rank]!),
      rows: this.rows.slice(from, this.tail).map((terminal) => lane * this.count + terminal),
    };
  }

  #makeRoom(): void {
    const { times, rows, over, head, tail } = this;
    if (2 * (tail - head) > tail) {
      this.times = new Float64Array(2 * tail);
      this.rows = new Uint32Array(2 * tail);
      this.over = new Int32Array(2 * tail);
    }
    this.times.set(times.subarray(head, tail));
    this.rows.set(rows.subarray(head, tail));
    this.over.set(over.subarray(head, tail));
    this.tail -= head;
    this.head = 0;
  }
}
