import { DEVICES, NEURONS } from '../../../core/log/tables.ts';
import { writeDeviceLog } from '../../run/devices.ts';
import type { Evaluation } from './evaluate.ts';
import type { Job } from './job.ts';
import type { Learned } from './network.ts';
import type { PhaseResult } from './phases.ts';
import { computeStartTimes } from './present.ts';

/** Appends spikes and images of labelling or test to the logs, from `start`, ms. Returns the last image's end, ms. */
function appendResponses(
  { spikes, images, config, train, test }: Job,
  { responses: r, labels }: PhaseResult,
  phase: 1 | 2,
  start: number,
  predictions: Uint8Array,
): number {
  const n = labels.length;
  const startTimes = computeStartTimes(config, (phase === 1 ? train : test).events, n);
  const startOf = (i: number) => start + startTimes[i]!;
  const times = r.times.slice();
  for (let i = 0; i < n; i++) for (let k = r.starts[i]!; k < r.starts[i + 1]!; k++) times[k]! += startOf(i);
  if (times.length > 0) spikes.write({ time: times, neuron: r.neurons, population: r.populations }, times.length);
  images.write(
    {
      time: Float64Array.from({ length: n }, (_, i) => startOf(i)),
      image: Uint32Array.from({ length: n }, (_, i) => i),
      phase: new Uint8Array(n).fill(phase),
      label: labels,
      prediction: predictions,
    },
    n,
  );
  return startOf(n);
}

function writeNeurons({ directory, metadata, training }: Job, { thresholds }: Learned): void {
  const { tally, wins } = training;
  const n = thresholds.length;
  const index = Uint32Array.from({ length: n }, (_, j) => j);
  const label = Uint8Array.from(index, (j) => tally.getClass(j));
  directory.open('neurons.arrows', NEURONS, metadata).write({ neuron: index, threshold: thresholds, label, wins }, n);
}

/** Writes labelling, test and final training state to the logs; closes them. Returns the hash of each log's rows. */
export function writeLogs(
  job: Job,
  learned: Learned,
  labelling: PhaseResult,
  testing: PhaseResult,
  { predictions }: Evaluation,
): Readonly<Record<string, string>> {
  const { config: c, directory, metadata } = job;
  const { net, synapses } = job.layer;
  const noPredictions = new Uint8Array(labelling.labels.length).fill(255);
  const labellingEnd = appendResponses(job, labelling, 1, net.now, noPredictions);
  appendResponses(job, testing, 2, labellingEnd, predictions);
  synapses.recorder!.snapshot(net.now);
  synapses.recorder!.flush();
  if (c.recordDevices) writeDeviceLog(net, directory.open('devices.arrows', DEVICES, metadata));
  writeNeurons(job, learned);
  const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 } = directory.closeLogs();
  return { spikesSha256: spikesSha256!, weightsSha256: weightsSha256! };
}
