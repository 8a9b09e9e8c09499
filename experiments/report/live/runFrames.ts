import type { Population } from '../../../core/graph/population.ts';
import type { RowSink } from '../../../core/log/tables.ts';
import type { Network } from '../../../core/network.ts';
import { formatTime } from '../../look/time.ts';
import { RecentSpikeBuffer } from './recentSpikeBuffer.ts';

export const TICK_MS = 1e-3;

function describeProgress({ now, populations }: Network, duration: number): string {
  const rates = [...populations.values()].map(
    ({ name, spikes, size }) => `${name} ${(now > 0 ? (1000 * spikes) / size / now : 0).toPrecision(3)} Hz`,
  );
  return `${formatTime(Math.floor(now))} of ${formatTime(duration)}; ${rates.join(', ')}`;
}

/** Live pictures of a running network: simulated time, firing rates, and the spikes of the last `window` ms. */
export function createRunFrames(net: Network, recorded: readonly Population[], duration: number, window: number) {
  const shown = [...recorded].sort((a, b) => a.id - b.id);
  const stripIndices = new Map(shown.map(({ id }, i) => [id, i]));
  let recent: RecentSpikeBuffer | undefined;
  return {
    populations: shown.map(({ name, size }) => ({ name, size })),
    describeProgress: () => describeProgress(net, duration),
    /** Keeps recent spikes and passes all of them on to a log. */
    teeSpikes(log: RowSink): RowSink {
      recent = new RecentSpikeBuffer(log);
      return recent;
    },
    makeFrame() {
      const { now } = net;
      net.flush();
      const progress = describeProgress(net, duration);
      const from = Math.max(0, now - window);
      const spikes = shown.length > 0 ? recent?.selectSpikesSince(from, TICK_MS) : undefined;
      if (!spikes) return { progress };
      const populationIndices = spikes.populationIndices.map((id) => stripIndices.get(id)!);
      const range = [from, Math.max(now, from + 1)] as const;
      return { progress, raster: { ...spikes, window: range, tickLength: TICK_MS, marks: [], populationIndices } };
    },
  };
}
