import type { Recording } from '../../../neurons/stimuli/replay.ts';

/**
 * A recording in ascending order of (time, neuron). Where one neuron has several spikes at one instant they are one: a
 * neuron fires once at an instant.
 */
export function sortedRecording(times: readonly number[], neurons: readonly number[], from: string): Recording {
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]! || neurons[a]! - neurons[b]!);
  const kept = order.filter((i, k) => {
    const before = order[k - 1];
    return before === undefined || times[before] !== times[i] || neurons[before] !== neurons[i];
  });
  return {
    times: Float64Array.from(kept, (i) => times[i]!),
    neurons: Uint32Array.from(kept, (i) => neurons[i]!),
    from,
  };
}
