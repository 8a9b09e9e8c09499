/**
 * Which modules of dist/ are the same in a browser as in Node: those that ask neither for anything, nor do those that they import. The
 * lab and the commands share them in the package.
 */
import { existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** What only Node has; libraries are taken as they are made for browsers. */
const OF_NODE = /(?<![.\w])(?:process\.|Buffer\.|setImmediate\()|\bimport\.meta\b/;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/g;

/** Every module that can be reached from the entries, and what it imports. */
export async function graphOf(root, entryPoints, plugin) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'dist/none',
    format: 'esm',
    platform: 'neutral',
    conditions: ['browser'],
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'error',
    plugins: [plugin],
  });
  return new Map(
    Object.entries(metafile.inputs).map(([path, { imports }]) => [
      `${root}${path}`,
      imports.map((one) => ({ ...one, path: one.external ? one.path : `${root}${one.path}` })),
    ]),
  );
}

/** The modules of `node` that ask Node for nothing and are the same in the graph of the lab. */
export function sharedBy(node, lab) {
  const asks = (file, imports) =>
    !lab.has(file) ||
    imports.some(({ external }) => external) ||
    (!file.includes('/node_modules/') &&
      existsSync(file) &&
      OF_NODE.test(readFileSync(file, 'utf8').replaceAll(COMMENTS, '')));
  const shared = new Set([...node].flatMap(([file, imports]) => (asks(file, imports) ? [] : [file])));
  for (let before = -1; before !== shared.size; ) {
    before = shared.size;
    for (const file of shared) if (node.get(file).some(({ path }) => !shared.has(path))) shared.delete(file);
  }
  return shared;
}

/** All that is loaded at once with a module. */
export function loadedWith(graph, entry) {
  const loaded = new Set([entry]);
  for (const file of loaded)
    for (const { path, kind } of graph.get(file) ?? []) if (kind !== 'dynamic-import') loaded.add(path);
  return loaded;
}
