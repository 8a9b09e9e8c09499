/** Links of the pages lead somewhere, and files that the pages for contributors name are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = ['../..', '../../..']
  .map((up) => fileURLToPath(new URL(up, import.meta.url)))
  .find((dir) => existsSync(join(dir, 'tsconfig.json')))!;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('docs', file));

/** Of a heading, as GitHub makes it. */
const anchor = (heading: string) =>
  heading
    .replace(/^#+ /, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
const anchors = (page: string) => [...read(page).matchAll(/^#+ .*$/gm)].map(([heading]) => anchor(heading));

for (const page of ['README.md', '.github/CONTRIBUTING.md', ...docs]) {
  test(`links of ${page}`, () => {
    for (const [, link] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link!)) continue;
      const [path, part] = link!.split('#') as [string, string?];
      const target = path === '' ? page : join(dirname(page), path);
      assert.ok(existsSync(join(root, target)), `${page}: ${link} leads nowhere`);
      if (part !== undefined) assert.ok(anchors(target).includes(part), `${page}: ${link} names no heading`);
    }
  });
}

for (const page of ['docs/contributing/architecture.md', '.github/CONTRIBUTING.md']) {
  test(`files that ${page} names`, () => {
    const named = [...read(page).matchAll(/`((?:core|neurons|synapses|experiments|test|docs)\/[\w./-]*)`/g)]
      .map(([, file]) => file!)
      .filter((file) => !file.includes('NAME'));
    assert.ok(named.length > 10);
    for (const file of named) assert.ok(existsSync(join(root, file)), `${page} names ${file}, which is not there`);
  });
}

test('tutorials have numbered steps, commands whose output is checked, and files to download', () => {
  const tutorials = docs.filter((page) => page.startsWith('docs/tutorials/'));
  assert.is(tutorials.length, 6);
  for (const page of tutorials) {
    const text = read(page);
    const steps = [...text.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number));
    assert.equal(
      steps,
      steps.map((_, i) => i + 1),
      page,
    );
    assert.ok(steps.length >= 5, `${page} has ${steps.length} steps`);
    assert.ok([...text.matchAll(/^<!-- run: /gm)].length >= 3, `${page}: docs:check runs few of its steps`);
    assert.match(text, /^## What to try next$/m, page);
  }
  const linked = new Set(
    tutorials.flatMap((page) => [...read(page).matchAll(/\(files\/([\w.-]+)\)/g)].map(([, file]) => file)),
  );
  assert.equal([...linked].sort(), readdirSync(join(root, 'docs/tutorials/files')).sort(), 'every file is linked');
  assert.ok(
    read('docs/tutorials/write-a-model.md').includes(read('docs/tutorials/files/square.ts')),
    'the page quotes its file',
  );
});

test.run();
