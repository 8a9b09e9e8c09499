import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLog } from '../../../core/log/file.ts';
import { html, renderPage } from '../../../experiments/report/page.ts';
import { inProcess } from '../cli/inProcess.ts';
import { browserTests, chromium, launch, newPage } from './browser.ts';
import { frame, madeRun, tooltipOf, viewOf } from './pages.ts';

const test = suite('report');
const inBrowser = browserTests(test);
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

const memspike = (...args: string[]) => inProcess('.', ...args);

const runWith = (...run: Parameters<typeof madeRun> extends [string, ...infer R] ? R : never) => madeRun(dir, ...run);

const rowsOf = (run: string, log: string, column: string): number[] =>
  [...openLog(join(run, log))].flatMap(({ columns, rows }) => [...columns[column]!.subarray(0, rows)]);

async function open(run: string, scripted = true): Promise<{ page: Page; errors: string[] }> {
  const { status, stderr } = await memspike('report', run);
  assert.is(status, 0, stderr);
  const { page, errors } = await newPage(browser);
  await page.goto(pathToFileURL(join(run, 'report.html')).href);
  if (scripted) await page.waitForSelector('html[data-ready=true]');
  if (scripted && (await page.$('#raster'))) await page.waitForSelector('#raster[aria-label]'); // it is drawn with a frame
  return { page, errors };
}

test('nothing that a run says can become markup or script', () => {
  const text = renderPage({
    title: '<b>',
    subtitle: '"',
    sections: [{ id: 'a', title: '&', body: html`<p>${'<script>'}</p>` }],
    scriptData: { evil: '</script><script>alert(1)' },
    packedData: {},
    script: 'const a = "</script>";',
  });
  assert.match(text, '<title>&lt;b&gt;</title>');
  assert.match(text, '<p>&lt;script&gt;</p>');
  assert.is(text.match(/<\/script>/g)!.length, 2);
});

test('a page needs nothing but itself', async () => {
  const run = runWith('alone', 100, 10, 1);
  assert.is((await memspike('report', run)).status, 0);
  const text = readFileSync(join(run, 'report.html'), 'utf8');
  assert.not.match(text.replaceAll('http://www.w3.org/', ''), /(src|href)="(?!data:|#)|https?:\/\/|@import|url\(/);
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(text)!;
  assert.match(
    policy!.replaceAll('&#39;', "'"),
    /^default-src 'none'; script-src 'sha256-[^']+'; .*form-action 'none'$/,
  );
});

test('mistakes are one sentence', async () => {
  const empty = join(dir, 'empty');
  mkdirSync(empty);
  const none = await memspike('report', empty);
  assert.is(none.status, 1);
  assert.match(
    none.stderr,
    /is not the directory of a run \(it has no config\.json\) or of a sweep \(it has no sweep\.json\)\.\n$/,
  );
  const outside = await memspike('report', runWith('outside', 100, 10, 1), '--from', '5000');
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
  await frame(page);
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
  const held = (await viewOf(page)) as [number, number];
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + width / 10, at.y, { steps: 3 });
  await page.mouse.up();
  await frame(page);
  const dragged = (await viewOf(page)) as [number, number];
  assert.ok(Math.abs(held[0] - dragged[0] - (held[1] - held[0]) / 10) < 0.1, `${held} to ${dragged}`);
  await page.click('input[data-population="0"]');
  await page.mouse.move(at.x, at.y);
  await frame(page);
  assert.is(await tooltipOf(page), '');
  assert.equal(errors, []);
});

inBrowser('rates under the raster follow zoom, pan and boxes', async () => {
  const { page, errors } = await open(runWith('half', 100, 10, 1, 200));
  /** Whether the strip has the colour of its population just above its zero line, at two shares of the width. */
  const filled = () =>
    page.$eval('#raster', (element) => {
      const canvas = element as HTMLCanvasElement;
      const context = canvas.getContext('2d')!;
      const scale = canvas.width / canvas.clientWidth;
      return [0.25, 0.75].map((share) => {
        const x = 110 + share * (canvas.clientWidth - 134);
        const [r, g, b] = context.getImageData(x * scale, (22 + 380 + 66 - 8) * scale, 1, 1).data;
        return r === 0 && g === 0x72 && b === 0xb2;
      });
    });
  const height = () => page.$eval('#raster', (canvas) => canvas.clientHeight);
  assert.equal(await filled(), [true, false]);
  await page.focus('#raster');
  for (let i = 0; i < 2; i++) await page.keyboard.press('+');
  for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowRight');
  await frame(page);
  assert.ok((await viewOf(page))[0]! > 100);
  assert.equal(await filled(), [false, false]);
  for (let i = 0; i < 18; i++) await page.keyboard.press('ArrowLeft');
  await frame(page);
  assert.equal(await viewOf(page).then(([from, to]) => [from, to! < 100]), [0, true]);
  assert.equal(await filled(), [true, true]);
  const before = await height();
  await page.click('input[data-population="0"]');
  await frame(page);
  assert.is(await height(), before - 66);
  assert.equal(errors, []);
});

test('the spikes are measured, and what was recorded of weights and devices is drawn', async () => {
  const network = join(dir, 'network.json');
  const projection = (to: string) => ({
    from: 'in',
    to,
    delay: 1,
    connect: { all: { weight: 1 } },
    record: { weights: { every: 20 } },
    device: { model: 'softBound', weightAtGMax: 2 },
    rule: { model: 'pairStdp' },
  });
  const lif = { model: 'lif', size: 2, tau: 20, threshold: 2 };
  const described = {
    memspike: 1,
    seed: 1,
    duration: 100,
    record: { devices: true },
    populations: { in: { model: 'poisson', size: 5, rate: 100 }, a: lif, b: lif },
    projections: [projection('a'), projection('b')],
  };
  writeFileSync(network, JSON.stringify(described));
  const run = join(dir, 'weights');
  assert.is((await memspike('run', network, '--out', run)).status, 0);
  const shown = async () => {
    assert.is((await memspike('report', run)).status, 0);
    return readFileSync(join(run, 'report.html'), 'utf8');
  };
  const text = await shown();
  assert.match(text, /<th scope="row">Fano factor<\/th>/);
  assert.match(text, 'alt="isi"');
  for (const name of ['a', 'b'])
    for (const picture of ['weights.fields', 'weights.histogram', 'devices.energy'])
      assert.match(text, `alt="in-&gt;${name} ${picture}"`);
  // Pictures that were made with other options are shown instead.
  assert.is((await memspike('weights', run, '--projection', 'in->a', '--times', '0,40')).status, 0);
  assert.match(await shown(), 'alt="weights.histogram"');
  assert.not.match(await shown(), 'alt="in-&gt;');
});

inBrowser('a sweep shows how far it is, and its response curves', async () => {
  const sweep = join(dir, 'sweep');
  const file = join(dir, 'sweep.json');
  const lif = { model: 'lif', size: 2, tau: 20, threshold: 15, current: 1 };
  writeFileSync(join(dir, 'lif.json'), JSON.stringify({ memspike: 1, seed: 1, duration: 50, populations: { a: lif } }));
  const parameters = { tau: { path: 'populations.a.tau', list: [10, 20, 40] } };
  const planned = { memspike: 1, experiment: 'run', network: 'lif.json', replicates: 2, parameters };
  writeFileSync(file, JSON.stringify({ ...planned, metrics: ['populations.a.rate'] }));
  assert.is((await memspike('sweep', 'plan', file, '--out', sweep)).status, 0);
  rmSync(join(sweep, 'points', '000000'), { recursive: true, force: true }); // planning computes the first run
  const early = await memspike('report', sweep);
  assert.is(early.status, 1);
  assert.match(early.stderr, /sweep has no finished run, so there is nothing to show\.\n$/);
  assert.is((await memspike('sweep', 'run', sweep, '--workers', '1')).status, 0);
  const { page, errors } = await open(sweep, false);
  assert.match(await page.$eval('#summary', (section) => section.textContent!), /runs done\s*6/);
  const alts = await page.$$eval('#responses img', (images) => images.map(({ alt }) => alt));
  assert.equal(alts, ['response populations a rate tau']);
  assert.is(await page.$$eval('#points tbody tr', (rows) => rows.length), 3);
  assert.equal(errors, []);
});

inBrowser('printed from a dark screen, the raster is dark on white', async () => {
  const run = runWith('printed', 100, 10, 1);
  const { page, errors } = await open(run);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await frame(page);
  /** Mean lightness (0 to 255) of what is drawn left of the plot, where the names are. */
  const names = () =>
    page.$eval('#raster', (element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, 100, canvas.height);
      let [sum, n] = [0, 0];
      for (let k = 0; k < data.length; k += 4) {
        if (data[k + 3]! < 200) continue;
        sum += data[k]!;
        n++;
      }
      return sum / n;
    });
  assert.ok((await names()) > 150, `on the screen: ${await names()}`);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.ok((await names()) < 100, `on paper: ${await names()}`);
  assert.ok((await page.pdf()).length > 10_000);
  assert.equal(errors, []);
});

inBrowser(
  'a million spikes make a page below a megabyte that opens, and the dark page has no white ground',
  async () => {
    const run = runWith('million', 1_000_000, 500, 0.01);
    const { page, errors } = await open(run);
    assert.ok(statSync(join(run, 'report.html')).size < 2 ** 20);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    const ground = await page.$eval('body', (body) => getComputedStyle(body).backgroundColor);
    assert.is(ground, 'rgb(21, 24, 28)');
    assert.ok(await page.$eval('#raster', (canvas) => (canvas as HTMLCanvasElement).width > 600));
    assert.equal(errors, []);
  },
);

inBrowser('a run of the MNIST job shows what neurons won, and the wrong answers', async () => {
  const run = join(dir, 'mnist');
  const args = ['--neurons', '10', '--epochs', '1', '--train', '500', '--label', '100', '--test', '50'];
  assert.is((await memspike('mnist', ...args, '--out', run)).status, 0);
  const { page, errors } = await open(run);
  await page.$eval('#fields', (canvas) => canvas.scrollIntoView());
  const box = (await (await page.$('#fields'))!.boundingBox())!;
  await page.mouse.move(box.x + 5, box.y + 5);
  await frame(page);
  assert.match(await tooltipOf(page), /^neuron 0: .*threshold [\d.]+ mV\nwon /);
  // Pixel by pixel of the screen, or the digits below the tiles would be blurred.
  await page.setViewport({ width: 500, height: 900 });
  // The page hears of its new width with its next frame.
  await page.waitForFunction(() => {
    const one = document.querySelector<HTMLCanvasElement>('#fields')!;
    return one.width === one.clientWidth && one.clientWidth < 500;
  });
  const { accuracy, populations } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  const wrong = Math.round((50 * (100 - accuracy.logProbability)) / 100);
  assert.is((await page.$$('.digits li')).length, wrong);
  assert.is((await page.$$('.digits img')).length, wrong);
  // It leads with the answer; the files as they are fold away at the end.
  const titles = await page.$$eval('main h2', (all) => all.map((one) => one.textContent));
  assert.equal([titles[0], titles[1], titles.at(-1)], ['Results', 'Configuration', 'Files']);
  assert.match(await page.$eval('#answer', (one) => one.textContent!), `${accuracy.logProbability.toFixed(2)} %`);
  const chosen = await page.$eval('#wrong-class', (one) => (one as HTMLSelectElement).options[1]!.value);
  await page.select('#wrong-class', chosen);
  const left = await page.$$eval('#wrong li', (all) =>
    all.map((one) => [(one as HTMLElement).dataset.class, (one as HTMLElement).hidden]),
  );
  for (const [own, hidden] of left) assert.is(hidden, own !== chosen);
  const { winCounts } = await page.$eval('#data', (data) => JSON.parse(data.textContent!).fields);
  // Every image was won by one neuron, so the n-th spike is the answer to the n-th image.
  const classes = rowsOf(run, 'images.arrows', 'label').slice(0, 500);
  const winners = rowsOf(run, 'spikes.arrows', 'neuron').slice(0, 500);
  assert.is(populations.output.spikes, 500);
  const expected = Array.from({ length: 10 }, () => new Array(10).fill(0));
  classes.forEach((label, image) => {
    expected[winners[image]!]![label]++;
  });
  assert.equal(winCounts, expected);
  assert.equal(errors, []);
});

test.run();
