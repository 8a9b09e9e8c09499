/**
 * `node dist/test/experiments/lab/firstMinute.js [Chromium|Firefox]`: how long a first-time user of the lab waits, step by step, from the link to
 * what a network of the example device learns. The table of docs/lab.md.
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
const says = (text: string) => until(page, `document.body.innerText.includes(${JSON.stringify(text)})`);
await page.waitForSelector('button.main');
step('link opened, the view Learn stands there');
await page.evaluate(
  `[...document.querySelectorAll('a, button')].find((e) => e.textContent.trim() === 'Device').click()`,
);
await page.waitForSelector('[data-part=pulses] svg');
step('the view Device');
await press(page, 'Use an example measurement');
const verdict = await textOf(page, '[data-verdict]');
step(`example measurement read and fitted: "${verdict.split(/[.:]/)[0]}"`);
await press(page, 'Train it');
await press(page, 'Train');
await says('images/s');
step('images loaded, training under way');
await says('test images correct');
const [right] = /[\d.]+ % of [\d,]+ test images correct/.exec(String(await page.evaluate('document.body.innerText')))!;
step(`"${right}"`);

await browser.close();
await server.stop();
