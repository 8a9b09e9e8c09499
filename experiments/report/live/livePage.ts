import type { PageData } from '../client/data.ts';
import type { LiveFrame } from '../client/live.ts';
import { html, makeSection, renderPage } from '../page.ts';
import { renderRasterBody } from '../sections.ts';
import { LiveServer } from './liveServer.ts';

const MIN_UPDATE_INTERVAL = 500; // ms
const MAX_UPDATE_SHARE = 0.02; // share of the run time that updates may take

/** Local web page that shows a running simulation. Costs no computing time if no browser shows it. */
export class LivePage extends LiveServer {
  #nextUpdateTime = 0; // earliest, in ms of performance.now()

  constructor(title: string, data: PageData) {
    const fields = html`<canvas id="fields" class="fields" tabindex="0" role="img" aria-label="Receptive fields"></canvas>`;
    const progress = html`<p id="progress" role="status">Waiting for the run.</p>`;
    const accuracy = html`<figure><img id="accuracy" alt="Running accuracy"></figure>`;
    const sections = [makeSection('progress-section', 'Progress', progress)];
    if (data.fields)
      sections.push(
        makeSection('accuracy-section', 'Running accuracy', accuracy),
        makeSection('fields-section', 'Receptive fields', fields),
      );
    if (data.raster) {
      const raster = renderRasterBody(data.raster.populations, 'The latest spikes');
      sections.push(makeSection('spikes-section', 'Spikes', raster));
    }
    super(renderPage({ title, subtitle: 'live', sections, scriptData: { ...data, isLive: true } }));
  }

  /** True if a browser shows the page and the next update is due within `ms` milliseconds. */
  isUpdateDue(ms: number): boolean {
    return this.hasListeners && performance.now() + ms >= this.#nextUpdateTime;
  }

  update(makeFrame: () => LiveFrame): void {
    if (!this.isUpdateDue(0)) return;
    const start = performance.now();
    this.sendUpdate(makeFrame());
    const duration = performance.now() - start;
    this.#nextUpdateTime = start + Math.max(MIN_UPDATE_INTERVAL, duration / MAX_UPDATE_SHARE);
  }

  override stop(last: LiveFrame): Promise<void> {
    return super.stop({ ...last, isEnded: true });
  }
}
