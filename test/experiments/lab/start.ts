/** The first screen of the lab, the history of the browser, and drawings that are no digits, in one browser. */
import * as assert from 'uvu/assert';
import { labSuite } from './labSuite.ts';
import { at, drop, type Name, open, press, textOf, until } from './support.ts';

const shown = `Number(document.querySelector('[data-shown]').dataset.shown)`;

export function start(name: Name): void {
  const { test, inBrowser, server, browser } = labSuite(name, 'the first screen of the lab');

  inBrowser('test images are classified one after the other; keys pause and step; the tally is honest', async () => {
    const { page, said } = await open(browser(), server().url);
    await until(page, `${shown} >= 2`);
    await page.focus('.show');
    await page.keyboard.press(' ');
    await until(page, `document.body.innerText.includes('Play')`);
    const paused = Number(await page.evaluate(shown));
    await new Promise((resolve) => setTimeout(resolve, 3500));
    assert.is(await page.evaluate(shown), paused);
    for (let step = 1; step <= 3; step++) {
      await page.keyboard.press('ArrowRight');
      await until(
        page,
        `document.querySelector('.show').ariaLabel.startsWith('Test image ${paused + step}')
        || document.querySelector('.show').ariaLabel.startsWith('Test image ${paused + step + 1}')`,
      );
    }
    const [correct, count] = /(\d+) of (\d+)/
      .exec(await textOf(page, '[data-shown]'))!
      .slice(1)
      .map(Number);
    assert.ok(count! >= paused + 2 && correct! >= count! - 1, `${correct} of ${count}`); // 93 % of the images are correct
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('without motion nothing moves until a step is asked for', async () => {
    if (name === 'Firefox') return; // cannot emulate it
    const { page } = await open(browser(), 'about:blank');
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.goto(server().url);
    await until(page, `${shown} === 1`);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    assert.is(await page.evaluate(shown), 1);
    await press(page, 'Next image');
    await until(page, `${shown} === 2`);
    await page.close();
  });

  inBrowser(
    'the slider shows the accuracy that variability costs, and the tab repeats it to the last bit',
    async () => {
      const { page, said } = await open(browser(), server().url);
      await page.waitForSelector('input[type=range]');
      await page.focus('input[type=range]');
      for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
      assert.match(
        await textOf(page, '[data-spread="40"]'),
        /% \(\d+\.\d to \d+\.\d\) of test digits correct: variability costs \d+\.\d points \(\d+\.\d to \d+\.\d\)$/,
      );
      await press(page, 'Run it in this tab');
      await until(page, `document.querySelector('[data-same]')?.dataset.same === '2'`);
      await press(page, 'Stop runs');
      assert.equal(said, []);
      await page.close();
    },
  );

  inBrowser('a measurement that is dropped on the first screen names the training', async () => {
    const { page } = await open(browser(), server().url);
    await page.waitForSelector('.drop');
    await drop(
      page,
      '.drop',
      'mine.yaml',
      'memspike: 1\ndevice: { model: linear }\nabout: { structure: Au/MoS2/Au }\n',
    );
    await press(page, 'Train Au/MoS2/Au');
    await page.waitForSelector('article[aria-label="Au/MoS2/Au"] progress');
    assert.is(await page.title(), 'Learn: memspike lab');
    await page.close();
  });

  inBrowser('back and forward walk through views and settings; undo and reset change settings only', async () => {
    const { page, said } = await open(browser(), server().url);
    await press(page, 'Learn');
    await page.waitForSelector('.settings select');
    await page.select('.settings select', 'windows');
    await page.focus('.settings input');
    await page.keyboard.type('1');
    await page.keyboard.type('2'); // 10012 is out of range, 1001 is one step
    const network = `document.querySelector('.settings select')?.value`;
    const neurons = `document.querySelector('.settings input')?.value`;
    await page.evaluate('history.back()');
    await until(page, `${network} === 'windows'`);
    await page.evaluate('history.back()');
    await until(page, `${network} === 'layer'`);
    await page.evaluate('history.back()');
    await page.waitForSelector('.show');
    assert.is(await page.title(), 'Start: memspike lab');
    await page.evaluate('history.go(3)');
    await until(page, `${network} === 'windows'`);
    await press(page, 'Draw');
    await press(page, 'Undo change');
    await press(page, 'Undo change');
    await press(page, 'Learn');
    await until(page, `${network} === 'layer' && ${neurons} === '100'`);
    await page.select('.settings select', 'windows');
    await press(page, 'Reset settings');
    await until(page, `${network} === 'layer'`);
    assert.is(await page.title(), 'Learn: memspike lab');
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('a slider that is dragged is one step of the history', async () => {
    const { page } = await open(browser(), at(server(), { view: 'device' }));
    await page.waitForSelector('input[type=range][aria-label=gMax]');
    const before = Number(await page.evaluate('history.length'));
    await page.focus('input[type=range][aria-label=gMax]');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await until(page, `location.hash.length > 10`);
    assert.is(await page.evaluate('history.length'), before + 1);
    await page.close();
  });

  inBrowser('a dot is no digit', async () => {
    const { page } = await open(browser(), at(server(), { view: 'draw' }));
    await page.waitForSelector('.pad');
    const pad = (await (await page.$('.pad'))!.boundingBox())!;
    await page.mouse.click(pad.x + pad.width / 2, pad.y + pad.height / 2);
    assert.is(await textOf(page, '[data-answer]'), 'not sure');
    assert.match(await textOf(page, '.answer .hint'), /resembles no digit .* \(similarity 0\.\d\d, below 0\.\d\d/);
    await page.focus('.pad');
    await page.keyboard.press('3');
    await until(page, `document.querySelector('[data-answer]')?.textContent === '3'`);
    await page.close();
  });

  test.run();
}
