import type { Edges } from '../../core/graph/edges.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import type { BlockRows, Kernels } from '../../core/kernels/kernels.ts';
import { ROOM } from '../../core/kernels/plainBlocks.ts';
import type { HeldGroups } from '../parts/heldGroups.ts';
import type { DeltaScales } from './deltaScales.ts';
import type { Membranes } from './membranes.ts';

/** What it is about; see `LifDelta`. */
interface Racing {
  readonly u: Floats;
  readonly bar: Floats;
  readonly held: HeldGroups;
  readonly scales: DeltaScales;
  readonly membranes: Membranes;
  readonly hits: Uint32Array;
  readonly thresholds: { readonly fixed: boolean };
  /** Brings releases and the scale up to t. */
  readonly advance: (t: number) => void;
}

/** Groups of neurons that race for the spikes of gates, at once anew after each: `NeuronHooks.race` by a kernel. */
export class Race {
  readonly #r: Racing;
  readonly #kernels: Kernels;
  readonly #spikes: { readonly times: Float64Array; readonly neurons: Uint32Array };

  constructor(r: Racing, groups: number, arena: Arena) {
    this.#r = r;
    this.#kernels = arena.kernels;
    this.#spikes = { times: arena.f64(ROOM + groups), neurons: arena.u32(ROOM + groups) };
  }

  /** For neurons that a kernel can do it for, if it `takes` them at all: all alike, never refractory, 32 bits. */
  static of(r: Racing, takes: boolean, groups: number, arena: Arena): Race | null {
    const { vInf, floor, changes, anyRefractory } = r.membranes;
    const alike = vInf.shared && floor.shared && changes === null && !anyRefractory;
    return takes && groups > 1 && alike && r.u instanceof Float32Array ? new Race(r, groups, arena) : null;
  }

  take(
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    spikes: { add(neuron: number, t: number): void },
  ): number {
    const { u, bar, held, scales, membranes, hits, thresholds, advance } = this.#r;
    if (!thresholds.fixed || edges.blocks?.size !== held.size || edges.blocks.gates === null) return 0;
    const [vInf, floor] = [membranes.vInf.at(0), membranes.floor.at(0)];
    const found = this.#spikes;
    for (let k = from; k < to; ) {
      advance(times[k]!);
      const until = Math.min(held.next, scales.t0 + scales.span);
      const { blockRace } = this.#kernels;
      const e = edges as BlockRows;
      k += blockRace(u, bar, e, held.times, times, rows, k, to, scales, until, vInf, floor, found, hits);
      for (let i = 0; i < hits[0]!; i++) {
        const [neuron, t] = [found.neurons[i]!, found.times[i]!];
        held.hold(Math.floor(neuron / held.size), t);
        held.wake();
        spikes.add(neuron, t);
      }
    }
    return to - from;
  }
}
