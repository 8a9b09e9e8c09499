/** A project of somebody else's: memspike as it is packed, and every example of docs/how-to/models-of-your-own.md compiled and run. */
// slow: packs and installs the package; releases/package.test.ts looks at it in `npm test`
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/how-to/models-of-your-own.md'), 'utf8');
/** Every block that names its file in its first line. */
const FILES = [...PAGE.matchAll(/```\w+\n(?:\/\/|#) (\S+)\n([\s\S]*?)```/g)].map(([, name, text]) => ({
  name: name!,
  text: text!,
}));

const project = mkdtempSync(join(tmpdir(), 'memspike-foreign-'));
const at = (...path: string[]) => join(project, ...path);

function run(program: string, ...words: string[]): SpawnSyncReturns<string> {
  return spawnSync(program, words, { encoding: 'utf8', cwd: project, maxBuffer: 1 << 26 }); // the schema has more than 1 MB
}
const node = (...words: string[]) => run(process.execPath, ...words);
const memspike = (...words: string[]) => node(at('node_modules/memspike/dist/bundle/cli.js'), ...words);
const worked = (done: SpawnSyncReturns<string>): string => {
  assert.is(done.status, 0, `${done.stdout}\n${done.stderr}`);
  return done.stdout;
};
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8'));

/** The packed package, with the dependencies of this one in place of those that npm would fetch. */
function install(): void {
  const packed = JSON.parse(
    worked(run('npm', 'pack', ROOT, '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', project)),
  ) as { filename: string }[];
  mkdirSync(at('node_modules/memspike'), { recursive: true });
  worked(run('tar', '-xzf', packed[0]!.filename, '-C', 'node_modules/memspike', '--strip-components=1'));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '.bin' && name !== 'memspike') symlinkSync(join(ROOT, 'node_modules', name), at('node_modules', name));
  writeFileSync(at('package.json'), '{ "type": "module", "dependencies": { "memspike": "*" } }');
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    declaration: true,
    types: ['node'],
    outDir: 'out',
  };
  writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const { name, text } of FILES) writeFileSync(at(name), text);
}

test.before(install);
test.after(() => rmSync(project, { recursive: true, force: true }));

test('the page has a device, a rule, a neuron, a stimulus, a check and a network; a rule takes 25 lines, a neuron 70', () => {
  const lines = Object.fromEntries(
    FILES.map(({ name, text }) => [
      name,
      text
        .trim()
        .split('\n')
        .filter((line) => !/^(import .*)?$/.test(line)).length,
    ]),
  );
  assert.equal(Object.keys(lines).sort(), [
    'check.ts',
    'mine.yaml',
    'net.yaml',
    'neuron.ts',
    'ours.ts',
    'rule.ts',
    'stimulus.ts',
    'wangBuzsaki.ts',
  ]);
  assert.ok(lines['rule.ts']! <= 25, `${lines['rule.ts']}`);
  assert.ok(lines['neuron.ts']! <= 70, `${lines['neuron.ts']}`);
});

test('the examples compile, and keep the contract', () => {
  worked(node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'));
  assert.match(worked(node('out/check.js')), /^all is well$/m);
});

test('a check ends badly when something is wrong', () => {
  writeFileSync(at('out/ours.js'), readFileSync(at('out/ours.js'), 'utf8').replace("'square'", "'softBound'"));
  const { status, stderr } = node('out/check.js');
  assert.is(status, 1);
  assert.is(stderr, 'softBound is the name of a device of memspike already; choose another name.\n');
});

test('their names are good in network files, with flaws, energy and hash', () => {
  worked(memspike('run', 'net.yaml', '--out', 'square'));
  const { events, energy, models } = json('square', 'run.json');
  assert.ok(events.writes > 0 && energy.write > 0);
  assert.is(models.length, 1);
  assert.is(models[0].file, at('ours.ts'));
  assert.match(models[0].sha256, /^[0-9a-f]{64}$/);
  assert.equal(json('square', 'config.json').models, models);
  const net = readFileSync(at('net.yaml'), 'utf8')
    .replace('[./ours.ts]', '[./ours.ts, ./rule.ts, ./neuron.ts, ./stimulus.ts]')
    .replace('model: poisson, size: 20, rate: 60', 'model: pacemaker, size: 20, period: 10')
    .replace('model: lif, size: 4, threshold: 8', 'model: integrator, size: 4, threshold: 8')
    .replace('model: postTriggered, up: 0.5, down: 0.5', 'model: oneSided');
  writeFileSync(at('all.yaml'), net);
  worked(memspike('run', 'all.yaml', '--out', 'all'));
  assert.is(json('all', 'run.json').models.length, 4);
  assert.ok(json('all', 'run.json').populations.output.spikes > 0);
  const slip = memspike('run', 'net.yaml', '--out', 'slip', '--set', 'projections.0.device.model=squared');
  assert.is(slip.status, 2); // what --set says
  assert.match(slip.stderr, /model is "squared", but must be one of .*, did you mean "square"\?\n$/);
});

test('they are in the schema, and stand for devices on the command line', () => {
  assert.match(worked(memspike('schema', '--models', 'ours.ts')), /"const": "square"/);
  const sheet = ['device', 'characterise', 'square', '--models', 'ours.ts', '--out', 'sheet', '--devices', '3'];
  assert.match(worked(memspike(...sheet)), /mnist --device square --models ours\.ts$/m);
  assert.ok(json('sheet', 'characterise.json').parts.pulses);
  assert.match(worked(memspike('device', 'show', 'square', '--models', 'ours.ts')), /steps shrink quadratically/);
  const few = ['--neurons', '5', '--epochs', '1', '--train', '20', '--label', '20', '--test', '20'];
  worked(memspike('mnist', '--device', 'square', '--models', 'ours.ts', ...few, '--no-pictures', '--out', 'mnist'));
  assert.is(json('mnist', 'config.json').device.model, 'square');
  assert.is(json('mnist', 'run.json').models[0].file, at('ours.ts'));
  const compared = [
    '--models',
    'ours.ts',
    ...few.slice(2),
    '--neurons',
    '5',
    '--seeds',
    '1',
    '--brief',
    '--out',
    'passports',
  ];
  worked(memspike('device', 'passport', 'square', 'softBound', ...compared, '--workers', '2'));
});

test('sweeps, whose processes load the models too, and device files', () => {
  worked(memspike('device', 'show', 'mine.yaml'));
  const sweep = (models: string, device: string) => `memspike: 1
${models}
experiment: characterise
base: { device: ${device}, devices: 2 }
parameters: { up: { path: device.up, grid: [0.1, 0.2] } }
metrics: [parts.pulses.onOff.mean]
`;
  for (const [name, text] of [
    ['file', sweep('seed: 1', 'mine.yaml')],
    ['name', sweep('models: [./ours.ts]', 'square')],
  ] as const) {
    writeFileSync(at(`${name}.yaml`), text);
    worked(memspike('sweep', 'plan', `${name}.yaml`, '--out', name, '--no-timed'));
    worked(memspike('sweep', 'run', name, '--workers', '2'));
    assert.is(json(name, 'points/000001/config.json').device.up, 0.2);
    assert.is(json(name, 'points/000001/config.json').models[0].file, at('ours.ts'));
  }
  assert.is(json('name', 'sweep.json').sweep.models[0].file, at('ours.ts'));
});

test('a run is not resumed once the file of a model has been changed', () => {
  const config = json('square', 'config.json');
  mkdirSync(at('begun'));
  writeFileSync(at('begun/config.json'), JSON.stringify(config));
  writeFileSync(at('ours.ts'), `${FILES.find(({ name }) => name === 'ours.ts')!.text}// changed\n`);
  const resumed = memspike('run', '--out', 'begun', '--resume');
  assert.is(resumed.status, 1);
  assert.match(resumed.stderr, /^memspike: begun\/config\.json: models\.0: .*ours\.ts has been changed since .*\n$/);
  assert.match(memspike('run', 'net.yaml', '--out', 'begun', '--resume').stderr, /ours\.ts has been changed since/);
  writeFileSync(at('ours.ts'), FILES.find(({ name }) => name === 'ours.ts')!.text);
  worked(memspike('run', '--out', 'begun', '--resume'));
  assert.is(json('begun', 'run.json').spikesSha256, json('square', 'run.json').spikesSha256);
});

test('files that are no good are refused in a sentence', () => {
  const told = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    const { status, stderr } = memspike('schema', '--models', name);
    assert.is(status, 1);
    assert.is(stderr.trim().split('\n').length, 1, stderr);
    return stderr;
  };
  const ours = FILES.find(({ name }) => name === 'ours.ts')!.text;
  assert.match(
    told('none.ts', 'export const nothing = 1;\n'),
    /none\.ts does not export a model; declare one with defineDevice/,
  );
  assert.match(
    told('taken.ts', ours.replace("'square'", "'softBound'")),
    /softBound is the name of a device of memspike already/,
  );
  assert.match(
    told('helpless.ts', ours.replace(/help: 'share of the range that the first[^']*'/, "help: ''")),
    /square\.up has no help/,
  );
  assert.match(
    told('default.ts', ours.replace('default: 0.1', 'default: -1')),
    /default\.ts: square: the default of up is -1/,
  );
  assert.match(told('broken.ts', 'export const = 1;\n'), /broken\.ts cannot be loaded: /);
  assert.match(memspike('schema', '--models', 'our.ts').stderr, /there is no such file, did you mean "ours\.ts"\?/);
  writeFileSync(at('throwing.ts'), ours.replace('(strength > 0 ?', '(g < 2 ? nowhere : strength > 0 ?'));
  const net = FILES.find(({ name }) => name === 'net.yaml')!.text;
  writeFileSync(at('throwing.yaml'), net.replace('ours.ts', 'throwing.ts'));
  assert.match(
    memspike('run', 'throwing.yaml', '--out', 'throwing', '--progress', 'none').stderr,
    /^memspike: unexpected error in \/.*throwing\.ts:\d+: nowhere is not defined \(set MEMSPIKE_DEBUG=1 .*\n$/,
  );
  writeFileSync(at('again.ts'), ours);
  const twice = memspike('schema', '--models', 'ours.ts', '--models', 'again.ts', '--models', 'ours.ts');
  assert.match(twice.stderr, /again\.ts: square is the name of a device of .*ours\.ts already; choose another name\./);
  worked(memspike('schema', '--models', 'ours.ts', '--models', './ours.ts'));
});

test.run();
