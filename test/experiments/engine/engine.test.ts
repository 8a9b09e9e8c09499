/** What `memspike/engine` weighs and needs, and that it gives in a browser the bits that it gives here. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'puppeteer-core';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as engine from '../../../experiments/engine.ts';
import { browserTests, chromium, launch, newPage } from '../report/browser.ts';
import { type Outcome, outcomes } from './networks.ts';

/** Bytes, gzipped. */
const BUDGET = 250_000;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** As a page would bundle it: by what the package itself is made with. */
async function bundled(input: string, plugins: Plugin[] = []): Promise<OutputChunk> {
  const build = await rolldown({ input, plugins, platform: 'browser' });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
  await build.close();
  return output[0];
}
const bundle = await bundled(here('../../../experiments/engine.js'));

/** The example of the page on browsers, bundled as it says there. */
const page = readFileSync(here('../../../../docs/how-to/browsers.md'), 'utf8');
const PAGE = here('../../../../page.ts');
const example = await bundled(PAGE, [
  {
    name: 'example',
    resolveId: (id) => (id === PAGE ? id : null),
    load: (id) => (id === PAGE ? /```ts\n([\s\S]*?)```/.exec(page)![1]! : null),
  },
]);

const SCRIPTS: Record<string, string | Uint8Array> = {
  '/engine.js': bundle.code,
  '/networks.js': readFileSync(here('networks.js')),
  '/page.js': example.code,
};

const server = createServer(({ url }, response) => {
  const script = SCRIPTS[url!];
  const policy = "script-src 'self' 'wasm-unsafe-eval'";
  if (script === undefined) response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
  else response.writeHead(200, { 'content-type': 'text/javascript' });
  response.end(script ?? '<!doctype html><link rel="icon" href="data:,"><title>engine</title>');
});
let browser: Browser;
let expected: Record<string, Outcome>;

test.before(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  expected = await outcomes(engine);
  if (chromium) browser = await launch();
});
test.after(async () => {
  if (chromium) await browser.close();
  server.close();
});

test(`it takes at most ${BUDGET / 1000} kB gzipped as one module`, () => {
  const { length } = gzipSync(bundle.code, { level: 9 });
  assert.ok(length <= BUDGET, `${length} bytes`);
});

test('it needs nothing of Node, of Arrow or that draws', () => {
  assert.equal(bundle.imports, []);
  const loaded = Object.entries(bundle.modules).filter(([, { renderedLength }]) => renderedLength > 0);
  const packages = loaded.map(([id]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]);
  const expected = ['fastpriorityqueue', 'fflate', 'levenshtein-edit-distance', 'ml-matrix', 'seedrandom', 'zod'];
  assert.equal([...new Set(packages.filter((name) => name !== undefined))].sort(), expected);
});

/** Makes a page one whose browser keeps shared memory from it, as some do without headers. */
function refuseSharing(): void {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (descriptor.shared) throw new WebAssembly.LinkError('shared memory is disabled');
      super(descriptor);
    }
  };
}

for (const shared of [true, false])
  browserTests(test)(`a browser gives the same bits, ${shared ? 'with' : 'without'} shared memory`, async () => {
    const { page, errors } = await newPage(browser);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    if (!shared) await page.evaluate(`(${refuseSharing})()`);
    const found = await page.evaluate(`(async () => {
      const violations = [];
      document.addEventListener('securitypolicyviolation', ({ blockedURI }) => violations.push(blockedURI));
      const [engine, { outcomes }] = await Promise.all([import('/engine.js'), import('/networks.js')]);
      return { isolated: crossOriginIsolated, outcomes: await outcomes(engine), violations };
    })()`);
    assert.equal(found, { isolated: false, outcomes: expected, violations: [] });
    assert.ok(Object.values(expected).every(({ kernels }) => kernels === 'simd'));
    assert.equal(errors, []);
    await page.close();
  });

browserTests(test)(
  'the example of docs/how-to/browsers.md runs in a browser, and says what it says in Node',
  async () => {
    const input = SCRIPTS['/page.js'];
    const said = execFileSync(process.execPath, ['--input-type=module'], { input, encoding: 'utf8' }).trim();
    assert.match(said, /^[1-9]\d+ spikes, the last at 9\d\d\.\d+ ms$/);
    const { page, errors } = await newPage(browser);
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(`import('/page.js')`);
    assert.equal([lines, errors], [[said], []]);
    await page.close();
  },
);

test.run();
