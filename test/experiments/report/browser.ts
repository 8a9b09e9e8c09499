import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { Test } from 'uvu';
import { testIf } from '../../support.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, from CHROMIUM or Debian's places; undefined: there is none. */
export const chromium = process.env.CHROMIUM || PLACES.find((path) => existsSync(path));

/** Tests of a suite that count as skipped where there is no Chromium. */
export const browserTests =
  (test: Test) =>
  (name: string, body: () => void | Promise<void>): void =>
    testIf(chromium !== undefined, name, 'no Chromium is installed', test, body);

/** What takes so long hangs, ms; a busy machine may take its time for anything shorter. */
const HANG = 180_000;

export const launch = (): Promise<Browser> =>
  puppeteer.launch({
    executablePath: chromium!,
    args: ['--no-sandbox', '--disable-gpu'],
    timeout: HANG,
    protocolTimeout: HANG,
  });

/** A page, and everything that its console or an exception says of errors. */
export async function newPage(browser: Browser): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(HANG);
  await page.setViewport({ width: 1200, height: 900 });
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('requestfailed', (request) => {
    // A stream of events ends when either side closes it.
    if (request.resourceType() !== 'eventsource') errors.push(`failed: ${request.url().slice(0, 80)}`);
  });
  return { page, errors };
}
