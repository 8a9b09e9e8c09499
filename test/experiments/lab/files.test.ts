/** What the lab weighs and what its files say, and its addresses; no browser is needed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { RandomStream } from '../../../core/random/random.ts';
import * as disk from '../../../experiments/lab/browser/fs.ts';
import * as path from '../../../experiments/lab/browser/path.ts';
import { listLabFiles } from '../../../experiments/lab/files.ts';
import { formatTrainCommand, formatUrlFragment, parseUrlFragment } from '../../../experiments/lab/page/address.ts';
import { type LabState, LEARNING_RULE_NAMES, labState } from '../../../experiments/lab/page/state.ts';
import {
  packTrainedLayer,
  quantiseWeights,
  unpackTrainedLayer,
} from '../../../experiments/training/unsupervised/trained.ts';
import * as rules from '../../../synapses/rules/index.ts';
import { inProcess } from '../cli/inProcess.ts';
import { serve } from './support.ts';

/** Bytes of all scripts, gzipped. */
const ALL = 1_200_000;
const LAB = fileURLToPath(new URL('../../../lab/', import.meta.url));
const names = listLabFiles().fileNames.filter((name) => !name.startsWith('data/'));
const test = suite('lab');
const directory = mkdtempSync(join(tmpdir(), 'memspike-lab-'));
test.after(() => rmSync(directory, { recursive: true }));

test(`all scripts together have at most ${ALL.toLocaleString('en')} bytes gzipped, in files that end in .js`, () => {
  const scripts = names.filter((name) => name.endsWith('.js'));
  const size = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(LAB, name)), { level: 9 }).length, 0);
  assert.ok(scripts.length > 5 && size <= ALL, `${size} bytes in ${scripts.length} files`);
  assert.equal(
    names.filter((name) => !/\.(js|json|html|css|svg|bin|avif|csv|ipynb|npz|onnx|ts|xlsx|yaml)$/.test(name)),
    [],
  );
});

test('the page names nothing outside its folder, and its policy takes no inline script or style', () => {
  const page = readFileSync(join(LAB, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name!);
  assert.ok(named.length >= 3);
  for (const name of named) assert.ok(existsSync(join(LAB, name)), name);
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
  assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.not.match(policy, /unsafe-inline|'unsafe-eval'|frame-ancestors|https?:/);
  for (const name of names.filter((name) => name.endsWith('.js')))
    assert.not.match(readFileSync(join(LAB, name), 'utf8'), /(?:import|fetch)\(["']https?:/, name);
});

test('lab build writes a whole site, onto an earlier one too, and nowhere else', async () => {
  const { status, stdout, stderr } = await inProcess(directory, 'lab', 'build', 'site');
  assert.is(status, 0, stderr);
  assert.match(stdout, /site holds the lab and the manual: \d+ files, \d+\.\d MB/);
  for (const [set, count] of [
    ['firstTrainingImages/train', 10_000],
    ['allTrainingImages/train', 60_000],
    ['testImages/t10k', 10_000],
  ] as const)
    for (const [part, magic] of [
      ['images-idx3', 0x803],
      ['labels-idx1', 0x801],
    ] as const) {
      const file = gunzipSync(readFileSync(join(directory, `site/data/${set}-${part}-ubyte.gz`)));
      assert.equal([file.readUInt32BE(0), file.readUInt32BE(4)], [magic, count]);
    }
  for (const name of names) assert.ok(existsSync(join(directory, 'site', name)), name);
  assert.is((await inProcess(directory, 'lab', 'build', 'site')).status, 0);
  writeFileSync(join(directory, 'thesis.txt'), 'mine');
  const refused = await inProcess(directory, 'lab', 'build', '.');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /holds "site", which is not a result of this command|holds "thesis.txt"/);
  assert.match((await inProcess(directory, 'lab', 'build', 'x', '--data', 'nowhere')).stderr, /nowhere.*no such file/);
});

const status = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false, headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    }).on('error', reject);
  });

test('it is served to this machine only, and nothing beside it', async () => {
  const server = await serve();
  const { url } = server;
  assert.is(await status(url), 200);
  assert.is(await status(`${url}data/testImages/t10k-labels-idx1-ubyte.gz`), 200);
  assert.is(await status(url, { host: 'evil.example' }), 403);
  for (const name of ['../package.json', '..%2fpackage.json', 'data/', 'nothing.js'])
    assert.is(await status(`${url}${name}`), 404, name);
  assert.is(await status(url, {}, 'POST'), 405);
  await server.stop();
});

test('an address gives its state back, is short, and holds only what differs', () => {
  assert.is(formatUrlFragment(labState.value), '');
  const changed = {
    ...labState.value,
    view: 'device' as const,
    devices: [{ preset: 'ag-ceo2-pt', set: { 'device.gMax': 2e-5 } }],
    learn: { ...labState.value.learn, neurons: 50 },
  };
  const address = formatUrlFragment(changed);
  assert.ok(address.length < 160, address);
  assert.equal(parseUrlFragment(address), changed);
});

test('every rule can be chosen', () => {
  assert.equal([...LEARNING_RULE_NAMES].sort(), Object.keys(rules).sort());
});

test('a foreign address does no harm and is told in one sentence', () => {
  const told = (hash: string): string => {
    try {
      parseUrlFragment(hash);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(told('#99.abc'), /version 99, but this lab reads versions up to 1/);
  assert.match(told('#<script>'), /not a state of the lab/);
  assert.match(told('#1.AAAA'), /damaged/);
  assert.match(told(`#1.${'A'.repeat(40_000)}`), /longer than 32768/);
  const hostile = (value: object) => told(formatUrlFragment({ ...labState.value, ...value } as typeof labState.value));
  assert.match(hostile({ view: 'cellar' }), /^The address: view is "cellar", but must be one of/);
  assert.match(hostile({ learn: { ...labState.value.learn, neurons: 1e9 } }), /neurons is 1000000000, but must be/);
  assert.match(hostile({ more: 1 }), /more is unknown/);
  assert.match(hostile({ network: 'a'.repeat(1e6) }), /unpacks to more than 256 kB/);
});

test('an address keeps letters of several bytes, however long it is', () => {
  const network = Array.from({ length: 9000 }, (_, i) => `${(i * 7919) % 1000}µ`).join('');
  assert.is(parseUrlFragment(formatUrlFragment({ ...labState.value, network }))!.network, network);
});

/** Arguments that a shell makes of commands, in which memspike stands for a function that prints them. */
function argumentsOf(commands: readonly string[]): string[][] {
  const script = `memspike() { for word; do printf '%s\\0' "$word"; done; printf '\\n\\0'; }\n${commands.join('\n')}\n`;
  const { stdout, stderr, status } = spawnSync('sh', { input: script, encoding: 'utf8', cwd: directory });
  assert.equal([status, stderr], [0, '']);
  return stdout
    .split('\n\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

/** A state as a stranger's link brings it. */
const linked = (part: object): LabState | undefined =>
  parseUrlFragment(formatUrlFragment({ ...labState.value, ...part } as LabState));

test('words of an address are arguments of the command, and no code of the shell', () => {
  const before = readdirSync(directory);
  const initial = labState.value;
  try {
    labState.value = linked({ devices: [{ preset: 'hp-tio2', set: {} }] })!;
    assert.match(formatTrainCommand(labState.value.learn, 0), /^memspike mnist --device hp-tio2 /);
  } finally {
    labState.value = initial;
  }
  assert.equal(readdirSync(directory), before);
  const refused = (part: object, message: RegExp) => assert.throws(() => linked(part), message);
  for (const seed of ['my experiment', '--models=evil.mjs', '-h', '1', 1.5, -1])
    refused({ learn: { ...initial.learn, seed } }, /^The address: learn\.seed is /);
  for (const word of ['1; touch x #', '$(touch x)', '--out', '../evil.yaml', 'a b', '', 7])
    for (const key of ['preset', 'model'])
      refused(
        { devices: [{ [key]: word, set: {} }] },
        new RegExp(`^The address: devices\\.0\\.${key} is .* must be a (name of|text)`),
      );
  refused({ devices: [{ set: {} }] }, /^The address: devices\.0 is .*, but must be a device with exactly one of/);
  const deep = `{"devices":[{"own":{"device":${'['.repeat(5000)}${']'.repeat(5000)}}}]}`;
  const address = `#1.${deflateRawSync(deep).toString('base64url')}`;
  assert.throws(() => parseUrlFragment(address), /devices\.0\.own is .* at most 32 levels/);
});

test('1,500 mutated addresses are taken or refused in one sentence', () => {
  const random = new RandomStream(1, 'addresses');
  const pick = <T>(list: readonly T[]): T => list[random.integerBelow(list.length)]!;
  const VALUES = [
    null,
    true,
    -1,
    1e308,
    2 ** 53,
    '',
    '$(touch x)',
    '\u0000',
    '\ud800',
    '__proto__',
    [],
    {},
    [[[]]],
    [1, 2, 3],
  ];
  const KEYS = ['constructor', '__proto__', 'toString', 'view', 'devices', 'learn', 'set', 'own'];
  const initial = labState.value;
  const whole: unknown = {
    view: 'device',
    devices: [
      { preset: 'ag-ceo2-pt', set: { 'device.gMax': 2e-5 } },
      { own: { memspike: 1, device: { model: 'soft' } }, set: { 'device.stuck': { low: 0.1 } } },
    ],
    learn: { ...initial.learn, neurons: 50, seed: 7, rule: 'pairStdp' },
    network: 'memspike: 1',
  };
  const mutated = (value: unknown): unknown => {
    if (random.integerBelow(30) === 0) return pick(VALUES);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(mutated);
    const entries = Object.entries(value).map(([key, v]) => [
      random.integerBelow(100) === 0 ? pick(KEYS) : key,
      mutated(v),
    ]);
    return Object.fromEntries(entries);
  };
  const counts = { taken: 0, refused: 0 };
  const commands: string[] = [];
  try {
    for (let i = 0; i < 1500; i++) {
      labState.value = initial;
      let address = formatUrlFragment((i % 2 === 0 ? mutated(whole) : whole) as LabState);
      for (let edits = i % 2 === 0 ? 0 : 1 + random.integerBelow(3); edits > 0; edits--) {
        const at = random.integerBelow(address.length);
        address =
          address.slice(0, at) +
          pick(['', 'A', '-', '_', '%', '.', 'é', '<']) +
          address.slice(at + random.integerBelow(3));
      }
      try {
        labState.value = parseUrlFragment(address) ?? initial;
        assert.equal(parseUrlFragment(formatUrlFragment(labState.value)) ?? initial, labState.value);
        for (const side of [0, 1] as const) commands.push(formatTrainCommand(labState.value.learn, side));
        counts.taken++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        assert.ok(error.message.length <= 400, error.message);
        counts.refused++;
      }
    }
    assert.ok(counts.taken > 100 && counts.refused > 500, JSON.stringify(counts));
    for (const words of argumentsOf(commands)) assert.is(words[0], 'mnist');
  } finally {
    labState.value = initial;
  }
});

test('files in memory behave as those of a disk', () => {
  disk.putFile('/runs/a/one.txt', new TextEncoder().encode('one'));
  assert.equal(disk.readdirSync('/runs'), ['a']);
  assert.is(disk.readFileSync('runs/a/one.txt', 'utf8'), 'one');
  const fd = disk.openSync('/runs/a/one.txt', 'a');
  disk.writeSync(fd, new TextEncoder().encode(' and two'));
  disk.closeSync(fd);
  assert.is(disk.readFileSync('/runs/a/../a/one.txt', 'utf8'), 'one and two');
  assert.throws(
    () => disk.openSync('/runs/a/one.txt', 'wx'),
    (e: { code?: string }) => e.code === 'EEXIST',
  );
  assert.throws(
    () => disk.readFileSync('/runs/b'),
    (e: { code?: string }) => e.code === 'ENOENT',
  );
  assert.throws(
    () => disk.writeSync(fd, new Uint8Array(1)),
    (e: { code?: string }) => e.code === 'EBADF',
  );
  assert.throws(
    () => disk.mkdirSync('/runs/a/one.txt/x'),
    (e: { code?: string }) => e.code === 'ENOTDIR',
  );
  disk.renameSync('/runs/a/one.txt', '/runs/two.txt');
  assert.equal(Object.keys(disk.readFilesBelow('/runs')), ['two.txt']);
  disk.rmSync('/runs', { recursive: true });
  assert.not.ok(disk.existsSync('/runs/two.txt'));
  assert.equal(
    ['a/b/c.tar.gz', '/x', 'name', '.hidden'].map((p) => [path.dirname(p), path.basename(p), path.extname(p)]),
    [
      ['a/b', 'c.tar.gz', '.gz'],
      ['/', 'x', ''],
      ['.', 'name', ''],
      ['.', '.hidden', ''],
    ],
  );
});

test('the network that Draw begins with comes back as it was packed', () => {
  const shipped = unpackTrainedLayer(readFileSync(join(LAB, 'digits.bin')), 'digits.bin');
  assert.is(shipped.config.neurons, 200);
  assert.ok(shipped.accuracy > 90);
  assert.equal(quantiseWeights(shipped.learned.weights), shipped.learned.weights);
  assert.equal(unpackTrainedLayer(packTrainedLayer(shipped), 'again'), shipped);
  assert.throws(() => unpackTrainedLayer(new Uint8Array(100), 'other'), /^other is not a memspike checkpoint/);
});

test.run();
