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

test.run();
