import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, refuseRequest } from '../../output/loopback.ts';
import { extendEventLoopYield } from '../../run/interruption.ts';

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

/**
 * Server of one page and its updates (server-sent events). Refuses requests without the random token of the address, so
 * that other users of the machine cannot read the page.
 */
export class LiveServer extends LoopbackServer {
  readonly #page: string;
  readonly #token = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #listeners = new Set<ServerResponse>();
  #lastEvent = '';
  #stopped = false;

  constructor(page: string) {
    super((request, response) => this.#answerRequest(request, response), {
      headersTimeout: REQUEST_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: 1000,
    });
    this.#page = page;
    this.http.maxConnections = MAX_CONNECTIONS;
    for (const event of ['connection', 'drop']) this.http.on(event, extendEventLoopYield);
    this.http.unref();
  }

  override get url(): string {
    return `${super.url}${this.#token}/`;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Sends an update to open pages; pages opened later first receive the latest one. */
  sendUpdate(update: unknown): void {
    this.#lastEvent = `data: ${JSON.stringify(update)}\n\n`;
    for (const listener of this.#listeners) if (listener.writableLength === 0) listener.write(this.#lastEvent); // unsent data do not fill the memory
  }

  /** Ends the event streams with a last update, then the server. */
  override async stop(update?: unknown): Promise<void> {
    this.#stopped = true;
    this.#lastEvent = `data: ${JSON.stringify(update)}\n\n`;
    for (const listener of this.#listeners) listener.end(this.#lastEvent);
    await new Promise<void>((resolve) => {
      this.http.close(() => resolve());
      setTimeout(() => this.http.closeAllConnections(), 200).unref();
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
      response.end(this.#page);
    } else if (path === 'events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(this.#lastEvent || ': no update yet\n\n');
      if (this.#stopped) return void response.end();
      this.#listeners.add(response);
      response.on('close', () => this.#listeners.delete(response));
    } else refuseRequest(response, 404, 'Not found: this server has only the page and its events.');
  }
}
