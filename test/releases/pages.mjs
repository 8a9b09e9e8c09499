/**
 * Pages of the package: links to files that are not packed become plain text, pictures their descriptions.
 * `pages.mjs adapt` changes the pages in the work tree before packing, `pages.mjs restore` undoes this.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** File with the texts of the changed pages, by path. */
const ORIGINALS = join(ROOT, 'dist/pages.json');

/** Removes dead links from the text of a page. @param packed paths of all files of the package */
export const removeDeadLinks = (text, page, packed) =>
  text.replaceAll(/(!?)\[([^[\]]*)\]\(([^)\s#]+)[^)\s]*\)/g, (link, mark, label, target) => {
    const path = normalize(join(dirname(page), target));
    if (/^\w+:/.test(target) || packed.has(path)) return link;
    return mark === '!' ? `*Picture (\`${path}\` in the source): ${label}*` : label;
  });

function restorePages() {
  if (!existsSync(ORIGINALS)) return;
  const originals = JSON.parse(readFileSync(ORIGINALS, 'utf8'));
  for (const [page, text] of Object.entries(originals)) writeFileSync(join(ROOT, page), text);
  rmSync(ORIGINALS);
}

function adaptPages() {
  restorePages();
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8' }));
  const packed = new Set(files.map(({ path }) => path));
  const changed = [...packed].flatMap((page) => {
    if (!page.endsWith('.md')) return [];
    const original = readFileSync(join(ROOT, page), 'utf8');
    const adapted = removeDeadLinks(original, page, packed);
    return adapted === original ? [] : [{ page, original, adapted }];
  });
  writeFileSync(ORIGINALS, JSON.stringify(Object.fromEntries(changed.map(({ page, original }) => [page, original]))));
  for (const { page, adapted } of changed) writeFileSync(join(ROOT, page), adapted);
}

if (process.argv[1] === import.meta.filename) ({ adapt: adaptPages, restore: restorePages })[process.argv[2]]();
