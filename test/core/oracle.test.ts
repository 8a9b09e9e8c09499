/** The engine against the oracle on random small networks: same spikes in the same order, times within two ticks. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProjectionOptions } from '../../core/network.ts';
import { TICK } from '../../core/time.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { pairStdp } from '../../synapses/rules/index.ts';
import { atLeast, Rows, runs } from '../support.ts';
import { KERNEL_SETS, type KernelSet, newNetwork } from './kernels/oracle/index.ts';
import {
  Ambiguous,
  CAPACITANCE,
  type LearningSpec,
  type NetSpec,
  Oracle,
  type PopulationSpec,
  type Spike,
  type SynapseSpec,
} from './oracle.ts';

const DURATION = 40;
const SAMPLES = [0.5, 7, 13.125, 26, 39.75];
/** Names whose order has nothing to do with the order of the specification. */
const NAMES = ['m', 'c', 'x'];

/** Of every kind, and half of them of the kind that can fire at arrivals only, which has kernels of its own. */
const population: fc.Arbitrary<PopulationSpec> = fc
  .tuple(
    fc.boolean(),
    fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      tau: fc.constantFrom(4, 10, 40),
      current: fc.constantFrom(0, 0, 240, 600),
      threshold: fc.constantFrom(8, 15),
      reset: fc.constantFrom(0, -3, 2),
      refractory: fc.constantFrom(0, 0.25, 1.5, 4),
      refractoryInput: fc.constantFrom('discard', 'integrate'),
      refractoryPotential: fc.constantFrom('clamp', 'clamp', 'free'),
      adaptive: fc.constantFrom(
        undefined,
        { increment: 3, tau: Infinity },
        { increment: 4, tau: 6 },
        { increment: 9, tau: 0.5 },
      ),
      homeostasis: fc.constantFrom(undefined, undefined, { gain: 0.5, minimum: 4 }),
      hold: fc.constantFrom(undefined, undefined, 1, 3),
    }),
  )
  .map(([simple, p]) =>
    simple
      ? { ...p, current: 0, refractoryInput: 'discard', adaptive: p.adaptive && { ...p.adaptive, tau: Infinity } }
      : p,
  );

const spec: fc.Arbitrary<NetSpec> = fc
  .record({
    trains: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 4 * DURATION }), { maxLength: 40 }), {
      minLength: 1,
      maxLength: 3,
    }),
    populations: fc.array(population, { minLength: 1, maxLength: 3 }),
    synapses: fc.array(
      fc.record({
        from: fc.integer({ min: -1, max: 2 }),
        to: fc.integer({ min: 0, max: 2 }),
        pre: fc.nat({ max: 11 }),
        post: fc.nat({ max: 11 }),
        weight: fc.oneof(
          { arbitrary: fc.double({ min: 2, max: 9, noNaN: true }), weight: 4 },
          fc.constantFrom(6, 5, 20, -4),
        ),
        delay: fc.constantFrom(0, 0, 0.25, 1.5, 4.75),
        dendriticDelay: fc.constantFrom(0, 0, 0, 0.25, 3.5),
      }),
      { minLength: 4, maxLength: 24 },
    ),
    learning: fc.constantFrom(undefined, undefined, { up: 0.4, down: 0.5, tau: 8 }),
  })
  .map(({ trains, populations, synapses, learning }) => ({
    learning,
    trains: trains.map((train) => train.map((quarter) => quarter / 4).sort((a, b) => a - b)),
    populations,
    synapses: synapses.map((s) => {
      const to = s.to % populations.length;
      const from = s.from < 0 ? -1 : s.from % populations.length;
      const delay = from >= to && s.delay + s.dendriticDelay === 0 ? 0.25 : s.delay; // none only from earlier to later
      const pre = s.pre % (from < 0 ? trains.length : populations[from]!.size);
      return { ...s, from, to, delay, pre, post: s.post % populations[to]!.size };
    }),
  }));

type Wiring = 'list' | 'matrices';

/** Of the weights of plastic synapses, mV: too wide to be felt. */
const RANGE = 2000;

/** The same synapses as one list, or as one dense matrix a delay; plastic ones as a list. */
function connections(
  synapses: readonly SynapseSpec[],
  wiring: Wiring,
  pre: number,
  post: number,
  learning: LearningSpec | undefined,
): Omit<ProjectionOptions, 'name'>[] {
  if (wiring === 'list' || learning) {
    const plastic = learning && {
      device: ideal({ wMin: -RANGE / 2, wMax: RANGE / 2 }),
      rule: pairStdp({
        aPlus: learning.up / RANGE,
        aMinus: learning.down / RANGE,
        tauPlus: learning.tau,
        tauMinus: learning.tau,
      }),
    };
    return [{ connect: { list: synapses.map((x) => [x.pre, x.post, x.weight, x.delay]) }, delay: 0, ...plastic }];
  }
  return [...new Set(synapses.map((x) => x.delay))].map((delay) => {
    const weights = new Float64Array(pre * post);
    for (const x of synapses) if (x.delay === delay) weights[x.pre * post + x.post]! += x.weight;
    return { connect: { matrix: { weights } }, delay };
  });
}

function engine(s: NetSpec, wiring: Wiring, kernels: KernelSet): { spikes: Spike[]; potentials: Rows } {
  const net = newNetwork(kernels, { seed: 1 });
  const input = net.population('input', spikeTrains({ trains: s.trains.map((train) => [...train]) }));
  const populations = s.populations.map(({ hold, ...p }, k) =>
    net.population(
      NAMES[k]!,
      lif({ ...p, capacitance: CAPACITANCE }),
      hold === undefined ? {} : { winnerTakeAll: { hold } },
    ),
  );
  for (const from of [-1, 0, 1, 2]) {
    for (const to of [0, 1, 2]) {
      const synapses = s.synapses.filter((x) => x.from === from && x.to === to);
      if (synapses.length === 0) continue;
      const [source, target] = [from < 0 ? input : populations[from]!, populations[to]!];
      for (const dendriticDelay of new Set(synapses.map((x) => x.dendriticDelay))) {
        const alike = synapses.filter((x) => x.dendriticDelay === dendriticDelay);
        for (const options of connections(alike, wiring, source.size, target.size, s.learning)) {
          net.projection(source, target, { ...options, dendriticDelay });
        }
      }
    }
  }
  const rows = new Rows();
  const potentials = new Rows();
  net.recordSpikes(populations, rows);
  for (const p of populations)
    net.recordPotential(
      p,
      Array.from({ length: p.size }, (_, j) => j),
      { times: SAMPLES },
      potentials,
    );
  net.run(DURATION);
  net.flush();
  const byId = new Map(populations.map((p, k) => [p.id, k]));
  for (const row of potentials.rows) row.population = byId.get(row.population!)!;
  const spikes = rows.rows.map((r) => ({ time: r.time!, population: byId.get(r.population!)!, neuron: r.neuron! }));
  return { spikes, potentials };
}

const ordered = (spikes: Spike[]): Spike[] =>
  [...spikes].sort((a, b) => a.time - b.time || a.population - b.population || a.neuron - b.neuron);

test('spikes and potentials of random networks', () => {
  let compared = 0;
  let spiking = 0;
  let learning = 0;
  fc.assert(
    fc.property(spec, fc.constantFrom('list', 'matrices'), fc.constantFrom(...KERNEL_SETS), (s, wiring, kernels) => {
      let oracle: Oracle;
      try {
        oracle = new Oracle(s, DURATION);
      } catch (error) {
        if (error instanceof Ambiguous) return;
        throw error;
      }
      compared++;
      const expected = ordered(oracle.spikes);
      const { spikes, potentials } = engine(s, wiring, kernels);
      const found = ordered(spikes);
      const text = (list: Spike[]) => list.map((x) => `${x.population}.${x.neuron}@${x.time.toFixed(4)}`);
      assert.equal(text(found), text(expected));
      found.forEach((spike, i) => {
        assert.ok(Math.abs(spike.time - expected[i]!.time) <= 2 * TICK, `spike ${i}: ${spike.time}`);
      });
      if (found.length > 3) spiking++;
      if (found.length > 3 && s.learning) learning++;
      const partials = new Map<number, Oracle>();
      for (const row of potentials.rows) {
        if (row.time! < SAMPLES[0]!) throw new Error('sampled too early');
        const partial = partials.get(row.time!) ?? new Oracle(s, row.time!);
        partials.set(row.time!, partial);
        const v = partial.potential(row.population!, row.neuron!, row.time!);
        assert.ok(Math.abs(v - row.potential!) < 1e-6, `V = ${row.potential} instead of ${v} at ${row.time}`);
      }
    }),
    runs(300),
  );
  assert.ok(compared > atLeast(100), `only ${compared} networks could be compared`);
  assert.ok(spiking > atLeast(80), `only ${spiking} networks spiked`);
  assert.ok(learning > atLeast(20), `only ${learning} networks learned`);
});

test.run();
