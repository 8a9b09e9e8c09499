/** Measurements of every kind, dropped in a browser, make the device file that the command makes of them. */
// slow: runs a device of each kind in the lab; files.test.ts tests its worker in `npm test`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import writeWorkbook from 'write-excel-file/node';
import { parse } from 'yaml';
import { parseUrlFragment } from '../../../experiments/lab/page/address.ts';
import type { LoopbackServer } from '../../../experiments/output/loopback.ts';
import { inProcess } from '../cli/inProcess.ts';
import { loop, text } from '../devices/fit/madeKinds.ts';
import { browserTests } from '../report/browser.ts';
import { at, drop, dropBytes, open, press, serve, start, textOf, until } from './support.ts';

const test = suite('measurements of every kind in the lab');
const root = mkdtempSync(join(tmpdir(), 'memspike-kinds-'));
let server: LoopbackServer;
let browser: Browser;
test.before(async () => {
  server = await serve();
});
test.after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(root, { recursive: true });
});

/** Deterministic scatter of a few per mille. */
const off = (k: number): number => 1 + 0.003 * Math.sin(7 * k * k + 1);
const each = <T>(count: number, of: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => of(k));

const MADE: Readonly<Record<string, string>> = {
  iv: loop('vteam', {})
    .split('\n')
    .filter((_, i) => i === 0 || i % 4 === 1) // a loop of 50 points is fitted in a quarter of the time
    .join('\n'),
  retention: text(
    ['time (s)', 'G (S)'],
    each(40, (k) => [10 * (k + 1), (2e-6 + 8e-6 * Math.exp(-(k + 1) / 12)) * off(k)]),
  ),
  endurance: text(
    ['cycle', 'G_off (S)', 'G_on (S)'],
    each(30, (k) => [100 * (k + 1), 1e-6 * off(k), (1e-6 + 9e-6 * (1 - ((k + 1) / 40) ** 2)) * off(k + 40)]),
  ),
  ppf: text(
    ['interval (ms)', 'PPF'],
    each(6, (k) => [40 * (k + 1), (1 + 0.8 * Math.exp(-(k + 1) / 3)) * off(k)]),
  ),
  train: text(
    ['frequency (Hz)', 'spike', 'response'],
    [10, 20, 50].flatMap((hz) => each(8, (k) => [hz, k + 1, (1 + hz * 0.01 * (1 - Math.exp(-k / 3))) * off(k + hz)])),
  ),
  stdp: text(
    ['dt (ms)', 'dG (%)'],
    each(40, (k) => {
      const dt = 5 * (k - 20) + 2.5;
      return [dt, (dt > 0 ? 60 * Math.exp(-dt / 20) : -40 * Math.exp(dt / 35)) * off(k)];
    }),
  ),
};

const deviceIn = (page: Page) => parseUrlFragment(new URL(page.url()).hash)!.devices[0];
const fitTold = `document.querySelector('.drop [data-kind]')?.dataset.kind`;

/** The same but for the last digits of fitted numbers: functions of a browser's Math are not those of Node to the last bit. */
function alike(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number')
    assert.ok(Math.abs(Number(actual) - expected) <= 1e-4 * Math.abs(expected), `${path}: ${actual} for ${expected}`);
  else if (typeof expected !== 'object' || expected === null) assert.is(actual, expected, path);
  else {
    assert.equal(Object.keys(actual ?? {}), Object.keys(expected), path);
    for (const [key, value] of Object.entries(expected)) alike(Object(actual)[key], value, `${path}.${key}`);
  }
}

for (const [kind, content] of Object.entries(MADE))
  browserTests(test)(`${kind}: added onto the device at hand as --onto does, and drawn`, async () => {
    browser ??= await start('Chromium');
    const file = `${kind}.csv`;
    writeFileSync(join(root, file), content);
    writeFileSync(join(root, 'base.yaml'), 'memspike: 1\ndevice: { model: exponential }\n');
    const run = await inProcess(root, 'device', 'fit', file, '--onto', 'base.yaml', '--out', kind, '--json');
    assert.is(run.status, 0, run.stderr);
    const { kind: guessed, best, models } = JSON.parse(run.stdout);
    assert.is(guessed, kind);
    const { page, said } = await open(browser, at(server, { view: 'device' }));
    await page.waitForSelector('.drop');
    await drop(page, '.drop', file, content);
    await until(page, `${fitTold} || document.querySelector('.drop .error')`);
    assert.is(
      await page.evaluate(fitTold),
      kind,
      String(await page.evaluate(`document.querySelector('.drop').innerText`)),
    );
    assert.match(await textOf(page, '.drop [data-kind]'), new RegExp(`^${best} .*the data: RMSE `));
    const shown = Number(await page.evaluate(`document.querySelectorAll('.drop tbody tr').length`));
    const fitted = models.find(({ name }: { name: string }) => name === best).params;
    assert.is(shown, models.length + Object.keys(fitted).length);
    assert.ok(
      Number(await page.evaluate(`document.querySelectorAll('.drop .picture circle, .drop .picture path').length`)) > 5,
    );
    const text = readFileSync(join(root, kind, 'device.yaml'), 'utf8');
    alike(deviceIn(page)?.own, { ...parse(text), about: { name: file, summary: parse(text).about.summary } }, kind);
    assert.equal(said, []);
    await page.close();
  });

browserTests(test)(
  'what a file does not tell is asked for, and it is read again onto the device that it was dropped on',
  async () => {
    browser ??= await start('Chromium');
    const { page, said } = await open(browser, at(server, { view: 'device' }));
    await page.waitForSelector('.drop');
    const bare = MADE.retention!.replace('time (s),G (S)', 'a,b');
    await drop(page, '.drop', 'bare.csv', bare);
    assert.match(await textOf(page, '.drop .error'), /^bare\.csv/);
    await page.evaluate(`document.querySelector('.reading-options').open = true`);
    await page.select('.reading-options select', 'retention');
    await page.type('.reading-options input[placeholder^=pulse]', 'time=a,conductance=b');
    await press(page, 'Read again');
    assert.match(await textOf(page, '.drop [data-kind]'), /the data: RMSE /);
    const own = deviceIn(page)?.own as { readonly device: { readonly model: string } } | undefined;
    assert.is(own?.device.model, 'exponential');
    await page.select('.reading-options select', 'endurance');
    await press(page, 'Read again');
    await page.waitForSelector('.drop .error');
    assert.match(await textOf(page, '.drop .error'), /the field "Columns" has the unknown role "time"/);
    assert.equal(said, []);
    await page.close();
  },
);

browserTests(test)(
  'what stands before decimals is asked for where numbers may be read in two ways, and reads them',
  async () => {
    browser ??= await start('Chromium');
    const { page, said } = await open(browser, at(server, { view: 'device' }));
    await page.waitForSelector('.drop');
    const rows = each(40, (k) => [10 * (k + 1), (2 + 7 * Math.exp(-(k + 1) / 12)).toFixed(3).replace('.', ',')]);
    const unclear = ['time (s)\tG (uS)', ...rows.map((row) => row.join('\t'))].join('\n');
    await drop(page, '.drop', 'unclear.txt', unclear);
    assert.match(await textOf(page, '.drop .error'), /no other number in the file shows which/);
    await page.evaluate(`document.querySelector('.reading-options').open = true`);
    for (const [decimal, largest] of [
      ['comma', 8.44e-6],
      ['point', 8.44e-3],
    ] as const) {
      await page.select('.reading-options label:nth-of-type(2) select', decimal);
      await press(page, 'Read again');
      const found = `(${fitTold} === 'retention' && document.querySelector('.drop').innerText.includes(${JSON.stringify(decimal === 'comma' ? 'decimal commas' : 'commas between thousands')}))`;
      await until(page, found);
      const { device } = deviceIn(page)!.own as unknown as { device: { gMax: number } };
      assert.ok(Math.abs(device.gMax / largest - 1) < 0.05, `${decimal}: ${device.gMax} S`);
    }
    assert.equal(said, []);
    await page.close();
  },
);

browserTests(test)('of a workbook with several sheets one is chosen by its name', async () => {
  browser ??= await start('Chromium');
  const { page, said } = await open(browser, at(server, { view: 'device' }));
  await page.waitForSelector('.drop');
  const table = (csv: string) =>
    csv.split('\n').map((line) => line.split(',').map((cell) => (Number.isFinite(Number(cell)) ? Number(cell) : cell)));
  const sheets = ['retention', 'stdp'].map((sheet) => ({ sheet, data: table(MADE[sheet]!) }));
  const book = join(root, 'book.xlsx');
  await writeWorkbook(sheets as never).toFile(book);
  await dropBytes(page, '.drop', 'book.xlsx', readFileSync(book));
  assert.match(await textOf(page, '.drop .error'), /book\.xlsx/);
  await page.evaluate(`document.querySelector('.reading-options').open = true`);
  await page.type('.reading-options input[placeholder=Sheet1]', 'stdp');
  await press(page, 'Read again');
  await until(page, `${fitTold} === 'stdp'`);
  assert.equal(said, []);
  await page.close();
});

test.run();
