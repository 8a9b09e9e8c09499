/** Plastic dense rows in one kernel call: the same bits as one by one, in whole, in parts and after a checkpoint. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import { Projection } from '../../core/graph/projection.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { pairStdp } from '../../synapses/rules/index.ts';
import { Rows } from '../support.ts';

const SIZES = [1, 2, 3, 8, 11];
const TAUS = [2, 5, 10, 20];
const MS = 150;

const cases = fc.record({
  size: fc.constantFrom(...SIZES),
  tau: fc.constantFrom(...TAUS),
  tauSynExc: fc.constantFrom(...TAUS),
  tauSynInh: fc.constantFrom(...TAUS),
  refractory: fc.constantFrom(0, 1, 3),
  inhibition: fc.boolean(),
  pairing: fc.constantFrom('allToAll' as const, 'nearest' as const),
  current: fc.constantFrom(0, 300),
  seed: fc.nat(1e6),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function build(c: Case, kernels: KernelChoice) {
  const { size, tau, tauSynExc, tauSynInh, refractory, current } = c;
  const net = new Network({ seed: c.seed, kernels });
  const input = net.population('input', poisson({ size: 60, rate: 25 }));
  const common = net.population(
    'common',
    spikeTrains({
      trains: [
        [10, 20.5, 33],
        [20.5, 90],
      ],
    }),
  );
  const output = net.population(
    'output',
    lif({
      size,
      tau,
      tauSynExc,
      tauSynInh,
      refractory,
      current,
      synapse: 'exponential',
      threshold: 10,
    }),
  );
  const weight = { uniform: [0, 400] as [number, number] };
  const device = ideal({ wMin: 0, wMax: 400 });
  const rule = pairStdp({ aPlus: 0.05, aMinus: 0.04, pairing: c.pairing });
  const plastic = net.projection(input, output, { connect: { all: { weight } }, device, rule });
  net.projection(common, output, { connect: { all: { weight: 100 } } });
  if (c.inhibition) net.projection(output, output, { connect: { all: { weight: -300 } }, delay: 1 });
  const spikes = new Rows();
  net.recordSpikes([output], spikes);
  return { net, plastic, spikes };
}

test('kernel and one by one', () => {
  let inOneGo = 0;
  let spikes = 0;
  const { plastic } = Projection.prototype;
  Projection.prototype.plastic = function (...parameters) {
    const taken = plastic.apply(this, parameters);
    if (taken > 1) inOneGo += taken;
    return taken;
  };
  try {
    fc.assert(
      fc.property(cases, fc.double({ min: 1, max: MS - 1, noNaN: true }), (c, cut) => {
        const [one, whole, parts, first] = [build(c, 'plain'), build(c, 'auto'), build(c, 'auto'), build(c, 'auto')];
        one.net.run(MS);
        whole.net.run(MS);
        parts.net.run(cut);
        parts.net.run(MS - cut);
        first.net.run(cut);
        const rest = build(c, 'auto');
        load(rest.net, save(first.net));
        rest.net.run(MS - cut);
        for (const side of [one, whole, parts, first, rest]) side.net.flush();
        assert.equal(whole.spikes.rows, one.spikes.rows);
        assert.equal(parts.spikes.rows, one.spikes.rows);
        assert.equal([...first.spikes.rows, ...rest.spikes.rows], one.spikes.rows);
        for (const side of [whole, parts, rest]) {
          assert.equal(side.plastic.edges.weights, one.plastic.edges.weights);
          assert.equal(side.plastic.devices!.accounts, one.plastic.devices!.accounts);
          assert.is(side.plastic.synapticEvents, one.plastic.synapticEvents);
        }
        spikes += one.spikes.rows.length;
      }),
      { numRuns: 60, includeErrorInReport: true },
    );
  } finally {
    Projection.prototype.plastic = plastic;
  }
  assert.ok(inOneGo > 1000, `${inOneGo} arrivals together`);
  assert.ok(spikes > 1000, `${spikes} spikes`);
});

test.run();
