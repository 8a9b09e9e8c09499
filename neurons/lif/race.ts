import type { Edges } from '../../core/graph/edges.ts';
import type { InhibitedGroups, NeuronHooks } from '../../core/hooks.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { BATCH_SIZE, MAX_GROUPS, MAX_LISTED_SPIKES } from '../../core/kernels/blockRows.ts';
import type { DeltaRowsRecord } from '../../core/kernels/records.ts';
import type { HeldGroups } from '../parts/heldGroups.ts';
import type { DeltaRows } from './deltaRows.ts';
import type { DeltaScales } from './deltaScales.ts';
import type { Membranes } from './membranes.ts';

/** What it is about; see `LifDelta`. */
interface Racing {
  readonly u: Floats;
  readonly rows: DeltaRows;
  readonly held: HeldGroups;
  readonly scales: DeltaScales;
  readonly membranes: Membranes;
  readonly hits: Uint32Array;
  readonly thresholds: { readonly fixed: boolean };
  /** Brings releases and the scale up to t. */
  readonly advance: (t: number) => void;
}

/** Arrays of one projection: spikes of the last kernel call, unordered, and number of spikes of each group since the last reset. */
interface RaceArrays {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  readonly spikeCounts: Uint32Array;
}

/** Groups of neurons that race for arrivals, those of gates at once anew after each spike: `NeuronHooks.race` by a kernel. */
export class Race {
  readonly #r: Racing;
  readonly #arena: Arena;
  readonly #arrays = new Map<Edges, RaceArrays>();

  constructor(r: Racing, arena: Arena) {
    this.#r = r;
    this.#arena = arena;
  }

  /** For neurons that a kernel can do it for, if it `takes` them at all: all alike, never refractory, 32 bits. */
  static of(r: Racing, takes: boolean, groups: number, arena: Arena): Race | null {
    const { vInf, floor, changes, anyRefractory } = r.membranes;
    const alike = vInf.shared && floor.shared && changes === null && !anyRefractory;
    return takes && groups > 1 && alike && r.u instanceof Float32Array ? new Race(r, arena) : null;
  }

  /** Arrays of a projection, which its record points to from the first call on. */
  #arraysOf(edges: Edges, record: DeltaRowsRecord, { inhibitionTime, maxSpikes }: InhibitedGroups): RaceArrays {
    let arrays = this.#arrays.get(edges);
    if (!arrays) {
      const { membranes, held } = this.#r;
      const arena = this.#arena;
      const { gates, starts } = edges.blocks!;
      const groupCount = held.times.length;
      const capacity = MAX_LISTED_SPIKES + BATCH_SIZE * groupCount;
      const listOf = (length: number) => arena.u32(gates ? 2 * length : 0);
      arrays = { times: arena.f64(capacity), neurons: arena.u32(capacity), spikeCounts: arena.u32(groupCount) };
      record.spikeTimes = arrays.times;
      record.spikeNeurons = arrays.neurons;
      record.spikeCounts = arrays.spikeCounts;
      record.vInf = membranes.vInf.at(0);
      record.resetOffset = membranes.floor.at(0);
      record.rowLists = listOf(edges.rows);
      record.blockLists = listOf(starts[edges.rows]!);
      record.inhibitionTime = inhibitionTime;
      record.maxSpikes = maxSpikes;
      this.#arrays.set(edges, arrays);
    }
    return arrays;
  }

  take(...[edges, times, rows, from, to, groups, spikes]: Parameters<NeuronHooks['receivePastSpikes']>): number {
    const { held, scales, thresholds, advance } = this.#r;
    if (!groups || !thresholds.fixed || edges.blocks?.size !== held.size) return 0;
    const gated = edges.blocks.gates !== null;
    if (
      gated
        ? groups.inhibitionTime > 0 || groups.maxSpikes < Infinity
        : edges.least < 0 || held.times.length > MAX_GROUPS
    )
      return 0;
    const { rows: deltaRows, hits } = this.#r;
    const arrays = this.#arraysOf(edges, deltaRows.recordOf(edges), groups);
    arrays.spikeCounts.set(groups.spikes);
    const { kernels } = this.#arena;
    let k = from;
    for (;;) {
      while (k < to && times[k]! < groups.allInhibitedUntil) k++; // no clock goes on where nobody hears
      if (k === to) break;
      advance(times[k]!);
      // With gates who is heard is listed, and must not change as time goes on.
      const until = gated && held.next < Infinity ? -Infinity : scales.t0 + scales.span;
      const r = deltaRows.pointTo(edges, times, rows, k, to, until);
      r.changes = held.changes;
      r.groupCount = held.times.length;
      const taken = gated ? kernels.raceGates(r) : kernels.raceGroups(r);
      if (taken === 0) break;
      k += taken;
      spikes.deliveredCount += hits[1]! * held.size;
      this.#tell(arrays, hits[0]!, gated, times[k - 1]!, groups, spikes);
    }
    return k - from;
  }

  /** Makes the spikes known, and lets groups listen again that do so up to `last`. Those of gates come in order and hold nobody. */
  #tell(
    { times, neurons }: RaceArrays,
    count: number,
    gated: boolean,
    last: number,
    groups: InhibitedGroups,
    spikes: Parameters<NeuronHooks['receivePastSpikes']>[6],
  ): void {
    const { held } = this.#r;
    if (gated) {
      for (let i = 0; i < count; i++) {
        groups.recordSpike(neurons[i]!, times[i]!);
        spikes.add(neurons[i]!, times[i]!);
      }
      return;
    }
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
      (a, b) => times[a]! - times[b]! || neurons[a]! - neurons[b]!,
    );
    for (const i of order) {
      const [t, neuron] = [times[i]!, neurons[i]!];
      this.#wake(t);
      const group = Math.floor(neuron / held.size);
      const until = groups.recordSpike(neuron, t);
      held.wait(group, until, t);
      if (until <= t) this.#startAgain(group * held.size, (group + 1) * held.size, t);
      spikes.add(neuron, t);
    }
    this.#wake(last);
  }

  #wake(t: number): void {
    const { held } = this.#r;
    while (held.next <= t) {
      const release = held.next;
      this.#startAgain(...held.wake(), release);
    }
  }

  /** A group that nothing has reached since it listens again does so at `release`. */
  #startAgain(from: number, to: number, release: number): void {
    const { u, held, scales, membranes } = this.#r;
    if (u[from] === -Infinity && held.until(from) === release)
      u.fill(membranes.floor.at(0) * scales.to(0, release), from, to);
  }
}
