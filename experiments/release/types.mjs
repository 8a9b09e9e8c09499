import { rmSync } from 'node:fs';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/**
 * Rolls the declarations of the entries up into few files: what an entry has and what that leads to, with its comments. What is not
 * among the `exports` of an entry is there as a type only, classes too.
 */
export async function writeTypes(entries, out) {
  rmSync(out, { recursive: true, force: true });
  const exportsOf = new Map(entries.map(({ name, exports }) => [name, new Set(exports)]));
  const typesOnly = {
    name: 'types only',
    renderChunk: (code, { name, isEntry }) =>
      isEntry
        ? code.replace(/^export \{([^}]*)\}/gm, (_, list) => {
            const items = list.split(',').map((item) => item.trim());
            const marked = items.map((item) =>
              exportsOf.get(name).has(item.split(' as ').at(-1)) ? item : `type ${item}`,
            );
            return `export { ${marked.join(', ')} }`;
          })
        : null,
  };
  const build = await rollup({
    input: Object.fromEntries(entries.map(({ name, file }) => [name, file.replace(/\.js$/, '.d.ts')])),
    external: /^[^./]/, // declared by libraries that are installed too
    plugins: [dts(), typesOnly],
    onwarn: ({ message }) => {
      // What a model takes has types of its own, which nobody needs by name.
      if (!message.includes('still references private shared type exports')) throw new Error(message);
    },
  });
  await build.write({ dir: out, format: 'esm', entryFileNames: '[name].d.ts', chunkFileNames: 'chunk-[hash].d.ts' });
  await build.close();
}
