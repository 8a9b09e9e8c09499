/**
 * A slow and obvious simulator of delta-current LIF neurons to compare the engine with: one object a neuron, one list of
 * single synaptic events, every instant found by a linear search, every crossing by sampling and bisection, every learned
 * weight summed up anew from all pairs of spikes.
 */
export interface PopulationSpec {
  readonly size: number;
  readonly tau: number;
  readonly current: number;
  readonly threshold: number;
  readonly reset: number;
  readonly refractory: number;
  readonly refractoryInput: 'discard' | 'integrate';
  readonly refractoryPotential: 'clamp' | 'free';
  readonly adaptive?: { readonly increment: number; readonly tau: number } | undefined;
  readonly homeostasis?: { readonly gain: number; readonly minimum: number } | undefined;
  /** Winner-take-all hold, ms. */
  readonly hold?: number | undefined;
}

/** `from` is the index of a population, or -1: the spike trains. */
export interface SynapseSpec {
  readonly from: number;
  readonly pre: number;
  readonly to: number;
  readonly post: number;
  readonly weight: number;
  readonly delay: number;
  readonly dendriticDelay: number;
}

/** Additive pair STDP of every synapse, a change of the weight in mV at Δt = 0; no bounds. */
export interface LearningSpec {
  readonly up: number;
  readonly down: number;
  readonly tau: number;
}

export interface NetSpec {
  readonly trains: readonly (readonly number[])[];
  readonly populations: readonly PopulationSpec[];
  readonly synapses: readonly SynapseSpec[];
  readonly learning?: LearningSpec | undefined;
}

export interface Spike {
  readonly time: number;
  readonly population: number;
  readonly neuron: number;
}

/** The outcome hangs on rounding: two events or a potential and its threshold are too close to tell apart. */
export class Ambiguous extends Error {}

export const CAPACITANCE = 250;
const GRID = 2 ** 26;
const CLOSE = 1e-6;
const STEP = 1 / 16;

const tell = (distance: number): void => {
  if (distance !== 0 && Math.abs(distance) < CLOSE) throw new Ambiguous();
};

class Neuron {
  /** Potential `v` and threshold part `a` as they were at `at`; a time to come while the neuron is refractory. */
  v = 0;
  a = 0;
  /** Shift of the threshold by homeostasis. */
  h = 0;
  at = 0;
  /** Earliest spike of a refractory neuron whose potential is free. */
  ready = 0;
  /** Next crossing if nothing arrives. */
  crossing = Infinity;
  readonly p: PopulationSpec;

  constructor(p: PopulationSpec) {
    this.p = p;
  }

  potential(t: number): number {
    const vInf = (this.p.current * this.p.tau) / CAPACITANCE;
    return t < this.at ? this.p.reset : vInf + (this.v - vInf) * Math.exp((this.at - t) / this.p.tau);
  }

  threshold(t: number): number {
    return this.p.threshold + this.h + this.a * Math.exp((this.at - t) / (this.p.adaptive?.tau ?? Infinity));
  }

  margin(t: number): number {
    return this.potential(t) - this.threshold(t);
  }

  moveTo(t: number): void {
    const a = this.threshold(t) - this.p.threshold - this.h;
    if (t > this.at) this.v = this.potential(t);
    this.a = a;
    this.at = t;
  }

  /** Sets `crossing`: samples the margin up to `until` and looks closer where its sign changes or it has a top. */
  predict(until: number): void {
    this.crossing = Infinity;
    const { p } = this;
    const at = Math.max(this.at, this.ready);
    if (Math.max(this.v, (p.current * p.tau) / CAPACITANCE) < p.threshold + this.h + Math.min(this.a, 0) - CLOSE)
      return;
    if (this.margin(at) >= 0) {
      this.crossing = at;
      return;
    }
    for (let t = at; t < until; t += STEP) {
      let top = t + STEP;
      let left = t;
      let right = t + 2 * STEP;
      if (this.margin(top) < 0 && this.margin(top) > this.margin(left) && this.margin(top) > this.margin(right)) {
        while (right - left > 1e-9) {
          const third = (right - left) / 3;
          if (this.margin(left + third) < this.margin(right - third)) left += third;
          else right -= third;
        }
        top = left;
        tell(this.margin(top));
      }
      if (this.margin(top) < 0) continue;
      let low = t;
      let high = top;
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if (this.margin(middle) < 0) low = middle;
        else high = middle;
      }
      this.crossing = Math.max(Math.round(high * GRID), Math.round(at * GRID) + 1) / GRID;
      return;
    }
  }
}

export class Oracle {
  readonly spikes: Spike[] = [];
  readonly #spec: NetSpec;
  readonly #until: number;
  readonly #neurons: readonly (readonly Neuron[])[];
  readonly #deaf: number[];
  #arrivals: (SynapseSpec & { time: number })[] = [];

  constructor(spec: NetSpec, until: number) {
    this.#spec = spec;
    this.#until = until;
    this.#neurons = spec.populations.map((p) => Array.from({ length: p.size }, () => new Neuron(p)));
    this.#deaf = spec.populations.map(() => -Infinity);
    for (const n of this.#neurons.flat()) n.predict(until);
    spec.trains.forEach((train, pre) => {
      for (const t of train) this.#send(-1, pre, t);
    });
    for (;;) {
      const times = [...this.#arrivals.map((a) => a.time), ...this.#neurons.flat().map((n) => n.crossing)];
      const t = Math.min(...times);
      if (!(t <= until)) break;
      for (const other of times) tell(other - t);
      spec.populations.forEach((_, k) => {
        this.#instant(k, t);
      });
    }
  }

  potential(population: number, neuron: number, t: number): number {
    return this.#neurons[population]![neuron]!.potential(t);
  }

  #send(from: number, pre: number, t: number): void {
    for (const s of this.#spec.synapses) {
      if (s.from === from && s.pre === pre) this.#arrivals.push({ ...s, time: t + s.delay + s.dendriticDelay });
    }
  }

  /** The weight with which an arrival passes its synapse, from all spikes so far; potentials feel it at t. */
  #weight(s: SynapseSpec, t: number): number {
    const { learning, trains } = this.#spec;
    if (!learning) return s.weight;
    const timesOf = (population: number, neuron: number) =>
      population < 0
        ? trains[neuron]!
        : this.spikes.filter((x) => x.population === population && x.neuron === neuron).map((x) => x.time);
    const now = t - s.dendriticDelay;
    const pre = timesOf(s.from, s.pre).map((time) => time + s.delay);
    const post = timesOf(s.to, s.post).map((time) => time + s.dendriticDelay);
    let weight = s.weight;
    const recent = post.filter((time) => time < now);
    for (const x of pre.filter((time) => time <= now)) {
      for (const y of recent) {
        const size = Math.exp(-Math.abs(y - x) / learning.tau);
        weight += y > x ? learning.up * size : y < x ? -learning.down * size : 0;
      }
    }
    return weight;
  }

  #instant(k: number, t: number): void {
    const neurons = this.#neurons[k]!;
    const fired = this.#fire(
      k,
      t,
      neurons.filter((n) => n.crossing === t),
    );
    const now = this.#arrivals.filter((a) => a.time === t && a.to === k);
    this.#arrivals = this.#arrivals.filter((a) => !now.includes(a));
    const heard = t >= this.#deaf[k]! ? now : [];
    for (const synapse of heard) {
      const n = neurons[synapse.post]!;
      const weight = this.#weight(synapse, t);
      if (t >= n.at) {
        n.moveTo(t);
        n.v += weight;
      } else if (n.p.refractoryInput === 'integrate') {
        n.v += weight * Math.exp((t - n.at) / n.p.tau);
        n.predict(this.#until);
      }
    }
    const touched = neurons.filter((n, j) => n.at === t && heard.some((a) => a.post === j));
    for (const n of touched) {
      tell(n.margin(t) || CLOSE / 2);
      n.predict(this.#until);
    }
    fired.push(
      ...this.#fire(
        k,
        t,
        touched.filter((n) => t >= n.ready && n.margin(t) >= 0),
      ),
    );
    for (const j of fired.sort((a, b) => a - b)) {
      this.spikes.push({ time: t, population: k, neuron: j });
      this.#send(k, j, t);
    }
  }

  /** Lets these fire, or the one furthest above threshold. */
  #fire(k: number, t: number, candidates: Neuron[]): number[] {
    if (candidates.length === 0) return [];
    const p = this.#spec.populations[k]!;
    const neurons = this.#neurons[k]!;
    let winners = candidates;
    if (p.hold !== undefined && candidates.length > 1) {
      const [first, second] = [...candidates].sort((a, b) => b.margin(t) - a.margin(t));
      tell(first!.margin(t) - second!.margin(t) || CLOSE / 2);
      winners = [first!];
    }
    for (const winner of winners) {
      winner.moveTo(t);
      winner.a += p.adaptive?.increment ?? 0;
      if (p.homeostasis) this.#share(winner, neurons, p.homeostasis, t);
      if (p.refractoryPotential === 'free') winner.ready = t + p.refractory;
      this.#clamp(winner, p.refractoryPotential === 'free' ? t : t + p.refractory);
    }
    if (p.hold !== undefined) {
      this.#deaf[k] = t + p.hold;
      for (const n of neurons) this.#clamp(n, Math.max(n.at, t + p.hold));
    }
    return winners.map((n) => neurons.indexOf(n));
  }

  #clamp(n: Neuron, until: number): void {
    n.moveTo(until);
    n.v = n.p.reset;
    n.predict(this.#until);
  }

  #share(winner: Neuron, neurons: readonly Neuron[], h: { gain: number; minimum: number }, t: number): void {
    for (const n of neurons) {
      if (n.at <= t) n.moveTo(t);
      n.h = Math.max(n.h + (n === winner ? h.gain : 0) - h.gain / neurons.length, h.minimum - n.p.threshold);
      if (n !== winner && n.margin(n.at) > -CLOSE) throw new Ambiguous(); // fires without a cause of its own
      n.predict(this.#until);
    }
  }
}
