/**
 * Writes docs/demonstrations/README.md: all demonstrations by the sections of the review, each with the first picture of its page. Run by
 * `npm run docs`; a test fails when it is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GALLERY, type GalleryEntry, type Verdict } from '../demonstrations/gallery.ts';
import { DEMONSTRATIONS } from '../demonstrations/index.ts';

/** The page, from the built script as well as from its source. */
export const GALLERY_PAGE = new URL('../../../docs/demonstrations/README.md', import.meta.url);

const INTRODUCTION = `# Demonstrations

What a review of memristor networks (Cao et al., Nanoscale Horiz. 2023, 8, 716) tells of devices and networks, each as a study
that one command runs: \`memspike demo list\`, \`memspike demo run NAME --out DIR\`. Every page has the claim, what memspike found,
and what of it can be compared. They go by the sections and references of the review.

**Holds**: *works*: what is claimed shows, and the control could have failed. *In part*: some of it does not show, or not against the control; the page says what. *By
construction*: the model was made to do it; what was found beyond that stands on the page. Figures are means over the seeds of the page; its spread and units stand there. What does
not hold is [listed below](#what-does-not-hold-and-why).

This page is generated (\`npm run docs\`) from experiments/demonstrations/gallery.ts.
`;

const HOLDS: Readonly<Record<Verdict, string>> = {
  works: 'works',
  part: 'in part',
  construction: 'by construction',
};

/** The first picture of the page of a demonstration. */
function pictureOf(page: string): { readonly alt: string; readonly file: string } | null {
  const found = /!\[([^\]]+)\]\(([^)]+)\)/.exec(page);
  return found && { alt: found[1]!, file: found[2]! };
}

async function row({ name, verdict, result, control }: GalleryEntry): Promise<string> {
  const { default: demonstration } = await DEMONSTRATIONS[name]!();
  const picture = pictureOf(readFileSync(new URL(`${name}.md`, GALLERY_PAGE), 'utf8'));
  const shown = picture ? `[![${picture.alt.replaceAll('\n', ' ')}](${picture.file})](${name}.md)` : '';
  return `| ${shown} | [**${name}**](${name}.md) | ${demonstration.title} | ${result} | ${control} | ${HOLDS[verdict]} |`;
}

/** The text of the page. */
export async function galleryPage(): Promise<string> {
  const sections: string[] = [];
  for (const { title, reference, entries } of GALLERY) {
    const header = ['| | Demonstration | Subject | Result | Control | Holds |', '|---|---|---|---|---|---|'];
    const table = [...header, ...(await Promise.all(entries.map(row)))].join('\n');
    sections.push(`## ${title}`, `Of the review: ${reference}.`, table);
  }
  const missed = GALLERY.flatMap(({ entries }) => entries).flatMap(({ name, missed: text }) =>
    text === undefined ? [] : [`| [**${name}**](${name}.md) | ${text} |`],
  );
  const rest = [
    '## What does not hold, and why',
    ['| Demonstration | What does not |', '|---|---|', ...missed].join('\n'),
  ];
  return `${[INTRODUCTION.trimEnd(), ...sections, ...rest].join('\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(GALLERY_PAGE, await galleryPage());
