/** What a lane is without a queue; see `Lane`. */
interface InFlight {
  readonly length: number;
  save(): { readonly times: Float64Array; readonly rows: Uint32Array };
}

/** The spikes in flight of a projection of several delays, once for all its lanes: each lane has come to a place of its own. */
export class Queue {
  /** When spikes were fired, and by which terminals of the first lane, up to `tail`. */
  times = new Float64Array(64);
  rows = new Uint32Array(64);
  tail = 0;
  /** Places of the lanes, and their delays, ms. */
  readonly heads: Uint32Array;
  readonly delays: Float64Array;
  /** Terminals of one lane. */
  readonly count: number;
  readonly #least: number;

  /** Takes over what is in flight. */
  constructor(lanes: readonly InFlight[], delays: readonly number[], count: number) {
    this.delays = Float64Array.from(delays);
    this.count = count;
    this.#least = Math.min(...delays);
    const longest = delays.indexOf(Math.max(...delays)); // has all of them
    this.heads = new Uint32Array(lanes.length);
    const { times, rows } = lanes[longest]!.save();
    for (let k = 0; k < times.length; k++) this.push(times[k]! - delays[longest]!, rows[k]! - longest * count);
    for (const [l, { length }] of lanes.entries()) this.heads[l] = this.tail - length;
  }

  /** Takes a spike of the time; returns when it arrives first. */
  push(time: number, terminal: number): number {
    if (this.tail === this.times.length) this.#makeRoom();
    this.times[this.tail] = time;
    this.rows[this.tail++] = terminal;
    return time + this.#least;
  }

  /** What a lane has before it. */
  of(lane: number): { times: Float64Array; rows: Uint32Array } {
    const [head, delay, first] = [this.heads[lane]!, this.delays[lane]!, lane * this.count];
    return {
      times: this.times.slice(head, this.tail).map((t) => t + delay),
      rows: this.rows.slice(head, this.tail).map((terminal) => first + terminal),
    };
  }

  #makeRoom(): void {
    const head = this.heads.reduce((a, b) => Math.min(a, b), this.tail);
    const { times, rows, tail } = this;
    if (2 * (tail - head) > tail) {
      this.times = new Float64Array(2 * tail);
      this.rows = new Uint32Array(2 * tail);
    }
    this.times.set(times.subarray(head, tail));
    this.rows.set(rows.subarray(head, tail));
    this.tail -= head;
    for (let l = 0; l < this.heads.length; l++) this.heads[l]! -= head;
  }
}
