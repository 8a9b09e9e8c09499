/** Measurements are dropped, read and stopped in one browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { labState } from '../../../experiments/lab/page/state.ts';
import { labSuite } from './labSuite.ts';
import { at, drop, type Name, open, press, serveWith, textOf, until } from './support.ts';

const PULSES = readFileSync(
  fileURLToPath(new URL('../../../../experiments/examples/pulses.csv', import.meta.url)),
  'utf8',
);

export function readings(name: Name): void {
  const { test, inBrowser, server, browser } = labSuite(name, 'measurements in the lab');

  inBrowser(
    'a dropped measurement is fitted, a slider changes a curve, the address keeps it over a reload',
    async () => {
      const { page, said } = await open(browser(), at(server(), { view: 'device' }));
      await page.waitForSelector('.drop');
      await drop(page, '.drop', 'pulses.csv', PULSES);
      assert.match(await textOf(page, '[data-kind]'), /fits the data/);
      await until(page, `document.querySelector('.curves').getAttribute('aria-busy') === 'false'`);
      const curve = () => page.evaluate(`document.querySelector('[data-part=pulses] svg').outerHTML`);
      const before = await curve();
      const initial = String(
        await page.evaluate(`document.querySelector('input[aria-label="gMax, as a number"]').value`),
      );
      await page.focus('input[type=range][aria-label=gMax]');
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
      await until(page, `document.querySelector('[data-part=pulses] svg').outerHTML !== ${JSON.stringify(before)}`);
      const field = `document.querySelector('input[aria-label="gMax, as a number"]').value`;
      await until(page, `document.querySelector('.curves').getAttribute('aria-busy') === 'false'`);
      const set = String(await page.evaluate(field));
      assert.not.equal(set, initial);
      await page.reload();
      await page.waitForSelector('input[aria-label="gMax, as a number"]');
      assert.is(await page.evaluate(field), set);
      assert.equal(said, []);
      await page.close();
    },
  );

  inBrowser('results and errors of a measurement go with its device', async () => {
    const { page, said } = await open(browser(), at(server(), { view: 'device' }));
    await page.waitForSelector('[data-part=pulses] svg');
    await drop(page, '.drop', 'pulses.csv', PULSES);
    await textOf(page, '[data-kind]');
    await drop(page, '.drop', 'thesis.csv', 'It was a dark and stormy night.\n');
    assert.match(await textOf(page, '.drop .error'), /^thesis\.csv/);
    assert.is(await page.evaluate(`document.querySelector('[data-kind]')`), null);
    await page.select('.device select', 'model linear');
    await until(page, `!document.querySelector('.drop .error')`);
    await drop(page, '.drop', 'pulses.csv', PULSES);
    await textOf(page, '[data-kind]');
    await press(page, 'Compare with another device');
    await until(page, `document.querySelector('.drop').hidden && !document.querySelector('.drop:not([hidden]) .fit')`);
    await press(page, 'Change pulses.csv');
    await until(page, `document.querySelector('.drop:not([hidden]) [data-kind]')`);
    await page.select('.device select', 'model linear');
    await until(page, `!document.querySelector('[data-kind]')`);
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('the error of a view that cannot be loaded is shown in that view only', async () => {
    const { page } = await open(browser(), at(server(), {}));
    await page.waitForSelector('button.main');
    await page.waitForNetworkIdle(); // the list of devices is loaded
    await page.setRequestInterception(true);
    page.on('request', (request) => void (request.url().includes('chunk-') ? request.abort() : request.continue()));
    await press(page, 'Network');
    assert.match(await textOf(page, '.error'), /^The view Network cannot be loaded/);
    await press(page, 'Learn');
    await until(page, `document.querySelector('button.main') && !document.querySelector('.error')`);
    await page.close();
  });

  inBrowser('a reading that takes long is stopped; curves follow meanwhile, and the next file is read', async () => {
    const slow = await serveWith(`addEventListener('message', ({ data }) => {
      if (data.call === 'fitFiles' && data.args.files[0].name === 'long.csv') for (;;);
    });`);
    try {
      const { page, said } = await open(browser(), at(slow, { view: 'device' }));
      await page.waitForSelector('[data-part=pulses] svg');
      await drop(page, '.drop', 'long.csv', PULSES);
      const busy = `document.querySelector('.drop [role=status]')?.textContent`;
      await until(page, `${busy} === 'Reading and fitting long.csv.'`);
      const before = await page.evaluate(`document.querySelector('[data-part=pulses] svg').outerHTML`);
      await page.focus('input[type=range][aria-label=gMax]');
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
      await until(page, `document.querySelector('[data-part=pulses] svg').outerHTML !== ${JSON.stringify(before)}`);
      assert.is(await page.evaluate(busy), 'Reading and fitting long.csv.');
      await press(page, 'Stop reading');
      assert.is(await textOf(page, '.drop .error'), 'Reading long.csv was stopped.');
      assert.is(await page.evaluate(busy), undefined);
      await drop(page, '.drop', 'pulses.csv', PULSES);
      assert.match(await textOf(page, '[data-kind]'), /fits the data/);
      assert.is(await page.evaluate(`document.querySelector('.drop .error')`), null);
      assert.equal(said, []);
      await page.close();
    } finally {
      await slow.stop();
    }
  });

  inBrowser(
    'the steps of dropped pulses become a table, which the address keeps and a network learns with',
    async () => {
      const { page, said } = await open(
        browser(),
        at(server(), { view: 'device', learn: { ...labState.value.learn, neurons: 20, train: 400, test: 100 } }),
      );
      await page.waitForSelector('.drop');
      await page.evaluate(`document.querySelector('.reading-options').open = true`);
      await page.select('.reading-options label:nth-of-type(3) select', 'table');
      await drop(page, '.drop', 'pulses.csv', PULSES);
      assert.match(await textOf(page, '.drop [data-kind=table]'), /^Table of measured steps: \d+ rows upwards/);
      const address = page.url();
      await page.reload();
      await press(page, 'Train pulses.csv');
      assert.is(page.url().length > 1000 && page.url().length < address.length + 20, true, address);
      assert.match(await textOf(page, '.score'), /: \d+\.\d % \(\d+\.\d to \d+\.\d\), /);
      await press(page, 'Device');
      await page.waitForSelector('.drop');
      await page.evaluate(`document.querySelector('.reading-options').open = true`);
      await page.select('.reading-options label:nth-of-type(3) select', 'table');
      await drop(page, '.drop', 'stdp.csv', 'dt (ms),dG (%)\n-20,-10\n-10,-20\n10,30\n20,15\n30,8\n');
      assert.is(
        await textOf(page, '.drop .error'),
        'A table of steps needs a measurement of pulses, but stdp.csv is a measurement of stdp.',
      );
      assert.equal(said, []);
      await page.close();
    },
  );

  test.run();
}
