import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, refuseRequest } from '../../output/loopback.ts';
import { extendEventLoopYield } from '../../run/interruption.ts';
import type { PageData } from '../client/data.ts';
import type { LivePageUpdate } from '../client/live.ts';
import { html, makeSection, renderPage } from '../page.ts';
import { renderRasterBody } from '../sections.ts';

const MIN_UPDATE_INTERVAL = 500; // ms
const MAX_UPDATE_SHARE = 0.02; // share of the run time that updates may take
const TOKEN_BYTES = 24;
const MAX_CONNECTIONS = 1000; // leaves file descriptors for the run
const REQUEST_TIMEOUT = 5000; // ms
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'";

/** Compares texts in constant time, so that the time does not reveal the secret. */
function equalsSecret(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export function renderLivePage(title: string, data: PageData): string {
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
  return renderPage({ title, subtitle: 'live', sections, scriptData: { ...data, isLive: true } });
}

/**
 * Server of a page that shows a running simulation (server-sent events). Costs no computing time if no browser shows the
 * page. Refuses requests without the random token of the address, so that other users of the machine cannot read it.
 */
export class LivePage extends LoopbackServer {
  readonly #pageHtml: string;
  readonly #token = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #listeners = new Set<ServerResponse>();
  #lastEvent = '';
  #nextUpdateTime = 0; // earliest, in ms of performance.now()
  #stopped = false;

  /** Creates the server of a live page. @param page HTML of the page, rendered by `renderLivePage` */
  constructor(page: string) {
    super((request, response) => this.#answerRequest(request, response), {
      headersTimeout: REQUEST_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: 1000,
    });
    this.#pageHtml = page;
    this.httpServer.maxConnections = MAX_CONNECTIONS;
    for (const event of ['connection', 'drop']) this.httpServer.on(event, extendEventLoopYield);
    this.httpServer.unref();
  }

  override get url(): string {
    return `${super.url}${this.#token}/`;
  }

  /** True if a browser shows the page and the next update is due within `ms` milliseconds. */
  isUpdateDue(ms: number): boolean {
    return this.#listeners.size > 0 && performance.now() + ms >= this.#nextUpdateTime;
  }

  /** Sends an update, if due, to open pages; pages opened later first receive the latest one. */
  sendUpdate(makeFrame: () => LivePageUpdate): void {
    if (!this.isUpdateDue(0)) return;
    const start = performance.now();
    this.#lastEvent = `data: ${JSON.stringify(makeFrame())}\n\n`;
    for (const listener of this.#listeners) if (listener.writableLength === 0) listener.write(this.#lastEvent); // unsent data do not fill the memory
    const duration = performance.now() - start;
    this.#nextUpdateTime = start + Math.max(MIN_UPDATE_INTERVAL, duration / MAX_UPDATE_SHARE);
  }

  /** Ends the event streams with a last update, then the server. */
  override async stop(last?: LivePageUpdate): Promise<void> {
    this.#stopped = true;
    this.#lastEvent = `data: ${JSON.stringify({ ...last, isEnded: true })}\n\n`;
    for (const listener of this.#listeners) listener.end(this.#lastEvent);
    await new Promise<void>((resolve) => {
      this.httpServer.close(() => resolve());
      setTimeout(() => this.httpServer.closeAllConnections(), 200).unref();
    });
  }

  #answerRequest({ method, url }: IncomingMessage, response: ServerResponse): void {
    const [, token = '', path] = /^\/([^/]*)\/(.*)$/.exec(url ?? '') ?? [];
    if (!equalsSecret(token, this.#token))
      refuseRequest(response, 403, 'The address lacks the token that the run printed.');
    else if (method !== 'GET') refuseRequest(response, 405, 'Only GET is supported.');
    else if (path === '') {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
      });
      response.end(this.#pageHtml);
    } else if (path === 'events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(this.#lastEvent || ': no update yet\n\n');
      if (this.#stopped) return void response.end();
      this.#listeners.add(response);
      response.on('close', () => this.#listeners.delete(response));
    } else refuseRequest(response, 404, 'Not found: this server has only the page and its events.');
  }
}
