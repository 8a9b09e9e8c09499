import type { PageData } from '../report/client/data.ts';
import type { LiveFrame } from '../report/client/live.ts';
import { html, page } from '../report/html.ts';
import { rasterBody } from '../report/raster.ts';
import { clientScript } from '../report/script.ts';
import { LiveServer } from './server.ts';

/** At most one update so often. */
const EVERY_MS = 500;
/** And at most this share of the time goes into making them. */
const MOST_OF_TIME = 0.02;

/** A page on this machine that shows a run while it goes on. Costs nothing while nobody looks. */
export class Live {
  readonly #server: LiveServer;
  #next = 0;

  private constructor(server: LiveServer) {
    this.#server = server;
  }

  /** @param data what the page knows from the start: populations, size of the receptive fields. */
  static async start(title: string, data: PageData, port: number): Promise<Live> {
    const sections = [
      {
        id: 'progress-section',
        title: 'Progress',
        body: html`<p id="progress" role="status">Waiting for the run.</p>`,
      },
      ...(data.fields
        ? [
            {
              id: 'accuracy-section',
              title: 'Running accuracy',
              body: html`<svg id="accuracy" class="curve" role="img"></svg>`,
            },
            {
              id: 'fields-section',
              title: 'Receptive fields',
              body: html`<canvas id="fields" class="fields" tabindex="0" role="img" aria-label="Receptive fields"></canvas>`,
            },
          ]
        : []),
      ...(data.raster
        ? [{ id: 'spikes-section', title: 'Spikes', body: rasterBody(data.raster.populations, 'The latest spikes') }]
        : []),
    ];
    const text = page({
      title,
      subtitle: 'live',
      sections,
      data: { ...data, live: true },
      packed: {},
      script: clientScript(),
    });
    return new Live(await LiveServer.start(text, port));
  }

  get url(): string {
    return this.#server.url;
  }

  /** Whether somebody looks and an update is due within so many ms. */
  dueWithin(ms: number): boolean {
    return this.#server.watched && performance.now() + ms >= this.#next;
  }

  /** Sends what `make` makes, if somebody looks and the last update is old enough. */
  update(make: () => LiveFrame): void {
    if (!this.dueWithin(0)) return;
    const now = performance.now();
    this.#server.send(make());
    const took = performance.now() - now;
    this.#next = now + Math.max(EVERY_MS, took / MOST_OF_TIME);
  }

  stop(last: LiveFrame): Promise<void> {
    return this.#server.stop({ ...last, ended: true });
  }
}
