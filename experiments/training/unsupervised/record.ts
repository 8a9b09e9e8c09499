import { DEVICES, NEURONS } from '../../../core/log/tables.ts';
import { writeDeviceLog } from '../../run/devices.ts';
import type { Evaluation } from './evaluate.ts';
import type { Job } from './job.ts';
import type { Learned } from './network.ts';
import type { PhaseResponses } from './phases.ts';
import { computeStartTimes } from './present.ts';

/** Writes labelling or test as if images had been shown one after the other from `start` on. Returns when the last one ends. */
function appendResponses(
  { spikes, images, config, train, test }: Job,
  { responses: r, labels }: PhaseResponses,
  phase: 1 | 2,
  start: number,
  predictions: Uint8Array,
): number {
  const n = labels.length;
  const begins = computeStartTimes(config, (phase === 1 ? train : test).events, n);
  const begin = (i: number) => start + begins[i]!;
  const times = r.times.slice();
  for (let i = 0; i < n; i++) for (let k = r.starts[i]!; k < r.starts[i + 1]!; k++) times[k]! += begin(i);
  if (times.length > 0) spikes.write({ time: times, neuron: r.neurons, population: r.populations }, times.length);
  images.write(
    {
      time: Float64Array.from({ length: n }, (_, i) => begin(i)),
      image: Uint32Array.from({ length: n }, (_, i) => i),
      phase: new Uint8Array(n).fill(phase),
      label: labels,
      prediction: predictions,
    },
    n,
  );
  return begin(n);
}

function writeNeurons({ directory, metadata, training }: Job, { thresholds }: Learned): void {
  const { tally, wins } = training;
  const n = thresholds.length;
  const index = Uint32Array.from({ length: n }, (_, j) => j);
  const label = Uint8Array.from(index, (j) => tally.classOf(j));
  directory.open('neurons.arrows', NEURONS, metadata).write({ neuron: index, threshold: thresholds, label, wins }, n);
}

/** Writes what labelling, test and the end of training add to the logs, and closes them. Returns the hashes of their rows. */
export function writeLogs(
  job: Job,
  learned: Learned,
  labelling: PhaseResponses,
  testing: PhaseResponses,
  { predictions }: Evaluation,
): Readonly<Record<string, string>> {
  const { config: c, directory, metadata } = job;
  const { net, synapses } = job.layer;
  const unanswered = new Uint8Array(labelling.labels.length).fill(255);
  const labelled = appendResponses(job, labelling, 1, net.now, unanswered);
  appendResponses(job, testing, 2, labelled, predictions);
  synapses.recorder!.snapshot(net.now);
  synapses.recorder!.flush();
  if (c.recordDevices) writeDeviceLog(net, directory.open('devices.arrows', DEVICES, metadata));
  writeNeurons(job, learned);
  const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 } = directory.closeLogs();
  return { spikesSha256: spikesSha256!, weightsSha256: weightsSha256! };
}
