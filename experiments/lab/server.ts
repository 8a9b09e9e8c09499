import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../core/declare/errors.ts';
import type { LabFiles } from './files.ts';

/** Only programs of this machine reach it. */
const LOOPBACK = '127.0.0.1';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
};

/**
 * Serves the lab on the loopback interface. Requests under any other host name are refused, so that no web site can read the images
 * by pointing a name of its own here. Unlike a live page its address holds no token: it shows no run of anybody's, and addresses
 * that hold a configuration shall work again tomorrow.
 */
export class LabServer {
  readonly #server: Server;
  readonly #files: LabFiles;
  #port = 0;

  private constructor(files: LabFiles) {
    this.#files = files;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** @param port 0: any that is free. UserError if it is taken. */
  static async start(files: LabFiles, port: number): Promise<LabServer> {
    const lab = new LabServer(files);
    await new Promise<void>((resolve, reject) => {
      lab.#server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(
          new UserError(`--port ${port} cannot be used (${cause.code}); leave it out for any free one.`, { cause }),
        ),
      );
      lab.#server.listen(port, LOOPBACK, resolve);
    });
    lab.#port = (lab.#server.address() as AddressInfo).port;
    return lab;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    const refuse = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    if (![`${LOOPBACK}:${this.#port}`, `localhost:${this.#port}`].includes(headers.host ?? ''))
      return void refuse(403, 'This page is only for the machine it runs on.');
    if (method !== 'GET' && method !== 'HEAD') return void refuse(405, 'Only GET is answered.');
    const name = (url ?? '/').replace(/[?#].*$/, '').slice(1) || 'index.html';
    if (!this.#files.names.includes(name)) return void refuse(404, 'There is no such file in the lab.');
    const bytes = this.#files.read(name);
    response.writeHead(200, {
      'content-type': TYPES[name.split('.').at(-1)!] ?? 'application/octet-stream',
      'content-length': bytes.length,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}
