/** Some neurons of a population as the target of a projection: the same as a population of those alone. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Connect } from '../../../core/graph/schema.ts';
import { type NeuronSubset, SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/stepDevices.ts';
import { pairStdp } from '../../../synapses/rules/pairStdp.ts';
import { Rows, runs } from '../../support.ts';

const PRE = 6;
const SIZE = 20;
const CHOICES: Readonly<Record<string, NeuronSubset>> = {
  range: [7, 6],
  list: { neurons: [0, 3, 4, 9, 18, 19] },
  window: { window: { columns: 5, at: [1, 1], size: [2, 3] } },
};
const drawn = { uniform: [0.5, 1.5] } as const;
const WAYS: Readonly<Record<string, Connect>> = {
  all: { all: { weight: 1.2 } },
  allDrawn: { all: { weight: drawn } },
  oneToOne: { oneToOne: { weight: 2 } },
  probability: { probability: { p: 0.4, weight: drawn } },
  inDegree: { inDegree: { k: 3, weight: 1 } },
  list: {
    list: [
      [0, 5, 1.5],
      [2, 0, 1],
      [5, 3, 2],
    ],
  },
  edges: { edges: { pre: Uint32Array.of(1, 4, 4), post: Uint32Array.of(0, 2, 5), weight: Float64Array.of(1, 2, 3) } },
  pairs: { pairs: (i, j) => (i + j) % 3 === 0 && 1 + i / 4 },
  distance: { distance: { weight: { gaussian: { peak: 2, sd: 3 } }, radius: 4 } },
  matrix: { matrix: { weights: Float64Array.from({ length: PRE * 6 }, (_, k) => 1 + (k % 3)) } },
};

const points = (some: readonly number[]) => ({ list: some.map((k) => [k, k % 3] as const) });

/** A stimulus and a layer of all neurons, some of which listen, or (`apart`) of those alone. */
function run(way: string, choice: NeuronSubset, apart: boolean, learns: boolean) {
  const net = new Network({ seed: 5 });
  const listening = new SourceNeurons(SIZE, choice);
  const them = Array.from({ length: listening.neuronCount }, (_, i) => listening.getNeuron(i));
  const everyone = Array.from({ length: SIZE }, (_, k) => k);
  const input = net.population('input', poisson({ size: PRE, rate: 80 }), { positions: points([2, 5, 8, 11, 14, 17]) });
  const size = apart ? them.length : SIZE;
  const layer = net.population('layer', lif({ size, threshold: 3 }), { positions: points(apart ? them : everyone) });
  const projection = net.projection(input, layer, {
    connect: WAYS[way]!,
    ...(!apart && { targets: choice }),
    ...(learns && { device: softBound({ weightAtGMax: 4, etaUp: 0.1 }), rule: pairStdp({ aPlus: 0.5, aMinus: 0.4 }) }),
  });
  const spikes = new Rows();
  net.recordSpikes([layer], spikes);
  net.run(200);
  net.flush();
  const { pre, post, weight, delay } = projection.synapses();
  const named = (j: number) => (apart ? them[j]! : j);
  return {
    synapses: [...pre].map((i, k) => [i, named(post[k]!), weight[k], delay[k]]),
    spikes: spikes.column('time').map((t, k) => [t, named(spikes.column('neuron')[k]!)]),
    events: projection.synapticEvents,
  };
}

for (const way of Object.keys(WAYS))
  test(`${way}: synapses, what they learn and spikes are those of a population of the listeners alone`, () => {
    for (const choice of Object.values(CHOICES))
      for (const learns of [false, true]) {
        const found = run(way, choice, false, learns);
        assert.equal(found, run(way, choice, true, learns));
        assert.ok(found.synapses.length > 0 && found.events > 0);
      }
  });

test('in a recurrent projection no neuron is connected to itself where that is not wanted', () => {
  const range = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 2, max: 10 }));
  const options = { weight: 1, selfConnections: false };
  const ways: readonly Connect[] = [
    { all: options },
    { probability: { p: 1, ...options } },
    { inDegree: { k: 1, ...options } },
    { distance: { ...options, radius: 100 } },
  ];
  fc.assert(
    fc.property(range, range, fc.nat(3), fc.nat(1e6), (sources, targets, way, seed) => {
      const net = new Network({ seed });
      const layer = net.population('layer', lif({ size: SIZE }), { positions: points([...Array(SIZE).keys()]) });
      const made = net.projection(layer, layer, { connect: ways[way]!, sources, targets, delay: 1 });
      const { pre, post } = made.synapses();
      const isIn = (k: number, [first, count]: readonly [number, number]) => k >= first && k < first + count;
      const pairs = [...pre].map((i, k) => [i, post[k]!] as const);
      assert.ok(pairs.every(([i, j]) => i !== j && isIn(i, sources) && isIn(j, targets)));
      const both = [...Array(SIZE).keys()].filter((k) => isIn(k, sources) && isIn(k, targets)).length;
      assert.is(pairs.length, way === 2 ? targets[1] : sources[1] * targets[1] - both);
    }),
    runs(100),
  );
});

test('neurons that the target has not, and maps, are refused', () => {
  const refused = (options: object, message: RegExp) => {
    const net = new Network({ seed: 1 });
    const input = net.population('input', poisson({ size: 9, rate: 10 }));
    const layer = net.population('layer', lif({ size: 9 }));
    assert.throws(() => net.projection(input, layer, { connect: { all: { weight: 1 } }, ...options }), message);
  };
  refused(
    { targets: [5, 5] },
    /^projections\.input->layer\.targets is \[5, 5\] \(first, count\), which exceeds the population: layer has 9 neurons\.$/,
  );
  const windows = { columns: 3, size: [1, 1], stride: [1, 1], weight: 1 };
  refused(
    { targets: [0, 3], connect: { windows } },
    /targets cannot be given with connect\.windows, which connects to all target neurons/,
  );
});

test.run();
