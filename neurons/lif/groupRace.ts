import type { Edges } from '../../core/graph/edges.ts';
import type { InhibitedGroups, NeuronHooks } from '../../core/hooks.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { BATCH_SIZE, MAX_GROUPS, MAX_LISTED_SPIKES } from '../../core/kernels/kernelInputs.ts';
import type { DeltaRowsRecord } from '../../core/kernels/records.ts';
import type { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import type { DeltaRows } from './deltaRows.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { DeltaScales } from './scaledPotentials.ts';

/** State of a `LifDelta` population that `WtaGroupDelivery` needs. */
interface WtaGroupInput {
  readonly u: Floats;
  readonly rows: DeltaRows;
  readonly queue: InhibitedGroupQueue;
  readonly scales: DeltaScales;
  readonly membranes: MembraneParameters;
  readonly hits: Uint32Array;
  readonly thresholds: { readonly isFixed: boolean };
  /** Releases the neurons and groups due by t and keeps the scale in range. */
  readonly advance: (t: number) => void;
}

/** Arrays of one projection: spikes of the last kernel call, unordered, and number of spikes per group since `rest`. */
interface WtaGroupArrays {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  readonly spikeCounts: Uint32Array;
}

/**
 * Implementation of the hook `receivePastSpikes` by kernels, for winner-take-all groups with input in blocks: delivers
 * arrivals without stops at spikes of the population.
 */
export class WtaGroupDelivery {
  readonly #input: WtaGroupInput;
  readonly #arena: Arena;
  readonly #arrays = new Map<Edges, WtaGroupArrays>();

  private constructor(input: WtaGroupInput, arena: Arena) {
    this.#input = input;
    this.#arena = arena;
  }

  /**
   * Creates the hook; returns null unless the kernels apply: blocks, identical neurons without refractory period,
   * constant current, 32-bit potentials.
   */
  static create(input: WtaGroupInput, takesBlocks: boolean, groupCount: number, arena: Arena): WtaGroupDelivery | null {
    const { vInf, resetOffset, currentSteps, hasRefractoriness } = input.membranes;
    const isUniform = vInf.shared && resetOffset.shared && currentSteps === null && !hasRefractoriness;
    const isSingle = input.u instanceof Float32Array;
    return takesBlocks && groupCount > 1 && isUniform && isSingle ? new WtaGroupDelivery(input, arena) : null;
  }

  /** Arrays of a projection; the first call creates them and enters them into the projection's record. */
  #arraysOf(edges: Edges, record: DeltaRowsRecord, { inhibitionTime, maxSpikes }: InhibitedGroups): WtaGroupArrays {
    let arrays = this.#arrays.get(edges);
    if (!arrays) {
      const { membranes, queue } = this.#input;
      const arena = this.#arena;
      const { gates, starts } = edges.blocks!;
      const groupCount = queue.inhibitedUntil.length;
      const capacity = MAX_LISTED_SPIKES + BATCH_SIZE * groupCount;
      const listOf = (length: number) => arena.u32(gates ? 2 * length : 0);
      arrays = { times: arena.f64(capacity), neurons: arena.u32(capacity), spikeCounts: arena.u32(groupCount) };
      record.spikeTimes = arrays.times;
      record.spikeNeurons = arrays.neurons;
      record.spikeCounts = arrays.spikeCounts;
      record.vInf = membranes.vInf.at(0);
      record.resetOffset = membranes.resetOffset.at(0);
      record.rowLists = listOf(edges.rows);
      record.blockLists = listOf(starts[edges.rows]!);
      record.inhibitionTime = inhibitionTime;
      record.maxSpikes = maxSpikes;
      this.#arrays.set(edges, arrays);
    }
    return arrays;
  }

  receivePastSpikes(
    ...[edges, times, rows, from, to, groups, spikes]: Parameters<NeuronHooks['receivePastSpikes']>
  ): number {
    const { queue, scales, thresholds, advance } = this.#input;
    if (!groups || !thresholds.isFixed || edges.blocks?.size !== queue.groupSize) return 0;
    const isGated = edges.blocks.gates !== null;
    const canRace = isGated
      ? groups.inhibitionTime === 0 && groups.maxSpikes === Infinity
      : edges.least >= 0 && queue.inhibitedUntil.length <= MAX_GROUPS;
    if (!canRace) return 0;
    const { rows: deltaRows, hits } = this.#input;
    const arrays = this.#arraysOf(edges, deltaRows.recordOf(edges), groups);
    arrays.spikeCounts.set(groups.spikes);
    const { kernels } = this.#arena;
    let k = from;
    for (;;) {
      while (k < to && times[k]! < groups.allInhibitedUntil) k++; // all groups are inhibited: nothing to deliver
      if (k === to) break;
      advance(times[k]!);
      // For gated connections the kernel lists the enabled groups in advance, so none may be released during a call.
      const until = isGated && queue.next < Infinity ? -Infinity : scales.t0 + scales.span;
      const r = deltaRows.pointTo(edges, times, rows, k, to, until);
      r.changes = queue.changes;
      r.groupCount = queue.inhibitedUntil.length;
      const taken = isGated ? kernels.raceGates(r) : kernels.raceGroups(r);
      if (taken === 0) break;
      k += taken;
      spikes.deliveredCount += hits[1]! * queue.groupSize;
      this.#recordSpikes(arrays, hits[0]!, isGated, times[k - 1]!, groups, spikes);
    }
    return k - from;
  }

  /**
   * Records the spikes of a kernel call in order of time, and releases the groups whose inhibition ends by `last`.
   * Spikes of gated connections are already in order and inhibit no group.
   */
  #recordSpikes(
    { times, neurons }: WtaGroupArrays,
    count: number,
    isGated: boolean,
    last: number,
    groups: InhibitedGroups,
    spikes: Parameters<NeuronHooks['receivePastSpikes']>[6],
  ): void {
    const { queue } = this.#input;
    if (isGated) {
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
      this.#releaseGroups(t);
      const group = Math.floor(neuron / queue.groupSize);
      const until = groups.recordSpike(neuron, t);
      queue.enqueueRelease(group, until, t);
      if (until <= t) this.#resetReleased(group * queue.groupSize, (group + 1) * queue.groupSize, t);
      spikes.add(neuron, t);
    }
    this.#releaseGroups(last);
  }

  /** Releases the groups whose inhibition ends by t. */
  #releaseGroups(t: number): void {
    const { queue } = this.#input;
    while (queue.next <= t) {
      const release = queue.next;
      this.#resetReleased(...queue.releaseNext(), release);
    }
  }

  /** Sets a released group to the reset potential at `release`, unless the kernel has already done so. */
  #resetReleased(from: number, to: number, release: number): void {
    const { u, queue, scales, membranes } = this.#input;
    if (u[from] === -Infinity && queue.inhibitedUntilOf(from) === release)
      u.fill(membranes.resetOffset.at(0) * scales.exactAt(0, release), from, to);
  }
}
