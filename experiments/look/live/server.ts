import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../../core/declare/errors.ts';
import { extendYield } from '../../run/interruption.ts';

/** Only programs of this machine reach it. */
const LOOPBACK = '127.0.0.1';
const TOKEN_BYTES = 24;
/** Open connections at most: files of the run need descriptors too. */
const MAX_CONNECTIONS = 1000;
/** Time in which a connection must send a request, ms. */
const REQUEST_TIMEOUT = 5000;
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'";

/** Whether two texts are the same, in a time that does not tell how much of them is. */
function same(given: string, known: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(known)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Serves one page and a stream of its updates (server-sent events) on the loopback interface. Requests under any other
 * host name are refused, so that no web site can read it by pointing a name of its own here; and those without the random
 * token in the address, so that no other user of this machine can.
 */
export class LiveServer {
  readonly #server: Server;
  readonly #page: string;
  readonly #token = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #listeners = new Set<ServerResponse>();
  #last = '';
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

  /** @param port 0: any that is free. UserError if it is taken. */
  static async start(page: string, port: number): Promise<LiveServer> {
    const live = new LiveServer(page);
    await new Promise<void>((resolve, reject) => {
      live.#server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(
          new UserError(`--port ${port} cannot be used (${cause.code}); leave it out for any free one.`, { cause }),
        ),
      );
      live.#server.listen(port, LOOPBACK, resolve);
    });
    live.#port = (live.#server.address() as AddressInfo).port;
    return live;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}/${this.#token}/`;
  }

  /** Whether anybody looks. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Sends an update to everybody who looks; who comes later gets the last one first. */
  send(update: unknown): void {
    this.#last = `data: ${JSON.stringify(update)}\n\n`;
    for (const listener of this.#listeners) {
      // Who reads slower than it is written misses updates instead of filling the memory.
      if (listener.writableLength === 0) listener.write(this.#last);
    }
  }

  /** Sends the last update, then closes every connection. */
  async stop(update: unknown): Promise<void> {
    this.#stopped = true;
    this.#last = `data: ${JSON.stringify(update)}\n\n`;
    for (const listener of this.#listeners) listener.end(this.#last);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      setTimeout(() => this.#server.closeAllConnections(), 200).unref();
    });
  }

  #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    const names = [`${LOOPBACK}:${this.#port}`, `localhost:${this.#port}`];
    const refuse = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    const [, token = '', place] = /^\/([^/]*)\/(.*)$/.exec(url ?? '') ?? [];
    if (!names.includes(headers.host ?? '')) refuse(403, 'This page is only for the machine it runs on.');
    else if (!same(token, this.#token)) refuse(403, 'The address lacks the token that the run has told.');
    else if (method !== 'GET') refuse(405, 'Only GET is answered.');
    else if (place === '') {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
      });
      response.end(this.#page);
    } else if (place === 'events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(this.#last || ': nothing yet\n\n');
      if (this.#stopped) return void response.end();
      this.#listeners.add(response);
      response.on('close', () => this.#listeners.delete(response));
    } else refuse(404, 'There is only the page and its events.');
  }
}
