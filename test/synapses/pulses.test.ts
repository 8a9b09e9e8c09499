/** The pulse kernels against the oracle: the same weights, counts and joules for every device it knows, with and without spread. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceFactory, RuleContext, RuleFactory } from '../../core/factories.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { cos, log } from '../../core/math.ts';
import type { PlasticityRule } from '../../core/model.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { lif, poisson } from '../../neurons/index.ts';
import { exponential, ideal, softBound } from '../../synapses/devices/index.ts';
import { pairStdp, postTrace } from '../../synapses/rules/index.ts';
import { type KernelSet, newNetwork, ORACLE } from '../core/kernels/oracle/index.ts';

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
  kernels: KernelSet,
  dense: boolean,
): string {
  const net = newNetwork(kernels, { seed: 1 });
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
  const { writesUp, writesDown, reads, energy } = devices!.usage;
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
            outcome(device, rule, precision, 'simd', dense),
            outcome(device, rule, precision, 'oracle', dense),
            where,
          );
        }
      }
    }
  });
}

/** Pulses from arrays of its own, outside the arena, by the latest spikes. */
class OwnArrays implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly state = {};
  readonly #devices;
  readonly #row;
  readonly #column;

  constructor({ devices, rows, columns }: RuleContext, length = 0) {
    this.#devices = devices;
    this.#row = new Float64Array(length || columns).fill(0.3);
    this.#column = new Float64Array(length || rows).fill(0.5);
  }

  onPre(row: number, t: number): void {
    this.#row[0] = -this.#row[0]!;
    this.#devices.pulseRow(row, this.#row, 0.01, 0, t);
  }

  onPost(column: number, t: number): void {
    this.#devices.pulseColumn(column, this.#column, -0.02, 0, t);
  }

  resetDynamicState(): void {}
}

const ownRule = (length?: number): RuleFactory => ({ create: (context) => new OwnArrays(context, length) });

test('strengths outside the arena pulse as those within', () => {
  for (const device of [...Object.values(DEVICES), softBound({ levels: { count: 9 }, weightAtGMax: 0.31 })]) {
    for (const dense of [true, false]) {
      const simd = outcome(device, ownRule(), 'f64', 'simd', dense);
      assert.is(simd, outcome(device, ownRule(), 'f64', 'oracle', dense));
    }
  }
});

test('too few strengths are refused', () => {
  assert.throws(
    () => outcome(softBound({ weightAtGMax: 0.31 }), ownRule(3), 'f64', 'simd', true),
    (error: Error) => /sent 3 pulse strengths for 37 synapses/.test(error.message),
  );
});

test('draws of the kernels are those of the oracle', () => {
  const arena = new Arena();
  const random = new CounterRandom('draws', 'of kernels');
  const n = 40_000;
  const [entities, counts] = [arena.u32(n), arena.u32(n)];
  for (let i = 0; i < n; i++) [entities[i], counts[i]] = [i * 7919, i % 13];
  for (const draw of ['drawNoise', 'drawUniforms'] as const) {
    const [simd, oracle] = [arena.f64(n), arena.f64(n)];
    arena.kernels[draw](random, entities, counts, n, simd);
    ORACLE[draw](random, entities, counts, n, oracle);
    assert.equal(simd, oracle);
  }
  // What is rare: uniforms next to 1, angles next to a multiple of pi/2 and of the eighth.
  for (let k = -300; k < 300; k++) {
    for (let quarter = 0; quarter <= 16; quarter++) {
      const word = (quarter * 2 ** 28 + k) >>> 0;
      const [u, angle] = [(word + 0.5) * 2 ** -32, 2 * Math.PI * word * 2 ** -32];
      assert.ok(Math.abs(log(u) / Math.log(u) - 1) < 4e-16, `log ${u}`);
      assert.ok(Math.abs(cos(angle) - Math.cos(angle)) < 2e-16, `cos ${angle}`);
    }
  }
});

test.run();
