import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { listLabFiles } from '../../../experiments/lab/files.ts';
import { formatUrlFragment } from '../../../experiments/lab/page/address.ts';
import { type LabState, labState } from '../../../experiments/lab/page/state.ts';
import { serveLab } from '../../../experiments/lab/server.ts';
import type { LoopbackServer } from '../../../experiments/output/loopback.ts';
import { chromium } from '../report/browser.ts';

const FIREFOX = process.env.FIREFOX || ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path));
/** What takes so long hangs, ms. */
const HANG = 120_000;

/** Browsers by name; undefined where this machine has none. */
export const BROWSERS = { Chromium: chromium, Firefox: FIREFOX } as const;
export type Name = keyof typeof BROWSERS;

/** @param more flags of Chromium */
export function start(name: Name, dark = false, more: readonly string[] = []): Promise<Browser> {
  const often = { executablePath: BROWSERS[name]!, timeout: HANG, protocolTimeout: HANG };
  return name === 'Chromium'
    ? puppeteer.launch({ ...often, args: ['--no-sandbox', '--disable-gpu', ...more] })
    : puppeteer.launch({
        ...often,
        browser: 'firefox',
        defaultViewport: null,
        extraPrefsFirefox: { 'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1 },
      });
}

export const serve = (): Promise<LoopbackServer> => serveLab(listLabFiles(), 0);

/** The lab with lines before its worker's own: a machine that grants less, or a worker that dies. */
export function serveWith(worker: string): Promise<LoopbackServer> {
  const { fileNames, read } = listLabFiles();
  const files = {
    fileNames,
    read: (name: string) =>
      name === 'worker.js' ? Buffer.concat([Buffer.from(`${worker}\n`), read(name)]) : read(name),
  };
  return serveLab(files, 0);
}

/** The address of the view Learn, or of another view, in a state that differs from the first one in these parts. */
export const at = (server: LoopbackServer, part: Partial<LabState>): string =>
  `${server.url}${formatUrlFragment({ ...labState.value, view: 'learn', ...part })}`;

/** Firefox sets the size, but some versions refuse the screen orientation, which puppeteer sets with it. */
async function resize(page: Page, width: number): Promise<void> {
  try {
    await page.setViewport({ width, height: 900 });
  } catch (error) {
    if (!String(error).includes('emulation.setScreenOrientationOverride')) throw error;
  }
}

/** A page of its own, and everything that its console, an exception or a failed request says. */
export async function open(browser: Browser, url: string, width = 1440): Promise<{ page: Page; said: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(HANG);
  await resize(page, width);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('requestfailed', (request) => said.push(`failed: ${request.url()}`));
  await page.goto(url);
  return { page, said };
}

/**
 * Waits until an expression holds in the page. An expression that reads an element that is not there yet does not hold;
 * puppeteer itself stops to ask after an exception. A page that the browser holds for hidden draws no frames, so none is
 * waited for.
 */
export const until = (page: Page, expression: string) =>
  page.waitForFunction(
    `(() => {
      try {
        return ${expression};
      } catch (error) {
        if (error instanceof TypeError) return false;
        throw error;
      }
    })()`,
    { polling: 100 },
  );

/** Presses the button with this text as soon as it is there and can be pressed. */
export async function press(page: Page, text: string): Promise<void> {
  await until(
    page,
    `[...document.querySelectorAll('button')].some((b) => b.textContent.trim() === ${JSON.stringify(text)} && !b.disabled)`,
  );
  await page.evaluate(
    `[...document.querySelectorAll('button')].find((b) => b.textContent.trim() === ${JSON.stringify(text)}).click()`,
  );
}

/** Presses the main button as soon as it can be pressed: in the view Learn, it starts the training. */
export async function pressMain(page: Page): Promise<void> {
  await page.waitForSelector('button.main:not(:disabled)');
  await page.click('button.main');
}

/** The text of the first element that a selector finds, as soon as there is one. */
export async function textOf(page: Page, selector: string): Promise<string> {
  await page.waitForSelector(selector);
  return String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`));
}

/** Drops a file on what a selector finds: the text, as often as told. */
export const drop = (page: Page, selector: string, name: string, text: string, times = 1) =>
  page.evaluate(`(() => {
    const file = new File([${JSON.stringify(text)}.repeat(${times})], ${JSON.stringify(name)});
    const event = new DragEvent('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { files: [file] } });
    document.querySelector(${JSON.stringify(selector)}).dispatchEvent(event);
  })()`);

/** Drops a file of these bytes. */
export const dropBytes = (page: Page, selector: string, name: string, bytes: Uint8Array) =>
  page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(Buffer.from(bytes).toString('base64'))}), (c) => c.charCodeAt(0));
    const event = new DragEvent('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { files: [new File([bytes], ${JSON.stringify(name)})] } });
    document.querySelector(${JSON.stringify(selector)}).dispatchEvent(event);
  })()`);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const runAxe = async (page: Page, impacts: readonly string[]): Promise<string[]> => {
  await page.evaluate(AXE);
  return (await page.evaluate(`axe.run(document).then(({ violations }) => violations
    .filter(({ impact }) => ${JSON.stringify(impacts)}.includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`)) as string[];
};

/** What axe-core finds that is serious or worse, a line each. */
export const findings = (page: Page) => runAxe(page, ['serious', 'critical']);

/** All violations that axe-core finds, a line each. */
export const findAllViolations = (page: Page) => runAxe(page, ['minor', 'moderate', 'serious', 'critical']);
