/** A walk through the lab in one browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { listLabFiles } from '../../../experiments/lab/files.ts';
import { labState } from '../../../experiments/lab/page/state.ts';
import { labSuite } from './labSuite.ts';
import { at, drop, findings, type Name, open, press, pressMain, serveWith, start, textOf, until } from './support.ts';

const PULSES = readFileSync(
  fileURLToPath(new URL('../../../../experiments/examples/pulses.csv', import.meta.url)),
  'utf8',
);
const VIEWS = ['start', 'device', 'learn', 'draw', 'network', 'share'] as const;
const READY = {
  start: '.show',
  device: '[data-part=pulses] svg',
  learn: 'button.main',
  draw: '.pad',
  network: '.editor',
  share: 'article pre',
} as const;

export function walk(name: Name): void {
  const { test, inBrowser, server, browser } = labSuite(name, 'the lab');
  inBrowser('the link alone loads at most 400 kB of scripts, gzipped', async () => {
    const { page, said } = await open(browser(), server().url);
    await page.waitForSelector(READY.start);
    const loaded = (await page.evaluate(
      `performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname.slice(1))`,
    )) as string[];
    const scripts = loaded.filter((path) => path.endsWith('.js'));
    const size = scripts.reduce((sum, path) => sum + gzipSync(listLabFiles().read(path), { level: 9 }).length, 0);
    assert.ok(scripts.length > 1 && size <= 400_000, `${size} bytes in ${scripts.join(', ')}`);
    assert.equal(said, []);
    await page.close();
  });

  for (const width of [390, 1600])
    inBrowser(
      `every view at ${width} px: nothing is said on the console, nothing overflows, axe finds nothing serious`,
      async () => {
        for (const view of VIEWS) {
          const { page, said } = await open(browser(), at(server(), { view }), width);
          await page.waitForSelector(READY[view]);
          assert.is(
            await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
            true,
            `${view} is too wide`,
          );
          assert.equal(await findings(page), [], view);
          assert.equal(said, [], view);
          await page.close();
        }
      },
    );

  inBrowser('training pauses, resumes and ends with an accuracy; the network classifies a drawn digit', async () => {
    const learn = { ...labState.value.learn, neurons: 40, train: 3000, test: 500 };
    const { page, said } = await open(browser(), at(server(), { learn }));
    await pressMain(page);
    await press(page, 'Pause');
    const done = `document.querySelector('.training progress')?.value`;
    await until(page, `document.querySelector('[data-stage=paused]')`);
    let held: unknown;
    for (let told: unknown = null, tries = 0; told !== held || held === undefined; tries++) {
      assert.ok(tries < 60, 'what was under way when it was held is told in the end'); // later on a busy machine
      held = told;
      await new Promise((resolve) => setTimeout(resolve, 500));
      told = await page.evaluate(done);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.is(await page.evaluate(done), held);
    await press(page, 'Resume');
    await page.waitForSelector('canvas.fields');
    const score = Number.parseFloat(await textOf(page, '.score strong'));
    assert.ok(score > 40 && score < 100, `${score} %`);
    await press(page, 'Draw');
    await page.waitForSelector('.pad');
    await page.focus('.pad');
    await page.keyboard.press('1');
    assert.is(await textOf(page, '[data-answer]'), '1');
    await page.keyboard.press('0');
    await until(page, `document.querySelector('[data-answer]')?.textContent === '0'`);
    const pad = (await (await page.$('.pad'))!.boundingBox())!;
    await press(page, 'Clear');
    await page.mouse.move(pad.x + 0.5 * pad.width, pad.y + 0.2 * pad.height);
    await page.mouse.down();
    await page.mouse.move(pad.x + 0.5 * pad.width, pad.y + 0.8 * pad.height, { steps: 8 });
    await page.mouse.up();
    await until(page, `document.querySelector('[data-answer]')?.textContent === '1'`);
    await page.select('select', '0');
    await until(page, `document.querySelector('.draw').textContent.includes('40 neurons')`);
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('two devices are trained side by side, and can be stopped', async () => {
    const devices = [
      { preset: 'ag-ceo2-pt', set: {} },
      { model: 'exponential', set: {} },
    ];
    const { page, said } = await open(
      browser(),
      at(server(), { devices, learn: { ...labState.value.learn, neurons: 20, train: 500, test: 200 } }),
    );
    await pressMain(page);
    await until(page, `document.querySelectorAll('.score').length === 2`);
    const hashes = (await page.evaluate(
      `[...document.querySelectorAll('[data-hash]')].map((e) => e.textContent)`,
    )) as string[];
    assert.is(new Set(hashes).size, 2);
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('a network runs, a mistake is told at its line', async () => {
    const { page, said } = await open(browser(), at(server(), { view: 'network' }));
    await press(page, 'Run'); // as soon as there is a file to run
    assert.match(await textOf(page, '[data-spikes]'), /^[0-9a-f]{64}$/);
    await page.evaluate(`document.querySelector('.editor').shadowRoot.querySelector('.cm-content').focus()`);
    await page.keyboard.type('durationn: 3\n');
    // What was typed so far may be told before.
    await until(
      page,
      `document.querySelector('.network .error')?.textContent.includes('network.yaml: durationn is unknown, did you mean "duration"?')`,
    );
    await until(page, `document.querySelector('.editor').shadowRoot.querySelector('.cm-lint-marker-error')`);
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('bad input is told in one sentence where it happens, and the page lives on', async () => {
    const { page, said } = await open(browser(), `${server().url}#99.abc`);
    assert.match(await textOf(page, '.error'), /version 99, but this lab reads/);
    await press(page, 'Device');
    await page.waitForSelector('.drop');
    await drop(page, '.drop', 'thesis.csv', 'It was a dark and stormy night.\n');
    assert.match(await textOf(page, '.drop .error'), /^thesis\.csv/);
    for (const [huge, text] of [
      ['nonsense.csv', 'It was a dark and stormy night.\n'],
      ['pulses.csv', PULSES],
    ] as const) {
      await drop(page, '.drop', huge, text, Math.ceil((100 * 2 ** 20) / text.length));
      const sentence = `${huge} has 100 MB, but at most 64 MB are read.`;
      await until(page, `document.querySelector('.drop .error')?.textContent === ${JSON.stringify(sentence)}`);
    }
    const field = '.slider input[type=number]';
    await page.waitForSelector(field);
    await page.focus(field);
    await page.keyboard.type('e');
    assert.is(await textOf(page, '.slider .error'), 'The value must be a number.');
    await press(page, 'Learn');
    await page.waitForSelector('.settings input');
    await page.focus('.settings input');
    await page.keyboard.type('.5');
    assert.match(await textOf(page, '.settings .error'), /^The value must be an integer from 1 to 6,400\.$/);
    await press(page, 'Compare non-idealities');
    assert.match(await textOf(page, '[aria-labelledby=flaws-title] .error'), /Choose a device|no non-idealities/);
    assert.equal(said, []);
    await page.close();
  });

  const small = { ...labState.value.learn, neurons: 20, train: 400, test: 100 };
  for (const [what, worker, sentence] of [
    ['throws', `setTimeout(() => { throw new Error('struck') }, 2000);`, /^The worker that computes has ended/],
    ['vanishes without a word', `setTimeout(() => close(), 2000);`, /^The worker that computes has ended/],
    ['cannot be loaded', ')', /^The simulator cannot be loaded/],
    [
      'is granted no more memory for its kernels',
      `WebAssembly.Memory.prototype.grow = () => { throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded') };`,
      /^The browser grants no more memory .*; take fewer neurons\.$/,
    ],
    [
      'is granted no more memory for its arrays',
      `{ const Real = Float64Array; self.Float64Array = new Proxy(Real, { construct(of, given, type) {
        if (given[0] > 50_000) throw new RangeError('Array buffer allocation failed');
        return Reflect.construct(of, given, type);
      } }); }`,
      /^The browser grants no more memory \(Array buffer allocation failed\); take fewer neurons\.$/,
    ],
  ] as const)
    inBrowser(`a worker that ${what} fails its training in one sentence, and the page lives on`, async () => {
      const poor = await serveWith(worker);
      try {
        const { page } = await open(
          browser(),
          at(poor, { learn: { ...small, neurons: 400, train: 10_000, epochs: 20 } }),
        );
        await pressMain(page);
        await until(page, `document.querySelector('.training[data-stage=stopped] .error')`);
        assert.match(await textOf(page, '.training .error'), sentence);
        await press(page, 'Network');
        await page.waitForSelector('.editor');
        await press(page, 'Learn');
        await pressMain(page); // to the same end, in a worker of its own; what was told is gone at once
        await until(page, `document.querySelector('.training[data-stage=stopped] .error')`);
        assert.match(await textOf(page, '.training .error'), sentence);
        await page.close();
      } finally {
        await poor.stop();
      }
    });

  inBrowser('a digit is asked about again after the worker that answered has gone', async () => {
    const poor = await serveWith(`let asked = 0;
      addEventListener('message', (event) => {
        if (event.data.call !== 'classify' || ++asked < 2) return;
        event.stopImmediatePropagation();
        close();
      });`);
    try {
      const { page } = await open(browser(), at(poor, { view: 'draw' }));
      await page.waitForSelector('.pad');
      await page.focus('.pad');
      await page.keyboard.press('1');
      assert.is(await textOf(page, '[data-answer]'), '1');
      await page.keyboard.press('0');
      assert.match(await textOf(page, '.error'), /^The worker that computes has ended/);
      await page.keyboard.press('0');
      await until(page, `document.querySelector('[data-answer]')?.textContent === '0'`);
      await page.close();
    } finally {
      await poor.stop();
    }
  });

  inBrowser('keys alone lead from the link to a training', async () => {
    const { page, said } = await open(
      browser(),
      at(server(), { learn: { ...labState.value.learn, neurons: 20, train: 400, test: 100 } }),
    );
    await page.waitForSelector('button.main');
    const focused = () => page.evaluate('document.activeElement?.textContent');
    for (let i = 0; i < 30 && (await focused()) !== 'Train ideal device'; i++) await page.keyboard.press('Tab');
    assert.is(await focused(), 'Train ideal device');
    await page.keyboard.press('Enter');
    assert.match(await textOf(page, '.score'), /: \d+\.\d % \(\d+\.\d to \d+\.\d\), /);
    assert.equal(said, []);
    await page.close();
  });

  inBrowser('on a dark screen axe finds nothing serious', async () => {
    const dark = await start(name, true);
    try {
      for (const view of VIEWS) {
        const { page } = await open(dark, 'about:blank');
        if (name === 'Chromium') await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
        await page.goto(at(server(), { view }));
        await page.waitForSelector(READY[view]);
        assert.is(await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`), true);
        assert.equal(await findings(page), [], view);
        await page.close();
      }
    } finally {
      await dark.close();
    }
  });

  test.run();
}
