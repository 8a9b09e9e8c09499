/** What `memspike weights` says of runs whose weights, pulses and pairs are known. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawWeightsAnalysis } from '../../../../experiments/look/weights/pictures.ts';
import { computePixelIndex } from '../../../../experiments/look/weights/runFacts.ts';
import { computeHistogram, selectSnapshotTimes } from '../../../../experiments/look/weights/snapshots.ts';
import { analyseWeights } from '../../../../experiments/look/weights/weights.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { json, rowsOf } from '../../run/cli.ts';

const test = suite('weights');
const directory = mkdtempSync(join(tmpdir(), 'memspike-weights-'));
test.after(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => join(directory, name);

let runs = 0;
/** Runs a network file, and returns its directory. */
async function run(network: string): Promise<string> {
  const name = `run${runs++}`;
  writeFileSync(at(`${name}.yaml`), network);
  const { status, stderr } = await inProcess(directory, 'run', `${name}.yaml`, '--out', name, '--progress', 'none');
  assert.is(status, 0, stderr);
  return name;
}

/** Fixed trains on both sides of a textbook rule: weights from 0 to 100, aPlus 0.01, aMinus 0.012, 20 ms. */
const pairing = (pre: string, post: string, on: string, more = ''): string => `
memspike: 1
duration: 200
populations:
  input: { model: spikeTrains, trains: ${pre} }
  output: { model: spikeTrains, trains: ${post} }
projections:
  - { from: input, to: output, connect: { all: { weight: 50 } }, delay: 1, ${more}
      device: { model: ideal, wMin: 0, wMax: 100 },
      rule: { model: pairStdp, pairing: nearest, aPlus: 0.01, aMinus: 0.012, tauPlus: 20, tauMinus: 20, muPlus: 0, muMinus: 0 },
      record: { weights: { on: ${on} } } }
record: { spikes: [input, output] }
`;
const up = (interval: number): number => Math.exp(-interval / 20);
const down = (interval: number): number => -1.2 * Math.exp(interval / 20);

function pairsOf(name: string) {
  return analyseWeights(at(name)).weightRecord!.pairs.map(({ time, interval, change, isolated }) => ({
    time,
    interval,
    change: Number(change.toFixed(9)),
    isolated,
  }));
}

test('the two polarities of a recording lie one below the other, and another number of neurons forms no image of the run', async () => {
  for (const [neurons, image] of [
    [12, { rows: 4, columns: 3, planes: 2 }],
    [6, { rows: 2, columns: 3, planes: 1 }],
    [18, null],
  ] as const) {
    const name = await run(pairing(JSON.stringify(Array(neurons).fill([10])), '[[15, 35]]', 'pre'));
    const facts = json(at(name), 'run.json');
    writeFileSync(join(at(name), 'run.json'), JSON.stringify({ ...facts, imageRows: 2, imageColumns: 3 }));
    const study = analyseWeights(at(name));
    assert.equal(study.image, image);
    const told = Object.values(drawWeightsAnalysis(study)).filter((svg) => svg.includes('brighter events above'));
    assert.is(told.length, image?.planes === 2 ? 1 : 0); // one moment: no film
  }
  const two = { rows: 4, columns: 3, planes: 2 };
  assert.equal(
    [0, 1, 2, 5, 10, 11].map((neuron) => computePixelIndex(two, neuron)),
    [0, 6, 1, 8, 5, 11],
  );
});

test('STDP pairs, recorded on: pre, are those that the rule applied', async () => {
  const found = pairsOf(await run(pairing('[[10, 40, 90]]', '[[15, 35]]', 'pre')));
  // Arrivals at 11, 41 and 91. Between the first two the spikes at 15 (4 after 11) and 35 (24 after 11), then 41 comes 6 after 35.
  const first = Number((up(4) + up(24) + down(-6)).toFixed(9));
  assert.equal(found, [
    { time: 41, interval: 4, change: first, isolated: false },
    { time: 91, interval: 35 - 91, change: Number(down(35 - 91).toFixed(9)), isolated: true },
  ]);
});

test('recorded on: post, with a dendritic delay, Δt is that at the synapse', async () => {
  const found = pairsOf(await run(pairing('[[10]]', '[[15, 40]]', 'post', 'dendriticDelay: 0.5,')));
  // The arrival is at the synapse at 11, the spikes of the target at 15.5 and 40.5; all is booked 0.5 later.
  assert.equal(found, [{ time: 41, interval: 29.5, change: Number(up(29.5).toFixed(9)), isolated: true }]);
});

test('pairs at Δt = 0 are passed over, and those beyond the window', async () => {
  const name = await run(pairing('[[10, 40]]', '[[5, 39]]', 'pre')); // arrival at 41, spike at 39
  assert.equal(
    pairsOf(name).map((p) => p.interval),
    [-2],
  );
  const zero = await run(pairing('[[10, 40]]', '[[5, 41]]', 'pre')); // both at 41: potentiation 30 after the arrival at 11
  assert.equal(
    pairsOf(zero).map((p) => p.interval),
    [30],
  );
  const { weightRecord: recorded, notes } = analyseWeights(at(zero), { window: 29 });
  assert.is(recorded!.pairs.length, 0);
  assert.ok(notes.includes('1 of 1 weight changes have no pair within 29 ms'));
});

test('without the spikes of the other side there are no pairs, and a sentence says why', async () => {
  const network = pairing('[[10, 40]]', '[[15]]', 'pre').replace('[input, output]', '[input]');
  const { weightRecord: recorded, notes } = analyseWeights(at(await run(network)));
  assert.is(recorded!.pairs.length, 0);
  assert.match(notes.join('; '), /no STDP pairs: no spikes of output were recorded/);
});

/** A plastic projection with a poisson drive and the given device. */
const plastic = (device: string, record: string): string => `
memspike: 1
duration: 400
populations:
  input: { model: poisson, size: 12, rate: 60 }
  output: { model: lif, size: 5, tau: 10, capacitance: 250, threshold: 15, reset: 0, refractory: 2, current: 0, synapse: delta }
projections:
  - { from: input, to: output, connect: { probability: { p: 0.8, weight: { uniform: [4, 8] } } }, device: { ${device} },
      rule: { model: pairStdp, aPlus: 0.01, aMinus: 0.008 }, record: { weights: { every: 100 } } }
record: { ${record} }
`;

const DEVICES = {
  kernels: 'model: exponential, weightAtGMax: 10',
  spread: 'model: softBound, weightAtGMax: 10, deviceToDevice: 0.2, cycleToCycle: 0.1',
  wearing: 'model: linear, weightAtGMax: 10, endurance: { cycles: 40 }, stuck: { low: 0.1 }, writeNoise: 0.01',
  'without a conductance': 'model: ideal, wMin: 0, wMax: 10',
};
for (const [kind, device] of Object.entries(DEVICES)) {
  test(`recording devices (${kind}) adds up to the books of the run and changes no result`, async () => {
    const [without, name] = [await run(plastic(device, '')), await run(plastic(device, 'devices: true'))];
    const [before, facts] = [json(at(without), 'run.json'), json(at(name), 'run.json')];
    assert.is(facts.spikesSha256, before.spikesSha256);
    assert.is(facts.weightsSha256, before.weightsSha256);
    const rows = rowsOf(at(name), 'devices.arrows');
    const sum = (column: string): number => rows.reduce((all, row) => all + row[column]!, 0);
    assert.ok(facts.events.writes > 1000, String(facts.events.writes));
    assert.is(sum('pulses'), facts.events.writes);
    if (facts.energy.write === null) assert.ok(rows.every((row) => Number.isNaN(row.writeEnergy)));
    else assert.ok(Math.abs(sum('writeEnergy') / facts.energy.write - 1) < 1e-9);
    const { devices } = analyseWeights(at(name));
    const counts = facts.energy.counts as unknown as Record<string, number>;
    assert.is(devices!.stuck, counts.stuck);
    assert.is(devices!.wornOut, counts.wornOut);
    assert.is(devices!.totalPulses, facts.events.writes);
    if (kind === 'wearing') assert.ok(devices!.stuck > 0 && devices!.wornOut > 0);
  });
}

test('snapshots: histograms, moments and matrices are those of the log', async () => {
  const name = at(await run(plastic(DEVICES.kernels, 'devices: true')));
  const recorded = analyseWeights(name, { bins: 10, times: [0, 250] }).weightRecord!;
  const rows = rowsOf(name, 'weights.arrows').filter((row) => row.time === 200);
  const [, { weightHistogram: weights, conductanceHistogram: conductances }] = recorded.snapshots as [
    unknown,
    (typeof recorded)['snapshots'][number],
  ];
  assert.is(weights.valueCount, rows.length);
  const mean = rows.reduce((all, row) => all + row.weight!, 0) / rows.length;
  assert.ok(Math.abs(weights.mean - mean) < 1e-12);
  const sd = Math.sqrt(rows.reduce((all, row) => all + (row.weight! - mean) ** 2, 0) / rows.length);
  assert.ok(Math.abs(weights.sd - sd) < 1e-9);
  assert.equal(
    [...weights.binCounts],
    [...weights.binCounts].map((_, k) => {
      const bin = (w: number): number => Math.min(9, Math.floor((w - weights.lowestEdge) / weights.binWidth));
      return rows.filter((row) => bin(row.weight!) === k).length;
    }),
  );
  assert.is(conductances!.max, Math.max(...rows.map((row) => row.conductance!)));
  const { matrix } = recorded.frames[1]!;
  for (const row of rows) assert.is(matrix[row.pre! * recorded.post + row.post!], row.weight);
  assert.is(matrix.filter((w) => !Number.isNaN(w)).length, rows.length);
});

test('moments are chosen evenly, with the first and the last', () => {
  assert.equal(selectSnapshotTimes([1, 2, 3], 6), [1, 2, 3]);
  assert.equal(selectSnapshotTimes([0, 1, 2, 3, 4, 5, 6, 7, 8], 3), [0, 4, 8]);
});

test('the command writes pictures, tables and JSON, again over its own, and the report shows them', async () => {
  const name = await run(plastic(DEVICES.kernels, 'devices: true, spikes: [input, output]'));
  const first = await inProcess(directory, 'weights', name, '--rows', '3', '--columns', '4');
  assert.is(first.status, 0, first.stderr);
  assert.match(first.stdout, /^input->output\ntime .*mean ± sd/);
  const names = ['weights.fields', 'weights.film', 'weights.histogram', 'weights.conductances', 'devices.pulses'];
  for (const file of [...names, 'devices.energy']) {
    assert.match(readFileSync(at(`${name}/${file}.svg`), 'utf8'), /^<svg /);
    assert.ok(existsSync(at(`${name}/${file}.png`)), file);
  }
  const again = await inProcess(directory, 'weights', name, '--json', '--out', name);
  assert.is(again.status, 0, again.stderr);
  const study = JSON.parse(again.stdout);
  assert.is(study.moments.length, 5);
  assert.is(study.label, 'weight (mV)');
  const histograms = rowsOf(at(name), 'weights.histograms.arrows').filter(
    (row) => row.time === 400 && row.quantity === 0,
  );
  assert.is(
    histograms.reduce((all, row) => all + row.synapses!, 0),
    study.moments[4].weights.synapses,
  );
  assert.is((await inProcess(directory, 'report', name)).status, 0);
  const page = readFileSync(at(`${name}/report.html`), 'utf8');
  for (const file of names) assert.match(page, `alt="${file}"`);
});

test('equal weights have no standard deviation', () => {
  const { mean, sd } = computeHistogram(new Float64Array(21).fill(0.5), { min: 0.4418, max: 0.5606 }, 20);
  assert.equal([mean, sd], [0.5, 0]);
});

test.run();
