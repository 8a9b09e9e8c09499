/** Builds the manual: pages of docs/ as a web site, its search index, and the topics of `memspike help`. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import MiniSearch from 'minisearch';
import { SEARCH_OPTIONS } from '../searchIndex.ts';
import { listPages, type PageLink, readContents } from './contents.ts';
import { getSiteImageName, readImageSizes, writeSiteFile } from './images.ts';
import { createExampleRenderer } from './liveExample.ts';
import { getPageAddress, type ManualPage, parseManualPage } from './page.ts';
import { createPageTemplate } from './template.ts';
import { collectHelpTopics } from './topics.ts';

/** Pattern of the source files that the site offers for download. */
const DOWNLOADS = /^(?:docs|experiments\/(?:examples|devices\/presets))\/.*\.(?:csv|ipynb|json|npz|onnx|ts|xlsx|yaml)$/;

/** Builds the manual. @param root directory of the project @param directory output @param topicsFile output */
export async function buildManual(root: string, directory: string, topicsFile: string): Promise<void> {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).sort();
  const paths = names.filter((name) => name.endsWith('.md')).map((name) => posix.join('docs', name));
  const imageSizes = await readImageSizes(root);
  const renderExample = createExampleRenderer(root, directory);
  const errors: string[] = [];
  const links: PageLink[] = [];
  /** Sources of images and downloads, by name in the site. */
  const files = new Map<string, string>();

  function parsePage(path: string): ManualPage {
    const locate = (target: string) => (target === '' ? path : posix.join(posix.dirname(path), target));
    const hrefOf = (target: string) => posix.relative(posix.dirname(getPageAddress(path)), target);
    const resolveLink = (target: string, line: number) => {
      if (/^[a-z]+:/.test(target)) return target;
      const [file, anchor = ''] = target.split('#') as [string, string?];
      const found = locate(decodeURI(file)).replace(/\/$/, '');
      const to = [found, `${found}/README.md`].find((candidate) => paths.includes(candidate));
      if (to !== undefined) {
        links.push({ sourcePath: path, line, targetPath: to, anchor });
        return `${to === path ? '' : hrefOf(getPageAddress(to))}${anchor && `#${anchor}`}`;
      }
      if (!existsSync(join(root, found))) errors.push(`${path}:${line}: the link ${target} leads to no file.`);
      if (!DOWNLOADS.test(found)) return undefined;
      const name = posix.join('files', found);
      files.set(name, found);
      return hrefOf(name);
    };
    const findImage = (target: string, line: number) => {
      const source = locate(decodeURI(target));
      const size = imageSizes.get(source);
      if (size === undefined) {
        errors.push(`${path}:${line}: the image ${target} is not a PNG or SVG file in docs/.`);
        return undefined;
      }
      const name = getSiteImageName(posix.relative('docs', source));
      files.set(name, source);
      return { address: hrefOf(name), ...size };
    };
    return parseManualPage(readFileSync(join(root, path), 'utf8'), { path, resolveLink, findImage, renderExample });
  }

  const pages = new Map(paths.map((path) => [path, parsePage(path)]));
  for (const { sourcePath: from, line, targetPath: to, anchor } of links)
    if (anchor !== '' && !pages.get(to)!.parts.some((part) => part.anchor === anchor))
      errors.push(`${from}:${line}: ${to} has no heading with the anchor #${anchor}.`);
  if (errors.length > 0) throw new Error(errors.join('\n'));

  const contents = readContents(pages, links);
  const sequence = contents.flatMap(({ entries }) => listPages(entries));
  const render = createPageTemplate(contents, sequence);
  for (const page of pages.values()) write(page.address, render(page));
  const index = new MiniSearch(SEARCH_OPTIONS);
  for (const { address, title, parts } of pages.values())
    for (const { anchor, heading, text } of parts)
      index.add({ id: `${address}#${anchor}`, page: title, heading, text });
  write('search.json', JSON.stringify(index));
  writeFileSync(topicsFile, JSON.stringify(collectHelpTopics(sequence)));
  const cache = join(root, 'node_modules/.cache/memspike-manual');
  await Promise.all(
    [...files].map(([name, source]) => writeSiteFile(join(root, source), join(directory, name), cache)),
  );
  cpSync(join(root, 'experiments/manual/site'), directory, { recursive: true });
}
