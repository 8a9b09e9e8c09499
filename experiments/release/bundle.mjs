/**
 * Bundles what the package ships: its entries and the processes and threads that they start into dist/bundle, the lab into dist/lab.
 * Modules that are the same in both lie once, in dist/lab. An entry loads few files and no library that it does not use, so that
 * `import 'memspike'` is quick. Run by `npm run build`, after the compiler.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build as bundle } from 'esbuild';
import { rolldown } from 'rolldown';
import { graphOf, loadedWith, sharedBy } from './graph.mjs';
import { writeLicences } from './licences.mjs';
import { asPlugin, DIST, ROOT, resolver } from './resolve.mjs';
import { writeSite } from './site.mjs';
import { writeTypes } from './types.mjs';
import { writeIndex } from './whenCalled.mjs';

const experiment = (path) => `${DIST}experiments/${path}.js`;
/** The root entry as it is written, with all that the package loads when it is called. */
const INDEX = experiment('index');
/** Entries of the package, and what is started by its file. */
const NODE = {
  engine: experiment('engine'),
  index: experiment('packageIndex'),
  extend: experiment('extend'),
  plots: experiment('look/plots/index'),
  contract: experiment('contract/index'),
  mnist: experiment('mnist/index'),
  learn: experiment('learn/index'),
  cli: experiment('cli'),
  sweepWorker: experiment('sweep/worker'),
  sweepCompute: experiment('sweep/compute'),
  respondWorker: experiment('mnist/worker'),
  compareWorker: experiment('devices/compare/worker'),
  ...writeIndex(experiment('packageIndex')),
};
/** The script of reports is one file that goes into each of them. */
const client = bundle({
  absWorkingDir: ROOT,
  entryPoints: ['dist/experiments/look/report/client/main.js'],
  outfile: 'dist/experiments/look/report/client/bundle.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
  metafile: true,
});
const LAB = { page: experiment('lab/page/page'), worker: experiment('lab/worker/worker') };

const node = await graphOf(ROOT, [...Object.values(NODE), INDEX], asPlugin(false));
const lab = await graphOf(ROOT, Object.values(LAB), asPlugin(true));
const shared = sharedBy(node, lab);

const entries = (...names) => names.map((name) => loadedWith(node, NODE[name]));
/** A file for all modules that the same of these load; what none of them loads is split where it is imported. */
const ANCHORS = [loadedWith(lab, LAB.page), ...entries('extend', 'engine', 'plots', 'index')];
/** These part only what lies in the bundle: the lab has to be small, and many files weigh more than few. */
const MORE = [loadedWith(node, INDEX), ...entries('mnist')];
const chunkOf = (id) => {
  if (!node.has(id)) return null;
  const [those, more] = [ANCHORS, MORE].map((all) => all.map((loaded) => Number(loaded.has(id))).join(''));
  if (!`${those}${more}`.includes('1')) return null;
  return shared.has(id) ? `lab${those}` : `node${those}${more}`;
};
/** What is neither the one's nor the other's, as what rolldown adds, goes to the lab, which is served alone. */
const inLab = (ids) =>
  ids.some((id) => id.endsWith('?lab') || shared.has(id)) || ids.every((id) => !id.startsWith('/'));

const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const build = await rolldown({
  cwd: ROOT,
  input: { ...NODE, ...LAB },
  platform: 'neutral',
  resolve: { conditionNames: ['browser', 'import', 'module', 'default'], mainFields: ['browser', 'module', 'main'] },
  transform: { define: { MEMSPIKE_VERSION: JSON.stringify(version) }, target: 'es2022' },
  plugins: [
    resolver(shared, new Set(Object.values(LAB)), new Map(Object.entries(NODE).map(([name, id]) => [id, name]))),
  ],
  preserveEntrySignatures: 'allow-extension',
});
for (const folder of ['bundle', 'lab']) {
  rmSync(`${DIST}${folder}`, { recursive: true, force: true });
  mkdirSync(`${DIST}${folder}`);
}
const { output } = await build.write({
  dir: DIST,
  format: 'esm',
  minify: true,
  comments: { legal: false },
  entryFileNames: ({ name }) => `${name in LAB ? 'lab' : 'bundle'}/${name}.js`,
  chunkFileNames: ({ moduleIds, facadeModuleId }) =>
    `${inLab(moduleIds.length > 0 || !facadeModuleId ? moduleIds : [facadeModuleId]) ? 'lab' : 'bundle'}/chunk-[hash].js`,
  codeSplitting: { groups: [{ name: chunkOf, debugName: 'loaded with', includeDependenciesRecursively: false }] },
});
await build.close();

const ENTRIES = ['index', 'engine', 'extend', 'plots', 'contract', 'mnist', 'learn'];
await writeTypes(
  output
    .filter(({ isEntry, name }) => isEntry && ENTRIES.includes(name))
    .map(({ name, exports }) => ({ name, file: name === 'index' ? INDEX : NODE[name], exports })),
  `${DIST}types`,
);
const { metafile } = await client;
writeLicences(
  [
    ...output.flatMap(({ modules = {} }) => Object.keys(modules).filter((id) => modules[id].renderedLength > 0)),
    ...Object.keys(metafile.inputs).map((path) => `${ROOT}${path}`),
  ],
  `${DIST}experiments/bundled-licences.txt`,
);
writeSite(`${DIST}lab/`);
