/**
 * Writes the pictures of all live examples to docs/images/live, and the hashes of their numbers. Run by `npm run docs`; a
 * test computes the hashes again.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { packagePath } from '../shipped.ts';
import { drawPicture } from './drawPicture.ts';
import { computeHashes, listExamples, RECORD_FOLDER, type RecordedHashes, runInNode } from './pages.ts';

const folder = packagePath(RECORD_FOLDER);
const hashes: Record<string, RecordedHashes> = {};
const pictures = new Map<string, string>();
for (const example of listExamples()) {
  const picture = await runInNode(example, {});
  hashes[example.id] = await computeHashes(example, picture);
  pictures.set(`${example.id}.svg`, drawPicture(picture));
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, svg] of pictures) writeFileSync(`${folder}/${name}`, svg);
writeFileSync(`${folder}/hashes.json`, `${JSON.stringify(hashes, null, 2)}\n`);
console.log(`${pictures.size} live examples are recorded in ${RECORD_FOLDER}.`);
