import type { Edges } from '../../core/graph/edges.ts';
import type { InhibitedGroups, NeuronHooks } from '../../core/hooks.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import {
  BATCH_SIZE,
  type BlockRace,
  type BlockRows,
  MAX_GROUPS,
  MAX_LISTED_SPIKES,
} from '../../core/kernels/blockRows.ts';
import type { HeldGroups } from '../parts/heldGroups.ts';
import type { DeltaScales } from './deltaScales.ts';
import type { Membranes } from './membranes.ts';

/** What it is about; see `LifDelta`. */
interface Racing {
  readonly u: Floats;
  readonly bar: Floats;
  readonly saved: Floats;
  readonly held: HeldGroups;
  readonly scales: DeltaScales;
  readonly membranes: Membranes;
  readonly hits: Uint32Array;
  readonly thresholds: { readonly fixed: boolean };
  /** Brings releases and the scale up to t. */
  readonly advance: (t: number) => void;
}

/** Groups of neurons that race for arrivals, those of gates at once anew after each spike: `NeuronHooks.race` by a kernel. */
export class Race {
  readonly #r: Racing;
  readonly #arena: Arena;
  readonly #races = new Map<Edges, BlockRace>();

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

  /** What a kernel knows of these edges. */
  #on(edges: Edges, { inhibitionTime, maxSpikes }: InhibitedGroups): BlockRace {
    let race = this.#races.get(edges);
    if (!race) {
      const { membranes, held, hits, ...r } = this.#r;
      const { gates, starts } = edges.blocks!;
      const arena = this.#arena;
      const groups = held.times.length;
      const room = MAX_LISTED_SPIKES + BATCH_SIZE * groups;
      const listed = (length: number) => arena.u32(gates ? 2 * length : 0);
      race = {
        ...r,
        ...{
          edges: edges as BlockRows,
          held: held.times,
          fired: hits,
          hold: inhibitionTime,
          most: maxSpikes,
          changes: 0,
        },
        ...{ vInf: membranes.vInf.at(0), floor: membranes.floor.at(0), spent: arena.u32(groups) },
        ...{ rows: listed(edges.rows), blocks: listed(starts[edges.rows]!) },
        spikes: { times: arena.f64(room), neurons: arena.u32(room) },
      };
      this.#races.set(edges, race);
    }
    return race;
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
    const race = this.#on(edges, groups);
    race.spent.set(groups.spikes);
    let k = from;
    for (;;) {
      while (k < to && times[k]! < groups.allInhibitedUntil) k++; // no clock goes on where nobody hears
      if (k === to) break;
      advance(times[k]!);
      race.changes = held.changes;
      // With gates who is heard is listed, and must not change as time goes on.
      const until = gated && held.next < Infinity ? -Infinity : scales.t0 + scales.span;
      const taken = this.#arena.kernels.blockRace(race, times, rows, k, to, scales, until);
      if (taken === 0) break;
      k += taken;
      spikes.deliveredCount += race.fired[1]! * held.size;
      this.#tell(race, times[k - 1]!, groups, spikes);
    }
    return k - from;
  }

  /** Makes the spikes known, and lets groups listen again that do so up to `last`. Those of gates come in order and hold nobody. */
  #tell(
    race: BlockRace,
    last: number,
    groups: InhibitedGroups,
    spikes: Parameters<NeuronHooks['receivePastSpikes']>[6],
  ): void {
    const { held } = this.#r;
    const { times, neurons } = race.spikes;
    const count = race.fired[0]!;
    if (race.edges.blocks.gates) {
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
