/** What a user names is made, or refused in a sentence; nothing of the user's is lost. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFileAtomic, writeViaTemporaryFile } from '../../../core/log/file.ts';
import { parseArguments } from '../../../experiments/cli/arguments.ts';
import type { LoadedCommand } from '../../../experiments/cli/command.ts';
import { makeDirectory } from '../../../experiments/output/directory.ts';

const test = suite('output');
const home = process.cwd();
let directory: string;
test.before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'memspike-output-'));
  process.chdir(directory);
  writeFileSync(
    'net.yaml',
    `memspike: 1
duration: 50
populations: { a: { model: poisson, size: 3, rate: 200 }, b: { model: lif, size: 2 } }
projections: [{ from: a, to: b, connect: { all: { weight: 1 } }, record: { weights: { every: 25 } } }]
record: { spikes: [a, b] }
`,
  );
  writeFileSync(
    'sweep.yaml',
    'memspike: 1\nexperiment: run\nnetwork: net.yaml\nparameters: { rate: { path: populations.a.rate, grid: [100, 200] } }\nmetrics: [events.spikes]\n',
  );
  const steps = Array.from({ length: 20 }, (_, i) => i);
  const row = (way: string, i: number) => `${way},${i + 1},${1e-6 * (way === 'up' ? 1 + i : 20 - i)}`;
  writeFileSync(
    'pulses.csv',
    ['direction,pulse,conductance', ...['up', 'down'].flatMap((way) => steps.map((i) => row(way, i)))].join('\n'),
  );
  assert.is(await call('run', 'net.yaml', '--out', 'given', '--progress', 'none'), 'done');
});
test.after(() => {
  process.chdir(home);
  rmSync(directory, { recursive: true });
});

const COMMANDS: Readonly<Record<string, () => Promise<LoadedCommand>>> = {
  analyse: async () => (await import('../../../experiments/cli/analyse.ts')).default,
  characterise: async () => (await import('../../../experiments/cli/characterise.ts')).default,
  passport: async () => (await import('../../../experiments/cli/devicePassport.ts')).passportCommand,
  demo: async () => (await import('../../../experiments/cli/demo.ts')).runCommand,
  fit: async () => (await import('../../../experiments/cli/deviceFit.ts')).default,
  export: async () => (await import('../../../experiments/cli/log.ts')).exportCommand,
  repair: async () => (await import('../../../experiments/cli/log.ts')).repairCommand,
  mnist: async () => (await import('../../../experiments/cli/mnist.ts')).default,
  raster: async () => (await import('../../../experiments/cli/raster.ts')).default,
  report: async () => (await import('../../../experiments/cli/report.ts')).default,
  run: async () => (await import('../../../experiments/cli/run.ts')).default,
  study: async () => (await import('../../../experiments/cli/study.ts')).runCommand,
  sweepPlot: async () => (await import('../../../experiments/cli/sweepResults.ts')).plotCommand,
  sweepRun: async () => (await import('../../../experiments/cli/sweepRun.ts')).runCommand,
  sweepPlan: async () => (await import('../../../experiments/cli/sweepRun.ts')).planCommand,
  weights: async () => (await import('../../../experiments/cli/weights.ts')).default,
};

/** Calls a command in this process: 'done', or the sentence that it ends with. */
async function call(name: string, ...words: string[]): Promise<string> {
  const loaded = await COMMANDS[name]!();
  const args = parseArguments({ name, summary: '', load: async () => loaded }, loaded, words);
  assert.is.not(args, 'help');
  const { log } = console;
  console.log = () => {};
  try {
    await loaded.handler(args as Record<string, unknown>, { signal: new AbortController().signal });
    return 'done';
  } catch (error) {
    return (error as Error).message;
  } finally {
    console.log = log;
  }
}

const FILES: readonly (readonly string[])[] = [
  ['report', 'given'],
  ['raster', 'given'],
  ['repair', 'given/spikes.arrows'],
  ['export', 'given', '--format', 'csv'],
  ['export', 'given', '--format', 'npz'],
  ['export', 'given', '--format', 'sonata'],
  ['export', 'given', '--format', 'parquet'],
  ['export', 'given', '--format', 'feather'],
];

for (const [i, [name, ...words]] of FILES.entries()) {
  test(`${name} ${words.join(' ')} replaces files only with --overwrite, and nothing else ever`, async () => {
    // Pictures without an ending get both: then one of the two is in the way.
    const [out, path] = name === 'raster' ? ['picture', 'picture.png'] : [`out${i}.yaml`, `out${i}.yaml`];
    const write = (...more: string[]) => call(name!, ...words, '--out', out, ...more);
    writeFileSync(path, 'mine: 1\n');
    assert.is(await write(), `${path} already exists; choose another --out, or replace it with --overwrite.`);
    assert.is(readFileSync(path, 'utf8'), 'mine: 1\n');
    assert.is(await write('--overwrite'), 'done');
    assert.is.not(readFileSync(path, 'utf8'), 'mine: 1\n');
    assert.match(await write(), /already exists/);
    for (const made of [out, path, `${out}.svg`]) rmSync(made, { force: true });

    writeFileSync('target.yaml', 'mine: 1\n');
    const obstacles: [string, () => void][] = [
      ['a symbolic link', () => symlinkSync('target.yaml', path)],
      ['a symbolic link', () => symlinkSync('nowhere', path)],
      ['a directory', () => mkdirSync(path)],
      ['a pipe', () => execFileSync('mkfifo', [path])],
    ];
    for (const [kind, make] of obstacles) {
      make();
      for (const more of [[], ['--overwrite']])
        assert.is(await write(...more), `${path} is ${kind}, which is never replaced; choose another --out.`);
      assert.ok(lstatSync(path));
      rmSync(path, { recursive: true });
    }
    assert.is(readFileSync('target.yaml', 'utf8'), 'mine: 1\n');
    assert.not(existsSync('nowhere'));
    assert.is(await write(), 'done');
    assert.match(
      await call(name!, ...words, '--out', 'no/such'),
      /^cannot write no\/such.*: the directory .* does not exist/,
    );
    assert.equal(
      readdirSync('.').filter((file) => file.endsWith('.tmp')),
      [],
    );
  });
}

/** Words of a call that writes a directory, and whether a second one goes on with it. */
const DIRECTORIES: readonly { readonly words: readonly string[]; readonly again?: RegExp }[] = [
  { words: ['analyse', 'given'], again: /^done$/ },
  { words: ['weights', 'given'], again: /^done$/ },
  { words: ['fit', 'pulses.csv'], again: /^done$/ },
  { words: ['characterise', 'ag-ceo2-pt', '--devices', '1', '--pulses', '3'], again: /^done$/ },
  { words: ['run', 'net.yaml', '--progress', 'none'], again: /holds a finished run/ },
  { words: ['sweepPlan', 'sweep.yaml', '--no-timed'], again: /^done$/ },
  { words: ['demo', 'pulse-arithmetic', '--progress', 'none'] },
  { words: ['mnist', '--progress', 'none'] },
  { words: ['passport', 'ag-ceo2-pt', '--progress', 'none'] },
  { words: ['study', 'sweep.yaml', '--progress', 'none'] },
];

for (const [i, { words, again }] of DIRECTORIES.entries()) {
  const [name, ...rest] = words as [string, ...string[]];
  test(`${words.join(' ')} writes to a new directory, an empty one or its own`, async () => {
    const out = `dir${i}`;
    const write = () => call(name, ...rest, '--out', out);
    const refused = async (sentence: string, make: () => void) => {
      make();
      assert.is(await write(), `${out} ${sentence}`);
      assert.ok(lstatSync(out));
      rmSync(out, { recursive: true });
    };
    await refused('is a file, not a directory; choose another --out.', () => writeFileSync(out, 'mine'));
    await refused('is a pipe, not a directory; choose another --out.', () => execFileSync('mkfifo', [out]));
    mkdirSync('elsewhere', { recursive: true });
    const link = 'is a symbolic link; give the path to which it points, or choose another --out.';
    await refused(link, () => symlinkSync('elsewhere', out));
    await refused('holds "notes.md", which is not a result of this command; choose another --out.', () => {
      mkdirSync(out);
      writeFileSync(join(out, 'notes.md'), 'mine');
    });
    assert.equal(readdirSync('elsewhere'), []);
    assert.is(
      await call(name, ...rest, '--out', 'net.yaml/x'),
      `cannot create net.yaml/x: ${process.cwd()}/net.yaml is not a directory.`,
    );
    if (again === undefined) return;
    mkdirSync(out);
    assert.is(await write(), 'done');
    writeFileSync(join(out, 'notes.md'), 'mine');
    assert.match(await write(), again);
    assert.is(readFileSync(join(out, 'notes.md'), 'utf8'), 'mine');
  });
}

test('a run is gone on with through a link to its directory; nothing new is written through one', async () => {
  mkdirSync('begun');
  writeFileSync('begun/config.json', readFileSync('given/config.json'));
  mkdirSync('blank');
  const refused = (out: string) =>
    `${out} is a symbolic link; give the path to which it points, or choose another --out.`;
  for (const [out, to] of [
    ['to-begun', 'begun'],
    ['to-blank', 'blank'],
    ['to-nowhere', 'no-such'],
    ['to-file', 'net.yaml'],
  ] as const) {
    symlinkSync(to, out);
    assert.is(await call('run', 'net.yaml', '--out', out, '--progress', 'none'), refused(out));
    if (to === 'begun') continue;
    assert.is(await call('run', 'net.yaml', '--out', out, '--progress', 'none', '--resume'), refused(out));
  }
  assert.equal([readdirSync('begun'), readdirSync('blank')], [['config.json'], []]);
  assert.is(await call('run', '--out', 'to-begun', '--progress', 'none', '--resume'), 'done');
  assert.ok(lstatSync('to-begun').isSymbolicLink());
  assert.equal(readFileSync('begun/spikes.arrows'), readFileSync('given/spikes.arrows'));
  assert.match(await call('analyse', 'given', '--out', 'to-begun'), /^to-begun is a symbolic link/);
});

test('sweep plot writes its own pictures anew, and nothing through a link or over what is no file', async () => {
  assert.is(await call('sweepPlan', 'sweep.yaml', '--no-timed', '--out', 'swept'), 'done');
  assert.is(await call('sweepRun', 'swept', '--workers', '1', '--progress', 'none'), 'done');
  const plot = () => call('sweepPlot', 'swept');
  for (let time = 0; time < 2; time++) assert.is(await plot(), 'done');
  const picture = join('swept/plots', readdirSync('swept/plots').find((name) => name.endsWith('.png'))!);
  writeFileSync('swept/plots/notes.md', 'mine');
  const precious = readFileSync('net.yaml', 'utf8');
  for (const [kind, make] of [
    ['a symbolic link', () => symlinkSync(join(process.cwd(), 'net.yaml'), picture)],
    ['a directory', () => mkdirSync(picture)],
    ['a pipe', () => execFileSync('mkfifo', [picture])],
  ] as const) {
    rmSync(picture);
    make();
    assert.match(await plot(), new RegExp(`${picture}[ :].*is ${kind}`));
    assert.ok(lstatSync(picture));
    rmSync(picture, { recursive: true });
    assert.is(await plot(), 'done');
  }
  assert.is(readFileSync('swept/plots/notes.md', 'utf8'), 'mine');
  mkdirSync('others');
  for (const [kind, make] of [
    ['a symbolic link', () => symlinkSync(join(process.cwd(), 'others'), 'swept/plots')],
    ['a file', () => writeFileSync('swept/plots', 'mine')],
  ] as const) {
    rmSync('swept/plots', { recursive: true });
    make();
    assert.match(await plot(), new RegExp(`^swept/plots is ${kind}`));
  }
  assert.equal([readFileSync('net.yaml', 'utf8'), readdirSync('others')], [precious, []]);
});

test("files of a user's with the name of a mark are no mark", async () => {
  for (const [name, mark, ...words] of [
    ['analyse', 'analysis.json', 'given'],
    ['fit', 'fit.json', 'pulses.csv'],
    ['weights', 'weights.json', 'given'],
  ]) {
    mkdirSync(`own-${name}`);
    writeFileSync(join(`own-${name}`, mark!), '{"mine": 1}');
    assert.match(await call(name!, ...words, '--out', `own-${name}`), /which is not a result of this command/);
    assert.is(readFileSync(join(`own-${name}`, mark!), 'utf8'), '{"mine": 1}');
  }
});

test("a run's own pictures and pages are written anew, those beside a log of its own are not", async () => {
  for (const words of [
    ['report', 'given'],
    ['raster', 'given'],
    ['weights', 'given'],
    ['export', 'given', '--format', 'csv'],
  ])
    for (let time = 0; time < 2; time++) assert.is(await call(words[0]!, ...words.slice(1)), 'done', words.join(' '));
  mkdirSync('loose');
  for (const log of ['spikes.arrows', 'weights.arrows'])
    writeFileSync(join('loose', log), readFileSync(join('given', log)));
  writeFileSync('loose/spikes.raster.png', 'mine');
  writeFileSync('loose/weights.json', 'mine');
  assert.match(await call('raster', 'loose/spikes.arrows'), /^loose\/spikes\.raster\.png already exists/);
  assert.match(await call('weights', 'loose/weights.arrows'), /^loose\/weights\.json already exists/);
  assert.equal(readdirSync('loose').sort(), ['spikes.arrows', 'spikes.raster.png', 'weights.arrows', 'weights.json']);
  assert.is(await call('weights', 'loose/weights.arrows', '--overwrite'), 'done');
  assert.is(await call('weights', 'loose/weights.arrows'), 'done');
});

test('what comes while a file is made is not replaced', () => {
  assert.throws(
    () =>
      writeViaTemporaryFile('late', false, (temporary) => {
        for (const path of [temporary, 'late']) writeFileSync(path, path);
      }),
    /^cannot write late: file already exists \(EEXIST\)$/,
  );
  assert.is(readFileSync('late', 'utf8'), 'late');
  symlinkSync('late', 'late-link');
  assert.throws(() => writeFileAtomic('late-link', 'x'), /^cannot write late-link: it is a symbolic link\.$/);
  assert.is(readFileSync('late', 'utf8'), 'late');
});

test('a directory under /proc is refused in a sentence, and soon', () => {
  assert.throws(() => makeDirectory('/proc/no/such'), /^cannot create \/proc\/no\/such: .*\(ENOENT\)$/);
});

test.run();
