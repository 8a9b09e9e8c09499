// slow: runs beside a server
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LivePage, renderLivePage } from '../../../../experiments/report/live/livePage.ts';
import { RecentSpikeBuffer } from '../../../../experiments/report/live/recentSpikeBuffer.ts';
import { yieldToEventLoop } from '../../../../experiments/run/interruption.ts';
import { Rows } from '../../../support.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { browserTests, chromium, launch, newPage } from '../browser.ts';

const CLI = fileURLToPath(new URL('../../../../experiments/cli.js', import.meta.url));
const test = suite('live');
const inBrowser = browserTests(test);
let dir: string;
let browser: Browser;
test.before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'memspike-live-'));
  if (chromium) browser = await launch();
});
test.after(async () => {
  if (chromium) await browser.close();
  rmSync(dir, { recursive: true });
});

/** Status and body of a request with this host name. */
const ask = (url: string, host?: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false, ...(host === undefined ? {} : { headers: { host } }) }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    }).on('error', reject);
  });

/** The address that a run with --live tells. */
const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let told = '';
    child.stderr!.on('data', (chunk) => {
      told += chunk;
      const url = /Live: (\S+)/.exec(told)?.[1];
      if (url) resolve(url);
    });
    child.on('exit', () => reject(new Error(`ended without an address: ${told}`)));
  });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.on('exit', resolve);
  });

/** Opens the page of a training and collects what it tells; whether it saw two frames before the end. */
async function watches(page: Page, url: string): Promise<boolean> {
  if (!(await page.goto(url).catch(() => null))) return false;
  await page.evaluate(() => {
    const progress = document.getElementById('progress')!;
    const told: string[] = [];
    Object.assign(window, { told });
    new MutationObserver(() => told.push(progress.textContent)).observe(progress, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  await page.waitForFunction(
    () =>
      Number(document.documentElement.dataset.frames) >= 2 ||
      /ended/.test(document.getElementById('progress')!.textContent),
    POLLING,
  );
  return page.evaluate(() => Number(document.documentElement.dataset.frames) >= 2);
}

test('only this machine is answered, under its own names', async () => {
  const server = await new LivePage('the page').listen(0);
  const { url } = server;
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
  assert.equal(await ask(url), { status: 200, body: 'the page' });
  const port = new URL(url).port;
  assert.is((await ask(url, `localhost:${port}`)).status, 200);
  for (const host of [`evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `127.0.0.1:1`, 'localhost'])
    assert.is((await ask(url, host)).status, 403, host);
  assert.is((await ask(`${url}etc/passwd`)).status, 404);
  const other = await new LivePage('another page').listen(0);
  const { pathname } = new URL(other.url);
  assert.not.equal(pathname, new URL(url).pathname);
  for (const path of [
    '/',
    '/events',
    '//',
    '//events',
    `${pathname}`,
    `${pathname}events`,
    `/${'A'.repeat(32)}/events`,
  ])
    assert.is((await ask(`http://127.0.0.1:${port}${path}`)).status, 403, path);
  await other.stop();
  let message = '';
  await new LivePage('').listen(Number(port)).catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /^--port \d+ cannot be used \(EADDRINUSE\)/);
  await server.stop();
  assert.is(await ask(url).catch((error: NodeJS.ErrnoException) => error.code), 'ECONNREFUSED');
});

/** Connections that send nothing yet, as soon as they are open. */
const connections = (url: string, count: number): Promise<Socket[]> => {
  const { port, hostname } = new URL(url);
  const open = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(socket)).on('error', reject);
    });
  return Promise.all(Array.from({ length: count }, open));
};

test('a request that comes while the run ends is answered', async () => {
  const server = await new LivePage('the page').listen(0);
  const { host, pathname } = new URL(server.url);
  const sockets = await connections(server.url, 2);
  for (let i = 0; i < 5; i++) await yieldToEventLoop(); // in which they are accepted
  const stopped = server.stop({ progress: 'over' });
  const answers = sockets.map(
    (socket, i) =>
      new Promise<string>((resolve) => {
        let text = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        socket.on('close', () => resolve(text));
        socket.write(`GET ${pathname}${i === 0 ? '' : 'events'} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      }),
  );
  const [page, events] = await Promise.all(answers);
  assert.match(page!, /^HTTP\/1.1 200 [\s\S]*the page/);
  assert.match(events!, /^HTTP\/1.1 200 [\s\S]*data: \{"progress":"over","isEnded":true\}/);
  await stopped;
});

test('500 idle connections do not keep a page from a run that breathes seldom', async () => {
  const server = await new LivePage('the page').listen(0);
  const idle = connections(server.url, 500);
  let answer: { status: number } | undefined;
  const asked = ask(server.url).then((found) => {
    answer = found;
  });
  let breaths = 0;
  for (; answer === undefined && breaths < 1000; breaths++) await yieldToEventLoop();
  assert.is(answer?.status, 200);
  assert.ok(breaths < 50, `${breaths} breaths`);
  await asked;
  for (const socket of await idle) socket.destroy();
  await server.stop();
});

test('nothing is made while nobody looks', async () => {
  const live = await new LivePage(renderLivePage('title', {})).listen(0);
  live.sendUpdate(() => {
    throw new Error('made for nobody');
  });
  await live.stop({ progress: 'over' });
});

test('recent spikes pass on what is logged, and remember all', () => {
  const log = new Rows();
  const recent = new RecentSpikeBuffer(log, [1]);
  for (let lot = 0; lot < 3; lot++) {
    const time = Float64Array.of(10 * lot, 10 * lot + 1);
    recent.write({ time, neuron: Uint32Array.of(4, 5), population: Uint8Array.of(0, 1) }, 2);
  }
  assert.equal(
    log.rows,
    [1, 11, 21].map((time) => ({ time, neuron: 5, population: 1 })),
  );
  assert.equal(recent.selectSpikesSince(11, 0.5), {
    ticks: [0, 18, 20],
    neurons: [5, 4, 5],
    populationIndices: [1, 0, 1],
  });
});

test('recent spikes are the last ones, however they come', () => {
  const most = 1 << 17;
  let written = 0;
  const recent = new RecentSpikeBuffer(new Rows());
  for (const rows of [1000, most - 500, 3, most + 7, most, 2 * most + 1, 11]) {
    const time = Float64Array.from({ length: rows }, (_, i) => written + i);
    recent.write({ time, neuron: Uint32Array.from(time), population: new Uint8Array(rows) }, rows);
    written += rows;
    const { ticks, neurons } = recent.selectSpikesSince(0, 1);
    const first = Math.max(0, written - most);
    assert.equal([ticks.length, ticks[0], ticks.at(-1)], [Math.min(written, most), first, written - 1]);
    assert.ok(ticks.every((t, i) => t === first + i && neurons[i] === t));
  }
});

/** Not at the frames of the screen, which a page that the browser holds for hidden does not get. */
const POLLING = { polling: 100 } as const;
const SMALL = ['mnist', '--neurons', '30', '--train', '20000', '--label', '200', '--test', '100', '--no-pictures'];

/** A training that a page sees going on: one that is over too early, on a busy machine, is followed by a longer one. */
async function watched() {
  for (let epochs = 2; epochs <= 128; epochs *= 4) {
    const args = [...SMALL, '--epochs', String(epochs)];
    const out = `live${epochs}`;
    const child = spawn(process.execPath, [CLI, ...args, '--live', '--out', join(dir, out)]);
    const opened = await newPage(browser);
    if (await watches(opened.page, await addressOf(child))) return { ...opened, child, args, out };
    await ended(child);
  }
  throw new Error('no training was seen going on');
}

inBrowser('a training shows itself while it goes on, with the same results', async () => {
  const { page, errors, child, args, out } = await watched();
  assert.match(await page.$eval('#raster', (canvas) => canvas.getAttribute('aria-label')!), /^Spikes by neuron from/);
  const drawn = await page.$eval('#fields', (element) => {
    const canvas = element as HTMLCanvasElement;
    return new Set(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data).size;
  });
  assert.ok(drawn > 50, `${drawn} shades`);
  assert.is(await ended(child), 0);
  await page.waitForFunction(() => /ended/.test(document.getElementById('progress')!.textContent), POLLING);
  const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
  assert.ok(
    told.some((text) => /^training: [\d,]+ of [\d,]+0,000 images/.test(text)),
    told.join('\n'),
  );
  assert.match(
    await page.$eval('#progress', (element) => element.textContent),
    /^The run has ended: accuracy [\d.]+ % \(95 % interval .*\)\. All of it on one page: memspike report /,
  );
  assert.equal(errors, []);
  assert.is((await inProcess(dir, ...args, '--out', 'alone')).status, 0);
  const hashes = [out, 'alone'].map((run) => {
    const { spikesSha256, weightsSha256 } = JSON.parse(readFileSync(join(dir, run, 'run.json'), 'utf8'));
    return [spikesSha256, weightsSha256];
  });
  assert.equal(hashes[0], hashes[1]);
});

inBrowser('a network file shows its spikes, and Ctrl-C ends the page too', async () => {
  const file = join(dir, 'net.yaml');
  writeFileSync(
    file,
    `memspike: 1
duration: 100000000
populations:
  noise: { model: poisson, size: 50, rate: 20 }
  output: { model: lif, size: 5 }
projections:
  - { from: noise, to: output, connect: { all: { weight: 2 } } }
record: { spikes: [output] }
`,
  );
  const child = spawn(process.execPath, [CLI, 'run', file, '--live', '--out', join(dir, 'run')]);
  const { page, errors } = await newPage(browser);
  await page.goto(await addressOf(child));
  await page.waitForFunction(() => Number(document.documentElement.dataset.frames) >= 2, POLLING);
  assert.equal(await page.$$eval('.controls label', (labels) => labels.map((label) => label.textContent)), ['output']);
  assert.match(
    await page.$eval('#progress', (element) => element.textContent),
    /(s|min|h); noise 2\d(\.\d)? Hz, output/,
  );
  child.kill('SIGINT');
  assert.is(await ended(child), 130);
  await page.waitForFunction(() => /ended/.test(document.getElementById('progress')!.textContent), POLLING);
  assert.equal(errors, []);
});

test('a port without a page is refused', async () => {
  const { status, stderr } = await inProcess(dir, 'mnist', '--port', '8000');
  assert.is(status, 2);
  assert.is(stderr, 'memspike: mnist: --port applies only with --live.\n');
});

test.run();
