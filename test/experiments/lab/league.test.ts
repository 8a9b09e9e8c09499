/** The lab's league of presets: a row repeats the first seed of its passport in the tab, to the recorded hash; templates. */
// slow: trains with 10,000 images in a browser; passport.test.ts tests the league's page in `npm test`
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { renderTemplate } from '../../../experiments/devices/fit/templates.ts';
import { readLeagueRecord } from '../../../experiments/docs/leaguePage.ts';
import { labSuite } from './labSuite.ts';
import { at, open, press, textOf, until } from './support.ts';

const { test, inBrowser, server, browser } = labSuite('Chromium', 'league of presets');

inBrowser('a row trains its preset to the accuracy and hash of the league', async () => {
  const { entries } = readLeagueRecord();
  const { page, said } = await open(browser(), at(server(), { view: 'device' }));
  await until(page, `document.querySelectorAll('details.league tbody tr').length === ${entries.length}`);
  const entry = entries.find(({ device }) => device.name === 'ag-ceo2-pt')!;
  await page.evaluate(`document.querySelector('details.league').open = true`);
  await press(page, `Train ${entry.device.name}`);
  const hash = await textOf(page, '[data-hash]');
  assert.is(hash, entry.all.weightsSha256[0]);
  await until(page, `document.querySelector('[data-league]').dataset.league === 'true'`);
  assert.match(
    await textOf(page, '[data-league]'),
    new RegExp(`${entry.all.accuracy[0]!.toFixed(2)} %, the same hash`),
  );
  assert.equal(said, []);
});

inBrowser('a template is saved as the command writes it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'memspike-template-'));
  const { page } = await open(browser(), at(server(), { view: 'device' }));
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: directory });
  await press(page, 'retention.csv');
  while (!existsSync(join(directory, 'retention.csv'))) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(readFileSync(join(directory, 'retention.csv'), 'utf8'), renderTemplate('retention'));
  rmSync(directory, { recursive: true });
});

test.run();
