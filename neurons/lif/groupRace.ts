import type { Edges } from '../../core/graph/edges.ts';
import type { NeuronHooks } from '../../core/hooks.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { MAX_LISTED_SPIKES } from '../../core/kernels/kernelInputs.ts';
import type { DeltaRowsRecord } from '../../core/kernels/records.ts';
import type { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import type { DeltaRows } from './deltaRows.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { DeltaScales } from './scaledPotentials.ts';

/** State of a `LifDelta` population that `GroupRace` needs. */
interface RaceInput {
  readonly u: Floats;
  readonly rows: DeltaRows;
  readonly queue: InhibitedGroupQueue;
  readonly scales: DeltaScales;
  readonly membranes: MembraneParameters;
  readonly hits: Uint32Array;
  readonly thresholds: { readonly isFixed: boolean };
  /** Performs the releases due by t and keeps the scale in range. */
  readonly advance: (t: number) => void;
}

/** Arrays of one projection: spikes of the last kernel call, in order of time. */
interface RaceArrays {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
}

/**
 * Hook `receivePastSpikes` by a kernel for winner-take-all groups with gated input in blocks, whose inhibition ends at once: delivers
 * arrivals across spikes of the population.
 */
export class GroupRace {
  readonly #input: RaceInput;
  readonly #arena: Arena;
  readonly #arrays = new Map<Edges, RaceArrays>();

  private constructor(input: RaceInput, arena: Arena) {
    this.#input = input;
    this.#arena = arena;
  }

  /** Null unless the kernel applies: `takesBlocks`, identical neurons without refractoriness, constant current, 32-bit potentials. */
  static create(input: RaceInput, takesBlocks: boolean, groupCount: number, arena: Arena): GroupRace | null {
    const { vInf, resetOffset, currentSteps, hasRefractoriness } = input.membranes;
    const isUniform = vInf.shared && resetOffset.shared && currentSteps === null && !hasRefractoriness;
    const isSingle = input.u instanceof Float32Array;
    return takesBlocks && groupCount > 1 && isUniform && isSingle ? new GroupRace(input, arena) : null;
  }

  /** Arrays of a projection; the first call creates them and points the record of the projection to them. */
  #arraysOf(edges: Edges, record: DeltaRowsRecord): RaceArrays {
    let arrays = this.#arrays.get(edges);
    if (!arrays) {
      const { membranes, queue } = this.#input;
      const arena = this.#arena;
      const { starts } = edges.blocks!;
      const capacity = MAX_LISTED_SPIKES + queue.inhibitedUntil.length;
      arrays = { times: arena.f64(capacity), neurons: arena.u32(capacity) };
      record.spikeTimes = arrays.times;
      record.spikeNeurons = arrays.neurons;
      record.vInf = membranes.vInf.at(0);
      record.resetOffset = membranes.resetOffset.at(0);
      record.rowLists = arena.u32(2 * edges.rows);
      record.blockLists = arena.u32(2 * starts[edges.rows]!);
      this.#arrays.set(edges, arrays);
    }
    return arrays;
  }

  receivePastSpikes(
    ...[edges, times, rows, from, to, groups, spikes]: Parameters<NeuronHooks['receivePastSpikes']>
  ): number {
    const { queue, scales, thresholds, advance } = this.#input;
    const canRace = groups?.inhibitionTime === 0 && groups.maxSpikes === Infinity && thresholds.isFixed;
    if (!canRace || edges.blocks?.size !== queue.groupSize || edges.blocks.gates === null) return 0;
    const { rows: deltaRows, hits } = this.#input;
    const arrays = this.#arraysOf(edges, deltaRows.recordOf(edges));
    let k = from;
    for (;;) {
      while (k < to && times[k]! < groups.allInhibitedUntil) k++; // all groups are inhibited: nothing to deliver
      if (k === to) break;
      advance(times[k]!);
      // The kernel lists the active groups in advance, so no group may be released during the call.
      const until = queue.next < Infinity ? -Infinity : scales.t0 + scales.span;
      const r = deltaRows.pointTo(edges, times, rows, k, to, until);
      r.changes = queue.changes;
      const taken = this.#arena.kernels.raceGates(r);
      if (taken === 0) break;
      k += taken;
      spikes.deliveredCount += hits[1]! * queue.groupSize;
      for (let i = 0; i < hits[0]!; i++) {
        groups.recordSpike(arrays.neurons[i]!, arrays.times[i]!);
        spikes.add(arrays.neurons[i]!, arrays.times[i]!);
      }
    }
    return k - from;
  }
}
