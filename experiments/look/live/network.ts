import type { Population } from '../../../core/graph/population.ts';
import type { RowSink } from '../../../core/log/tables.ts';
import type { Network } from '../../../core/network.ts';
import type { RunWatch } from '../../run/run.ts';
import { pageBand } from '../report/band.ts';
import { timeText } from '../time.ts';
import { Live } from './live.ts';
import { RecentSpikes } from './recentSpikes.ts';

const TICK_MS = 1e-3;
/** Simulated time in view. */
const WINDOW_MS = 1000;

/** The live page of a network: how far it is, rates, and the spikes of the last second of simulated time. */
export class LiveRun implements RunWatch {
  readonly #live: Live;
  readonly #net: Network;
  readonly #duration: number;
  /** Place on the page of a population whose spikes are recorded, by its id. */
  readonly #bands: ReadonlyMap<number, number>;
  #spikes: RecentSpikes | undefined;

  private constructor(live: Live, net: Network, duration: number, bands: ReadonlyMap<number, number>) {
    this.#live = live;
    this.#net = net;
    this.#duration = duration;
    this.#bands = bands;
  }

  /** @param recorded the populations whose spikes are recorded: others would look silent. */
  static async start(net: Network, recorded: readonly Population[], duration: number, port: number): Promise<LiveRun> {
    const shown = [...recorded].sort((a, b) => a.id - b.id);
    const populations = shown.map(({ name, size }, i) => pageBand({ name, size }, i));
    const window = [0, Math.max(1, Math.min(WINDOW_MS, duration))] as const;
    const raster = shown.length > 0 ? { raster: { window, tick: TICK_MS, populations, marks: [] } } : {};
    const bands = new Map(shown.map(({ id }, i) => [id, i]));
    return new LiveRun(await Live.start(`Network, seed ${net.seed}`, raster, port), net, duration, bands);
  }

  get url(): string {
    return this.#live.url;
  }

  /** Stands before the spike log. */
  spikes(log: RowSink): RowSink {
    this.#spikes = new RecentSpikes(log);
    return this.#spikes;
  }

  update(): void {
    this.#live.update(() => {
      const { now } = this.#net;
      this.#net.flush();
      const from = Math.max(0, now - WINDOW_MS);
      const spikes = this.#bands.size > 0 ? this.#spikes?.since(from, TICK_MS) : undefined;
      return {
        progress: this.#progress(),
        ...(spikes && {
          raster: {
            window: [from, Math.max(now, from + 1)],
            tick: TICK_MS,
            marks: [],
            ...spikes,
            populationOf: spikes.populationOf.map((id) => this.#bands.get(id)!),
          },
        }),
      };
    });
  }

  stop(): Promise<void> {
    return this.#live.stop({ progress: `${this.#progress()}; the run has ended` });
  }

  #progress(): string {
    const { now, populations } = this.#net;
    const rates = [...populations.values()].map(
      ({ name, spikes, size }) => `${name} ${(now > 0 ? (1000 * spikes) / size / now : 0).toPrecision(3)} Hz`,
    );
    return `${timeText(Math.floor(now))} of ${timeText(this.#duration)}; ${rates.join(', ')}`;
  }
}
