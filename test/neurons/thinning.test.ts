/** Two ways to sample one hazard: thinning agrees with inversion, and with the law itself. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import { Network } from '../../core/network.ts';
import { integrateRelaxingHazard } from '../../neurons/escapeRate.ts';
import { diffusiveNeuron, escapeRate, poisson, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';
import { intervals, kolmogorovSmirnov, moments, trainsOf, twoSampleKs } from './statistics.ts';

/** Neurons under noise that they do not share. */
const noisy = (method: 'inversion' | 'thinning', seed: number) =>
  trainsOf(
    (net) => {
      const noise = net.population('noise', poisson({ size: 40, rate: 300 }));
      const cells = net.population('cells', escapeRate({ size: 40, method, threshold: 8, slope: 3, rate: 40 }));
      net.projection(noise, cells, { connect: { oneToOne: { weight: 3 } } });
      return cells;
    },
    seed,
    2000,
  );

test('under Poisson noise the intervals of thinning and inversion are of one distribution', () => {
  for (const seed of [1, 2, 3]) {
    const [a, b] = [intervals(noisy('inversion', seed)), intervals(noisy('thinning', seed))];
    assert.ok(a.length > 2000);
    assert.not.equal(a, b);
    const ks = twoSampleKs(a, b);
    assert.ok(ks < 1.95, `seed ${seed}: KS ${ks}`);
    const difference = moments(a).mean / moments(b).mean - 1;
    assert.ok(Math.abs(difference) < 4 * Math.sqrt(2 / a.length), `means differ by ${difference}`);
  }
});

test('thinning: after one arrival the first spike follows the relaxing hazard, whether the potential falls or rises', () => {
  for (const weight of [8, -8]) {
    const trains = trainsOf(
      (net) => {
        const source = net.population('source', spikeTrains({ trains: [[0]] }));
        const many = net.population(
          'many',
          escapeRate({ size: 4000, method: 'thinning', tau: 20, threshold: 0, slope: 4, rate: 10 }),
        );
        net.projection(source, many, { connect: { all: { weight } } });
        return many;
      },
      5,
      100,
    );
    const survivor = (t: number) => Math.exp(-0.01 * integrateRelaxingHazard(weight / 4, t, 20));
    const first = trains.flatMap((train) => train.slice(0, 1));
    const share = 1 - first.length / 4000;
    assert.ok(Math.abs(share - survivor(100)) < 4 * Math.sqrt(0.25 / 4000), `${share} survive`);
    const ks = kolmogorovSmirnov(first, (t) => (1 - survivor(t)) / (1 - survivor(100)));
    assert.ok(ks < 1.95, `KS ${ks}`);
  }
});

/** Neurons whose hazard grows or falls by many orders of magnitude while the potential relaxes from one arrival at 0. */
const FAR = {
  'from rest to 48 mV': { weight: 0, current: 600, threshold: 15, slope: 2, rate: 50 },
  'in very small slopes': { weight: 0, current: 600, threshold: 44, slope: 0.2, rate: 50 },
  'hardly ever': { weight: 0, current: 600, threshold: 54, slope: 2, rate: 200 },
  'down from 40 mV': { weight: 40, current: 0, threshold: 45, slope: 2, rate: 200 },
  'down, most likely unfired': { weight: 40, current: 0, threshold: 48, slope: 2, rate: 1000 },
} as const;

/** 2000 of them; the first spikes and how many budgets were drawn, in 60 ms. */
function far(method: 'inversion' | 'thinning', { weight, ...p }: (typeof FAR)[keyof typeof FAR]) {
  let draws = 0;
  const trains = trainsOf(
    (net) => {
      const source = net.population('source', spikeTrains({ trains: [[0]] }));
      const many = net.population('many', escapeRate({ size: 2000, method, tau: 20, refractory: 100, ...p }));
      net.projection(source, many, { connect: { all: { weight } } });
      net.at('end', { times: [60] }, () => {
        draws = (many.model.state.draws as Uint32Array).reduce((a, b) => a + b);
      });
      return many;
    },
    11,
    60,
  );
  return { first: trains.flatMap((train) => train.slice(0, 1)), draws };
}

for (const [name, p] of Object.entries(FAR)) {
  test(`thinning ${name}: the law of the hazard, and few draws in vain`, () => {
    const { first, draws } = far('thinning', p);
    const high = (p.current * 20) / 250;
    const floor = (p.rate / 1000) * Math.exp((high - p.threshold) / p.slope);
    const survivor = (t: number) => Math.exp(-floor * integrateRelaxingHazard((p.weight - high) / p.slope, t, 20));
    const share = first.length / 2000 - (1 - survivor(60));
    assert.ok(Math.abs(share) < 4 * Math.sqrt(0.25 / 2000), `${share} too many have fired`);
    const ks = kolmogorovSmirnov(first, (t) => (1 - survivor(t)) / (1 - survivor(60)));
    assert.ok(ks < 1.95, `KS ${ks}`);
    assert.ok(draws < 4 * first.length + 2000, `${draws} budgets for ${first.length} spikes`);
    const between = twoSampleKs(first, far('inversion', p).first);
    assert.ok(between < 1.95, `KS ${between}`);
  });
}

test('thinning ends where hazards are beyond any number: such a neuron fires when its dead time is over', () => {
  const fired = (method: 'inversion' | 'thinning') =>
    trainsOf(
      (net) => {
        const source = net.population('source', spikeTrains({ trains: [[0, 5, 10]] }));
        const cell = net.population('cell', escapeRate({ size: 1, method, slope: 1, refractory: 1 }));
        net.projection(source, cell, { connect: { all: { weight: 1e5 } } });
        return cell;
      },
      1,
      12,
    );
  for (const method of ['thinning', 'inversion'] as const)
    assert.equal(
      fired(method)[0]!.map((t) => t.toFixed(6)),
      ['0.000000', '5.000000', '10.000000'],
      method,
    );
});

test('thinning looks at a neuron some ten times a spike even where the hazard grows by ten orders of magnitude', () => {
  let looks = 0;
  const [train] = trainsOf(
    (net) => {
      const p = { size: 1, current: 600, tau: 20, threshold: 15, slope: 2, rate: 50, refractory: 0 };
      const cell = net.population('cell', escapeRate({ ...p, method: 'thinning' }));
      const cross = cell.model.collectCrossings.bind(cell.model);
      cell.model.collectCrossings = (t) => {
        looks++;
        cross(t);
      };
      return cell;
    },
    1,
    200,
  );
  assert.ok(train!.length >= 10);
  assert.ok(looks < 20 * train!.length, `${looks} looks for ${train!.length} spikes`);
});

test('thinning: the same bits whether potentials are recorded, and from a checkpoint', () => {
  const build = (net: Network) => {
    const noise = net.population('noise', poisson({ size: 10, rate: 50 }));
    const p = { size: 10, method: 'thinning', current: 400, threshold: 15, slope: 2, rate: 50 } as const;
    const cells = net.population('cells', escapeRate(p));
    net.projection(noise, cells, { connect: { oneToOne: { weight: 3 } } });
    return cells;
  };
  const plain = trainsOf(build, 4, 200);
  assert.ok(plain.flat().length > 50);
  const watched = trainsOf(
    (net) => {
      const cells = build(net);
      net.recordPotential(cells, [0, 1], { every: 0.3 }, new Rows());
      return cells;
    },
    4,
    200,
  );
  assert.equal(watched, plain);
  const [first, second] = [new Network({ seed: 4 }), new Network({ seed: 4 })];
  build(first);
  first.run(100);
  const rows = new Rows();
  second.recordSpikes([build(second)], rows);
  load(second, save(first));
  second.run(100);
  second.flush();
  assert.equal(
    rows.column('time'),
    plain
      .flat()
      .filter((t) => t > 100)
      .sort((a, b) => a - b),
  );
});

test('diffusive neuron: the delay to fire under a constant current has the distribution that C and R say', () => {
  for (const [capacitance, resistanceOff] of [
    [250, 0.04],
    [1000, 0.04],
    [250, 0.16],
  ] as const) {
    const [current, delay, fieldScale] = [300, 200, 3];
    const tau = capacitance * resistanceOff;
    const high = current * resistanceOff;
    const trains = trainsOf(
      (net) =>
        net.population('d', diffusiveNeuron({ size: 2000, capacitance, resistanceOff, current, delay, fieldScale })),
      7,
      400,
    );
    const floor = Math.exp(high / fieldScale) / delay;
    const share = (t: number) => 1 - Math.exp(-floor * integrateRelaxingHazard(-high / fieldScale, t, tau));
    const first = trains.map((train) => train[0] ?? Infinity);
    const ks = kolmogorovSmirnov(first, (t) => share(Math.min(t, 400)));
    assert.ok(ks < 1.95, `C ${capacitance}, R ${resistanceOff}: KS ${ks}`);
    // Each further interval is the relaxation and then the same delay from 0 mV.
    const further = intervals(trains).map((interval) => interval - 20);
    assert.ok(further.every((interval) => interval > 0));
  }
});

test.run();
