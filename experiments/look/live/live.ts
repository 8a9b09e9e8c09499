import type { PageData } from '../report/client/data.ts';
import type { LiveFrame } from '../report/client/live.ts';
import { type Html, html, page, type Section } from '../report/html.ts';
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
    const section = (id: string, title: string, body: Html): Section => ({ id: `${id}-section`, title, body });
    const accuracy = html`<svg id="accuracy" class="curve" role="img"></svg>`;
    const fields = html`<canvas id="fields" class="fields" tabindex="0" role="img" aria-label="Receptive fields"></canvas>`;
    const sections = [section('progress', 'Progress', html`<p id="progress" role="status">Waiting for the run.</p>`)];
    if (data.fields)
      sections.push(section('accuracy', 'Running accuracy', accuracy), section('fields', 'Receptive fields', fields));
    if (data.raster)
      sections.push(section('spikes', 'Spikes', rasterBody(data.raster.populations, 'The latest spikes')));
    const live = { ...data, live: true };
    const text = page({ title, subtitle: 'live', sections, data: live, packed: {}, script: clientScript() });
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
