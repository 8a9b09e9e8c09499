/** Imports point toward core, the engine runs without Node, files stay short. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const LONGEST = 350;
const FOLDERS = ['core', 'neurons', 'synapses', 'experiments', 'test'] as const;

/** The sources, from the built tests as from themselves. */
const root = ['../..', '../../..']
  .map((up) => fileURLToPath(new URL(up, import.meta.url)))
  .find((dir) => existsSync(join(dir, 'tsconfig.json')))!;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
);
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** What a file imports: paths from the root for files, names for packages. */
function imports(file: string): string[] {
  const found = [
    ...text.get(file)!.matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|import\('([^']+)'\)/gm),
  ];
  return found.map(([, from, dynamic]) => {
    const name = (from ?? dynamic)!;
    if (!name.startsWith('.')) return name;
    const path = new URL(name, `file:///${file}`).pathname.slice(1);
    return text.has(`${path}.ts`) ? `${path}.ts` : path; // kernels name theirs without an ending
  });
}

const folderOf = (file: string) => file.split('/')[0]!;
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  neurons: ['core', 'neurons'],
  synapses: ['core', 'synapses'],
  experiments: ['core', 'neurons', 'synapses', 'experiments'],
  test: [...FOLDERS],
};

test('imports point toward core', () => {
  let seen = 0;
  for (const file of files) {
    for (const target of imports(file)) {
      if (!(FOLDERS as readonly string[]).includes(folderOf(target))) continue;
      seen++;
      assert.ok(MAY[folderOf(file)]!.includes(folderOf(target)), `${file} imports ${target}`);
    }
  }
  assert.ok(seen > 300, `only ${seen} imports were found`);
});

/**
 * Floors of experiments/, the lowest first: its folders, and files that lie beside them. Imports lead to lower floors only, so that no two
 * folders import each other.
 */
const FLOORS = [
  ['version.ts', 'shipped.ts', 'extend.ts', 'engine.ts'],
  ['statistics'],
  ['output'],
  ['data'],
  ['logs'],
  ['look'],
  ['cost'],
  ['network'],
  ['devices'],
  ['run'],
  ['training'],
  ['sweep'],
  ['compare'],
  ['report'],
  ['liveExamples'],
  ['onDemand.ts'],
  ['index.ts', 'lazy.ts'],
  ['contract', 'demonstrations', 'examples', 'lab'],
  ['manual'],
  ['cli'],
  ['docs'],
  ['cli.ts', 'python'],
];

test('imports between folders of experiments/ lead to lower floors', () => {
  const placeOf = (file: string) => file.split('/')[1]!;
  const floorOf = (file: string) => FLOORS.findIndex((names) => names.includes(placeOf(file)));
  const inExperiments = (file: string) => folderOf(file) === 'experiments';
  for (const file of files.filter(inExperiments)) {
    assert.ok(floorOf(file) >= 0, `${file} has no floor; add its folder to FLOORS`);
    for (const target of imports(file).filter(inExperiments)) {
      if (!target.includes('/') || placeOf(target) === placeOf(file)) continue;
      assert.ok(floorOf(target) < floorOf(file), `${file} imports ${target}, which is not on a lower floor`);
    }
  }
});

test('no files import each other in a circle, types included', () => {
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): void => {
    assert.not.ok(path.includes(file), `a circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const target of imports(file)) if (text.has(target)) follow(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
});

test('every relative import names its source, which exists', () => {
  const compiledElsewhere = /^core\/kernels\/wasm\//; // AssemblyScript, which knows no suffixes
  for (const file of files.filter((f) => !compiledElsewhere.test(f))) {
    for (const target of imports(file)) {
      if ((FOLDERS as readonly string[]).includes(folderOf(target)) && target.includes('/')) {
        assert.ok(text.has(target), `${file} imports ${target}, which is not there`);
      }
    }
  }
});

test('the engine imports nothing of Node, except where it writes files', () => {
  const allowed = new Set(['core/log/file.ts', 'core/checkpoint/file.ts']);
  for (const file of files.filter((f) => ['core', 'neurons', 'synapses'].includes(folderOf(f)))) {
    if (allowed.has(file)) continue;
    const node = imports(file).filter((name) => name.startsWith('node:'));
    assert.equal(node, [], `${file} imports ${node}`);
    const code = text.get(file)!.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    assert.not.match(code, /\b(process|Buffer|require)\b[.(]/, `${file} uses a global of Node`);
  }
});

test('the engine calls no function of Math whose last bit the implementation chooses', () => {
  const chosen = /\bMath\.(?:a?(?:cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|pow)\(/;
  for (const [file, source] of text) {
    if (!/^(?:core|neurons|synapses)\//.test(file)) continue;
    const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
    assert.not.match(code, chosen, file);
    const powers = [...code.matchAll(/(\S{1,40}) \*\* (?!2\b)/g)].map(([, base]) => base!);
    assert.equal(
      powers.filter((base) => !/^[([{]*\d[\d.e-]*$/.test(base)),
      [],
      `${file}: x ** y is pow(x, y)`,
    );
  }
});

test(`no file is longer than ${LONGEST} lines`, () => {
  const lines = (file: string) => text.get(file)!.split('\n').length - 1;
  const long = files.filter((file) => lines(file) > LONGEST).map((file) => `${file}: ${lines(file)}`);
  assert.equal(long, []);
});

test.run();
