/** What is loaded when a study imports `memspike`. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const DRAWING = /^(@observablehq\/plot|@resvg\/|d3-(?!dsv)|dejavu-fonts|fast-png|linkedom|node:http$)/;

/** Packages that come with a module at once; what it imports when it needs it is left out. */
async function loadedWith(entry: string): Promise<string[]> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    treeShaking: false,
    metafile: true,
    write: false,
  });
  const reached = new Set([entry]);
  for (const path of reached)
    for (const { kind, path: next } of metafile.inputs[path]?.imports ?? [])
      if (kind !== 'dynamic-import') reached.add(next);
  return [...reached].filter((path) => metafile.inputs[path] === undefined).sort();
}

test('memspike draws and serves nothing, memspike/plots draws', async () => {
  const all = await loadedWith('experiments/index.js');
  assert.ok(all.includes('apache-arrow'), 'the list is empty');
  assert.equal(
    all.filter((name) => DRAWING.test(name)),
    [],
  );
  assert.ok((await loadedWith('experiments/look/plots/index.js')).some((name) => DRAWING.test(name)));
});

test.run();
