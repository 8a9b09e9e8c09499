/**
 * Public names of the package keep their kind. `UPDATE_REFERENCE=1 node dist/test/run.js releases/api` writes the list of names anew,
 * after a change on purpose before a release. SHOW_API=1 prints changed signatures and new names.
 */
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as contract from '../../experiments/contract/index.ts';
import { type ExportedDeclaration, listPublicNames } from '../../experiments/docs/declarations.ts';
import * as extend from '../../experiments/extend.ts';
import * as main from '../../experiments/index.ts';
import * as plots from '../../experiments/look/plots/index.ts';
import * as mnist from '../../experiments/training/unsupervised/index.ts';
import { reference, referenceFile } from '../support.ts';

/** Names removed on purpose since the list, as `entry name`; the changelog has the reasons. */
const REMOVED: ReadonlySet<string> = new Set<string>(['. KernelChoice']);
/** Names whose kind changed on purpose, as `entry name`. */
const CHANGED_KIND: ReadonlySet<string> = new Set<string>([]);

const FILE = 'api.json';

type Api = Readonly<Record<string, Readonly<Record<string, ExportedDeclaration>>>>;

/** Signature on one line, without comments, and without the places of files, which may move. */
const flat = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/import\("[./][^"]*"\)\./g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Writes one line per name. */
function write(api: Api): void {
  const entries = Object.entries(api).map(([entry, names]) => {
    const lines = Object.entries(names).map(
      ([name, { kind, declarationText: text }]) => `${JSON.stringify(name)}: ${JSON.stringify([kind, flat(text)])}`,
    );
    return `${JSON.stringify(entry)}: {\n${lines.join(',\n')}\n}`;
  });
  writeFileSync(referenceFile(FILE), `{\n${entries.join(',\n')}\n}\n`);
}

const now: Api = listPublicNames();
if (process.env.UPDATE_REFERENCE === '1') write(now);

/** Names of the list that are not removed on purpose, as listed and as they are now. */
const pairs = Object.entries(reference<Record<string, Record<string, [kind: string, text: string]>>>(FILE)).flatMap(
  ([entry, names]) =>
    Object.entries(names)
      .map(([name, [kind, text]]) => ({ at: `${entry} ${name}`, was: { kind, text }, is: now[entry]?.[name] }))
      .filter(({ at }) => !REMOVED.has(at)),
);

test('every public name of the list is declared', () => {
  assert.ok(pairs.length > 100);
  assert.equal(
    pairs.filter((pair) => pair.is === undefined).map(({ at }) => at),
    [],
  );
});

test('every public name of the list has its kind', () => {
  const changed = pairs.filter(({ at, was, is }) => is && is.kind !== was.kind && !CHANGED_KIND.has(at));
  assert.equal(
    changed.map(({ at, was, is }) => `${at}: ${was.kind}, now ${is!.kind}`),
    [],
  );
});

test('entries export the declared values at run time, and no others', () => {
  for (const [entry, module] of Object.entries({
    '.': main,
    './plots': plots,
    './mnist': mnist,
    './extend': extend,
    './contract': contract,
  })) {
    const declared = Object.entries(now[entry] as Record<string, ExportedDeclaration>).filter(
      ([, { kind }]) => kind !== 'type',
    );
    assert.equal(declared.map(([name]) => name).sort(), Object.keys(module).sort(), entry);
  }
});

if (process.env.SHOW_API === '1') {
  for (const { at, was, is } of pairs) {
    if (is && flat(is.declarationText) !== was.text)
      console.log(`${at}\n  was ${was.text}\n  is  ${flat(is.declarationText)}`);
  }
  const known = new Set(pairs.map(({ at }) => at));
  for (const [entry, names] of Object.entries(now)) {
    for (const name of Object.keys(names)) if (!known.has(`${entry} ${name}`)) console.log(`${entry} ${name} is new`);
  }
}

test.run();
