import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog, openLog } from '../../../core/log/file.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { flattened } from '../../../experiments/report/facts.ts';
import { html, page as htmlPage } from '../../../experiments/report/html.ts';
import { chromium, launch, newPage } from './browser.ts';

const CLI = fileURLToPath(new URL('../../../experiments/cli.js', import.meta.url));
const test = suite('report');
const inBrowser = chromium ? test : test.skip;
let dir: string;
let browser: Browser;
test.before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'memspike-report-'));
  if (chromium) browser = await launch();
});
test.after(async () => {
  if (chromium) await browser.close();
  rmSync(dir, { recursive: true });
});

const memspike = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });

/** A finished run whose neuron i % size of `out` fires at every step × i ms. */
function runWith(name: string, spikes: number, size: number, step: number): string {
  const run = join(dir, name);
  mkdirSync(run);
  writeFileSync(join(run, 'config.json'), '{ "note": "</script><b>" }');
  writeFileSync(
    join(run, 'run.json'),
    JSON.stringify({ seed: 7, version: '1', configSha256: 'ab', energy: { read: 1e-12 } }),
  );
  const metadata = {
    populations: '["out","none"]',
    sizes: `[${size},3]`,
    tStart: '0',
    tStopPlanned: String(spikes * step),
  };
  const log = createLog(join(run, 'spikes.arrows'), SPIKES, metadata);
  const time = Float64Array.from({ length: spikes }, (_, i) => i * step);
  const neuron = Uint32Array.from({ length: spikes }, (_, i) => i % size);
  log.write({ time, neuron, population: new Uint8Array(spikes) }, spikes);
  log.close();
  return run;
}

const rowsOf = (run: string, log: string, column: string): number[] =>
  [...openLog(join(run, log))].flatMap(({ columns }) => [...columns[column]!]);

async function open(run: string): Promise<{ page: Page; errors: string[] }> {
  const { status, stderr } = memspike('report', run);
  assert.is(status, 0, stderr);
  const { page, errors } = await newPage(browser);
  await page.goto(pathToFileURL(join(run, 'report.html')).href);
  await page.waitForSelector('html[data-ready=true]');
  return { page, errors };
}

const viewOf = (page: Page) =>
  page.$eval('#raster', (canvas) =>
    canvas
      .getAttribute('aria-label')!
      .match(/[\d.]+/g)!
      .map(Number),
  );
const tooltipOf = (page: Page) =>
  page.$eval('.tooltip', (element) => ((element as HTMLElement).hidden ? '' : element.textContent));

/** Lets the page draw. */
const frame = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

test('what runs tell is listed by its path', () => {
  assert.equal(flattened({ a: 1234, b: { c: null, d: 1.5e-12 }, e: 'x' }), [
    ['a', '1,234'],
    ['b.c', '–'],
    ['b.d', '1.5000e-12'],
    ['e', 'x'],
  ]);
});

test('nothing that a run says can become markup or script', () => {
  const text = htmlPage({
    title: '<b>',
    subtitle: '"',
    sections: [{ id: 'a', title: '&', body: html`<p>${'<script>'}</p>` }],
    data: { evil: '</script><script>alert(1)' },
    packed: {},
    script: 'const a = "</script>";',
  });
  assert.match(text, '<title>&lt;b&gt;</title>');
  assert.match(text, '<p>&lt;script&gt;</p>');
  assert.is(text.match(/<\/script>/g)!.length, 2);
});

test('a page needs nothing but itself', () => {
  const run = runWith('alone', 100, 10, 1);
  assert.is(memspike('report', run).status, 0);
  const text = readFileSync(join(run, 'report.html'), 'utf8');
  assert.not.match(text.replaceAll('http://www.w3.org/', ''), /(src|href)="(?!data:|#)|https?:\/\/|@import|url\(/);
});

test('mistakes are one sentence', () => {
  const empty = join(dir, 'empty');
  mkdirSync(empty);
  const none = memspike('report', empty);
  assert.is(none.status, 1);
  assert.match(none.stderr, /is no run directory: it has no config\.json\.\n$/);
  const outside = memspike('report', runWith('outside', 100, 10, 1), '--from', '5000');
  assert.is(outside.status, 1);
  assert.match(outside.stderr, /is not complete: the window from 5000 ms on lies outside the run/);
});

inBrowser('opens without errors; wheel, keys and boxes work; the pointer tells time and neuron', async () => {
  const { page, errors } = await open(runWith('small', 100, 10, 1));
  assert.equal(await viewOf(page), [0, 100]);
  const box = (await (await page.$('#raster'))!.boundingBox())!;
  const [left, width, top, height] = [box.x + 110, box.width - 134, box.y + 22, 380];
  // Spike 55: neuron 5 of 10 at 55 ms, in a band over the whole height.
  const at = { x: left + 0.55 * width, y: top + height * (1 - 5.5 / 10) };
  await page.mouse.move(at.x, at.y);
  await frame(page);
  assert.is(await tooltipOf(page), 'out neuron 5, 55.000 ms');
  await page.mouse.wheel({ deltaY: -400 });
  await frame(page);
  const [from, to] = (await viewOf(page)) as [number, number];
  assert.ok(to - from < 60 && from > 0 && from < 55 && to > 55, `${from} to ${to}`);
  await page.focus('#raster');
  await page.keyboard.press('.');
  assert.match(await tooltipOf(page), /^out neuron 6, 56\.000 ms$/);
  await page.keyboard.press('0');
  await frame(page);
  assert.equal(await viewOf(page), [0, 100]);
  await page.keyboard.press('+');
  await frame(page);
  const before = (await viewOf(page)) as [number, number];
  await page.keyboard.press('ArrowRight');
  await frame(page);
  assert.ok(((await viewOf(page)) as [number, number])[0] > before[0]);
  await page.click('input[data-population="0"]');
  await page.mouse.move(at.x, at.y);
  await frame(page);
  assert.is(await tooltipOf(page), '');
  assert.equal(errors, []);
});

inBrowser('a million spikes open, and the dark page has no white ground', async () => {
  const { page, errors } = await open(runWith('million', 1_000_000, 500, 0.01));
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  const ground = await page.$eval('body', (body) => getComputedStyle(body).backgroundColor);
  assert.is(ground, 'rgb(21, 24, 28)');
  assert.ok(await page.$eval('#raster', (canvas) => (canvas as HTMLCanvasElement).width > 600));
  assert.equal(errors, []);
});

inBrowser('a run of the MNIST job shows what neurons won, and the wrong answers', async () => {
  const run = join(dir, 'mnist');
  const args = ['--neurons', '10', '--epochs', '1', '--train', '500', '--label', '100', '--test', '50'];
  assert.is(memspike('mnist', ...args, '--out', run).status, 0);
  const { page, errors } = await open(run);
  await page.$eval('#fields', (canvas) => canvas.scrollIntoView());
  const box = (await (await page.$('#fields'))!.boundingBox())!;
  await page.mouse.move(box.x + 5, box.y + 5);
  assert.match(await tooltipOf(page), /^neuron 0: .*threshold [\d.]+ mV\nwon /);
  const { accuracy, populations } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  const wrong = Math.round((50 * (100 - accuracy.logProbability)) / 100);
  assert.is((await page.$$('.digits li')).length, wrong);
  assert.is((await page.$$('.digits img')).length, wrong);
  const { wins } = await page.$eval('#data', (data) => JSON.parse(data.textContent!).fields);
  // Every image was won by one neuron, so the n-th spike is the answer to the n-th image.
  const classes = rowsOf(run, 'images.arrows', 'label').slice(0, 500);
  const winners = rowsOf(run, 'spikes.arrows', 'neuron').slice(0, 500);
  assert.is(populations.output.spikes, 500);
  const expected = Array.from({ length: 10 }, () => new Array(10).fill(0));
  classes.forEach((label, image) => {
    expected[winners[image]!]![label]++;
  });
  assert.equal(wins, expected);
  assert.equal(errors, []);
});

test.run();
