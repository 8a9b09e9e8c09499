/**
 * `node dist/test/experiments/lab/firstMinute.js [Chromium|Firefox]`: waiting times of a first user of the lab, step by step, from the link to
 * the accuracy of a network of the example device. The table of docs/lab.md.
 */
import { type Name, open, press, serve, start, textOf, until } from './support.ts';

const server = await serve();
const browser = await start((process.argv[2] ?? 'Chromium') as Name);
const begun = performance.now();
let last = begun;

function step(what: string): void {
  const now = performance.now();
  const [own, all] = [now - last, now - begun].map((ms) => (ms / 1000).toFixed(1));
  console.log(`| ${what} | ${own} | ${all} |`);
  last = now;
}

const { page } = await open(browser, server.url);
await until(page, `document.querySelector('.show')?.ariaLabel.startsWith('Test image')`);
step('open the link; the first test image is classified');
await until(page, `Number(document.querySelector('[data-shown]').dataset.shown) > 0`);
step('see the first answer');
await press(page, 'Use an example measurement');
const verdict = await textOf(page, '[data-kind]');
step(`read and fit the example measurement: "${verdict.split(/[.:]/)[0]}"`);
await press(page, 'Train pulses.csv');
await until(page, `document.body.innerText.includes('images/s')`);
step('load images, start the training');
const headline = (await textOf(page, '.result .score')).replace(/;.*/, '');
step(`"${headline}"`);
await until(page, `document.querySelector('.result .score').textContent.includes('; ideal device ')`);
step(`"${(await textOf(page, '.result .score')).replace(/.*; /, '')}"`);

await browser.close();
await server.stop();
