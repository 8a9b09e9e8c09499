/** What is loaded when a study imports `memspike`. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as api from '../../experiments/index.ts';

const DRAWING = /^(@observablehq\/plot|@resvg\/|d3-(?!dsv)|dejavu-fonts|fast-png|linkedom|node:http$)/;

interface AtOnce {
  readonly packages: string[];
  readonly bytes: number;
}

/** What comes with a module at once; what it imports when it needs it is left out. */
async function loadedWith(entry: string): Promise<AtOnce> {
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
  const all = [...reached];
  return {
    packages: all.filter((path) => metafile.inputs[path] === undefined).sort(),
    bytes: all.reduce((sum, path) => sum + (metafile.inputs[path]?.bytes ?? 0), 0),
  };
}

test('memspike draws and serves nothing, memspike/plots draws', async () => {
  const { packages: all } = await loadedWith('experiments/index.js');
  assert.ok(all.includes('apache-arrow'), 'the list is empty');
  assert.equal(
    all.filter((name) => DRAWING.test(name)),
    [],
  );
  assert.ok((await loadedWith('experiments/look/plots/index.js')).packages.some((name) => DRAWING.test(name)));
});

test('what reads files, fits and sweeps comes with the package when it is called', async () => {
  const { bytes } = await loadedWith('bundle/index.js');
  assert.ok(bytes > 300_000 && bytes < 800_000, `${bytes} bytes`);
  const packed = (await import(new URL('../../bundle/index.js', import.meta.url).href)) as typeof api;
  assert.equal(Object.keys(packed).sort(), Object.keys(api).sort());
  assert.equal(packed.loadDevice('softBound'), api.loadDevice('softBound'));
  const unread = (error: Error) =>
    error instanceof packed.UserError && /none\.\w+": there is no such file/.test(error.message);
  assert.throws(() => packed.readPulses('none.csv'), unread);
  const refused = await packed.planSweep('none.yaml', 'nowhere').catch((error) => error);
  assert.ok(unread(refused), refused);
});

test.run();
