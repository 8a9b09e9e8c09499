/** `npm run test:quick` leaves no folder out and names only files that are there. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { QUICK } from './quick.ts';

const all = readdirSync(dirname(fileURLToPath(import.meta.url)), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .map((file) => file.replaceAll('\\', '/').replace(/\.test\.js$/, ''));
const foldersOf = (files: readonly string[]) => [...new Set(files.map(dirname))].sort();

test('every file of the list is there, once', () => {
  assert.equal(
    QUICK.filter((file, k) => !all.includes(file) || QUICK.indexOf(file) < k),
    [],
  );
});

test('every folder with tests has one in the list', () => {
  assert.ok(foldersOf(all).length > 30);
  assert.equal(foldersOf(QUICK), foldersOf(all));
});

test.run();
