/** Network files that name a device instead of spelling it out. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadDevice, presetNames } from '../../../experiments/devices/load.ts';
import { resolveDeviceReferences } from '../../../experiments/devices/reference.ts';
import { inProcess } from '../cli/inProcess.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-reference-'));
test.after(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'net.yaml');
writeFileSync(
  join(directory, 'mine.yaml'),
  'memspike: 1\ndevice: { model: softBound, gMax: 3e-5 }\nshortTerm: { model: tsodyksMarkram, U: 0.2 }\n',
);

const network = (parts: string) => `memspike: 1
duration: 20
populations:
  pre: { model: spikeTrains, trains: [[1, 11]] }
  post: { model: spikeTrains, trains: [[5, 15]] }
projections:
  - { from: pre, to: post, connect: { list: [[0, 0, 0.5]] }, rule: { model: pairStdp }, ${parts} }
`;

interface Config {
  readonly projections: readonly { readonly device: Record<string, unknown>; readonly shortTerm: unknown }[];
}

test('a preset and a file beside the network file become their parameters; what stands beside wins', async () => {
  writeFileSync(
    file,
    network('device: { preset: ag-hfox-pt, weightAtGMax: 2 }, shortTerm: { file: mine.yaml, tauRec: 100 }'),
  );
  const { status, stderr } = await inProcess(
    directory,
    'run',
    'net.yaml',
    '--out',
    'out',
    '--set',
    'projections.0.device.readVoltage=0.2',
  );
  assert.is(status, 0, stderr);
  const config = JSON.parse(readFileSync(join(directory, 'out/config.json'), 'utf8')) as Config;
  const { device, shortTerm } = config.projections[0]!;
  const preset = loadDevice('ag-hfox-pt').device;
  assert.equal(device, { ...preset, weightAtGMax: 2, readVoltage: 0.2 });
  assert.equal(shortTerm, { model: 'tsodyksMarkram', U: 0.2, tauRec: 100, tauFacil: 0 });
});

test('the schema for editors knows presets and files beside the models', async () => {
  const schema = JSON.parse((await inProcess(directory, 'schema')).stdout);
  const { device, shortTerm, rule } = schema.properties.projections.items.properties;
  for (const { anyOf } of [device, shortTerm]) {
    assert.equal(anyOf[1].properties.preset.enum, presetNames());
    assert.equal(anyOf[2].required, ['file']);
    assert.ok(JSON.stringify(anyOf[0]).includes('"const"'), 'the models are still there');
  }
  assert.is(rule.anyOf?.length === 3 && 'preset' in (rule.anyOf[1].properties ?? {}), false);
});

test('the schema for editors takes steps of a table from a .csv beside the file, as well as spelled out', async () => {
  const judge = z.fromJSONSchema(JSON.parse((await inProcess(directory, 'schema')).stdout));
  const takes = (device: string) => judge.safeParse(parse(network(`device: ${device}`))).success;
  assert.ok(takes('{ model: table, steps: steps.csv }'));
  assert.ok(takes('{ model: table, steps: { up: [[0, 0.01]], down: [[0, -0.01]] } }'));
  assert.not.ok(takes('{ model: table, steps: 3 }'));
  assert.not.ok(takes('{ model: softBound, steps: steps.csv }'));
});

test('mistakes', () => {
  const told = (device: unknown) => {
    try {
      resolveDeviceReferences({ projections: [{ device }] }, file);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };
  assert.match(told({ preset: 'ag-hfox-tp' }), /did you mean "ag-hfox-pt"/);
  assert.match(told({ file: 'mien.yaml' }), /did you mean ".*mine\.yaml"/);
  assert.match(told({ preset: 'ag-hfox-pt', file: 'mine.yaml' }), /projections\.0\.device names both/);
  assert.match(told({ preset: 3 }), /projections\.0\.device\.preset is 3, but must be a text/);
  assert.throws(
    () => resolveDeviceReferences({ projections: [{ shortTerm: { preset: 'ag-hfox-pt' } }] }, file),
    /projections\.0\.shortTerm: the preset "ag-hfox-pt" has no short-term dynamics/,
  );
});

test.run();
