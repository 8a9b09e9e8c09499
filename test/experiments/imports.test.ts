/** What is loaded when a study imports `memspike`. */
import { fileURLToPath } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as api from '../../experiments/index.ts';

const DRAWING = /^(@observablehq\/plot|@resvg\/|d3-(?!dsv)|dejavu-fonts|fast-png|linkedom|node:http$)/;

interface AtOnce {
  readonly packages: string[];
  readonly bytes: number;
}

/** Packages and bytes that a module loads at once, without dynamic imports. */
async function loadedWith(entry: string): Promise<AtOnce> {
  const build = await rolldown({
    input: fileURLToPath(new URL(`../../${entry}`, import.meta.url)),
    platform: 'node',
    external: /^[^./]/,
    treeshake: false,
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk as OutputChunk]));
  const reached = new Set([output[0].fileName]);
  for (const name of reached) for (const next of chunks.get(name)?.imports ?? []) reached.add(next);
  const all = [...reached];
  return {
    packages: all.filter((name) => !chunks.has(name)).sort(),
    bytes: all.reduce((sum, name) => sum + (chunks.get(name)?.code.length ?? 0), 0),
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
  assert.ok(bytes > 300_000 && bytes < 872_000, `${bytes} bytes`);
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
