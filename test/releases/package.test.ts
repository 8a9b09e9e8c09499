/** What npm would pack. How it installs, `npm run release:check` tells. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MOST } from './most.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
const [packed] = JSON.parse(
  execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
);
const files: string[] = packed.files.map(({ path }: { path: string }) => path);
const { exports, bin, dependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Record<string, Readonly<Record<string, string | { types: string; default: string }>>>;
const installed = Object.keys({ ...dependencies, ...optionalDependencies });

test(`the tarball has at most ${MOST.tarball.toLocaleString('en')} bytes`, () => {
  assert.ok(files.length > 100 && packed.size <= MOST.tarball, `${packed.size} bytes, ${files.length} files`);
});

test('it holds every file that its entries name', () => {
  const named = Object.values({ ...exports, ...bin }).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : [entry.types, entry.default],
  );
  assert.ok(named.length > 15);
  for (const path of named) assert.ok(files.includes(path.replace(/^\.\//, '')), path);
});

test('declarations of the entries import declarations in the package and installed packages only', () => {
  const reached = new Set(
    Object.values(exports!).flatMap((entry) => (typeof entry === 'string' ? [] : [join(entry.types)])),
  );
  for (const file of reached)
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(/(?: from |\bimport\()["']([^"']+)["']/g)) {
      const target = join(file, '..', name!).replace(/\.ts$/, '.d.ts');
      if (name!.startsWith('.')) reached.add(target);
      else assert.ok(installed.includes(name!.split('/')[0]!), `${file}: ${name}`);
    }
  assert.ok(reached.size > 100, `${reached.size} declarations`);
  for (const file of reached) assert.ok(files.includes(file), file);
});

test('links of its pages lead to files of the package', async () => {
  const { removeDeadLinks } = (await import(new URL('test/releases/pages.mjs', `file://${root}`).href)) as {
    removeDeadLinks(text: string, page: string, packed: ReadonlySet<string>): string;
  };
  const packed = new Set(files);
  for (const page of files.filter((file) => file.endsWith('.md'))) {
    const text = removeDeadLinks(readFileSync(join(root, page), 'utf8'), page, packed);
    for (const [, link] of text.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g))
      assert.ok(/^https?:/.test(link!) || packed.has(join(page, '..', link!)), `${page}: ${link}`);
  }
});

test.run();
