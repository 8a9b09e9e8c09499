/** Devices that are not steady inside a network: what targets get, what recorders show, what a checkpoint keeps. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCheckpoint, encodeCheckpoint } from '../../../core/checkpoint/codec.ts';
import { load, save } from '../../../core/checkpoint/state.ts';
import type { DeviceFactory } from '../../../core/factories.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { ideal, linear, secondOrder, softBound, stmLtm } from '../../../synapses/devices/index.ts';
import { pairStdp, postTriggered } from '../../../synapses/rules/index.ts';
import { Rows } from '../../support.ts';

const near = (found: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

/** One synapse onto a neuron that integrates without a leak worth speaking of. */
function one(device: DeviceFactory, times: number[], weight = 1) {
  const net = new Network({ seed: 3 });
  const input = net.population('input', spikeTrains({ trains: [times] }));
  const output = net.population('output', lif({ size: 1, tau: 1e9, threshold: 1e9 }));
  const projection = net.projection(input, output, { connect: { list: [[0, 0, weight]] }, device });
  return { net, projection, output };
}

test('a target gets the weight as it is at the arrival', () => {
  const { net, output, projection } = one(ideal({ retention: { tau: 50 } }), [0, 10, 60]);
  net.run(100);
  near(output.model.potential(0, 100), 1 + Math.exp(-0.2) + Math.exp(-1.2), 1e-6);
  assert.is(projection.devices!.usage.reads, 3);
});

test('recorders show weight and conductance at the time asked, and what an arrival delivered', () => {
  const device = linear({ gMin: 0, gMax: 1e-4, retention: { tau: 50 }, readNoise: { sd: 0.2 } });
  const { net, projection, output } = one(device, [20, 40]);
  const rows = new Rows();
  net.recordWeights(projection, { on: 'pre' }, rows);
  net.run(100);
  net.flush();
  let sum = 0;
  for (const [i, t] of [20, 40].entries()) {
    near(rows.rows[i]!.weight!, Math.exp(-t / 50));
    near(rows.rows[i]!.conductance!, 1e-4 * Math.exp(-t / 50), 1e-18);
    assert.ok(Math.abs(rows.rows[i]!.efficacy! / rows.rows[i]!.weight! - 1) > 1e-3);
    sum += rows.rows[i]!.efficacy!;
  }
  near(output.model.potential(0, 100), sum, 1e-6);
  const timed = one(device, [20, 40]);
  const seen = new Rows();
  timed.net.recordWeights(timed.projection, { times: [5, 90] }, seen);
  timed.net.run(100);
  timed.net.flush();
  near(seen.rows[0]!.weight!, Math.exp(-0.1));
  near(seen.rows[1]!.weight!, Math.exp(-1.8));
  timed.projection.devices!.refreshWeights(100);
  near(timed.projection.edges.weights![0]!, Math.exp(-2));
});

test('recording and looking change nothing', () => {
  const run = (look: boolean) => {
    const { net, projection, output } = one(stmLtm({ readNoise: { sd: 0.1 }, telegraph: {} }), [3, 8, 30, 31, 60]);
    if (look) {
      net.recordWeights(projection, { every: 7 }, new Rows());
      net.at('look', { every: 5 }, (t) => projection.devices!.refreshWeights(t));
    }
    net.run(100);
    return output.model.potential(0, 100);
  };
  assert.is(run(true), run(false));
});

test('a checkpoint keeps programming times, heat, wear and traps', () => {
  const common = {
    readNoise: { sd: 0.1 },
    telegraph: { tauHigh: 5, tauLow: 5 },
    endurance: { cycles: 40 },
    writeOnChange: true,
  };
  for (const device of [
    softBound({ ...common, retention: { tau: 1, rest: 0.5 } }), // far beyond many time constants
    linear({
      ...common,
      retention: { model: 'powerLaw', t0: 1 },
      selection: 'half',
      disturb: { threshold: 0.3, thresholdSpread: 0.5, share: 0.2 },
      reading: 'pair',
    }),
    secondOrder(common),
    stmLtm({ ...common, tauS: 20 }),
  ]) {
    const made = () => {
      const net = new Network({ seed: 5 });
      const input = net.population('input', poisson({ size: 6, rate: 100 }));
      const output = net.population('output', lif({ size: 3, tau: 20, threshold: 1 }));
      const projection = net.projection(input, output, {
        connect: { all: { weight: { uniform: [0.2, 0.8] } } },
        device,
        rule: pairStdp({ aPlus: 0.4, aMinus: 0.3 }),
      });
      return { net, projection };
    };
    const end = ({ net, projection }: ReturnType<typeof made>) => {
      const { energy, wear, ...accounts } = projection.devices!.usage;
      assert.ok(accounts.writesUp > 0 && accounts.writesDown > 0, JSON.stringify(accounts));
      return JSON.stringify([[...save(net)].map(([k, v]) => [k, [...v]]), energy, [...wear!]]);
    };
    const whole = made();
    whole.net.run(200);
    const first = made();
    first.net.run(77);
    const { snapshot } = decodeCheckpoint(encodeCheckpoint(save(first.net), {}), 'test');
    const second = made();
    second.net.run(10); // has a past of its own, which loading replaces
    load(second.net, snapshot);
    second.net.run(123);
    assert.is(end(second), end(whole));
  }
});

test('every arrival reads its row once, heard or not, and pieces of a run change nothing', () => {
  const run = (pieces: number, device: DeviceFactory) => {
    const net = new Network({ seed: 4 });
    const input = net.population('input', poisson({ size: 9, rate: 200 }));
    const output = net.population('output', lif({ size: 5, tau: 20, threshold: 4 }), { winnerTakeAll: { hold: 8 } });
    const projection = net.projection(input, output, {
      connect: { all: { weight: { uniform: [0.2, 0.8] } } },
      device,
      rule: postTriggered({}),
    });
    for (let i = 0; i < pieces; i++) net.run(300 / pieces);
    const { reads, energy } = projection.devices!.usage;
    assert.ok(output.spikes > 10 && projection.synapticEvents < 5 * projection.arrivals, 'some arrivals are not heard');
    assert.is(reads, 5 * projection.arrivals);
    return JSON.stringify([reads, energy, output.spikes, [...projection.edges.weights!]]);
  };
  for (const device of [
    softBound({}),
    softBound({ retention: { tau: 200, rest: 0.5 } }),
    softBound({ readNoise: { sd: 0.3 }, telegraph: { tauHigh: 5, tauLow: 5 } }),
  ]) {
    assert.is(run(40, device), run(1, device));
  }
});

test('normalise scales what is there at the time, levels and bounds kept', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[], [], []] }));
  const output = net.population('output', lif({ size: 2 }));
  const projection = net.projection(input, output, {
    connect: { all: { weight: 0.5 } },
    device: ideal({ retention: { tau: 100 } }),
    rule: postTriggered({}),
  });
  net.run(100);
  near(projection.devices!.weight(3, 100), 0.5 / Math.E);
  projection.normaliseWeights(1.2, 100);
  for (let k = 0; k < 6; k++) near(projection.devices!.weight(k, 100), 0.4);
  near(projection.devices!.weight(3, 200), 0.4 / Math.E);
  projection.normaliseWeights(12, 100);
  for (let k = 0; k < 6; k++) near(projection.devices!.weight(k, 100), 1);
  assert.is(projection.devices!.usage.writesUp, 0);
});

test('after a rest the heat and the short-term memory are gone', () => {
  const { net, projection } = one(stmLtm({ gMin: 0 }), [], 0.2);
  net.run(1);
  projection.devices!.pulseRow(0, Float64Array.of(1), 1, 0, 1);
  near(projection.devices!.weight(0, 1), 0.2 + 0.8 * 0.3);
  net.resetDynamicState();
  near(projection.devices!.weight(0, 1), 0.2);
});

test('sparse and dense synapses with the same devices end the same', () => {
  const run = (connect: 'all' | 'list') => {
    const net = new Network({ seed: 9 });
    const input = net.population('input', poisson({ size: 5, rate: 80 }));
    const output = net.population('output', lif({ size: 4, tau: 20, threshold: 0.8 }));
    const list = Array.from({ length: 20 }, (_, k): [number, number, number] => [Math.floor(k / 4), k % 4, 0.5]);
    const { devices } = net.projection(input, output, {
      connect: connect === 'all' ? { all: { weight: 0.5 } } : { list },
      device: linear({
        gMin: 0,
        levels: { count: 30 },
        readNoise: { sd: 0.05 },
        selection: 'half',
        disturb: { threshold: 0.3, thresholdSpread: 0.5, share: 0.2 },
        writeNoise: 0.05,
      }),
      rule: pairStdp({ aPlus: 5, aMinus: 4 }),
    });
    net.run(300);
    const { energy, halfSelected } = devices!.usage;
    assert.ok(halfSelected > 0);
    return JSON.stringify([Array.from({ length: 20 }, (_, k) => devices!.weight(k, 300)), energy, halfSelected]);
  };
  assert.is(run('all'), run('list'));
});

test.run();
