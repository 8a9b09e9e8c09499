/** Live examples of the manual in Chromium and Firefox: their numbers are those of Node. */
// slow: drives browsers; liveExamples/recorded.test.ts computes the examples in `npm test`
import * as assert from 'uvu/assert';
import { listLiveExamples, readRecordedPictureHashes } from '../../../experiments/liveExamples/pages.ts';
import { groupBy } from '../../../experiments/statistics/groupBy.ts';
import { labSuite } from '../lab/labSuite.ts';
import { findings, open, until } from '../lab/support.ts';

type Page = Awaited<ReturnType<typeof open>>['page'];

const recorded = readRecordedPictureHashes();
const toAddress = (where: string) => where.replace(/^docs\/(.*)\.md:\d+$/, 'manual/$1.html');
const pages = groupBy(listLiveExamples(), ({ where }) => toAddress(where));

/** Runs an action in the figure of an example and waits for its result. @returns hash, or the message if it fails */
async function compute(page: Page, id: string, action: string): Promise<[hash: string, status: string]> {
  const figure = `document.querySelector('#example-${id}')`;
  await page.evaluate(`{ const figure = ${figure}; delete figure.dataset.hash; ${action} }`);
  await until(page, `${figure}.dataset.hash || !${figure}.querySelector('.run').disabled`);
  return (await page.evaluate(`[${figure}.dataset.hash, ${figure}.querySelector('.status').textContent]`)) as [
    string,
    string,
  ];
}

const moveSlider = (path: string, value: number) =>
  `const slider = figure.querySelector('input[name="${path}"]'); slider.value = ${value};
   slider.dispatchEvent(new Event('input')); slider.dispatchEvent(new Event('change'));`;

for (const name of ['Chromium', 'Firefox'] as const) {
  const { test, inBrowser, server, browser } = labSuite(name, 'live examples');
  for (const [address, examples] of pages)
    inBrowser(`${address}: every example has the numbers of Node, at its default and at another value`, async () => {
      const { page, said } = await open(browser(), `${server().url}${address}`);
      for (const { id } of examples) {
        const { hash, other } = recorded[id]!;
        const [found, status] = await compute(page, id, `figure.querySelector('.run').click();`);
        assert.is(found, hash, `${id}: ${status}`);
        assert.match(status, /^✓ Identical to ours/);
        for (const [path, value] of Object.entries(other?.values ?? {})) {
          const [otherHash, otherStatus] = await compute(page, id, moveSlider(path, value));
          assert.is(otherHash, other!.hash, `${id} with ${path} ${value}: ${otherStatus}`);
        }
      }
      assert.equal(
        said.filter((line) => !/^failed: .*\/images\//.test(line)), // a recorded picture that was replaced while it loaded
        [],
      );
      await page.close();
    });

  inBrowser('the engine is loaded at the first Run only; a moved slider waits for it', async () => {
    const { page } = await open(browser(), `${server().url}manual/guide/synapses.html`);
    const scripts = `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).length`;
    const before = await page.evaluate(scripts);
    await page.evaluate(
      `{ const figure = document.querySelector('#example-pair-stdp'); ${moveSlider('rule.tauPlus', 30)} }`,
    );
    assert.match(
      String(await page.evaluate(`document.querySelector('#example-pair-stdp .status').textContent`)),
      /^Press Run/,
    );
    assert.is(await page.evaluate(scripts), before);
    const [hash, status] = await compute(page, 'pair-stdp', `figure.querySelector('.run').click();`);
    assert.is.not(hash, recorded['pair-stdp']!.hash);
    assert.is(status, 'Computed in this page.');
    assert.ok(Number(await page.evaluate(scripts)) > Number(before));
    await page.close();
  });

  for (const width of [390, 1600])
    inBrowser(`examples at ${width} px: nothing overflows, axe finds nothing serious`, async () => {
      const { page } = await open(browser(), `${server().url}manual/guide/devices.html`, width);
      await until(page, `!document.querySelector('button.run').disabled`);
      assert.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
      assert.equal(await findings(page), []);
      await page.close();
    });
  test.run();
}
