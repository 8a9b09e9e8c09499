/** Poisson stimuli: intervals, counts, shares of unequal rates, start, stop and changes at run time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import type { Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import { Rows } from '../../support.ts';
import { chiSquared, intervals, kolmogorovSmirnov, moments, trainsOf } from '../statistics.ts';

test('intervals are exponential with mean 1/rate, whatever the other neurons do', () => {
  for (const seed of [1, 2, 3]) {
    const equal = trainsOf((net) => net.population('p', poisson({ size: 5, rate: 100 })), seed, 20_000);
    const unequal = trainsOf((net) => net.population('p', poisson({ size: 3, rate: [100, 0, 1000] })), seed, 20_000);
    assert.equal(unequal[1], []);
    for (const [train, rate] of [
      ...equal.map((t) => [t, 0.1] as const),
      [unequal[0]!, 0.1] as const,
      [unequal[2]!, 1] as const,
    ]) {
      const isi = intervals([train]);
      const { mean, cv } = moments(isi);
      const sd = 1 / rate / Math.sqrt(isi.length);
      assert.ok(Math.abs(mean - 1 / rate) < 4 * sd, `seed ${seed}: mean ${mean}`);
      assert.ok(Math.abs(cv - 1) < 4 / Math.sqrt(isi.length), `seed ${seed}: CV ${cv}`);
      const ks = kolmogorovSmirnov(isi, (x) => 1 - Math.exp(-rate * x));
      assert.ok(ks < 1.95, `seed ${seed}: KS ${ks}`);
    }
  }
});

test('a dead time d makes the mean d + 1/r and the CV 1/(1 + r d)', () => {
  // each arrival fires its neuron, which then discards what arrives within its 2 ms of refractoriness
  const trains = trainsOf(
    (net) => {
      const noise = net.population('noise', poisson({ size: 20, rate: 100 }));
      const relay = net.population('relay', lif({ size: 20, refractory: 2 }));
      net.projection(noise, relay, { connect: { oneToOne: { weight: 20 } } });
      return relay;
    },
    4,
    20_000,
  );
  const isi = intervals(trains);
  const { mean, cv } = moments(isi);
  assert.ok(Math.abs(mean - 12) < 0.2, `mean ${mean}`);
  assert.ok(Math.abs(cv - 10 / 12) < 0.02, `CV ${cv}`);
  assert.ok(kolmogorovSmirnov(isi, (x) => (x < 2 ? 0 : 1 - Math.exp(-0.1 * (x - 2)))) < 1.95);
});

test('784 superposed sources: counts are Poisson, shares of the pixels multinomial', () => {
  const rates = Array.from({ length: 784 }, (_, i) => (i % 28 < 8 ? 0 : (i % 28) + (i % 7)));
  const total = rates.reduce((a, b) => a + b) / 1000;
  const trains = trainsOf((net) => net.population('image', poisson({ size: 784, rate: rates })), 5, 14_000);
  const counts = trains.map((train) => train.length);
  const active = rates.flatMap((rate, i) => (rate > 0 ? [i] : []));
  rates.forEach((rate, i) => {
    if (rate === 0) assert.is(counts[i], 0);
  });
  const n = counts.reduce((a, b) => a + b);
  assert.ok(Math.abs(n - total * 14_000) < 4 * Math.sqrt(total * 14_000));
  const chi = chiSquared(
    active.map((i) => counts[i]!),
    active.map((i) => (n * rates[i]!) / 1000 / total),
  );
  assert.ok(Math.abs(chi) < 4, `chi² is off by ${chi} sd`);
  const windows = new Array<number>(2000).fill(0);
  for (const t of trains.flat()) if (t < 14_000) windows[Math.floor(t / 7)]!++;
  const { mean, cv } = moments(windows);
  const fano = cv * cv * mean;
  assert.ok(Math.abs(fano - 1) < 4 * Math.sqrt(2 / 2000), `Fano factor ${fano}`);
});

test('start and stop are kept, rates change at run time, 0 silences', () => {
  const net = new Network({ seed: 6 });
  const p = net.population('p', poisson({ size: 10, rate: 1000, start: 5, stop: 60 })) as Stimulus<Poisson>;
  const rows = new Rows();
  net.recordSpikes([p], rows);
  const windows = [1000, 0, 3000, [0, 0, 0, 0, 0, 0, 0, 0, 0, 500]] as const;
  windows.forEach((rate, k) => {
    if (k > 0) net.change(p, (model) => model.setRates(rate));
    net.run(20);
  });
  net.flush();
  const between = (from: number, to: number) => rows.rows.filter((r) => r.time! > from && r.time! <= to);
  assert.is(between(-1, 5).length, 0);
  assert.ok(Math.abs(between(5, 20).length - 150) < 4 * Math.sqrt(150));
  assert.is(between(20, 40).length, 0);
  assert.ok(Math.abs(between(40, 60).length - 600) < 4 * Math.sqrt(600));
  assert.is(between(60, 100).length, 0);
});

test('the first spike follows the start, or the change of rates if that is later', () => {
  for (const [start, change] of [
    [0, null],
    [30, null],
    [30, 10],
    [30, 70],
  ] as const) {
    const net = new Network({ seed: 8 });
    const p = net.population('p', poisson({ size: 100, rate: 1e4, start })) as Stimulus<Poisson>;
    const rows = new Rows();
    net.recordSpikes([p], rows);
    if (change !== null) {
      net.run(change);
      net.change(p, (model) => model.setRates(2e4));
    }
    net.run(100 - net.now);
    net.flush();
    const [first] = rows.column('time');
    assert.ok(first! > start && first! < start + 0.05, `start ${start}, change ${change}: first spike at ${first}`);
    const changed = rows.column('time').find((t) => t > (change ?? start));
    assert.ok(
      changed! < Math.max(change ?? 0, start) + 0.05,
      `start ${start}, change ${change}: next spike at ${changed}`,
    );
  }
});

test('a list of rates of another length is refused by name', () => {
  assert.throws(
    () => new Network({ seed: 1 }).population('p', poisson({ size: 3, rate: [1, 2] })),
    (e: unknown) => e instanceof UserError && /populations\.p\.rate lists 2 rates.* 3 neurons/.test(e.message),
  );
});

test('no spike follows the stop, not even the first one', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const net = new Network({ seed });
    const rows = new Rows();
    net.recordSpikes([net.population('p', poisson({ size: 1, rate: 1000, stop: 0.5 }))], rows);
    net.run(5);
    net.flush();
    assert.ok(rows.rows.every(({ time }) => time! <= 0.5));
  }
});

test('rates that are not numbers from 0 on are refused, whoever sets them', () => {
  const net = new Network({ seed: 1 });
  const p = net.population('p', poisson({ size: 2, rate: 10 })) as Stimulus<Poisson>;
  for (const rates of [Number.NaN, -1, Infinity, [1, Number.NaN], [-1, 1], ['1', 2], '10', null])
    assert.throws(() => net.change(p, (model) => model.setRates(rates as never)), /rate/);
});

test.run();
