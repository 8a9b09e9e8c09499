/** The pulse kernel against its twin: the same weights, counts and joules for every device it knows, with and without spread. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import type { DeviceFactory, RuleFactory } from '../../core/model.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import { exponential, ideal, softBound } from '../../synapses/devices/index.ts';
import { pairStdp, postTrace } from '../../synapses/rules/index.ts';

const DEVICES: Record<string, DeviceFactory> = {
  ideal: ideal({ wMin: 0, wMax: 0.31 }),
  'ideal, range rounds up': ideal({ wMin: -0.1, wMax: 0.31 }),
  'ideal, range rounds down': ideal({ wMin: -0.03, wMax: 0.31 }),
  'ideal with spread': ideal({ wMax: 0.31, deviceToDevice: 0.3 }),
  softBound: softBound({ weightAtGMax: 0.31 }),
  exponential: exponential({ weightAtGMax: 0.31 }),
  'exponential with spread': exponential({ weightAtGMax: 0.31, deviceToDevice: 0.5 }),
};

const RULES: Record<string, RuleFactory> = {
  additive: pairStdp({}),
  multiplicative: pairStdp({ muPlus: 1, muMinus: 1 }),
  'both ways at once': postTrace({ rate: 0.05, target: 0.4, tau: 3 }), // 2 s: its traces are brought back to scale 1 once
};

function outcome(
  device: DeviceFactory,
  rule: RuleFactory,
  precision: 'f32' | 'f64',
  kernels: KernelChoice,
  dense: boolean,
): string {
  const net = new Network({ seed: 1, kernels });
  const input = net.population('input', poisson({ size: 53, rate: 40 }));
  const output = net.population(
    'output',
    lif({ size: 37, tau: 20, threshold: dense ? 4 : 1.5, refractory: 3, precision }),
  );
  const weight = { uniform: [0.01, 0.31] as [number, number] };
  const { edges, devices } = net.projection(input, output, {
    connect: dense ? { all: { weight } } : { probability: { p: 0.4, weight } },
    device,
    rule,
  });
  net.run(2000);
  assert.ok(output.spikes > 100, 'the rule has something to do');
  const { writesUp, writesDown, reads, energy } = devices!.accounts;
  assert.ok(writesUp > 0 && writesDown > 0 && writesUp + writesDown === devices!.writes);
  return [...edges.weights!, writesUp, writesDown, reads, energy.write, energy.read].join();
}

for (const [name, device] of Object.entries(DEVICES)) {
  test(name, () => {
    for (const precision of ['f32', 'f64'] as const) {
      for (const [which, rule] of Object.entries(RULES)) {
        for (const dense of [true, false]) {
          const where = `${precision}, ${which}, ${dense ? 'dense' : 'sparse'}`;
          assert.is(
            outcome(device, rule, precision, 'auto', dense),
            outcome(device, rule, precision, 'plain', dense),
            where,
          );
        }
      }
    }
  });
}

test.run();
