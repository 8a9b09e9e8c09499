/** Pulses below minStrength are neither sent nor counted nor booked; all others are what they are without it. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import type { RuleFactory } from '../../../core/factories.ts';
import { Network } from '../../../core/network.ts';
import { poisson, spikeTrains } from '../../../neurons/index.ts';
import { defineDevice } from '../../../synapses/devices/defineDevice.ts';
import { exponential } from '../../../synapses/devices/index.ts';
import { diehlCook, pairStdp, pulseOverlap, tripletStdp } from '../../../synapses/rules/index.ts';
import { runs } from '../../support.ts';
import { type Train, trains } from '../fixedTrains.ts';

const RULES: Readonly<Record<string, (minStrength: number) => RuleFactory>> = {
  allToAll: (minStrength) => pairStdp({ pairing: 'allToAll', minStrength }),
  nearest: (minStrength) => pairStdp({ pairing: 'nearest', minStrength }),
  presynapticCentred: (minStrength) => pairStdp({ pairing: 'presynapticCentred', minStrength }),
  triplets: (minStrength) => tripletStdp({ a2Plus: 0.01, a3Minus: 0.02, minStrength }),
  nearestTriplets: (minStrength) => tripletStdp({ pairing: 'nearest', a2Plus: 0.01, minStrength }),
  diehlCook: (minStrength) => diehlCook({ aMinus: 0.01, minStrength }),
  pulseOverlap: (minStrength) => pulseOverlap({ minStrength }),
};

/** Sends these trains through a rule to devices that stay as they are, and returns the strengths of their pulses in order. */
function pulsesOf(pre: readonly Train[], post: readonly Train[], rule: RuleFactory, sparse: boolean) {
  const strengths: number[] = [];
  const spy = defineDevice({
    name: 'spy',
    help: 'notes its pulses',
    equation: 'g <- g',
    source: 'this test',
    params: {},
    step: () => (g, strength) => {
      strengths.push(strength);
      return g;
    },
  });
  const net = new Network({ seed: 1 });
  const of = (name: string, all: readonly Train[]) =>
    net.population(name, spikeTrains({ trains: all.map((train) => [...train]) }));
  const list = pre.flatMap((_, i) => post.map((_, j) => [i, j, 0.5]));
  const { devices } = net.projection(of('pre', pre), of('post', post), {
    connect: sparse ? { list } : { all: { weight: 0.5 } },
    device: spy({ gMin: 1e-6, gMax: 1e-4 }),
    rule,
  });
  net.run(300);
  return { strengths, writes: devices!.writes, energy: devices!.energy.write };
}

for (const [name, rule] of Object.entries(RULES)) {
  test(`${name}: the pulses that are sent are those of at least minStrength`, () => {
    fc.assert(
      fc.property(
        trains(3, 6),
        trains(12, 4),
        fc.double({ min: 1e-4, max: 0.02, noNaN: true }),
        fc.boolean(),
        fc.constantFrom(0, 60), // neurons beside that never spike, so that few of all have done so lately
        (pre, some, least, sparse, silent) => {
          const post = [...some, ...Array.from({ length: silent }, () => [])];
          const all = pulsesOf(pre, post, rule(0), sparse);
          const { strengths, writes, energy } = pulsesOf(pre, post, rule(least), sparse);
          assert.equal(
            strengths,
            all.strengths.filter((s) => Math.abs(s) >= least),
          );
          assert.is(writes, strengths.length);
          const each = all.strengths.length > 0 ? all.energy / all.strengths.length : 0;
          assert.ok(Math.abs(energy - writes * each) <= 1e-9 * all.energy, `${energy} J for ${writes} pulses`);
        },
      ),
      runs(60),
    );
  });
}

for (const [name, rule] of Object.entries(RULES))
  test(`${name}: a run that is gone on with sends the same pulses`, () => {
    const made = () => {
      const net = new Network({ seed: 1 });
      const of = (name: string, size: number, rate: number) => net.population(name, poisson({ size, rate }));
      const projection = net.projection(of('pre', 20, 40), of('post', 40, 4), {
        connect: { all: { weight: 0.5 } },
        device: exponential({ gMin: 1e-6, gMax: 1e-4 }),
        rule: rule(0.004),
      });
      net.build();
      return { net, projection };
    };
    const [whole, begun, resumed] = [made(), made(), made()];
    whole.net.run(1000);
    begun.net.run(500);
    resumed.net.run(100); // what it was before does not matter
    load(resumed.net, save(begun.net));
    resumed.net.run(500);
    const of = ({ projection: { devices, edges } }: typeof whole) => [devices!.usage, edges.weights];
    assert.equal(of(resumed), of(whole));
    assert.ok(whole.projection.devices!.writes > begun.projection.devices!.writes);
  });

test('on devices that a kernel pulses, with few and with many strong pulses in a row', () => {
  const pre = [[5, 60], [20], [90]];
  const late = Array.from({ length: 40 }, (_, j) => (j % 10 === 0 ? [1, 55] : [1]));
  for (const post of [late, late.map(() => [1, 55])]) {
    const writes = [0, 0.005, 10].map((minStrength) => {
      const net = new Network({ seed: 1 });
      const of = (name: string, all: Train[]) => net.population(name, spikeTrains({ trains: all.map((t) => [...t]) }));
      const { devices } = net.projection(of('pre', pre), of('post', post), {
        connect: { all: { weight: 0.5 } },
        device: exponential({ gMin: 1e-6, gMax: 1e-4 }),
        rule: pairStdp({ pairing: 'nearest', minStrength }),
      });
      net.run(200);
      return devices!.usage;
    });
    // depression at 5, 20 and 60 by the spike before; potentiation at 1 by nothing, at 55 by the arrivals at 5 and 20
    const twice = post.filter((t) => t.length === 2).length;
    const strong = (from: number, to: number, a: number) => (a * Math.exp((from - to) / 20) >= 0.005 ? 1 : 0);
    const down = 40 * (strong(1, 5, 0.012) + strong(1, 20, 0.012)) + twice * strong(55, 60, 0.012);
    const up = twice * (strong(5, 55, 0.01) + strong(20, 55, 0.01));
    assert.equal([writes[1]!.writesDown, writes[1]!.writesUp], [down, up]);
    assert.ok(writes[0]!.writesDown > down);
    assert.equal([writes[2]!.writesDown, writes[2]!.writesUp, writes[2]!.energy.write], [0, 0, 0]);
  }
});

test('a strength below 0 is refused', () => {
  for (const rule of Object.values(RULES))
    assert.throws(() => rule(-1), /minStrength is -1, but must be a number >= 0/);
});

test.run();
