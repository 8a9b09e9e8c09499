import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../core/declare/errors.ts';

const LOOPBACK = '127.0.0.1';

export const refuseRequest = (response: ServerResponse, status: number, reason: string): void =>
  void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${reason}\n`);

/**
 * HTTP server on the loopback interface. Requests with another host name are refused, so that no web site can read a page through a
 * host name that points here (DNS rebinding).
 */
export class LoopbackServer {
  readonly httpServer: Server;
  #port = 0;

  constructor(answer: RequestListener, options: ServerOptions = {}) {
    this.httpServer = createServer(options, (request, response) => {
      const hosts = [`${LOOPBACK}:${this.#port}`, `localhost:${this.#port}`];
      if (hosts.includes(request.headers.host ?? '')) answer(request, response);
      else refuseRequest(response, 403, 'This page is available only on the machine that serves it.');
    });
  }

  /** Starts the server. @param port TCP port; 0: any free port. @throws UserError for a port that cannot be used */
  async listen(port: number): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.httpServer.once('error', (cause: NodeJS.ErrnoException) =>
        reject(
          new UserError(`--port ${port} cannot be used (${cause.code}); leave \`--port\` out for any free port.`, {
            cause,
          }),
        ),
      );
      this.httpServer.listen(port, LOOPBACK, resolve);
    });
    this.#port = (this.httpServer.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}/`;
  }

  async stop(): Promise<void> {
    this.httpServer.closeAllConnections();
    await new Promise<void>((resolve) => this.httpServer.close(() => resolve()));
  }
}
