/** Neurons with conductances that hear each other, in the kernel that sends off their spikes: the bits of one instant after the other. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import type { StrategyName } from '../../../core/engine/engine.ts';
import type { NeuronHooks } from '../../../core/hooks.ts';
import type { NeuronModel } from '../../../core/model.ts';
import { Network } from '../../../core/network.ts';
import { TICK } from '../../../core/time.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { atLeast, Rows, runs } from '../../support.ts';
import { bits } from '../zoo.ts';

const MS = 80;
const spec = fc.record({
  seed: fc.nat(1e6),
  size: fc.constantFrom(1, 5, 24, 60),
  tau: fc.constantFrom(8, 20),
  tauSyn: fc.constantFrom<number | { excitatory: number; inhibitory: number }>(
    1,
    5,
    8,
    30,
    { excitatory: 5, inhibitory: 10 },
    { excitatory: 30, inhibitory: 4 },
  ),
  /** Above the threshold of 10, or below. */
  drive: fc.constantFrom(4, 9.9, 14, 25),
  reset: fc.constantFrom<readonly number[]>([0], [-5, 0, 3]),
  refractory: fc.constantFrom<readonly number[]>([2], [0.5, 4]),
  delay: fc.constantFrom<number | { uniform: [number, number]; step: number }>(TICK, TICK, 0.7, {
    uniform: [0.5, 1],
    step: 0.5,
  }),
  exc: fc.constantFrom(0.5, 6, 200),
  inh: fc.constantFrom(10, 80),
  chosen: fc.boolean(),
  input: fc.constantFrom('none', 'noise', 'ties'),
  other: fc.constantFrom('none', 'listens', 'answers'),
  recorded: fc.boolean(),
});
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

const each = (values: readonly number[], size: number) =>
  values.length === 1 ? values[0]! : Array.from({ length: size }, (_, j) => values[j % values.length]!);

function build(s: Spec, strategies: readonly StrategyName[]) {
  const { size, tau, tauSyn } = s;
  const net = new Network({ seed: s.seed, strategies });
  const shunted = {
    ...({ synapse: 'conductance', tau, tauSyn, capacitance: 200, current: (s.drive * 200) / tau } as const),
    reversalExc: 60,
    reversalInh: -20,
    threshold: 10,
  };
  const neurons = net.population(
    'neurons',
    lif({
      ...shunted,
      size,
      initial: { uniform: [-5, 9] },
      reset: each(s.reset, size),
      refractory: each(s.refractory, size),
    }),
  );
  const inhibitory = Math.floor(size / 4);
  const recurrent = (name: string, first: number, count: number, weight: number) =>
    net.projection(neurons, neurons, {
      name,
      sources: [first, count],
      connect: { probability: { p: 0.3, weight: s.chosen ? { uniform: [0, 2 * Math.abs(weight)] } : weight } },
      delay: s.delay,
      ...(s.chosen && { receptor: weight < 0 ? 'inhibitory' : 'excitatory' }),
    });
  recurrent('exc', inhibitory, size - inhibitory, s.exc);
  if (inhibitory > 0) recurrent('inh', 0, inhibitory, -s.inh);
  if (s.input === 'noise')
    net.projection(net.population('noise', poisson({ size: 20, rate: 100 })), neurons, {
      connect: { all: { weight: 3 } },
    });
  if (s.input === 'ties')
    net.projection(
      net.population(
        'ties',
        spikeTrains({ trains: [1, 2.5].map((gap) => Array.from({ length: 20 }, (_, k) => k * gap)) }),
      ),
      neurons,
      { connect: { all: { weight: 20 } } },
    );
  if (s.other !== 'none') {
    const other = net.population('other', lif({ ...shunted, size: 7 }));
    net.projection(neurons, other, { connect: { all: { weight: 2 } }, delay: 0.3 });
    if (s.other === 'answers') net.projection(other, neurons, { connect: { all: { weight: 4 } }, delay: 1 });
  }
  if (s.recorded) net.recordPotential(neurons, [0], { every: 0.9 }, new Rows());
  const spikes = new Rows();
  net.recordSpikes(s.other === 'none' ? [neurons] : [neurons, net.populations.get('other') as typeof neurons], spikes);
  return { net, neurons, spikes };
}

const WAYS: readonly (readonly StrategyName[])[] = [
  [],
  ['recurrent'],
  ['merged', 'recurrent', 'batched', 'singleQueue'],
];

test('spikes that come back, cut anywhere, stopped after spikes, and gone on with from a checkpoint', () => {
  const calls = { whole: 0, beforeArrivals: 0, amongArrivals: 0 };
  let spikes = 0;
  let sent = 0;
  fc.assert(
    fc.property(spec, fc.double({ min: 1, max: MS - 1, noNaN: true }), (s, cut) => {
      const outcomes = WAYS.map((strategies) => {
        const [first, rest] = [build(s, strategies), build(s, strategies)];
        for (const { neurons } of [first, rest]) {
          const model: NeuronModel & Partial<NeuronHooks> = neurons.model;
          const hook = model.runRecurrent;
          if (hook === undefined) continue;
          model.runRecurrent = (record, ...p) => {
            const unfinished = hook(record, ...p);
            sent += record.sentCount;
            calls[unfinished === null ? 'whole' : unfinished ? 'amongArrivals' : 'beforeArrivals']++;
            return unfinished;
          };
        }
        first.net.run(cut / 2);
        first.net.run(cut / 2, { population: [first.neurons], spikes: 20 });
        load(rest.net, save(first.net));
        rest.net.run(MS - rest.net.now);
        for (const { net } of [first, rest]) net.flush();
        const events = [...rest.net.projections.values()].map((p) => [p.arrivals, p.synapticEvents]);
        return { state: bits(save(rest.net)), rows: [first.spikes.rows, rest.spikes.rows], events };
      });
      const { state: _, ...expected } = outcomes[0]!;
      spikes += expected.rows.flat().length;
      outcomes.forEach(({ state, ...found }, k) => {
        assert.equal(found, expected, JSON.stringify(WAYS[k]));
        assert.equal(state, outcomes[0]!.state, JSON.stringify(WAYS[k]));
      });
    }),
    runs(60),
  );
  assert.ok(spikes > atLeast(5000), `${spikes} spikes`);
  assert.ok(sent > spikes / 4, `${sent} of ${spikes} spikes sent by the kernel`);
  for (const [name, times] of Object.entries(calls)) assert.ok(times > atLeast(10), `${name}: ${times}`);
});

test.run();
