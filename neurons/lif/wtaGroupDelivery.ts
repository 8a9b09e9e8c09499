import type { Edges } from '../../core/graph/edges.ts';
import type { NeuronHooks, WtaGroupState } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { ARRIVAL_BATCH_SIZE, MAX_LISTED_SPIKES, MAX_WTA_GROUPS } from '../../core/kernels/kernelInputs.ts';
import type { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import type { DeltaRowDelivery } from './deltaRowDelivery.ts';
import type { ScaledPotentials } from './scaledPotentials.ts';

/** Arrays of one projection: unordered spikes of the last kernel call, and number of spikes per group since the last reset. */
type WtaGroupArrays = ReturnType<typeof createSpikeArrays>;

const createSpikeArrays = (groupCount: number, arena: Arena) => ({
  spikeTimes: arena.f64(MAX_LISTED_SPIKES + ARRIVAL_BATCH_SIZE * groupCount),
  spikeNeurons: arena.u32(MAX_LISTED_SPIKES + ARRIVAL_BATCH_SIZE * groupCount),
  spikeCounts: arena.u32(groupCount),
});

/**
 * Creates hook `receivePastSpikes` for winner-take-all groups whose input synapses are stored in blocks. Returns null if no kernel applies:
 * kernels need identical neurons, 32-bit potentials, a constant current and no refractory period.
 */
export function createWtaGroupDelivery(
  { scaledV: u, scales, membranes, thresholds }: ScaledPotentials,
  deltaRows: DeltaRowDelivery,
  queue: InhibitedGroupQueue,
  hits: Uint32Array,
  advanceTo: (t: number) => void,
  arena: Arena,
): NeuronHooks['receivePastSpikes'] | null {
  const { vInf, resetOffset, currentSteps, hasRefractoriness } = membranes;
  const isUniform = vInf.isShared && resetOffset.isShared && currentSteps === null && !hasRefractoriness;
  if (!isUniform || !(u instanceof Float32Array)) return null;
  const { groupSize } = queue;
  const groupCount = queue.inhibitedUntil.length;
  const known = new Map<Edges, WtaGroupArrays>();

  /** Spike arrays of a projection, created at the first call. */
  const getProjectionArrays = (edges: Edges, { inhibitionTime, maxSpikes }: WtaGroupState): WtaGroupArrays => {
    let arrays = known.get(edges);
    if (!arrays) {
      const { firingBlocks: gates, blockStarts: starts } = edges.blocks!;
      const listOf = (length: number) => arena.u32(gates ? 2 * length : 0);
      arrays = createSpikeArrays(groupCount, arena);
      Object.assign(deltaRows.getProjectionRecord(edges), {
        ...arrays,
        vInf: vInf.getValue(0),
        resetOffset: resetOffset.getValue(0),
        rowLists: listOf(edges.rows),
        blockLists: listOf(starts[edges.rows]!),
        inhibitionTime,
        maxSpikes,
      });
      known.set(edges, arrays);
    }
    return arrays;
  };

  /** Sets a group whose inhibition ends at `releaseTime` to the reset potential, unless the kernel has already done so. */
  const resetReleasedGroup = (from: number, to: number, releaseTime: number) => {
    if (u[from] === -Infinity && queue.inhibitedUntilOf(from) === releaseTime)
      u.fill(resetOffset.getValue(0) * scales.exactScaleAt(0, releaseTime), from, to);
  };

  const releaseGroups = (t: number) => {
    while (queue.nextReleaseTime <= t) {
      const releaseTime = queue.nextReleaseTime;
      resetReleasedGroup(...queue.releaseNextGroup(), releaseTime);
    }
  };

  /** Records the spikes of a kernel call in order of time. Releases groups whose inhibition ends by `last`. */
  const recordSpikes = (
    { spikeTimes: times, spikeNeurons: neurons }: WtaGroupArrays,
    count: number,
    last: number,
    groups: WtaGroupState,
    spikes: Parameters<NeuronHooks['receivePastSpikes']>[4],
  ) => {
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
      (a, b) => times[a]! - times[b]! || neurons[a]! - neurons[b]!,
    );
    for (const i of order) {
      const [t, neuron] = [times[i]!, neurons[i]!];
      releaseGroups(t);
      const group = Math.floor(neuron / groupSize);
      const until = groups.recordSpike(neuron, t);
      queue.enqueueRelease(group, until, t);
      if (until <= t) resetReleasedGroup(group * groupSize, (group + 1) * groupSize, t);
      spikes.add(neuron, t);
    }
    releaseGroups(last);
  };

  return (arrivals, from, to, groups, spikes) => {
    const { edges, times } = arrivals;
    if (!groups || !thresholds.isFixed || edges.blocks?.blockSize !== groupSize) return 0;
    const isGated = edges.blocks.firingBlocks !== null;
    const canDeliver = isGated
      ? groups.inhibitionTime === 0 && groups.maxSpikes === Infinity
      : edges.minWeight >= 0 && groupCount <= MAX_WTA_GROUPS;
    if (!canDeliver) return 0;
    const arrays = getProjectionArrays(edges, groups);
    arrays.spikeCounts.set(groups.spikeCounts);
    const { kernels } = arena;
    let k = from;
    for (;;) {
      while (k < to && times[k]! < groups.allInhibitedUntil) k++; // all groups are inhibited: nothing to deliver
      if (k === to) break;
      advanceTo(times[k]!);
      // The kernel for connections with a gate (one block per row may fire) lists the uninhibited groups once per call, so
      // a call must not extend beyond the end of an inhibition.
      const until = isGated && queue.nextReleaseTime < Infinity ? -Infinity : scales.t0 + scales.maxTimeSinceReference;
      const r = deltaRows.setArrivals(arrivals, k, to, until);
      r.changes = queue.disabledGroupsVersion;
      r.groupCount = groupCount;
      const taken = isGated ? kernels.deliverToGatedGroups(r) : kernels.deliverToWtaGroups(r);
      if (taken === 0) break;
      k += taken;
      spikes.deliveredCount += hits[1]! * groupSize;
      if (!isGated) recordSpikes(arrays, hits[0]!, times[k - 1]!, groups, spikes);
      else
        for (let i = 0; i < hits[0]!; i++) {
          // The kernel for connections with a gate returns spikes in order of time.
          groups.recordSpike(arrays.spikeNeurons[i]!, arrays.spikeTimes[i]!);
          spikes.add(arrays.spikeNeurons[i]!, arrays.spikeTimes[i]!);
        }
    }
    return k - from;
  };
}
