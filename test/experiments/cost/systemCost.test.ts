/** Cost of runs: counters of a spiking network and of a net against hand calculations; settings that cannot work are refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawSystemCost } from '../../../experiments/cost/picture.ts';
import type { CostSettings } from '../../../experiments/cost/settings.ts';
import { describeSystemCost, type SystemCost } from '../../../experiments/cost/systemCost.ts';
import { resolveCost } from '../../../experiments/devices/costPresets.ts';
import { loadDevice } from '../../../experiments/devices/load.ts';
import { withPictureStyle } from '../../../experiments/look/plots/pictureStyle.ts';
import { inProcess } from '../cli/inProcess.ts';
import { json } from '../run/cli.ts';

const test = suite('cost of a system');
const directory = mkdtempSync(join(tmpdir(), 'memspike-cost-'));
test.after(() => rmSync(directory, { recursive: true }));
const close = (found: number, expected: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= 1e-9 * Math.abs(expected), `${what}: ${found}, expected ${expected}`);
const costOf = (run: string) => json(join(directory, run), 'run.json').cost as unknown as SystemCost;

const [COLUMNS, SPIKES, DURATION] = [3, 5, 40];
const TRAINS = '[[1, 9, 13], [5, 17]]';
const writeNetwork = (name: string, device: string, cost: string, trains = TRAINS, threshold = 1e6) =>
  writeFileSync(
    join(directory, name),
    `memspike: 1
duration: ${DURATION}
populations:
  input: { model: spikeTrains, trains: ${trains} }
  output: { model: lif, size: ${COLUMNS}, threshold: ${threshold} }
projections:
  - { from: input, to: output, connect: { all: { weight: 0.5 } }, device: ${device} }
${cost}
`,
  );
const DEVICE = '{ model: linear, gMin: 1e-9, gMax: 1e-4, readVoltage: 0.2, readTime: 2e-8 }';
const run = (file: string, out: string, ...words: string[]) =>
  inProcess(directory, 'run', file, '--out', out, '--progress', 'none', ...words);

test('a spiking network: each input spike is a read of its row by all columns', async () => {
  writeNetwork('net.yaml', DEVICE, '');
  const { status, stdout } = await run('net.yaml', 'spikes', '--cost', 'isaac-32nm');
  assert.is(status, 0);
  const cost = costOf('spikes');
  const { parts } = cost.energy;
  close(parts.cells, SPIKES * COLUMNS * 0.5e-4 * 0.2 ** 2 * 2e-8, 'cells');
  const rows = SPIKES * 128 * 1.676876e-16 * 0.9 ** 2;
  close(parts.lines, rows + SPIKES * COLUMNS * 128 * 1.164876e-16 * 0.2 ** 2, 'lines');
  close(parts.adc, SPIKES * COLUMNS * 1.2e-12, 'converters');
  close(parts.shiftAdd, SPIKES * COLUMNS * 0.021e-12, 'shift and add');
  close(cost.latency, SPIKES * (2e-8 + 8 * 7e-9), 'latency');
  close(cost.steps.read, 2e-8 + 8 * 7e-9, 'a read');
  close(cost.steps.verify, 1e-7 + 2e-8 + 7e-9, 'pulse, read and conversion');
  close(cost.acceleration!, DURATION / 1000 / cost.latency, 'acceleration');
  close(
    cost.energy.total,
    Object.values(parts).reduce((a, b) => a + b),
    'sum of the parts',
  );
  close(cost.energy.periphery, cost.energy.total - parts.cells, 'periphery');
  close(cost.converterRange!.energy[0]!, cost.energy.total - parts.adc * 0.9, 'cheapest converter');
  close(cost.converterRange!.energy[1]!, cost.energy.total + parts.adc * 0.05, 'dearest converter');
  assert.equal([cost.topsPerWatt, cost.write, cost.notCounted], [null, null, ['neurons']]);
  assert.match(
    stdout,
    /\nEnergy of the system per run: .* \(devices alone .*; with published converters .* without neurons\)\./,
  );
  assert.match(stdout, /\nLatency per run: 380 ns \(simulated 40 ms, acceleration 105,000\)\./);
});

test('serial writes last as long as all their pulses, parallel writes two phases per column', async () => {
  const writeTime = 1e-7;
  const findLatency = async (writes: string) => {
    const device = `{ model: linear, etaUp: 0.01, selection: half, disturb: { threshold: 2, share: 0.1 }, writeTime: ${writeTime}, array: { writes: ${writes} } }`;
    writeNetwork(`${writes}.yaml`, `${device}, rule: { model: postTriggered }`, '', '[[1, 9], [13], [17], [5]]', 0.1);
    const { status, stderr } = await run(`${writes}.yaml`, writes, '--cost', 'isaac-32nm');
    assert.is(status, 0, stderr);
    return costOf(writes).latency;
  };
  const [parallel, serial] = [await findLatency('parallel'), await findLatency('serial')];
  const updates = (serial - parallel) / (2 * writeTime); // four rows: four pulses, not two phases, per output spike
  assert.ok(updates >= COLUMNS);
  close(updates, Math.round(updates), 'number of updates');
});

test('cost in the file does the same; reports and pictures show it', async () => {
  writeNetwork('own.yaml', DEVICE, 'cost: { preset: isaac-32nm, neuron: { energy: 1e-12, area: 34 } }');
  assert.is((await run('own.yaml', 'own')).status, 0);
  const cost = costOf('own');
  assert.equal(cost.energy.parts, costOf('spikes').energy.parts); // no output spikes
  close(cost.area.parts.neurons, COLUMNS * 34, 'area of neurons');
  assert.equal(cost.notCounted, []);
  await inProcess(directory, 'report', 'own', '--out', 'own.html'); // without a raster, because there are no output spikes
  const page = readFileSync(join(directory, 'own.html'), 'utf8');
  assert.match(page, /area of the system.*circuits: isaac-32nm; with published converters .*alt="system cost"/s);
  const width = withPictureStyle({ millimetres: 89 }, () => drawSystemCost(cost)).match(/width="([\d.]+)mm"/)![1];
  assert.ok(Math.abs(Number(width) - 89) < 0.2, width);
  assert.match(drawSystemCost(cost), /Cost per run.*converters/);
});

test('the configuration that a run saves costs the same, also without a circuit of the preset', async () => {
  writeNetwork('bare.yaml', DEVICE, 'cost: { preset: isaac-32nm, sampleAndHold: null }');
  await run('bare.yaml', 'bare');
  await run(join('bare', 'config.json'), 'again');
  assert.is(costOf('bare').energy.parts.sampling, 0);
  assert.equal(costOf('again'), costOf('bare'));
});

test('a device file may carry its circuits', async () => {
  const file = join(directory, 'device.yaml');
  writeFileSync(file, `memspike: 1\ndevice: ${DEVICE}\ncost: { preset: neurons-28nm, cell: { area: 0.1 } }\n`);
  const { cost } = loadDevice(file);
  assert.equal([cost!.name, cost!.cell.area, cost!.neuron!.area], ['neurons-28nm', 0.1, 34]);
  assert.is(loadDevice('ag-hfox-pt').cost, undefined);
});

test('a part that is null is left out; other values override the preset', () => {
  const cost = resolveCost({ preset: 'isaac-32nm', adc: { bits: 8 }, sampleAndHold: null }) as CostSettings;
  assert.equal([cost.sampleAndHold, cost.adc!.bits, cost.adc!.columns], [undefined, 8, 8]);
});

test('settings that cannot work are refused in one sentence', async () => {
  for (const [device, cost, words, message] of [
    [DEVICE, '', ['--cost', 'isac-32nm'], /--cost .*isac-32nm/],
    [DEVICE, 'cost: isac-32nm', [], /cost\.preset is "isac-32nm", did you mean "isaac-32nm"\?/],
    [
      DEVICE,
      'cost: { preset: isaac-32nm, rowDriver: { area: -1 } }',
      [],
      /cost\.rowDriver\.area is -1, but must be a number >= 0 \(µm²\)/,
    ],
    [
      DEVICE,
      'cost: { preset: isaac-32nm, adc: { bits: 12 } }',
      [],
      /cost\.adc\.table has no entry for 12 bits, only for 4, 5, /,
    ],
    [
      DEVICE,
      'cost: { preset: isaac-32nm, adc: { table: [{ bits: 5, energy: 1e-12 }, { bits: 7, energy: 2e-12 }] } }',
      [],
      /cost\.adc\.table has no entry for 6 bits, only for 5, 7; set output\.bits or cost\.adc\.bits to one of them/,
    ],
    [DEVICE, 'cost: { preset: isaac-32nm, adc: { table: [] } }', [], /cost\.adc\.table is \[\], .*at least 1/],
    [
      '{ model: linear, peripherals: { rowRead: 1e-12 } }',
      '',
      [],
      /device\.peripherals is unknown; the section `cost` has the circuits around the devices\./,
    ],
    [
      '{ model: linear, selection: half, disturb: { threshold: 1, share: 1.5 } }',
      '',
      [],
      /device\.disturb\.share is 1\.5, but must be a number >= 0 and <= 1/,
    ],
    [
      '{ model: ideal }',
      'cost: isaac-32nm',
      [],
      /cost needs devices with a conductance, but projections\.input->output /,
    ],
  ] as const) {
    writeNetwork('bad.yaml', device, cost);
    const { status, stderr } = await run('bad.yaml', 'bad', ...words);
    assert.match(stderr, message);
    assert.is(status, words.length > 0 ? 2 : 1);
  }
});

test('terminal and report name both ends of the converters', () => {
  const lines = describeSystemCost(costOf('spikes').figures);
  assert.match(lines.at(-1)!, /with published converters .* mm² to .* mm²; range: energy NeuroSim to MNSIM/);
});

test.run();
