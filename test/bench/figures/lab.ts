import { performance } from 'node:perf_hooks';
import type { Page } from 'puppeteer-core';
import { labState } from '../../../experiments/lab/page/state.ts';
import { imagesOf, loadMnist, mnistConfig, trainLayer } from '../../../experiments/training/unsupervised/index.ts';
import { at, BROWSERS, open, pressMain, serve, start, until } from '../../experiments/lab/support.ts';
import type { Benchmark, Figure, FigureOptions } from '../figure.ts';

const NEURONS = 100;

/** Images a second, as run.json of the page's training tells. */
async function inPage(page: Page, count: number): Promise<number> {
  await pressMain(page);
  await until(page, `document.querySelectorAll('[data-rate]').length === ${count}`);
  const rates = (await page.evaluate(
    `[...document.querySelectorAll('[data-rate]')].map((e) => Number(e.dataset.rate))`,
  )) as number[];
  return rates.reduce((sum, rate) => sum + rate, 0);
}

/** Training in Chromium against Node in the same minute, and two workers against one; of Node alone where no Chromium is. */
async function measure({ tiny }: FigureOptions): Promise<Figure[]> {
  const train = tiny ? 300 : 60_000; // some seconds: what a worker costs to begin is a small part
  const learn = { ...labState.value.learn, neurons: NEURONS, train, test: 100 };
  const config = mnistConfig({ neurons: NEURONS, epochs: 1, train, label: 100, test: 100 });
  const images = imagesOf(loadMnist(), config);
  const began = performance.now();
  await trainLayer(config, images.train);
  const node = (1000 * train) / (performance.now() - began);
  const inNode = { name: 'Node', value: node, unit: 'images/s' };
  if (!BROWSERS.Chromium) return [inNode];
  const server = await serve();
  const browser = await start('Chromium');
  try {
    const alone = await open(browser, at(server, { learn }));
    const one = await inPage(alone.page, 1);
    await alone.page.close();
    const model = { model: 'exponential', set: {} };
    const pair = await open(browser, at(server, { learn, devices: [model, model] }));
    const two = await inPage(pair.page, 2);
    const single = await open(browser, at(server, { learn, devices: [model] }));
    const same = await inPage(single.page, 1);
    return [
      inNode,
      { name: 'Chromium, one worker', value: one, unit: 'images/s' },
      { name: 'Chromium against Node', value: one / node, unit: 'times' },
      { name: 'two workers against one, another device', value: two / same, unit: 'times' },
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

export const lab: Benchmark = { title: `The lab: ${NEURONS} neurons learn in a browser`, measure };
