import { type Edges, type ModelContext, type NeuronFactory, type NeuronModel, Stream, snap } from '../../index.ts';

/** Mean time between two looks of a unit at its field, ms. */
const WAIT = 1;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Threshold units s = ±1 with fields h_j = Σ_i w_ij s_i, each of which sets s_j to the sign of h_j at the instants of a Poisson
 * process of its own (Glauber 1963, doi:10.1063/1.1703954, at temperature 0); a field of 0 changes nothing. Only changes are
 * events: a unit against its field waits an exponential time, which is drawn anew after it has agreed in between. A spike is
 * a change of state, and drives the row of its unit by 2 s w. Meant for dense recurrent weights
 * and a delay far below the wait.
 */
export class Units implements NeuronModel {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly state;
  readonly #s: Float64Array;
  readonly #h: Float64Array;
  readonly #due: Float64Array;
  readonly #waits: Stream;

  constructor(cue: Float64Array, weights: Float64Array, { arena, seed, name }: ModelContext) {
    const n = cue.length;
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#s = arena.f64(n);
    this.#h = arena.f64(n);
    this.#due = arena.f64(n);
    this.#waits = new Stream(seed, `${name}/waits`, arena.u32(4));
    this.state = { s: this.#s, h: this.#h, due: this.#due, waits: this.#waits.state };
    this.#s.set(cue);
    cue.forEach((s, i) => {
      for (let j = 0; j < n; j++) this.#h[j]! += s * weights[i * n + j]!;
    });
    this.#due.fill(NEVER);
    this.settle(0);
  }

  get next(): number {
    return this.#due.reduce((first, t) => Math.min(first, t), NEVER);
  }

  cross(t: number): void {
    this.firedCount = 0;
    for (let j = 0; j < this.size; j++) if (this.#due[j]! <= t) this.fired[this.firedCount++] = j;
  }

  spike(neuron: number): void {
    this.#s[neuron]! *= -1;
    this.#due[neuron] = NEVER;
  }

  receive({ weights, weight, columns }: Edges, row: number, factor: number): void {
    const change = 2 * this.#s[row]! * factor;
    for (let j = 0; j < columns; j++) this.#h[j]! += change * (weights === null ? weight : weights[row * columns + j]!);
  }

  settle(t: number): void {
    this.firedCount = 0;
    for (let j = 0; j < this.size; j++) {
      if (this.margin(j) >= 0) this.#due[j] = NEVER;
      else if (this.#due[j] === NEVER) this.#due[j] = snap(t + WAIT * this.#waits.exponential());
    }
  }

  stretch(edges: Edges, times: Float64Array, rows: Uint32Array, from: number, to: number): number {
    let k = from;
    while (k < to && times[k] === times[from]) this.receive(edges, rows[k++]!, 1);
    this.settle(times[from]!);
    return k - from;
  }

  /** How much its field holds it where it is; negative if it is about to change. */
  margin(neuron: number): number {
    return this.#s[neuron]! * this.#h[neuron]!;
  }

  potential(neuron: number): number {
    return this.#h[neuron]!;
  }

  /** Nothing decays: states stay without input. */
  inhibit(): void {}
  rest(): void {}

  /** The state of every unit, ±1. */
  get states(): Float64Array {
    return this.#s.slice();
  }
}

export const units = (cue: Float64Array, weights: Float64Array): NeuronFactory<Units> => ({
  kind: 'neurons',
  precision: 'f64',
  create: (context) => new Units(cue, weights, context),
});
