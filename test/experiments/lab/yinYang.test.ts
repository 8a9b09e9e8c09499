/** Yin-Yang in the view Learn: the hash of the weights is that of the command which the page shows. */
// slow: trains in a browser and on the command line
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { inProcess } from '../cli/inProcess.ts';
import { json } from '../run/cli.ts';
import { labSuite } from './labSuite.ts';
import { at, findings, open, press, textOf, until } from './support.ts';

const { test, inBrowser, server, browser } = labSuite('Chromium', 'Yin-Yang');
const directory = mkdtempSync(join(tmpdir(), 'memspike-yin-yang-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));

inBrowser('a stopped training shows no result; a whole training has the bits of its command', async () => {
  const { page, said } = await open(browser(), at(server(), {}), 390);
  await press(page, 'Learn Yin-Yang');
  await until(page, `document.querySelector('#yin-yang-title ~ [role=status]')?.textContent.includes('images')`);
  await press(page, 'Stop Yin-Yang');
  await until(page, `document.querySelector('#yin-yang-title ~ [role=status]') === null`);
  assert.is(await page.evaluate(`document.querySelector('[data-yin-yang]') === null`), true);
  await press(page, 'Learn Yin-Yang');
  const isRunning = () => page.evaluate(`document.querySelector('#yin-yang-title ~ [role=status]') !== null`);
  do await new Promise((resolve) => setTimeout(resolve, 500));
  while (await isRunning());
  const sentence = await textOf(page, '[data-yin-yang]');
  const hash = await page.evaluate(`document.querySelector('[data-yin-yang]').dataset.yinYang`);
  const [, command] = (await textOf(page, '#yin-yang-title ~ .result pre')).split('memspike ');
  const markers = ['circle', 'path', 'rect'].map((shape) => `#yin-yang-title ~ .result svg ${shape}`).join();
  assert.ok(Number(await page.evaluate(`document.querySelectorAll('${markers}').length`)) >= 1000);
  assert.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  assert.equal(await findings(page), []);
  assert.equal(said, []);
  await page.close();
  const run = await inProcess(directory, ...command!.split(' '), '--out', 'run', '--progress', 'none');
  assert.is(run.status, 0, run.stderr);
  const facts = json(join(directory, 'run'), 'run.json');
  assert.is(facts.weightsSha256, hash);
  assert.ok(
    sentence.startsWith(`${(facts.accuracy as { test: number }).test.toFixed(1)} % of 1,000 test points`),
    sentence,
  );
});

test.run();
