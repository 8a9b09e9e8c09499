import { load, save } from '../../core/checkpoint/state.ts';
import { POTENTIALS, SPIKES, type TableSpec } from '../../core/log/tables.ts';
import type { Network } from '../../core/network.ts';
import { attachRecorders, buildNetwork } from '../network/build.ts';
import type { NetworkDescription } from '../network/schema.ts';
import { createProgress, type ProgressMode } from '../progress.ts';
import { drive } from './drive.ts';
import { readRecording } from './replay.ts';
import { RunDirectory } from './runDirectory.ts';
import { summaryOf } from './summary.ts';

export interface RunOptions {
  readonly description: NetworkDescription;
  readonly out: string;
  readonly resume: boolean;
  /** Simulated ms between checkpoints. */
  readonly checkpointEvery?: number | undefined;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
}

const LOGS = new Map<TableSpec, string>([
  [SPIKES, 'spikes.arrows'],
  [POTENTIALS, 'potentials.arrows'],
]);

/** What a log says of itself, so that it can be read without its run directory. */
export function logMetadata(net: Network, duration: number): Record<string, string> {
  return {
    seed: String(net.seed),
    populations: JSON.stringify([...net.populations.values()].sort((a, b) => a.id - b.id).map((p) => p.name)),
    projections: JSON.stringify([...net.projections.values()].sort((a, b) => a.id - b.id).map((p) => p.name)),
    timeUnit: 'ms',
    tStart: '0',
    tStopPlanned: String(duration),
  };
}

/** Runs a network description into a directory. Returns whether it got to the end; if not, a checkpoint lies there. */
export async function runNetwork(o: RunOptions): Promise<boolean> {
  const { description } = o;
  const net = buildNetwork(description, readRecording);
  net.build();
  const directory = new RunDirectory(o.out, description, o.resume);
  const progress = createProgress({ label: 'simulating', total: description.duration, unit: 'ms', mode: o.progress });
  try {
    const metadata = logMetadata(net, description.duration);
    attachRecorders(net, description, (table) => directory.open(LOGS.get(table) ?? 'weights.arrows', table, metadata));
    if (directory.snapshot) load(net, directory.snapshot);
    const checkpoint = () => {
      net.flush();
      directory.checkpoint(save(net));
    };
    const done = await drive(net, description.duration, {
      signal: o.signal,
      checkpointEvery: o.checkpointEvery,
      onCheckpoint: checkpoint,
      onPause: (now) => {
        directory.flush();
        progress.update(now);
      },
    });
    if (!done) {
      checkpoint();
      return false;
    }
    net.flush();
    const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 = null } = directory.closeLogs();
    directory.finish({ seed: description.seed, ...summaryOf(net), spikesSha256, weightsSha256 });
    return true;
  } finally {
    progress.stop();
    directory.close();
  }
}
