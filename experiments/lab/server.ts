import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../core/declare/errors.ts';
import type { LabFiles } from './files.ts';

/** Loopback address: only programs of this machine reach the server. */
const LOOPBACK = '127.0.0.1';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
};

/**
 * Server of the lab on the loopback interface. It refuses requests with another host name, so that no web site can read the images
 * through DNS rebinding. Its address has no token, unlike a live page: the lab shows no runs, and shared addresses must stay valid.
 */
export class LabServer {
  readonly #server: Server;
  readonly #files: LabFiles;
  #port = 0;

  private constructor(files: LabFiles) {
    this.#files = files;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** @param port TCP port; 0 for any free port @throws UserError for a port that cannot be used */
  static async start(files: LabFiles, port: number): Promise<LabServer> {
    const lab = new LabServer(files);
    await new Promise<void>((resolve, reject) => {
      lab.#server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(
          new UserError(`--port ${port} cannot be used (${cause.code}); leave \`--port\` out for any free port.`, {
            cause,
          }),
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
      return void refuse(403, 'This page is available on its own machine only.');
    if (method !== 'GET' && method !== 'HEAD') return void refuse(405, 'The method must be GET or HEAD.');
    const name = (url ?? '/').replace(/[?#].*$/, '').slice(1) || 'index.html';
    if (!this.#files.names.includes(name)) return void refuse(404, 'The lab has no such file.');
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
