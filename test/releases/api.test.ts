/**
 * The public names of 0.1.0 are still there and are what they were. With SHOW_API=1 the signatures that have changed and the names
 * that are new are printed. The list was made by 0.1.0: `UPDATE_REFERENCE=1 node dist/test/run.js releases/api` in a work
 * tree of that version.
 */
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as contract from '../../experiments/contract/index.ts';
import * as extend from '../../experiments/extend.ts';
import * as main from '../../experiments/index.ts';
import * as plots from '../../experiments/look/plots/index.ts';
import * as mnist from '../../experiments/mnist/index.ts';
import { reference, referenceFile } from '../support.ts';
import { type Api, type Exported, publicApi } from './api.ts';

/** Names that were taken out on purpose, as `entry name`; the changelog tells why. */
const REMOVED: ReadonlySet<string> = new Set<string>(['. KernelChoice']);
/** Names that are another kind of thing on purpose, as `entry name`. */
const CHANGED_KIND: ReadonlySet<string> = new Set<string>([]);

const FILE = '0.1.0/api.json';

/** One line a name. */
function write(api: Api): void {
  const entries = Object.entries(api).map(([entry, names]) => {
    const lines = Object.entries(names).map(
      ([name, { kind, text }]) => `${JSON.stringify(name)}: ${JSON.stringify([kind, text])}`,
    );
    return `${JSON.stringify(entry)}: {\n${lines.join(',\n')}\n}`;
  });
  writeFileSync(referenceFile(FILE), `{\n${entries.join(',\n')}\n}\n`);
}

const now = publicApi();
if (process.env.UPDATE_REFERENCE === '1') write(now);

/** Every name of 0.1.0 that is not taken out on purpose, with what it is now. */
const pairs = Object.entries(reference<Record<string, Record<string, [kind: string, text: string]>>>(FILE)).flatMap(
  ([entry, names]) =>
    Object.entries(names)
      .map(([name, [kind, text]]) => ({ at: `${entry} ${name}`, was: { kind, text }, is: now[entry]?.[name] }))
      .filter(({ at }) => !REMOVED.has(at)),
);

test('no public name has vanished', () => {
  assert.ok(pairs.length > 100);
  assert.equal(
    pairs.filter((pair) => pair.is === undefined).map(({ at }) => at),
    [],
  );
});

test('no public name has become another kind of thing', () => {
  const changed = pairs.filter(({ at, was, is }) => is && is.kind !== was.kind && !CHANGED_KIND.has(at));
  assert.equal(
    changed.map(({ at, was, is }) => `${at}: ${was.kind}, now ${is!.kind}`),
    [],
  );
});

test('what is declared is there when the program runs, and nothing else', () => {
  for (const [entry, module] of Object.entries({
    '.': main,
    './plots': plots,
    './mnist': mnist,
    './extend': extend,
    './contract': contract,
  })) {
    const declared = Object.entries(now[entry] as Record<string, Exported>).filter(([, { kind }]) => kind !== 'type');
    assert.equal(declared.map(([name]) => name).sort(), Object.keys(module).sort(), entry);
  }
});

if (process.env.SHOW_API === '1') {
  for (const { at, was, is } of pairs) {
    if (is && is.text !== was.text) console.log(`${at}\n  was ${was.text}\n  is  ${is.text}`);
  }
  const known = new Set(pairs.map(({ at }) => at));
  for (const [entry, names] of Object.entries(now)) {
    for (const name of Object.keys(names)) if (!known.has(`${entry} ${name}`)) console.log(`${entry} ${name} is new`);
  }
}

test.run();
