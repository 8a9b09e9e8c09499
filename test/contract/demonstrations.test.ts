/** Every demonstration is declared whole, has its page, and is built on the public API only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { validate } from '../../core/declare/validate.ts';
import { DEMONSTRATION_LOADERS, loadDemonstration } from '../../experiments/demonstrations/index.ts';

const root = ['../..', '../../..']
  .map((up) => fileURLToPath(new URL(up, import.meta.url)))
  .find((dir) => existsSync(join(dir, 'tsconfig.json')))!;
const folder = join(root, 'experiments/demonstrations');
const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What a study may import from outside its folder. */
const PUBLIC =
  /^(\.\.\/\.\.\/(index|extend|look\/plots\/index|training\/(un)?supervised\/index)\.ts|\.\.\/(cellErrors|demonstration|devicePairs|findings|readouts|softmaxLayer|trainedLayer)\.ts|zod|node:.*|[^.].*)$/;

for (const name of Object.keys(DEMONSTRATION_LOADERS)) {
  test(`${name} is declared whole`, async () => {
    const demo = await loadDemonstration(name);

    assert.match(demo.title, /^[A-Z](?=.* .* )[^.]*$/, 'the title is a phrase of at least three words');
    assert.match(demo.claim, /^[A-Z](?=.* .* .* .* ).*\.$/, 'the claim is a sentence');
    assert.is.not(demo.claim, demo.title);
    assert.match(
      demo.source,
      /\bR\d+|doi:10\.|Nanoscale Horiz\. 2023, 8, 716/,
      'the source is the review, one of its references, or has a DOI',
    );
    assert.match(demo.source, /\b(19|20)\d\d\b/, 'the source has a year');
    validate(demo.parameters, {}, name); // everything has a default
    for (const [key, schema] of Object.entries(toJsonSchema(demo.parameters).properties ?? {}))
      assert.ok((schema as JsonSchema).description, `${name}: ${key} has no help`);
  });

  test(`${name} has a page with its command and a picture`, () => {
    const page = join(root, 'docs/results/demonstrations', `${name}.md`);
    assert.ok(existsSync(page), `${page} is missing`);
    const text = readFileSync(page, 'utf8');
    assert.match(text, `memspike demo ${name}`);
    const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file!);
    assert.ok(pictures.length > 0, `${name}: the page has no picture`);
    for (const file of pictures)
      assert.ok(existsSync(join(root, 'docs/results/demonstrations', file)), `${file} is missing`);
  });

  test(`${name} is built on the public API`, () => {
    const own = join(folder, camel(name));
    const files = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    assert.ok(files.includes('index.ts'), `${own}/index.ts is missing`);
    assert.match(readFileSync(join(own, 'index.ts'), 'utf8'), /^\/\*\*/, 'a docstring comes first');
    for (const file of files)
      for (const [, from] of readFileSync(join(own, file), 'utf8').matchAll(/from '([^']+)'/g))
        assert.ok(
          from!.startsWith('./') || from === '../../extend.ts' || PUBLIC.test(from!),
          `${name}/${file} imports ${from}`,
        );
  });
}

test('what several demonstrations share is built on the public API', () => {
  for (const file of ['cellErrors.ts', 'devicePairs.ts', 'readouts.ts', 'softmaxLayer.ts', 'trainedLayer.ts'])
    for (const [, from] of readFileSync(join(folder, file), 'utf8').matchAll(/from '\.([^']+)'/g))
      assert.ok(
        ['/demonstration.ts', '/findings.ts', '/readouts.ts', '/trainedLayer.ts'].includes(from!) ||
          PUBLIC.test(`../.${from}`),
        `${file} imports .${from}`,
      );
});

/** Page of a demonstration without the mark of generated pages. */
const pageOf = (name: string) =>
  readFileSync(join(root, 'docs/results/demonstrations', `${name}.md`), 'utf8').replace(/^<!--.*-->\n\n/, '');
const gallery = readFileSync(join(root, 'docs/results/demonstrations/README.md'), 'utf8').split('\n');

/** Rows of the gallery page: picture, name, subject, result, control, verdict. */
const ENTRIES = gallery
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
  .filter((cells) => cells.length === 6 && cells[1]!.startsWith('[**'))
  .map(([picture, link, title, result, , verdict]) => {
    const name = /^\[\*\*(.+)\*\*\]\((.+)\.md\)$/.exec(link!)![2]!;
    const missed = gallery.find((line) => line.startsWith(`| ${link} | `) && line.split(' | ').length === 2);
    return { picture, name, title, result: result!, verdict, missed };
  });

test('the gallery has every demonstration once, with its title, its verdict and the first picture of its page', async () => {
  assert.equal(ENTRIES.map(({ name }) => name).sort(), Object.keys(DEMONSTRATION_LOADERS).sort());
  for (const { name, title, picture, verdict } of ENTRIES) {
    const demo = await loadDemonstration(name);
    assert.equal([title, verdict], [demo.title, demo.verdict], name);
    const [, alt, file] = /!\[([^\]]+)\]\(([^)]+)\)/.exec(pageOf(name))!;
    assert.is(picture, `[![${alt!.replaceAll('\n', ' ')}](${file})](${name}.md)`);
  }
});

test('figures of the gallery stand on the pages', () => {
  for (const { name, result, missed = '' } of ENTRIES) {
    const numbers = (text: string) => text.match(/\d+(,\d{3})*(\.\d+)?(e-?\d+)?/g) ?? [];
    const known = new Set(numbers(pageOf(name)));
    const values = [...known].map(Number);
    /** True if a number of the page rounds to the number of the gallery. */
    const isRounded = (number: string) => {
      const [mantissa, exponent = '0'] = number.split('e');
      const step = 10 ** (Number(exponent) - (mantissa!.split('.')[1]?.length ?? 0));
      return values.some((value) => Math.abs(value - Number(number)) <= step / 2);
    };
    assert.ok(numbers(result).length >= 2, `${name}: "${result}" compares nothing`);
    for (const number of numbers(`${result} ${missed}`))
      assert.ok(known.has(number) || isRounded(number), `${name}: ${number} is not on its page`);
  }
});

test('what holds in part says what does not, and only that', () => {
  for (const { name, verdict, missed } of ENTRIES)
    assert.is(missed !== undefined, verdict === 'in part', `${name}: ${verdict}`);
});

/** Source of the value of `expectations`, from bracket to bracket. */
function expectationsOf(name: string): string {
  const text = readFileSync(join(folder, camel(name), 'index.ts'), 'utf8');
  const from = /expectations(:| =) [[{]/.exec(text)!;
  const begin = from.index + from[0].length;
  for (let k = begin, depth = 1; ; k++) {
    depth += '{['.includes(text[k]!) ? 1 : '}]'.includes(text[k]!) ? -1 : 0;
    if (depth === 0) return text.slice(begin, k);
  }
}

test('every demonstration expects at least three things, one of them a control', () => {
  for (const name of Object.keys(DEMONSTRATION_LOADERS)) {
    const own = expectationsOf(name);
    const texts = own.match(/(['"`])[^\n]*?\1\]?:/g) ?? [];
    const several = own.includes('...');
    assert.ok(texts.length + (several ? 2 : 0) >= 3, `${name} expects ${texts.join(' ')}`);
    assert.match(own, /['"`](\$\{net\}, )?control\b/, `${name} has no control`);
  }
});

test('what holds by construction says so before the method on its page, and nothing else does', () => {
  for (const { name, verdict } of ENTRIES) {
    const before = pageOf(name).split('**Method.**')[0]!;
    assert.is(before.includes('\n\n**By construction**'), verdict === 'by construction', name);
  }
});

test('every folder is in the index', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.equal(folders.map(({ name }) => name).sort(), Object.keys(DEMONSTRATION_LOADERS).map(camel).sort());
});

test.run();
