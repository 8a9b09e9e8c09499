import { LoopbackServer, refuseRequest } from '../output/loopback.ts';
import type { LabFiles } from './files.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  avif: 'image/avif',
};

/**
 * Starts the web server of the lab (the browser application). The address has no access token, so that
 * shared addresses stay valid: the lab shows no runs that need protection.
 * @param port 0: any free port
 */
export const serveLab = (files: LabFiles, port: number): Promise<LoopbackServer> =>
  new LoopbackServer(({ method, url }, response) => {
    if (method !== 'GET' && method !== 'HEAD') return refuseRequest(response, 405, 'The method must be GET or HEAD.');
    const name = (url ?? '/')
      .replace(/[?#].*$/, '')
      .slice(1)
      .replace(/(^|\/)$/, '$1index.html');
    if (!files.fileNames.includes(name)) return refuseRequest(response, 404, 'The lab has no such file.');
    const bytes = files.read(name);
    response.writeHead(200, {
      'content-type': TYPES[name.split('.').at(-1)!] ?? 'application/octet-stream',
      'content-length': bytes.length,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }).listen(port);
