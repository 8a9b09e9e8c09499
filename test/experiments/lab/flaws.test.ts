/** "Which flaw hurts most?" of the lab gives the costs of `memspike device passport`; the network editor. */
// slow: trains in a browser
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { inProcess } from '../cli/inProcess.ts';
import { labSuite } from './labSuite.ts';
import { at, findings, open, press, textOf, until } from './support.ts';

const { test, inBrowser, server, browser } = labSuite('Chromium', 'flaws of the lab');
const directory = mkdtempSync(join(tmpdir(), 'memspike-flaws-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));
const device = { model: 'exponential', gMin: 1e-8, gMax: 1e-4, alphaUp: 0.12, alphaDown: 0.009, betaUp: 5 };
const own = { memspike: 1, about: { name: 'coarse device' }, device: { ...device, levels: { count: 2 } } };

inBrowser('the lab and the command give the same costs; a stopped comparison continues', async () => {
  const { page, said } = await open(browser(), at(server(), { view: 'learn', devices: [{ own, set: {} }] }), 390);
  await press(page, 'Compare non-idealities');
  await until(page, `document.querySelector('#flaws-title ~ [role=status]')?.textContent.includes('2/6 trainings')`);
  await press(page, 'Stop comparison');
  await press(page, 'Compare non-idealities');
  const sentence = await textOf(page, '[data-flaws]');
  const seedCount = await page.evaluate(`document.querySelector('[data-flaws]').dataset.flaws`);
  assert.match(
    sentence,
    /^coarse device, 3 seeds: number of levels (costs|improves accuracy by) [\d.]+ points \([\d.]+ to [\d.]+\)\.$/,
  );
  assert.is(seedCount, '3');
  assert.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  assert.equal(await findings(page), []);
  assert.equal(said, []);
  await page.close();
  writeFileSync(join(directory, 'device.json'), JSON.stringify(own));
  const size = ['--neurons', '50', '--train', '3000', '--test', '2000'];
  const run = await inProcess(directory, 'device', 'passport', 'device.json', ...size, '--out', 'passport');
  assert.is(run.status, 0, run.stderr);
  assert.ok(run.stdout.split('\n').includes(sentence), run.stdout);
});

inBrowser('the network editor completes, draws the graph, and its first example fires and learns', async () => {
  const { page, said } = await open(browser(), at(server(), { view: 'network' }), 390);
  await press(page, 'Run');
  await textOf(page, '[data-spikes]');
  const text = await textOf(page, '.network');
  assert.match(text, /active->output/); // curves of weights, by projection
  await page.waitForSelector('.graph svg'); // drawn when the file has been checked
  const title = await page.evaluate(`document.querySelector('.graph svg').getAttribute('aria-label')`);
  assert.match(String(title), /^Network graph\. Populations: active \(20 poisson\), .*active to output by softBound/);
  await press(page, 'TypeScript');
  assert.match(
    await textOf(page, '.network pre'),
    /^import \{ networkSchema, runNetwork, validate \} from 'memspike';/,
  );
  const inEditor = (selector: string) => `document.querySelector('.editor').shadowRoot.querySelector('${selector}')`;
  await page.evaluate(`${inEditor('.cm-content')}.focus()`);
  await page.keyboard.type('imp');
  await until(page, `${inEditor('.cm-completionLabel')}?.textContent === 'import'`);
  assert.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  assert.equal(await findings(page), []);
  assert.equal(said, []);
  await page.close();
});

test.run();
