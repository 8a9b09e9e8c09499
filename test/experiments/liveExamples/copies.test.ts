/** A live example with a moved slider: each copy contains the value, and the lab opens with it. */
// slow: drives browsers
import * as assert from 'uvu/assert';
import { labSuite } from '../lab/labSuite.ts';
import { open, until } from '../lab/support.ts';

const FIGURE = `document.querySelector('#example-lif-raster')`;
const STATUS = `${FIGURE}.querySelector('.status').textContent`;

for (const name of ['Chromium', 'Firefox'] as const) {
  const { test, inBrowser, server, browser } = labSuite(name, 'copies of a live example');

  inBrowser(
    'every format and the lab have the value of the slider; a refused clipboard and an error differ',
    async () => {
      const { page } = await open(browser(), `${server().url}manual/guide/neurons.html`);
      await until(page, `!${FIGURE}.querySelector('.run').disabled`);
      await page.evaluate(`{
      const slider = ${FIGURE}.querySelector('input[name="populations.cells.tau"]');
      slider.value = 30;
      slider.dispatchEvent(new Event('input'));
      navigator.clipboard.writeText = async (text) => { globalThis.copied = text; };
    }`);
      for (const format of ['YAML', 'TypeScript', 'command', 'Python']) {
        await page.evaluate(`${FIGURE}.querySelector('[data-copy="${format}"]').click()`);
        await until(page, `${STATUS} === 'Copied as ${format}.'`);
        assert.match(String(await page.evaluate('globalThis.copied')), /\btau: 30\b/, format);
      }
      await page.evaluate(`{
      navigator.clipboard.writeText = async () => { throw new Error('no'); };
      ${FIGURE}.querySelector('[data-copy="YAML"]').click();
    }`);
      await until(page, `${STATUS}.startsWith('The browser does not let the page copy')`);
      await page.evaluate(`{
      const button = ${FIGURE}.querySelector('[data-copy="YAML"]');
      button.dataset.copy = 'BASIC';
      button.click();
    }`);
      await until(page, `${STATUS}.includes('is not a function')`);
      await page.evaluate(`${FIGURE}.querySelector('a.lab').click()`);
      await until(
        page,
        `document.querySelector('.editor')?.shadowRoot?.querySelector('.cm-content')?.textContent.includes('tau: 30')`,
      );
      await page.close();
    },
  );
  test.run();
}
