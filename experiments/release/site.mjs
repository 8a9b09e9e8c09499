/**
 * Bundles the lab into dist/lab: the page, its worker, and the files that it fetches. Run by `npm run build`, after the compiler.
 * Modules that talk to the machine give way to their browser twins: `node:X` to browser/node/X.ts, a file of memspike to the file of
 * the same path under browser/, so that the commands themselves run in the worker.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const from = (path) => `${root}${path}`;
const DIST = from('dist/');
const TWINS = `${DIST}experiments/lab/browser/`;
const OUT = from('dist/lab/');
const PACKAGES = {
  linkedom: 'packages/linkedom.js',
  'read-excel-file/node': 'packages/workbook.js',
  'csv-parse': 'packages/csvParse.js',
  'csv-parse/sync': 'packages/csvParse.js',
};

const twins = {
  name: 'browser twins',
  setup(b) {
    b.onResolve({ filter: /^node:/ }, ({ path }) => {
      const twin = `${TWINS}node/${path.slice('node:'.length)}.js`;
      return existsSync(twin) ? { path: twin } : undefined;
    });
    b.onResolve({ filter: /^[a-z]/ }, ({ path }) => (path in PACKAGES ? { path: TWINS + PACKAGES[path] } : undefined));
    b.onResolve({ filter: /locales\/index\.js$/ }, () => ({ path: `${TWINS}packages/zodLocales.js` }));
    b.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, importer }) => {
      if (importer.startsWith(TWINS) || !resolveDir.startsWith(DIST)) return undefined;
      const twin = TWINS + relative(DIST, new URL(path, `file://${resolveDir}/`).pathname);
      return existsSync(twin) ? { path: twin } : undefined;
    });
  },
};

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const { version } = JSON.parse(readFileSync(from('package.json'), 'utf8'));
const { metafile } = await build({
  entryPoints: [`${DIST}experiments/lab/page/page.js`, `${DIST}experiments/lab/worker/worker.js`],
  outdir: OUT,
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  define: { MEMSPIKE_VERSION: JSON.stringify(version) },
  inject: [`${TWINS}globals.js`],
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [twins],
});
if (process.argv.includes('--metafile')) writeFileSync(from('dist/lab-metafile.json'), JSON.stringify(metafile));

cpSync(from('experiments/lab/site'), OUT, { recursive: true });
const texts = (folder, names) =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}`, readFileSync(from(`${folder}/${name}`), 'utf8')]));
const presets = 'experiments/devices/presets';
writeFileSync(`${OUT}presets.json`, JSON.stringify(texts(presets, readdirSync(from(presets)).sort())));
const examples = ['pulses.csv', 'network.yaml', 'winnerTakeAll.yaml', 'memristiveNeurons.yaml'];
writeFileSync(`${OUT}examples.json`, JSON.stringify(texts('experiments/examples', examples)));
