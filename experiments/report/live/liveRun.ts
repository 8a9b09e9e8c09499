import type { Population } from '../../../core/graph/population.ts';
import type { Network } from '../../../core/network.ts';
import type { RunObserver } from '../../run/run.ts';
import { addStripColours } from '../stripColours.ts';
import { LivePage, renderLivePage } from './livePage.ts';
import { createRunFrames, TICK_MS } from './runFrames.ts';

const WINDOW_MS = 1000; // simulated time in view

/** Starts a live page of a network: simulated time, firing rates, and the spikes of the last simulated second. */
export async function startRunPageServer(
  net: Network,
  recorded: readonly Population[],
  duration: number,
  port: number,
): Promise<RunObserver & { readonly url: string }> {
  const frames = createRunFrames(net, recorded, duration, WINDOW_MS);
  const populations = frames.populations.map(addStripColours);
  const window = [0, Math.max(1, Math.min(WINDOW_MS, duration))] as const;
  const data = populations.length > 0 ? { raster: { window, tickLength: TICK_MS, populations, marks: [] } } : {};
  const page = await new LivePage(renderLivePage(`Network, seed ${net.seed}`, data)).listen(port);
  return {
    url: page.url,
    teeSpikes: frames.teeSpikes,
    update: () => page.sendUpdate(frames.makeFrame),
    stop: () => page.stop({ progress: `${frames.describeProgress()}; the run has ended` }),
  };
}
