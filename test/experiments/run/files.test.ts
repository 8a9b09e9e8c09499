import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { parseConfig } from '../../../experiments/data/parse.ts';
import { inProcess } from '../cli/inProcess.ts';
import { EXAMPLE, json, rowsOf, sha256Of } from './cli.ts';

const test = suite('memspike run');
const directory = mkdtempSync(join(tmpdir(), 'memspike-run-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const loud = '--set=populations.output.threshold=1'; // so that the output fires
test.before(async () => {
  writeFileSync(at('net.yaml'), EXAMPLE);
  writeFileSync(at('net.json'), JSON.stringify(parseConfig(EXAMPLE, 'example')));
  const { status, stdout } = await run('net.yaml', 'yaml', loud);
  assert.is(status, 0);
  assert.match(stdout ?? '', /^Done: yaml\nEnergy: .*assumed.*\nNext step: memspike report yaml\n$/);
});

async function run(file: string, out: string, ...more: string[]) {
  const { status, stdout, stderr } = await inProcess(
    directory,
    'run',
    file,
    '--out',
    out,
    '--progress',
    'none',
    ...more,
  );
  return stderr === '' ? { status, stdout } : { status, stderr };
}

test('run.json tells what the contract says', () => {
  const r = json(at('yaml'), 'run.json');
  assert.is(r.seed, 7);
  assert.is(r.duration, 1000);
  assert.match(r.version, /^\d+\.\d+\.\d+$/);
  for (const key of ['configSha256', 'spikesSha256', 'weightsSha256'] as const)
    assert.match(String(r[key]), /^[0-9a-f]{64}$/);
  assert.is(r.populations.input.spikes, 3);
  assert.is(r.populations.input.rate, 1.5);
  assert.ok(r.populations.output.spikes > 0);
  assert.is(r.events.spikes, r.populations.input.spikes + r.populations.noise.spikes + r.populations.output.spikes);
  assert.ok(r.events.synaptic > r.populations.noise.spikes);
  assert.ok(r.events.writes > 0);
  assert.ok(r.energy.read > 0 && r.energy.write > 0);
  const { counts, read, write, halfSelected, perSpike, perSynapticEvent } = r.energy;
  assert.is(counts.writesUp + counts.writesDown, r.events.writes);
  assert.match(r.energy.scale, /^a read \S+ fJ \(in the range of brain\), /);
  assert.is(perSpike, (read + write + halfSelected) / r.events.spikes);
  assert.is(perSynapticEvent, (read + write + halfSelected) / r.events.synaptic);
  assert.ok(r.wallSeconds > 0 && r.wallSeconds < 60);
  assert.ok(r.peakRssBytes > 2 ** 24 && r.peakRssBytes < 2 ** 34);
  const files = ['config.json', 'energy-scale.png', 'energy-scale.svg', 'potentials.arrows', 'run.json'];
  assert.equal(readdirSync(at('yaml')).sort(), [...files, 'spikes.arrows', 'weights.arrows']);
});

test('the logs can be read and agree with run.json', () => {
  const r = json(at('yaml'), 'run.json');
  const spikes = rowsOf(at('yaml'), 'spikes.arrows');
  assert.is(spikes.length, r.populations.input.spikes + r.populations.output.spikes);
  assert.equal(
    spikes.filter(({ population }) => population === 0).map(({ time, neuron }) => [time, neuron]),
    [
      [10, 0],
      [15, 1],
      [20.5, 0],
    ],
  );
  assert.is(sha256Of(at('yaml'), 'spikes.arrows'), r.spikesSha256);
  const weights = rowsOf(at('yaml'), 'weights.arrows');
  assert.is(weights.length, 11 * 200); // 0, 100 … 1000 ms
  assert.is(sha256Of(at('yaml'), 'weights.arrows'), r.weightsSha256);
  const potentials = rowsOf(at('yaml'), 'potentials.arrows');
  assert.equal(
    potentials.map(({ time, neuron }) => [time, neuron]),
    [
      [5, 0],
      [10, 0],
      [20, 0],
    ],
  );
});

test('JSON is as good as YAML, and config.json runs again to the same bits', async () => {
  const hashes = (out: string) => {
    const { configSha256, spikesSha256, weightsSha256 } = json(at(out), 'run.json');
    return { configSha256, spikesSha256, weightsSha256 };
  };
  assert.is((await run('net.json', 'json', loud)).status, 0);
  assert.is((await run(join('yaml', 'config.json'), 'again')).status, 0);
  assert.equal(hashes('json'), hashes('yaml'));
  assert.equal(hashes('again'), hashes('yaml'));
  assert.is((await run('net.yaml', 'other', loud, '--set', 'seed=8')).status, 0);
  assert.is.not(hashes('other').spikesSha256, hashes('yaml').spikesSha256);
  assert.is.not(hashes('other').configSha256, hashes('yaml').configSha256);
});

test('what is left out has its default, and without weights there is no hash of them', async () => {
  writeFileSync(
    at('small.yaml'),
    'memspike: 1\nduration: 0.3\npopulations: { a: { model: lif, size: 3, current: 1000 } }\n',
  );
  const { status, stdout = '', stderr = '' } = await run('small.yaml', 'small', '--json', '--quiet');
  assert.is(stderr, '');
  assert.is(status, 0);
  const r = JSON.parse(stdout);
  assert.equal(r, json(at('small'), 'run.json'));
  assert.is(r.seed, 1);
  assert.is(r.weightsSha256, null);
  const { counts, ...joules } = r.energy;
  assert.equal(joules, {
    read: null,
    write: null,
    halfSelected: null,
    perSpike: null,
    perSynapticEvent: null,
    scale: null,
  });
  assert.equal([...new Set(Object.values(counts))], [0]);
  const config = json(at('small'), 'config.json');
  assert.is(config.populations.a.synapse, 'delta');
  assert.equal(config.projections, []);
});

test('a run of no length does what belongs to the first instant', async () => {
  const record = 'populations.output.record.potential={ neurons: [1], every: 5 }';
  assert.is((await run('net.yaml', 'instant', '--set', 'duration=0', '--set', record)).status, 0);
  assert.equal(
    rowsOf(at('instant'), 'potentials.arrows').map((r) => r.time),
    [0],
  );
  assert.is(json(at('instant'), 'run.json').populations.input.rate, 0);
});

test('weight rows at arrivals, at spikes and at given times', async () => {
  const rows = async (name: string, when: string) => {
    const status = (await run('net.yaml', name, loud, '--set', `projections.1.record.weights=${when}`)).status;
    assert.is(status, 0);
    return { rows: rowsOf(at(name), 'weights.arrows'), summary: json(at(name), 'run.json') };
  };
  const pre = await rows('pre', '{ on: pre }');
  const arrivals = pre.rows.length / 2;
  assert.ok(arrivals <= pre.summary.populations.noise.spikes && arrivals > pre.summary.populations.noise.spikes - 60);
  assert.ok(pre.rows.some(({ weight, efficacy }) => efficacy! < 0.9 * weight!)); // depressed
  const post = await rows('post', '{ on: post }');
  assert.is(post.rows.length, 100 * post.summary.populations.output.spikes);
  const timed = await rows('times', '{ times: [3, 1.5, 999] }');
  assert.equal([...new Set(timed.rows.map(({ time }) => time))], [1.5, 3, 999]);
  assert.is(timed.summary.spikesSha256, pre.summary.spikesSha256); // recording changes nothing
});

test('replays a log, or that of a run directory, named relative to the network file', async () => {
  mkdirSync(at('nets'));
  const replay = (log: string) =>
    `memspike: 1\nduration: 1000\npopulations: { again: { model: replay, log: ${log}, population: output, size: 2 } }\n` +
    'record: { spikes: [again] }\n';
  copyFileSync(join(at('yaml'), 'spikes.arrows'), at('nets/copy.arrows'));
  writeFileSync(at('nets/file.yaml'), replay('copy.arrows'));
  writeFileSync(at('nets/directory.yaml'), replay('../yaml'));
  const spikes = (out: string) => rowsOf(at(out), 'spikes.arrows').map(({ time, neuron }) => [time, neuron]);
  const original = rowsOf(at('yaml'), 'spikes.arrows').filter(({ population }) => population === 2);
  for (const name of ['file', 'directory']) {
    assert.is((await run(`nets/${name}.yaml`, name)).status, 0);
    assert.equal(
      spikes(name),
      original.map(({ time, neuron }) => [time, neuron]),
    );
  }
  assert.is((await run(join('directory', 'config.json'), 'elsewhere')).status, 0); // the log is found from there too
  writeFileSync(
    at('nets/source.yaml'),
    'memspike: 1\nduration: 10\npopulations: { noise: { model: poisson, size: 1, rate: 9 } }\n',
  );
  assert.is((await run('nets/source.yaml', 'source')).status, 0);
  writeFileSync(at('nets/silent.yaml'), replay('../source').replace('population: output', 'population: noise'));
  const { status, stderr } = await run('nets/silent.yaml', 'silent');
  assert.is(status, 1);
  assert.match(
    stderr!,
    /source.spikes\.arrows holds no spikes of "noise": they were not recorded, or it never fired\.\n$/,
  );
});

test('memspike schema: a JSON Schema that takes the example, refuses others and names units', async () => {
  const { status, stdout } = await inProcess(directory, 'schema');
  assert.is(status, 0);
  const schema = JSON.parse(stdout);
  assert.is(schema.$schema, 'http://json-schema.org/draft-07/schema#');
  assert.is(schema.properties.duration.unit, 'ms');
  for (const unit of ['"unit":"Hz"', '"unit":"pF"', '"unit":"mV"', '"unit":"S"'])
    assert.ok(JSON.stringify(schema).includes(unit), unit);
  const judge = z.fromJSONSchema(schema);
  assert.ok(judge.safeParse(parseConfig(EXAMPLE, 'example')).success);
  for (const [path, value] of [
    ['duration', -1],
    ['populations', 3],
    ['unknown', 1],
  ] as const) {
    assert.not.ok(judge.safeParse({ ...Object(parseConfig(EXAMPLE, 'example')), [path]: value }).success, path);
  }
});

test('a mistake leaves no run directory behind', async () => {
  const { status, stderr } = await inProcess(
    directory,
    'run',
    'net.yaml',
    '--out',
    'none',
    '--set',
    'record.spikes=[inptu]',
  );
  assert.is(status, 1);
  assert.is(stderr, 'memspike: net.yaml: record.spikes.0 names population "inptu", did you mean "input"?\n');
  assert.not.ok(existsSync(at('none')));
});

test.run();
