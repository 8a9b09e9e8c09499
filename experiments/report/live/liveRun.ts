import type { Population } from '../../../core/graph/population.ts';
import type { Network } from '../../../core/network.ts';
import { formatTime } from '../../look/time.ts';
import type { RunObserver } from '../../run/run.ts';
import { addStripColours } from '../stripColours.ts';
import { LivePage, renderLivePage } from './livePage.ts';
import { RecentSpikeBuffer } from './recentSpikeBuffer.ts';

const TICK_MS = 1e-3;
const WINDOW_MS = 1000; // simulated time in view

function describeProgress({ now, populations }: Network, duration: number): string {
  const rates = [...populations.values()].map(
    ({ name, spikes, size }) => `${name} ${(now > 0 ? (1000 * spikes) / size / now : 0).toPrecision(3)} Hz`,
  );
  return `${formatTime(Math.floor(now))} of ${formatTime(duration)}; ${rates.join(', ')}`;
}

/** Starts a live page of a network: simulated time, firing rates, and the spikes of the last simulated second. */
export async function startRunPageServer(
  net: Network,
  recorded: readonly Population[],
  duration: number,
  port: number,
): Promise<RunObserver & { readonly url: string }> {
  const shown = [...recorded].sort((a, b) => a.id - b.id);
  const stripIndices = new Map(shown.map(({ id }, i) => [id, i]));
  const populations = shown.map(addStripColours);
  const window = [0, Math.max(1, Math.min(WINDOW_MS, duration))] as const;
  const data = shown.length > 0 ? { raster: { window, tickLength: TICK_MS, populations, marks: [] } } : {};
  const page = await new LivePage(renderLivePage(`Network, seed ${net.seed}`, data)).listen(port);
  let recent: RecentSpikeBuffer | undefined;
  const makeFrame = () => {
    const { now } = net;
    net.flush();
    const progress = describeProgress(net, duration);
    const from = Math.max(0, now - WINDOW_MS);
    const spikes = shown.length > 0 ? recent?.selectSpikesSince(from, TICK_MS) : undefined;
    if (!spikes) return { progress };
    const populationIndices = spikes.populationIndices.map((id) => stripIndices.get(id)!);
    const window = [from, Math.max(now, from + 1)] as const;
    return { progress, raster: { ...spikes, window, tickLength: TICK_MS, marks: [], populationIndices } };
  };
  return {
    url: page.url,
    teeSpikes: (log) => {
      recent = new RecentSpikeBuffer(log);
      return recent;
    },
    update: () => page.sendUpdate(makeFrame),
    stop: () => page.stop({ progress: `${describeProgress(net, duration)}; the run has ended` }),
  };
}
