import type { Population } from '../../../core/graph/population.ts';
import type { RowSink } from '../../../core/log/tables.ts';
import type { Network } from '../../../core/network.ts';
import { formatTime } from '../../look/time.ts';
import type { RunObserver } from '../../run/run.ts';
import { addStripColours } from '../stripColours.ts';
import { LivePage } from './livePage.ts';
import { RecentSpikes } from './recentSpikes.ts';

const TICK_MS = 1e-3;
const WINDOW_MS = 1000; // simulated time in view

/** Live page of a network: simulated time, firing rates, and the spikes of the last simulated second. */
export class LiveRun implements RunObserver {
  readonly #page: LivePage;
  readonly #net: Network;
  readonly #duration: number; // ms
  readonly #stripIndices: ReadonlyMap<number, number>;
  #spikes: RecentSpikes | undefined;

  private constructor(page: LivePage, net: Network, duration: number, bands: ReadonlyMap<number, number>) {
    this.#page = page;
    this.#net = net;
    this.#duration = duration;
    this.#stripIndices = bands;
  }

  static async start(net: Network, recorded: readonly Population[], duration: number, port: number): Promise<LiveRun> {
    const shown = [...recorded].sort((a, b) => a.id - b.id);
    const populations = shown.map(({ name, size }, i) => addStripColours({ name, size }, i));
    const window = [0, Math.max(1, Math.min(WINDOW_MS, duration))] as const;
    const data = shown.length > 0 ? { raster: { window, tickLength: TICK_MS, populations, marks: [] } } : {};
    const page = await new LivePage(`Network, seed ${net.seed}`, data).listen(port);
    return new LiveRun(page, net, duration, new Map(shown.map(({ id }, i) => [id, i])));
  }

  get url(): string {
    return this.#page.url;
  }

  teeSpikes(log: RowSink): RowSink {
    this.#spikes = new RecentSpikes(log);
    return this.#spikes;
  }

  update(): void {
    this.#page.update(() => {
      const { now } = this.#net;
      this.#net.flush();
      const progress = this.#describeProgress();
      const from = Math.max(0, now - WINDOW_MS);
      const spikes = this.#stripIndices.size > 0 ? this.#spikes?.selectSpikesSince(from, TICK_MS) : undefined;
      if (!spikes) return { progress };
      const populationIndices = spikes.populationIndices.map((id) => this.#stripIndices.get(id)!);
      const window = [from, Math.max(now, from + 1)] as const;
      return { progress, raster: { ...spikes, window, tickLength: TICK_MS, marks: [], populationIndices } };
    });
  }

  stop(): Promise<void> {
    return this.#page.stop({ progress: `${this.#describeProgress()}; the run has ended` });
  }

  #describeProgress(): string {
    const { now, populations } = this.#net;
    const rates = [...populations.values()].map(
      ({ name, spikes, size }) => `${name} ${(now > 0 ? (1000 * spikes) / size / now : 0).toPrecision(3)} Hz`,
    );
    return `${formatTime(Math.floor(now))} of ${formatTime(this.#duration)}; ${rates.join(', ')}`;
  }
}
