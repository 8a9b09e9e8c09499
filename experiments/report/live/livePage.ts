import type { PageData } from '../client/data.ts';
import type { LiveFrame } from '../client/live.ts';
import { type Html, html, renderPage, type Section } from '../page.ts';
import { renderRasterBody } from '../sections.ts';
import { LiveServer } from './liveServer.ts';

/** Minimum interval between updates, ms. */
const MIN_UPDATE_INTERVAL = 500;
/** Maximum share of the run time that is spent on updates. */
const MAX_TIME_SHARE = 0.02;

/** Local web page that shows a simulation while it runs. Costs no computing time while it is not open in a browser. */
export class LivePage {
  readonly #server: LiveServer;
  /** Earliest time of the next update, on the scale of `performance.now()`, ms. */
  #nextUpdate = 0;

  private constructor(server: LiveServer) {
    this.#server = server;
  }

  /** @param data initial data: populations, shape of the receptive fields; @param port TCP port; 0: any free port */
  static async start(title: string, data: PageData, port: number): Promise<LivePage> {
    const section = (id: string, title: string, body: Html): Section => ({ id: `${id}-section`, title, body });
    const fields = html`<canvas id="fields" class="fields" tabindex="0" role="img" aria-label="Receptive fields"></canvas>`;
    const sections = [section('progress', 'Progress', html`<p id="progress" role="status">Waiting for the run.</p>`)];
    if (data.fields)
      sections.push(
        section('accuracy', 'Running accuracy', html`<figure><img id="accuracy" alt="Running accuracy"></figure>`),
        section('fields', 'Receptive fields', fields),
      );
    if (data.raster)
      sections.push(section('spikes', 'Spikes', renderRasterBody(data.raster.populations, 'The latest spikes')));
    const text = renderPage({ title, subtitle: 'live', sections, data: { ...data, live: true } });
    return new LivePage(await LiveServer.start(text, port));
  }

  get url(): string {
    return this.#server.url;
  }

  /** True if the page is open and the next update is due within `ms` milliseconds. */
  isDueWithin(ms: number): boolean {
    return this.#server.hasListeners && performance.now() + ms >= this.#nextUpdate;
  }

  /** Sends an update if it is due. */
  update(makeFrame: () => LiveFrame): void {
    if (!this.isDueWithin(0)) return;
    const start = performance.now();
    this.#server.send(makeFrame());
    const duration = performance.now() - start;
    this.#nextUpdate = start + Math.max(MIN_UPDATE_INTERVAL, duration / MAX_TIME_SHARE);
  }

  stop(last: LiveFrame): Promise<void> {
    return this.#server.stop({ ...last, ended: true });
  }
}
