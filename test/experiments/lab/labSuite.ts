import type { Browser } from 'puppeteer-core';
import { suite } from 'uvu';
import type { LoopbackServer } from '../../../experiments/output/loopback.ts';
import { testIf } from '../../support.ts';
import { BROWSERS, type Name, serve, start } from './support.ts';

/** A suite of tests in one browser, where it is installed: each in the same browser, of one lab that is served. */
export function labSuite(name: Name, what: string) {
  const test = suite(`${what} in ${name}`);
  let server: LoopbackServer;
  let browser: Browser;
  test.before(async () => {
    if (!BROWSERS[name]) return;
    server = await serve();
    browser = await start(name);
  });
  test.after(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    test,
    inBrowser: (what: string, body: () => Promise<void>) =>
      testIf(BROWSERS[name] !== undefined, what, `no ${name} is installed`, test, body),
    server: () => server,
    browser: () => browser,
  };
}
