/** What a browser trains has the hash of weights that the command gives which the page tells. */
// slow: runs whole trainings; lab/files.test.ts runs the worker in `npm test`
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { Browser } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { labState } from '../../../experiments/lab/page/state.ts';
import type { LoopbackServer } from '../../../experiments/output/loopback.ts';
import { inProcess } from '../cli/inProcess.ts';
import { browserTests } from '../report/browser.ts';
import { json, sha256Of } from '../run/cli.ts';
import { at, BROWSERS, open, press, pressMain, serve, start, textOf } from './support.ts';

const test = suite('the same bits');
const root = mkdtempSync(join(tmpdir(), 'memspike-bits-'));
let server: LoopbackServer;
let browser: Browser;
test.before(async () => {
  if (!BROWSERS.Chromium) return;
  server = await serve();
  browser = await start('Chromium');
});
test.after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(root, { recursive: true });
});

const small = { ...labState.value.learn, neurons: 30, train: 800, test: 200 };
const CONFIGURATIONS = {
  recipe: { learn: small },
  preset: {
    learn: { ...small, seed: 7, rule: 'pairStdp' as const },
    devices: [{ preset: 'ag-ceo2-pt', set: {} }],
  },
  'nine groups on learned features': {
    learn: { ...small, network: 'features' as const, neurons: 10, train: 200, test: 100, rule: 'postTrace' as const },
    devices: [{ preset: 'ag-ceo2-pt', set: {} }],
  },
  'changed device, nine groups on windows': {
    learn: {
      ...small,
      network: 'windows' as const,
      neurons: 8,
      train: 400,
      epochs: 2,
      preprocessing: 'deskew' as const,
    },
    devices: [
      { preset: 'ag-hfox-pt', set: { 'device.gMax': 2e-5, 'device.cycleToCycle': 0.3, 'device.stuck': { low: 0.05 } } },
    ],
  },
};

const until = async (there: () => boolean): Promise<void> => {
  while (!there()) await new Promise((resolve) => setTimeout(resolve, 50));
};

for (const [name, part] of Object.entries(CONFIGURATIONS))
  browserTests(test)(`${name}: the page's command gives the page's hash`, async () => {
    const directory = mkdtempSync(join(root, 'case-'));
    const { page, said } = await open(browser, at(server, part));
    const session = await page.createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: directory });
    await pressMain(page);
    const hash = await textOf(page, '[data-hash]');
    await press(page, 'Share');
    const command = await textOf(page, 'article pre');
    if (command.includes('device.yaml')) {
      await press(page, 'Save device.yaml');
      await until(() => existsSync(join(directory, 'device.yaml')));
    }
    await press(page, 'Save the run directory (.zip)');
    await until(() => existsSync(join(directory, 'mnist.zip')));
    const words = command.split(' ').slice(1);
    const quietly = ['--no-pictures', '--progress', 'none'];
    const run = await inProcess(directory, ...words, '--out', 'run', ...quietly);
    assert.is(run.status, 0, run.stderr);
    assert.is(json(join(directory, 'run'), 'run.json').weightsSha256, hash);
    const files = unzipSync(readFileSync(join(directory, 'mnist.zip')));
    for (const [path, bytes] of Object.entries(files)) writeFileSync(join(directory, path.replace('/', '-')), bytes);
    const facts = JSON.parse(new TextDecoder().decode(files['mnist/run.json']!));
    assert.is(sha256Of(directory, 'mnist-weights.arrows'), hash);
    assert.is(facts.spikesSha256, json(join(directory, 'run'), 'run.json').spikesSha256);
    assert.equal(
      JSON.parse(new TextDecoder().decode(files['mnist/config.json']!)),
      json(join(directory, 'run'), 'config.json'),
    );
    assert.equal(said, []);
    await page.close();
  });

browserTests(test)(
  'the cortical microcircuit shows its spikes while it runs, and has the spikes of the command',
  async () => {
    const file = fileURLToPath(new URL('../../../../experiments/examples/papers/microcircuit.yaml', import.meta.url));
    const network = readFileSync(file, 'utf8').replace('duration: 1000', 'duration: 800');
    const own = join(root, 'microcircuit.yaml');
    writeFileSync(own, network);
    const { page, said } = await open(browser, at(server, { view: 'network', network }));
    await press(page, 'Run');
    assert.match(await textOf(page, '.live .hint'), /ms of 800 ms; L23E [\d.]+ Hz, L23I/);
    await page.waitForSelector('.live canvas.raster');
    const hash = await textOf(page, '[data-spikes]');
    assert.is((await inProcess(root, 'run', own, '--out', 'microcircuit', '--progress', 'none')).status, 0);
    assert.is(json(join(root, 'microcircuit'), 'run.json').spikesSha256, hash);
    assert.equal(said, []);
    await page.close();
  },
);

test.run();
