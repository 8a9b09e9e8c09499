/** Order of the pages of the manual, from the lists of links in docs/README.md. */
import type { ManualPage } from './page.ts';

/** Link from one page of the manual to another one; paths from the root of the project. */
export interface PageLink {
  readonly sourcePath: string;
  readonly line: number;
  readonly targetPath: string;
  /** Anchor in the target; empty for its beginning. */
  readonly anchor: string;
}

export interface ContentsEntry {
  readonly page: ManualPage;
  readonly children: readonly ContentsEntry[];
}

/** Lists the pages of the table of contents; a page precedes the pages below it. */
export const listPages = (entries: readonly ContentsEntry[]): ManualPage[] =>
  entries.flatMap(({ page, children }) => [page, ...listPages(children)]);

export const CONTENTS_PATH = 'docs/README.md';

/** Folder of the pages below a page: `x/` for x.md and for x/README.md. */
const folderOf = (path: string): string => path.replace(/(?:README)?\.md$/, '').replace(/\/?$/, '/');

/**
 * Reads the sections from the second-level headings of docs/README.md, and their pages from the links below each heading. The pages of a
 * folder follow the page that has the folder's name, or its README.md, in the order of its links.
 * @throws Error for a page that is not listed
 */
export function readContents(pages: ReadonlyMap<string, ManualPage>, links: readonly PageLink[]) {
  const listed = new Set([CONTENTS_PATH]);
  const createEntries = (targets: readonly PageLink[]): ContentsEntry[] =>
    targets
      .map(({ targetPath: to }) => to)
      .filter((path) => !listed.has(path) && listed.add(path))
      .map((path) => ({
        page: pages.get(path)!,
        children: createEntries(
          links.filter(({ sourcePath: from, targetPath: to }) => from === path && to.startsWith(folderOf(path))),
        ),
      }));
  const headings = pages.get(CONTENTS_PATH)!.parts.filter(({ level }) => level === 2);
  const sections = headings.map(({ heading, line }, i) => {
    const end = headings[i + 1]?.line ?? Infinity;
    const targets = links.filter((link) => link.sourcePath === CONTENTS_PATH && link.line >= line && link.line < end);
    return { title: heading, entries: createEntries(targets) };
  });
  const missing = [...pages.keys()].filter((path) => !listed.has(path));
  if (missing.length > 0)
    throw new Error(
      `${CONTENTS_PATH} does not list ${missing.join(', ')}; add a link under the heading of its section.`,
    );
  return sections;
}
