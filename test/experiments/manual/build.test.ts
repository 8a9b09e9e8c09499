/** The build of the manual: links, images, contents and live examples of pages in a folder of their own. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildManual } from '../../../experiments/manual/build/site.ts';

const test = suite('manual build');
const project = fileURLToPath(new URL('../../../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'memspike-manual-'));
test.after(() => rmSync(directory, { recursive: true }));

const PAGES = {
  'docs/README.md':
    '# Manual\n\n## Guide\n\n- [Neurons](guide/neurons.md)\n- [Tests](tests/README.md)\n- [Terms](background/glossary.md)\n',
  'docs/guide/neurons.md':
    '<!-- a mark -->\n# Neurons\n\nA *neuron* with `tau`.\n\n## Size\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\nSee [one](../tests/one.md#the-first), [data](../../experiments/examples/pulses.csv), [code](../../core/x.ts) and https://example.org.\n\n```yaml\ntau: 10 # ms\n```\n\n![A plot](../images/plot.svg)\n',
  'docs/tests/README.md': '# Tests\n\n- [One](one.md)\n',
  'docs/tests/one.md': '# One\n\n## The first\n\nText.\n',
  'docs/background/glossary.md': '# Terms\n\nAll of them.\n\n### Refractory period\n\nTime without spikes, `ms`.\n',
  'docs/images/plot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>',
  'experiments/examples/pulses.csv': 'pulse,conductance\n',
  'core/x.ts': '',
};

let count = 0;
/** Builds pages; returns a reader of the files of the site. @param changes texts that differ from `PAGES` */
async function build(changes: Readonly<Record<string, string>> = {}) {
  const root = join(directory, String(count++));
  for (const [path, text] of Object.entries({ ...PAGES, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const folder of ['experiments/manual/site', 'docs/images/live'])
    cpSync(join(project, folder), join(root, folder), { recursive: true });
  await buildManual(root, join(root, 'site'), join(root, 'topics.json'));
  return (name: string) => readFileSync(join(root, name), 'utf8');
}

async function buildError(changes: Readonly<Record<string, string>>): Promise<string> {
  try {
    await build(changes);
  } catch (error) {
    return (error as Error).message;
  }
  return 'built';
}

test('a page has its text, links to pages, downloads and images, and no style or script of its own', async () => {
  const read = await build();
  const page = read('site/guide/neurons.html');
  assert.match(page, /<h2 id="size"><a class="header-anchor" href="#size">Size<\/a><\/h2>/);
  assert.match(page, /<a href="\.\.\/tests\/one\.html#the-first">one<\/a>/);
  assert.match(page, /<a href="\.\.\/files\/experiments\/examples\/pulses\.csv">data<\/a>/);
  assert.is(read('site/files/experiments/examples/pulses.csv'), PAGES['experiments/examples/pulses.csv']);
  assert.match(page, /<span title="\.\.\/\.\.\/core\/x\.ts in the source">code<\/span>/);
  assert.match(page, /<a href="https:\/\/example\.org">/);
  assert.match(page, /<td class="right">2<\/td>/);
  assert.match(page, /<span class="attr">tau:<\/span> <span class="number">10<\/span>/);
  assert.match(page, /<img src="\.\.\/images\/plot\.svg" alt="A plot" width="30" height="20" loading="lazy">/);
  assert.not.match(page, /<!-- a mark| style=|<script(?! (?:type="module" )?src=)/);
});

test('pages of a folder follow its README.md, and are listed on its own pages only', async () => {
  const read = await build();
  const one = '<a href="../tests/one.html"';
  assert.not.ok(read('site/guide/neurons.html').includes(`${one}>One</a></li>`));
  assert.match(
    read('site/tests/index.html'),
    /<a href="index\.html" aria-current="page">Tests<\/a><ul><li><a href="one\.html">/,
  );
  assert.match(
    read('site/tests/one.html'),
    /rel="prev" href="index\.html">Previous: Tests<.*rel="next" href="\.\.\/background/,
  );
});

test('topics of help are the first parts of pages, and the terms of the glossary', async () => {
  const topics = JSON.parse((await build())('topics.json'));
  assert.equal(Object.keys(topics).sort(), ['glossary', 'neurons', 'one', 'refractory-period', 'tests']);
  assert.equal(topics.neurons, { title: 'Neurons', address: 'guide/neurons.html', text: 'A neuron with `tau`.' });
  assert.is(topics['refractory-period'].text, 'Time without spikes, `ms`.');
  assert.is(topics['refractory-period'].address, 'background/glossary.html#refractory-period');
});

test('a live example becomes a figure with the code', async () => {
  const [fence] = /^```yaml live id=[\s\S]*?^```$/m.exec(readFileSync(join(project, 'docs/guide/neurons.md'), 'utf8'))!;
  const read = await build({ 'docs/tests/one.md': `# One\n\n## The first\n\n${fence}\n` });
  assert.match(
    read('site/tests/one.html'),
    /<figure class="live-example"[\s\S]*<pre tabindex="0">[\s\S]*<img src="\.\.\/images\/live\//,
  );
  assert.match(read('site/tests/one.html'), /src="\.\.\/live\.js"/);
  assert.not.match(read('site/tests/index.html'), /live\.js/);
});

test('a broken link, anchor or image, HTML and a page that is not listed fail the build with page and line', async () => {
  const one = (text: string) => buildError({ 'docs/tests/one.md': `# One\n\n## The first\n\n${text}\n` });
  assert.is(await one('[x](nowhere.md)'), 'docs/tests/one.md:5: the link nowhere.md leads to no file.');
  assert.is(
    await one('\n[x](../guide/neurons.md#siez)'),
    'docs/tests/one.md:6: docs/guide/neurons.md has no heading with the anchor #siez.',
  );
  assert.is(await one('![x](x.png)'), 'docs/tests/one.md:5: the image x.png is not a PNG or SVG file in docs/.');
  assert.match(await one('a <b>b</b>'), /^docs\/tests\/one\.md:\d+: HTML other than comments is not allowed: <b>$/);
  assert.match(
    await buildError({ 'docs/guide/lost.md': '# Lost\n' }),
    /^docs\/README\.md does not list docs\/guide\/lost\.md;/,
  );
  assert.match(await buildError({ 'docs/tests/one.md': 'Text.\n' }), /^docs\/tests\/one\.md:1: a page must begin with/);
  assert.ok(existsSync(directory));
});

test.run();
