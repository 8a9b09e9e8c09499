import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../../core/declare/errors.ts';
import { extendYield } from '../../run/interruption.ts';

/** Address that only programs on this machine can reach. */
const LOOPBACK = '127.0.0.1';
const TOKEN_BYTES = 24;
/** Limit on open connections: files of the run need descriptors too. */
const MAX_CONNECTIONS = 1000;
/** Time in which a connection must send a request, ms. */
const REQUEST_TIMEOUT = 5000;
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'";

/** True if two texts are equal. The time of the comparison does not depend on their content. */
function equalsSecret(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Server of one page and its updates (server-sent events) on the loopback interface. Requests with another host name are
 * refused, so that no web site can read the page through a host name that points here. Requests without the random
 * token in the address are refused, so that no other user of this machine can.
 */
export class LiveServer {
  readonly #server: Server;
  readonly #page: string;
  readonly #token = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #listeners = new Set<ServerResponse>();
  #lastEvent = '';
  #port = 0;
  #stopped = false;

  private constructor(page: string) {
    this.#page = page;
    const timeouts = { headersTimeout: REQUEST_TIMEOUT, requestTimeout: REQUEST_TIMEOUT };
    this.#server = createServer({ ...timeouts, connectionsCheckingInterval: 1000 }, (request, response) =>
      this.#answer(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    for (const event of ['connection', 'drop']) this.#server.on(event, extendYield);
    this.#server.unref();
  }

  /** @param port 0: any free port. @throws UserError if the port is taken */
  static async start(page: string, port: number): Promise<LiveServer> {
    const live = new LiveServer(page);
    await new Promise<void>((resolve, reject) => {
      live.#server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(new UserError(`--port ${port} cannot be used (${cause.code}); omit it for any free port.`, { cause })),
      );
      live.#server.listen(port, LOOPBACK, resolve);
    });
    live.#port = (live.#server.address() as AddressInfo).port;
    return live;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}/${this.#token}/`;
  }

  /** True if a page is open. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Sends an update to all open pages. Pages opened later start with the last update. */
  send(update: unknown): void {
    this.#lastEvent = `data: ${JSON.stringify(update)}\n\n`;
    for (const listener of this.#listeners) {
      // A slow reader misses updates instead of filling the memory.
      if (listener.writableLength === 0) listener.write(this.#lastEvent);
    }
  }

  /** Sends the last update, then closes all connections. */
  async stop(update: unknown): Promise<void> {
    this.#stopped = true;
    this.#lastEvent = `data: ${JSON.stringify(update)}\n\n`;
    for (const listener of this.#listeners) listener.end(this.#lastEvent);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      setTimeout(() => this.#server.closeAllConnections(), 200).unref();
    });
  }

  #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    const hosts = [`${LOOPBACK}:${this.#port}`, `localhost:${this.#port}`];
    const refuse = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    const [, token = '', path] = /^\/([^/]*)\/(.*)$/.exec(url ?? '') ?? [];
    if (!hosts.includes(headers.host ?? '')) refuse(403, 'This page is only available on the machine of the run.');
    else if (!equalsSecret(token, this.#token)) refuse(403, 'The address lacks the token that the run printed.');
    else if (method !== 'GET') refuse(405, 'Only GET is supported.');
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
    } else refuse(404, 'Not found: this server has only the page and its events.');
  }
}
