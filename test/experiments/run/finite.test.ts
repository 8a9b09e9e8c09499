/** A run whose numbers left the range of a float says so at its end, with status 1, and keeps what it computed. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { findNonFiniteValues } from '../../../experiments/run/summary.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/index.ts';
import { inProcess } from '../cli/inProcess.ts';

const test = suite('numbers that are not finite');
const directory = mkdtempSync(join(tmpdir(), 'memspike-finite-'));
test.after(() => rmSync(directory, { recursive: true }));

/** Three neurons, all reached from both of two inputs at 1 ms, by devices or without. */
function network(weight: number, device: Parameters<typeof softBound>[0] | null) {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[1], [1]] }));
  const output = net.population('output', lif({ size: 3, synapse: 'exponential', threshold: 20 }));
  const projection = net.projection(input, output, {
    connect: { all: { weight } },
    ...(device === null ? {} : { device: softBound(device) }),
  });
  return { net, output, projection };
}

test('weights, potentials and energies are looked at; a device without a conductance has no energy to miss', () => {
  const good = network(0.5, {});
  good.net.run(2);
  assert.is(findNonFiniteValues(good.net), null);
  const electrical = { gMin: 1e-6, gMax: 1e-4, readVoltage: 1e300 };
  const hot = network(0.5, electrical);
  assert.is(findNonFiniteValues(hot.net), null);
  hot.net.run(2);
  assert.match(findNonFiniteValues(hot.net)!, /^the read energy of projections\.input->output, (Infinity|NaN) J$/);
  good.projection.edges.weights![4] = Number.NaN;
  good.projection.edges.weights![2] = Number.NaN;
  assert.is(findNonFiniteValues(good.net), '2 of the 6 weights of projections.input->output (number 2 is NaN)');
  const lost = network(0.5, null);
  lost.net.run(2);
  lost.output.model.state.u!.fill(Number.NaN);
  assert.is(findNonFiniteValues(lost.net), '3 of the 3 potentials of populations.output (number 0 is NaN)');
});

test('`memspike run` tells it in one sentence, exits with 1, and leaves whole results', async () => {
  writeFileSync(
    join(directory, 'hot.yaml'),
    `memspike: 1
duration: 5
populations:
  input: { model: spikeTrains, trains: [[1], [2]] }
  output: { model: lif, size: 3, threshold: 0.7 }
projections:
  - from: input
    to: output
    connect: { all: { weight: 0.5 } }
    device: { model: softBound, gMin: 1e-6, gMax: 1e-4, readVoltage: 1e300 }
`,
  );
  const { status, stderr } = await inProcess(directory, 'run', 'hot.yaml', '--out', 'hot', '--progress', 'none');
  assert.is(status, 1, stderr);
  assert.match(
    stderr,
    /^memspike: the results in hot are complete, but these values are not finite: the read energy of projections\.input->output, Infinity J\.\n$/,
  );
  const run = JSON.parse(readFileSync(join(directory, 'hot/run.json'), 'utf8'));
  assert.match(run.notFinite, /read energy/);
  assert.is(run.events.spikes > 2, true);
  assert.ok(existsSync(join(directory, 'hot/spikes.arrows')));
  const good = await inProcess(
    directory,
    'run',
    'hot.yaml',
    '--set',
    'projections.0.device.readVoltage=1',
    '--out',
    'good',
    '--progress',
    'none',
  );
  assert.is(good.status, 0, good.stderr);
  assert.not('notFinite' in JSON.parse(readFileSync(join(directory, 'good/run.json'), 'utf8')));
});

test.run();
