/**
 * Populations with merged delivery, against reference delivery: the
 * same spikes and the same bits of state, however the run is cut, whatever is recorded and when rates change.
 */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, type Snapshot, save } from '../../../core/checkpoint/state.ts';
import type { Neurons, Population, Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import { atLeast, Rows, runs } from '../../support.ts';
import { bits } from '../zoo.ts';

interface Spec {
  readonly seed: number;
  readonly size: number;
  readonly precision: 'f32' | 'f64';
  readonly refractory: number;
  /** Duration of the run in ms: rates and delays go with it, so that a short one has spikes in every tick or two. */
  readonly duration: number;
  readonly weight: number | { uniform: [number, number] };
  readonly ladder: boolean;
  readonly second: 'none' | 'delayed' | 'instant';
  readonly adaptive: boolean;
  readonly cuts: readonly number[];
  readonly change: boolean;
}

const spec: fc.Arbitrary<Spec> = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 7, max: 40 }),
  precision: fc.constantFrom('f32', 'f64'),
  refractory: fc.constantFrom(0, 0, 0.01, 0.1),
  duration: fc.constantFrom(2 ** -9, 1, 16),
  weight: fc.oneof(fc.constantFrom(0.3, 2.5, -0.5), fc.constant({ uniform: [-0.5, 1.5] as [number, number] })),
  ladder: fc.boolean(),
  second: fc.constantFrom('none', 'delayed', 'instant'),
  adaptive: fc.boolean(),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  change: fc.boolean(),
});

interface Made {
  readonly net: Network;
  readonly spikes: Rows;
  readonly drive: Stimulus<Poisson>;
}

function make(s: Spec, recordDrive: boolean, strategies?: readonly []): Made {
  const net = new Network({ seed: s.seed, ...(strategies && { strategies }) });
  const { size, duration, precision } = s;
  const hz = 12_000_000 / duration / size; // 12,000 spikes in all: blocks of the full length are reached
  const rates = Array.from({ length: size }, (_, j) => (s.ladder ? (hz * (j + 1)) / size : hz));
  const drive = net.population('drive', poisson({ size, rate: s.ladder ? rates : hz, stop: 0.95 * duration }));
  const neurons = net.population(
    'neurons',
    lif({
      size,
      tau: duration / 2,
      precision,
      refractory: s.refractory * duration,
      ...(s.adaptive ? { adaptive: { increment: 0.1, tau: Infinity } } : {}),
    }),
  );
  net.projection(drive, neurons, { connect: { oneToOne: { weight: s.weight } } });
  const delay = duration / 32;
  net.projection(neurons, neurons, { name: 'exc', connect: { probability: { p: 0.3, weight: 2 } }, delay });
  net.projection(neurons, neurons, {
    name: 'inh',
    connect: { probability: { p: 0.3, weight: { uniform: [-3, 0] } } },
    delay: { uniform: [delay, 2 * delay], step: delay / 2 },
  });
  // Trains on a grid of the delays: arrivals of several lanes at one instant.
  const train = Array.from({ length: 60 }, (_, k) => (k * duration) / 64);
  const beat = net.population('beat', spikeTrains({ trains: [train, train] }));
  net.projection(beat, neurons, { connect: { probability: { p: 0.8, weight: 4 } } });
  const recorded: Population[] = recordDrive ? [neurons, drive] : [neurons];
  if (s.second !== 'none') {
    // A population that runs ahead of the other, or behind it, or without delay in one direction.
    const other = net.population('other', lif({ size: 8, tau: duration / 4 }));
    const own = net.population('own', poisson({ size: 8, rate: hz / 2 }));
    net.projection(own, other, { connect: { oneToOne: { weight: 0.6 } } });
    const there = s.second === 'delayed' ? delay / 4 : 0;
    net.projection(neurons, other, { connect: { probability: { p: 0.5, weight: 1.5 } }, delay: there });
    net.projection(other, neurons, { connect: { probability: { p: 0.5, weight: 3 } }, delay });
    recorded.push(other);
  }
  const spikes = new Rows();
  net.recordSpikes(recorded, spikes);
  return { net, spikes, drive };
}

/** Runs to the end, cut as told; `through` may replace the network at each cut. */
function run(s: Spec, made: Made, cuts: readonly number[], through?: (snapshot: Snapshot) => Made): Made {
  let m = made;
  let changed = !s.change;
  const ends = [...cuts.map((c) => c * s.duration), s.duration / 2, s.duration].sort((a, b) => a - b);
  for (const end of ends) {
    m.net.run(Math.max(0, end - m.net.now));
    if (!changed && end >= s.duration / 2) {
      changed = true;
      m.net.change(m.drive, (model) => model.setRates(6_000_000 / s.duration / s.size));
    }
    m.net.flush();
    if (through) m = through(save(m.net));
  }
  return m;
}

const spikesOf = (m: Made) => {
  const { id } = m.drive;
  return m.spikes.rows
    .filter((row) => row.population !== id)
    .map((row) => `${row.population}.${row.neuron}@${row.time}`);
};

test('merged delivery has the bits of reference delivery, whatever the cuts and recorders', () => {
  let spiking = 0;
  fc.assert(
    fc.property(spec, fc.boolean(), (s, recordDrive) => {
      const expected = run(s, make(s, false, []), []);
      const found = run(s, make(s, recordDrive), s.cuts);
      assert.equal(spikesOf(found), spikesOf(expected));
      assert.equal(bits(save(found.net)), bits(save(expected.net)));
      if (expected.spikes.rows.length > 20) spiking++;
    }),
    runs(120),
  );
  assert.ok(spiking > atLeast(60), `only ${spiking} networks spiked`);
});

test('the same bits through checkpoints', () => {
  fc.assert(
    fc.property(spec, (s) => {
      const expected = run(s, make(s, false), []);
      const found = run(s, make(s, false), s.cuts, (snapshot) => {
        const next = make(s, false);
        load(next.net, snapshot);
        return next;
      });
      assert.equal(bits(save(found.net)), bits(save(expected.net)));
    }),
    runs(40),
  );
});

test('a stop after so many spikes comes at the end of the instant of the last', () => {
  fc.assert(
    fc.property(spec, fc.integer({ min: 1, max: 30 }), (s, spikes) => {
      const [reference, merged] = [make(s, false, []), make(s, false)];
      for (const { net } of [reference, merged]) {
        net.run(s.duration, { population: net.populations.get('neurons') as Neurons, spikes });
        net.flush();
      }
      assert.is(merged.net.now, reference.net.now);
      assert.equal(bits(save(merged.net)), bits(save(reference.net)));
    }),
    runs(40),
  );
});

test.run();
