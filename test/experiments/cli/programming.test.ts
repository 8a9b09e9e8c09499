/** Write and verify from a network file: imported weights, pairs, several devices a synapse, all of it booked and told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnergyAccount } from '../../../experiments/devices/energy/account.ts';
import { json, rowsOf } from '../run/cli.ts';
import { inProcess } from './inProcess.ts';

const test = suite('programming in a network file');
const directory = mkdtempSync(join(tmpdir(), 'memspike-programming-'));
test.after(() => rmSync(directory, { recursive: true }));

const [PRE, POST, TOLERANCE] = [12, 5, 0.01];
const wanted = Array.from({ length: PRE }, (_, i) =>
  Array.from({ length: POST }, (_, j) => Math.sin(3 * i + 7 * j) * 0.9),
);
writeFileSync(join(directory, 'weights.csv'), wanted.map((row) => row.join()).join('\n'));
writeFileSync(
  join(directory, 'net.yaml'),
  `memspike: 1
seed: 1
duration: 1
populations:
  input: { model: poisson, size: ${PRE}, rate: 0 }
  output: { model: lif, size: ${POST} }
projections:
  - name: synapses
    from: input
    to: output
    connect: { file: weights.csv }
    device: { model: softBound, gMin: 0, writeVoltage: 2, writeTime: 1e-6, reading: differential, programming: { tolerance: ${TOLERANCE}, maxPulses: 400 } }
    record: { weights: { every: 1 } }
`,
);
const run = async (out: string, ...set: string[]) => {
  const words = set.flatMap((one) => ['--set', one]);
  const { status, stdout, stderr } = await inProcess(
    directory,
    'run',
    'net.yaml',
    '--out',
    out,
    '--progress',
    'none',
    ...words,
  );
  return {
    status,
    stdout,
    stderr,
    energy: (json(join(directory, out), 'run.json') as unknown as { energy: EnergyAccount }).energy,
  };
};

for (const [out, devices, ...set] of [
  ['pairs', 2],
  ['several', 6, 'projections.0.device.devicesPerSynapse=3'],
  ['noisy', 2, 'projections.0.device.cycleToCycle=0.3', 'projections.0.device.deviceToDevice=0.05'],
] as const)
  test(`${out}: imported weights are there within the tolerance; pulses and joules are booked and told`, async () => {
    const { status, stdout, stderr, energy } = await run(out, ...set);
    assert.is(status, 0, stderr);
    const { programming, counts } = energy;
    assert.is(programming!.devices, devices * PRE * POST);
    assert.is(programming!.pulses, counts.writesUp + counts.writesDown);
    const spent = energy.read! + energy.write!;
    assert.ok(programming!.pulses > 0 && Math.abs(programming!.energy! / spent - 1) < 1e-9);
    const pulses = programming!.pulses.toLocaleString('en');
    assert.match(stdout, `Programming of the initial weights: ${pulses} pulses to ${devices * PRE * POST} devices, `);
    const rows = rowsOf(join(directory, out), 'weights.arrows').slice(0, PRE * POST) as unknown as {
      pre: number;
      post: number;
      weight: number;
    }[];
    for (const { pre, post, weight } of rows)
      assert.ok(Math.abs(weight - wanted[pre]![post]!) <= 2 * TOLERANCE, `${weight}, not ${wanted[pre]![post]}`);
  });

test('too few pulses: how many synapses missed is told', async () => {
  const { stdout, energy } = await run('few', 'projections.0.device.programming.maxPulses=2');
  assert.ok(energy.programming!.missed > PRE);
  assert.match(stdout, `${energy.programming!.missed} missed the tolerance`);
});

test('weights that the device cannot have are refused by name', async () => {
  const words = ['--set', 'projections.0.device.reading=single', '--out', 'single'];
  const { status, stderr } = await inProcess(directory, 'run', 'net.yaml', ...words);
  assert.is(status, 1);
  assert.match(stderr, /synapses\.connect gives a weight of -0\.\d+, outside the range of its device from 0 to 1/);
});

test.run();
