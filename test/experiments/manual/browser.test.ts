// slow: drives a browser
/** The built manual in Chromium: size, first paint, layout, accessibility, search by keyboard, colours. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listLabFiles } from '../../../experiments/lab/files.ts';
import type { LoopbackServer } from '../../../experiments/output/loopback.ts';
import { BROWSERS, findAllViolations, open, serve, start, until } from '../lab/support.ts';

/** Maximum of HTML, style sheets and scripts of a page, bytes. */
const MAX_PAGE_SIZE = 200_000;
/** Maximum time of the first paint, ms. */
const MAX_FIRST_PAINT = 500;
const WIDTHS = [390, 1600];
/** Loads of a page at most, of which the fastest one counts: other programs may delay a single load. */
const MAX_LOADS = 3;
/** Pages of each kind: contents, text, long code, wide tables, results. */
const PAGES = [
  'index.html',
  'guide/networks.html',
  'reference/typescript-api/memspike.html',
  'reference/models/devices.html',
  'results/demonstrations/index.html',
];

const LAB = fileURLToPath(new URL('../../../lab/', import.meta.url));
const addresses = listLabFiles().fileNames.filter((name) => /^manual\/.*\.html$/.test(name));
const test = suite('manual in Chromium');
const inBrowser = BROWSERS.Chromium ? test : test.skip;
let browser: Browser;
let server: LoopbackServer;
test.before(async () => {
  server = await serve();
  if (BROWSERS.Chromium) browser = await start('Chromium');
});
test.after(async () => {
  await browser?.close();
  await server.stop();
});

const textOf = (page: Page, expression: string) => page.evaluate(expression) as Promise<string>;

test(`a page has at most ${MAX_PAGE_SIZE.toLocaleString('en')} bytes with its style sheets and scripts`, () => {
  assert.ok(addresses.length > 60, `${addresses.length} pages`);
  const shared = ['manual.css', 'manual.js', 'theme.js'].reduce(
    (sum, name) => sum + statSync(join(LAB, 'manual', name)).size,
    0,
  );
  const large = addresses
    .map((name) => `${name}: ${statSync(join(LAB, name)).size + shared}`)
    .filter((line) => Number(line.split(': ')[1]) > MAX_PAGE_SIZE);
  assert.equal(large, []);
});

test('every page has the policy of the lab, and no style or script of its own', () => {
  const policy = /<meta http-equiv="Content-Security-Policy".*>/.exec(
    readFileSync(join(LAB, 'index.html'), 'utf8'),
  )![0];
  for (const name of addresses) {
    const text = readFileSync(join(LAB, name), 'utf8');
    assert.ok(text.includes(policy), name);
    assert.not.match(text, /<[a-z][^<>]* style="|<script(?! (?:type="module" )?src=)| on[a-z]+="/, name);
  }
});

for (const scheme of ['light', 'dark'])
  inBrowser(
    `${scheme}: no page overflows, axe finds nothing, the first paint takes less than ${MAX_FIRST_PAINT} ms`,
    async () => {
      for (const width of WIDTHS)
        for (const name of PAGES) {
          const { page, said } = await open(browser, 'about:blank', width);
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
          const where = `${name} at ${width} px`;
          let time = Infinity;
          for (let load = 0; load < MAX_LOADS && time >= MAX_FIRST_PAINT; load++) {
            await page.goto(`${server.url}manual/${name}`);
            await until(page, `performance.getEntriesByName('first-contentful-paint').length > 0`);
            time = Number(await textOf(page, `performance.getEntriesByName('first-contentful-paint')[0].startTime`));
          }
          assert.ok(time < MAX_FIRST_PAINT, `${where}: ${time} ms`);
          assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), where);
          assert.equal(await findAllViolations(page), [], where);
          assert.equal(said, [], where);
          await page.close();
        }
    },
  );

inBrowser('all pages fit 390 px', async () => {
  const { page } = await open(browser, server.url, WIDTHS[0]);
  const wide: string[] = [];
  for (const name of addresses) {
    await page.goto(server.url + name, { waitUntil: 'domcontentloaded' });
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wide.push(name);
  }
  assert.equal(wide, []);
});

inBrowser('search: the slash focuses, arrows choose, Enter opens; the index is loaded on first use', async () => {
  const { page, said } = await open(browser, `${server.url}manual/guide/devices.html`);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.keyboard.press('/');
  assert.is(await textOf(page, 'document.activeElement.type'), 'search');
  assert.equal(requests, []);
  await page.keyboard.type('refractry');
  await until(page, `document.querySelectorAll('#search li a').length > 2`);
  assert.ok(requests.some((url) => url.endsWith('search.json')));
  assert.match(await textOf(page, `document.querySelector('#search [role="status"]').textContent`), /^\d+ found$/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const target = await textOf(page, 'document.activeElement.href');
  assert.is(target, await textOf(page, `document.querySelectorAll('#search li a')[1].href`));
  assert.equal(await findAllViolations(page), []);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.is(page.url(), target);
  await page.keyboard.press('/');
  await page.keyboard.type('zzzqqq');
  await until(page, `document.querySelector('#search [role="status"]').textContent === 'Nothing found for "zzzqqq".'`);
  await page.keyboard.press('Escape');
  assert.ok(await page.evaluate(`document.querySelector('.results').hidden`));
  assert.equal(said, []);
});

inBrowser('the colours follow the system until they are chosen, and the choice lasts', async () => {
  const { page } = await open(browser, `${server.url}manual/index.html`);
  const isDark = () => page.evaluate(`getComputedStyle(document.body).backgroundColor === 'rgb(21, 23, 27)'`);
  for (const value of ['dark', 'light']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    assert.is(await isDark(), value === 'dark');
  }
  await page.click('#theme');
  await page.click('#theme');
  assert.is(await textOf(page, `document.querySelector('#theme').ariaLabel`), 'Colours: Dark');
  await page.goto(`${server.url}manual/lab.html`);
  assert.ok(await isDark());
  await page.click('#theme');
  assert.not(await isDark());
});

inBrowser('the keyboard reaches the text and, at 390 px, the contents; print shows the text only', async () => {
  const { page } = await open(browser, `${server.url}manual/lab.html`, WIDTHS[0]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.is(await textOf(page, 'document.activeElement.id'), 'content');
  const isShown = (selector: string) => page.evaluate(`document.querySelector('${selector}').checkVisibility()`);
  assert.not(await isShown('#sections'));
  await page.click('.menu');
  assert.ok(await isShown('#sections'));
  assert.equal(await findAllViolations(page), []);
  await page.keyboard.press('Escape');
  assert.not(await isShown('#sections'));
  await page.setViewport({ width: 1600, height: 900 });
  await page.emulateMediaType('print');
  assert.equal(await Promise.all(['header', '#sections', '.headings', 'h1'].map(isShown)), [false, false, false, true]);
});

inBrowser('without a server that has the index, the search says so', async () => {
  const { page } = await open(browser, `${server.url}manual/index.html`);
  await page.setOfflineMode(true);
  await page.keyboard.press('/');
  await page.keyboard.type('lif');
  await until(
    page,
    `document.querySelector('#search [role="status"]').textContent.startsWith('The search index cannot')`,
  );
});

test.run();
