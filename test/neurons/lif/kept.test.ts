/** Input that is kept through refractoriness: its closed form, under all ways to run. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { TICK } from '../../../core/time.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { Rows } from '../../support.ts';

const CELL = { tau: 20, threshold: 20, reset: 10, refractory: 2, refractoryInput: 'integrate' } as const;

test('at the release V is reset plus what came, decayed, and fires at once if that is enough', () => {
  for (const last of [9, 10]) {
    const net = new Network({ seed: 1 });
    const neuron = net.population('neuron', lif({ size: 1, ...CELL }));
    const source = net.population('source', spikeTrains({ trains: [[1], [1.5, 2.25], [2.75]] }));
    const list = [21, 0.5, last].map((w, i) => [i, 0, w] as const);
    net.projection(source, neuron, { connect: { list } });
    const rows = new Rows();
    net.recordSpikes([neuron], rows);
    net.run(3);
    const kept = 0.5 * (Math.exp(-1.5 / 20) + Math.exp(-0.75 / 20)) + last * Math.exp(-0.25 / 20);
    if (last === 9) assert.ok(Math.abs(neuron.model.potential(0, 3) - 10 - kept) < 1e-13);
    net.flush();
    assert.equal(rows.column('time'), 10 + kept < 20 ? [1] : [1, 3]);
  }
});

test('inhibition of the population resets it, but refractory neurons stay refractory and keep later input', () => {
  for (const refractoryInput of ['discard', 'integrate'] as const)
    for (const strategies of [undefined, []]) {
      const net = new Network({ seed: 1, ...(strategies && { strategies }) });
      const neurons = net.population('neurons', lif({ size: 3, ...CELL, refractory: 6, refractoryInput }), {
        winnerTakeAll: { hold: 2 },
      });
      const source = net.population('source', spikeTrains({ trains: [[1], [4], [5]] }));
      const list = [
        [0, 1, 25], // neuron 1 spikes at 1 ms: refractory until 7 ms, the population is inhibited until 3 ms
        [1, 1, 25], // arrives at the refractory neuron
        [2, 2, 5],
      ] as const;
      net.projection(source, neurons, { connect: { list } });
      const rows = new Rows();
      net.recordSpikes([neurons], rows);
      net.run(6);
      net.flush();
      assert.equal(rows.column('time'), [1], refractoryInput);
      net.run(2);
      net.flush();
      assert.equal(rows.column('time'), refractoryInput === 'integrate' ? [1, 7] : [1]);
      assert.equal(rows.column('neuron'), refractoryInput === 'integrate' ? [1, 1] : [1]);
    }
});

/** Spikes of a network that fires often at releases. */
function spikesOf(options: object, precision: 'f64' | 'f32'): string {
  const net = new Network({ seed: 5, ...options });
  const exc = net.population('exc', lif({ size: 80, ...CELL, threshold: 12, precision }));
  const inh = net.population('inh', lif({ size: 20, ...CELL, threshold: 12, precision }));
  for (const target of [exc, inh]) {
    const drive = net.population(`drive-${target.name}`, poisson({ size: target.size, rate: 3000 }));
    net.projection(drive, target, { connect: { oneToOne: { weight: 1 } } });
    net.projection(exc, target, { connect: { probability: { p: 0.2, weight: 1 } }, delay: 1.5 });
    net.projection(inh, target, { connect: { probability: { p: 0.2, weight: -4 } }, delay: 1.5 });
  }
  const rows = new Rows();
  net.recordSpikes([exc, inh], rows);
  net.run(100);
  net.flush();
  return JSON.stringify([rows.column('time'), rows.column('neuron')]);
}

test('merged and reference delivery agree, and neurons fire at the end of refractoriness', () => {
  for (const precision of ['f64', 'f32'] as const) {
    const spikes = spikesOf({}, precision);
    const [times, neurons] = JSON.parse(spikes) as [number[], number[]];
    const last = new Map<number, number>();
    let atOnce = 0;
    times.forEach((t, k) => {
      if (Math.abs(t - (last.get(neurons[k]!) ?? -9) - 2) < TICK) atOnce++;
      last.set(neurons[k]!, t);
    });
    assert.ok(atOnce > 20, `${atOnce} of ${times.length} spikes at a release`);
    assert.is(spikesOf({ strategies: [] }, precision), spikes);
  }
});

test.run();
