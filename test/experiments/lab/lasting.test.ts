/** A lab that is used for long, left, or has less than others: restarts, a tab in the background, a page that is closed, no SIMD. */
// slow: a lab that is used for long; the other tests of the lab run in `npm test`
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hasErrorCode } from '../../../core/log/fileError.ts';
import { labState } from '../../../experiments/lab/page/state.ts';
import type { LoopbackServer } from '../../../experiments/output/loopback.ts';
import { browserTests } from '../report/browser.ts';
import { at, open, press, pressMain, serve, start, textOf, until } from './support.ts';

const test = suite('a lab that lasts');
const root = mkdtempSync(join(tmpdir(), 'memspike-lasting-'));
let server: LoopbackServer;
let browser: Browser | undefined;
test.before(async () => {
  server = await serve();
});
test.after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(root, { recursive: true });
});

const chromium = async (): Promise<Browser> => {
  browser ??= await start('Chromium');
  return browser;
};
const long = { ...labState.value.learn, neurons: 100, train: 10_000, epochs: 20 };
const small = { ...labState.value.learn, neurons: 20, train: 300, test: 100 };
const MB = 2 ** 20;
const RESTARTS = 20;

/** MB of a process; 0 once it is gone. */
function residentOf(id: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || hasErrorCode(error, 'ESRCH')) return 0;
    throw error;
  }
}

/** MB of all processes that show pages, and of the page's own objects after a collection. */
async function memory(page: Page): Promise<{ processes: number; heap: number }> {
  const session = await page.createCDPSession();
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const all = await (await page.browser().target().createCDPSession()).send('SystemInfo.getProcessInfo');
  const resident = all.processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentOf(id));
  return {
    processes: resident.reduce((a, b) => a + b, 0),
    heap: metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / MB,
  };
}

browserTests(test)(`${RESTARTS} restarts of a training leave no worker and no memory behind`, async () => {
  const { page, said } = await open(await chromium(), at(server, { learn: long }));
  const found: { workers: number; processes: number; heap: number }[] = [];
  for (let i = 0; i < RESTARTS; i++) {
    await pressMain(page);
    await page.waitForSelector('.training[data-stage=running] progress');
    found.push({ workers: page.workers().length, ...(await memory(page)) });
    await press(page, 'Stop');
    await page.waitForSelector('.training[data-stage=stopped]');
  }
  const [early, last] = [found[RESTARTS / 4]!, found.at(-1)!];
  const told = JSON.stringify(found.map((one) => Object.values(one).map(Math.round)));
  assert.is(last.workers, found[0]!.workers, told);
  assert.ok(last.heap < early.heap + 5, told);
  assert.ok(last.processes < 1.5 * early.processes, told);
  if (process.env.TELL) console.log(told);
  assert.equal(said, []);
  await page.close();
});

browserTests(test)('a training goes on while another tab is looked at', async () => {
  const { page, said } = await open(await chromium(), at(server, { learn: { ...small, train: 2000 } }));
  await pressMain(page);
  const other = await (await chromium()).newPage();
  await other.bringToFront();
  assert.match(await textOf(page, '.score'), /: \d+\.\d % \(\d+\.\d to \d+\.\d\), /);
  assert.equal(said, []);
  await other.close();
  await page.close();
});

browserTests(test)('a training is shown in all views, survives a reload and gives the same bits', async () => {
  const learn = { ...small, train: 10_000, epochs: 2, neurons: 200 };
  const devices = [{ preset: 'ag-ceo2-pt', set: {} }];
  const whole = await open(await chromium(), at(server, { learn, devices }));
  await pressMain(whole.page);
  const hash = await textOf(whole.page, '[data-hash]');
  await whole.page.close();
  const { page, said } = await open(await chromium(), at(server, { learn, devices }));
  await pressMain(page);
  const seen = `Number((/training: ([\\d,]+)\\/20,000/.exec(document.body.textContent)?.[1] ?? '0').replace(',', ''))`;
  await until(page, `${seen} > 2000`);
  await press(page, 'Draw');
  assert.match(await textOf(page, '.strip'), /Ag\/CeO2\/Pt: training: .* images\/s/);
  await page.reload();
  await page.waitForFunction(`${seen} > 0`, { polling: 10 });
  assert.ok(Number(await page.evaluate(seen)) >= 1000, 'the training begins at a checkpoint');
  await press(page, 'Show training');
  assert.is(await textOf(page, '[data-hash]'), hash);
  await until(page, `document.querySelector('.score').textContent.includes('; ideal device ')`);
  assert.match(
    await textOf(page, '.score'),
    /^Ag\/CeO2\/Pt: [\d.]+ % \([\d.]+ to [\d.]+\), .* per image; ideal device [\d.]+ %$/,
  );
  await page.reload();
  await page.waitForSelector('button.main:not(:disabled)');
  assert.is(await page.evaluate(`document.querySelector('.training').dataset.stage`), 'idle');
  assert.equal(said, []);
  await page.close();
});

browserTests(test)('without WebAssembly SIMD the page says what is needed', async () => {
  // Code without SSE 4.1 is code without SIMD.
  const old = await start('Chromium', false, ['--js-flags=--no-enable-sse4-1']);
  try {
    const { page } = await open(old, at(server, { learn: small }));
    await pressMain(page);
    assert.match(await textOf(page, '.training .error'), /^WebAssembly with SIMD .* or a browser released since 2023/);
  } finally {
    await old.close();
  }
});

test.run();
