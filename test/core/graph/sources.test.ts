/** Some neurons of a population as the source of a projection: the same as synapses from those alone, in any form. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NeuronSubset, SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/stepDevices.ts';
import { pairStdp } from '../../../synapses/rules/pairStdp.ts';
import { Rows } from '../../support.ts';

const SIZE = 24;
const POST = 3;

const weightOf = (pre: number, post: number): number => 0.5 + ((pre * 7 + post * 3) % 5) / 10;

/** Neurons 4 × 3 places with 2 channels each; `layer`: their spikes come from neurons instead of a stimulus. */
function run(layer: boolean, neurons: readonly number[], sources?: NeuronSubset) {
  const net = new Network({ seed: 3 });
  const noise = net.population('noise', poisson({ size: SIZE, rate: 80 }));
  const relay = net.population('relay', lif({ size: SIZE, threshold: 0.5, refractory: 1 }));
  net.projection(noise, relay, { connect: { oneToOne: { weight: 1 } } });
  const output = net.population('output', lif({ size: POST, threshold: 2 }));
  const list = neurons.flatMap((pre, i) =>
    Array.from({ length: POST }, (_, post) => [sources ? i : pre, post, weightOf(pre, post)]),
  );
  const made = net.projection(layer ? relay : noise, output, {
    connect: { list },
    delay: 1,
    device: softBound({ weightAtGMax: 2, etaUp: 0.1 }),
    rule: pairStdp({ aPlus: 0.5, aMinus: 0.4 }),
    ...(sources && { sources }),
  });
  const [spikes, weights] = [new Rows(), new Rows()];
  net.recordSpikes([output], spikes);
  net.recordWeights(made, { times: [200] }, weights);
  net.run(200);
  net.flush();
  return {
    times: spikes.column('time'),
    pre: [...new Set(weights.column('pre'))],
    weights: weights.column('weight'),
    events: made.synapticEvents,
  };
}

test('neurons, a range and a window: spikes, weights and names of synapses are those of synapses from these neurons alone', () => {
  const window = { columns: 4, channels: 2, at: [1, 1], size: [2, 2] } as const;
  const inWindow = [10, 11, 12, 13, 18, 19, 20, 21];
  const cases: [readonly number[], NeuronSubset][] = [
    [inWindow, { window }],
    [inWindow, { neurons: inWindow }],
    [
      [5, 6, 7],
      [5, 3],
    ],
    [[0, 23], { neurons: [0, 23] }],
  ];
  for (const layer of [false, true])
    for (const [neurons, sources] of cases) {
      const found = run(layer, neurons, sources);
      assert.ok(found.times.length > 0 || neurons.length < 3);
      assert.equal(found.pre, neurons);
      assert.equal(found, run(layer, neurons));
    }
});

test('terminals and neurons are each other`s inverse', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: SIZE - 1 }), { minLength: 1 }), (drawn) => {
      const neurons = [...drawn].sort((a, b) => a - b);
      const sources = new SourceNeurons(SIZE, { neurons });
      assert.equal(
        neurons,
        Array.from({ length: sources.neuronCount }, (_, i) => sources.getNeuron(i)),
      );
      for (let j = 0; j < SIZE; j++) assert.is(sources.getTerminal(j), neurons.indexOf(j));
    }),
  );
});

test('a neuron is not connected to itself, whichever number it has among the sources', () => {
  const net = new Network({ seed: 1 });
  const cells = net.population('cells', lif({ size: 6 }));
  const sources = { neurons: [1, 4, 5] };
  for (const connect of [
    { all: { weight: 1, selfConnections: false } },
    { probability: { p: 0.9, weight: 1, selfConnections: false } },
    { inDegree: { k: 2, weight: 1, selfConnections: false } },
  ]) {
    const { edges } = net.projection(cells, cells, { connect, sources, delay: 1 });
    assert.ok(edges.count > 0);
    sources.neurons.forEach((neuron, row) => {
      assert.not.ok([...edges.targets!.subarray(edges.starts![row]!, edges.starts![row + 1]!)].includes(neuron));
    });
  }
});

test('sources that are not there are refused in one sentence', () => {
  const refused = (sources: unknown, message: RegExp) => {
    const net = new Network({ seed: 1 });
    const a = net.population('a', poisson({ size: 24, rate: 1 }));
    const b = net.population('b', lif({ size: 2 }));
    const make = () => net.projection(a, b, { connect: { all: { weight: 1 } }, sources: sources as NeuronSubset });
    assert.throws(make, (error: Error) => error.name === 'UserError' && message.test(error.message));
  };
  const window = { columns: 4, channels: 2, at: [0, 0], size: [1, 1] };
  refused({ neurons: [1, 24] }, /a->b\.sources\.neurons\[1\] is 24, but a has 24 neurons/);
  refused({ neurons: [3, 3] }, /sources\.neurons\[1\] is 3 after 3, but neurons must ascend/);
  refused({ neurons: [] }, /sources/);
  refused([20, 5], /sources is \[20, 5\] \(first, count\), which exceeds the population: a has 24 neurons/);
  refused(
    { window: { ...window, columns: 5 } },
    /5 columns and 2 channels, but a has 24 neurons, which do not fill whole rows/,
  );
  refused(
    { window: { ...window, at: [2, 0], size: [2, 1] } },
    /has size \[2, 1\] at \[2, 0\], which exceeds a map of 3 by 4/,
  );
});

test('a stimulus of a user whose spikes are out of order is refused', () => {
  const times = [3, 1];
  let emitted = 0;
  const model = {
    size: 1,
    state: {},
    get nextSpikeTime() {
      return times[emitted] ?? Infinity;
    },
    emit(into: Float64Array) {
      into.set(times);
      return (emitted = times.length);
    },
    restart() {},
  };
  const net = new Network({ seed: 1 });
  const input = net.population('input', { kind: 'stimulus', create: () => model });
  net.projection(input, net.population('cell', lif({ size: 1 })), { connect: { all: { weight: 1 } } });
  assert.throws(() => net.run(10), /input: the stimulus emits a spike at 1 ms after one at 3 ms, but .* must ascend/);
});

test.run();
