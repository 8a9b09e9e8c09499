/** The third factor: the gate scales pulses, the eligibility keeps them for a reward; order within an instant. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { eligibility, gate, transmission } from '../../../synapses/modulators/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../../synapses/shortTerm/index.ts';
import { runs } from '../../support.ts';
import { before, change, inOrder, learned, near, TEXTBOOK, type Train, trains } from '../fixedTrains.ts';

const P = { aPlus: 0.05, aMinus: 0.04, tauPlus: 15, tauMinus: 25 };
const rule = pairStdp(P);
const clipped = (w: number): number => Math.min(Math.max(w, -1), 1);
const sum = (t: number, spikes: Train, tau: number): number =>
  spikes.reduce((total, s) => total + Math.exp((s - t) / tau), 0);

/** Strength of the pair rule at a spike of one side. */
const step = (side: 'pre' | 'post', t: number, pre: Train, post: Train): number =>
  side === 'pre' ? -P.aMinus * sum(t, before(t, post), P.tauMinus) : P.aPlus * sum(t, before(t, pre), P.tauPlus);

const upTo = (t: number, spikes: Train): number[] => spikes.filter((s) => s <= t);

test('gate: every pulse times the modulation; a modulating spike at the instant counts for the postsynaptic side only', () => {
  fc.assert(
    fc.property(trains(2), trains(2), trains(2, 6), fc.boolean(), (pre, post, [a, b], sparse) => {
      const model = gate({ baseline: 0.25, gain: [1.5, -1], tau: 30 });
      const found = learned(pre, post, { rule, sparse, modulator: { model, trains: [a!, b!] } });
      const m = (side: 'pre' | 'post', t: number) => {
        const heard = side === 'pre' ? before : upTo;
        return 0.25 + 1.5 * sum(t, heard(t, a!), 30) - sum(t, heard(t, b!), 30);
      };
      pre.forEach((x, i) => {
        post.forEach((y, j) => {
          let w = 0.5;
          inOrder(x, y, (side, t) => {
            w = clipped(w + 2 * m(side, t) * step(side, t, x, y));
          });
          near(found[i]![j]!, w, 1e-11);
        });
      });
    }),
    runs(150),
  );
});

test('gate: without a spike nothing is learned, with tau Infinity the modulation stays', () => {
  const modulator = (model: ReturnType<typeof gate>, ...train: number[]) => ({ model, trains: [train] });
  assert.is(change([0], [10], { rule, modulator: modulator(gate({})) }), 0);
  const full = change([600], [610], { rule });
  near(change([600], [610], { rule, modulator: modulator(gate({ tau: Infinity }), 5) }), full);
  near(change([600], [610], { rule, modulator: modulator(gate({ baseline: 0.5 })) }), full / 2);
  near(change([600], [610], { rule, modulator: modulator(gate({ gain: -2, tau: Infinity }), 5) }), -2 * full);
});

test('eligibility: rewards write the decayed sum of all earlier pulses', () => {
  fc.assert(
    fc.property(
      trains(2),
      trains(2),
      trains(2, 6),
      fc.boolean(),
      fc.constantFrom(0, 2.5),
      (pre, post, [good, bad], sparse, delay) => {
        const model = eligibility({ gain: [0.5, -0.3], tau: 40 });
        const found = learned(pre, post, { rule, sparse, modulator: { model, delay, trains: [good!, bad!] } });
        const rewards = [
          ...good!.map((t) => ({ t: t + delay, gain: 0.5 })),
          ...bad!.map((t) => ({ t: t + delay, gain: -0.3 })),
        ];
        rewards.sort((a, b) => a.t - b.t); // at one instant the first neuron comes first, as here
        pre.forEach((x, i) => {
          post.forEach((y, j) => {
            const pulses: { side: 'pre' | 'post'; t: number; strength: number }[] = [];
            inOrder(x, y, (side, t) => pulses.push({ side, t, strength: step(side, t, x, y) }));
            let w = 0.5;
            for (const { t, gain } of rewards) {
              const counted = pulses.filter((p) => p.t < t || (p.t === t && p.side === 'pre'));
              const c = counted.reduce((total, p) => total + p.strength * Math.exp((p.t - t) / 40), 0);
              w = clipped(w + 2 * gain * c);
            }
            near(found[i]![j]!, w, 1e-11);
          });
        });
      },
    ),
    runs(150),
  );
});

test('eligibility with rewardTau: the integral of trace × reward, over the time course of the reward', () => {
  const [tau, rewardTau, end] = [40, 25, 900];
  const common = 1 / (1 / tau + 1 / rewardTau);
  fc.assert(
    fc.property(trains(2), trains(2), trains(2, 6), fc.boolean(), (pre, post, [good, bad], sparse) => {
      const model = eligibility({ gain: [0.05, -0.03, 0], tau, rewardTau });
      const modulator = { model, trains: [good!, bad!, [end]] }; // the last neuron only makes all weights current
      const found = learned(pre, post, { rule, sparse, modulator });
      const rewards = [...good!.map((t) => ({ t, gain: 0.05 })), ...bad!.map((t) => ({ t, gain: -0.03 }))];
      pre.forEach((x, i) => {
        post.forEach((y, j) => {
          let sum = 0;
          inOrder(x, y, (side, t) => {
            for (const reward of rewards) {
              const from = Math.max(t, reward.t);
              const decay = Math.exp((t - from) / tau + (reward.t - from) / rewardTau);
              const product = step(side, t, x, y) * (reward.gain / rewardTau) * decay;
              sum += product * common * -Math.expm1((from - end) / common);
            }
          });
          near(found[i]![j]!, 0.5 + 2 * sum, 1e-11);
        });
      });
    }),
    runs(150),
  );
});

test('eligibility: the weight dependence of the rule is that of the weight at the reward', () => {
  const soft = pairStdp({ ...P, muPlus: 1, muMinus: 0.5 });
  const modulator = { model: eligibility({ gain: 0.5, tau: 1e6 }), trains: [[50, 60]] };
  const c = (strength: number, t: number, reward: number) => strength * Math.exp((t - reward) / 1e6);
  let w = 0.5;
  for (const t of [50, 60]) w += 2 * 0.5 * c(P.aPlus * Math.exp(-10 / 15), 10, t) * (1 - (w + 1) / 2);
  near(learned([[0]], [[10]], { rule: soft, modulator })[0]![0]!, w);
  w = 0.5;
  for (const t of [50, 60]) w -= 2 * 0.5 * c(P.aMinus * Math.exp(-10 / 25), 10, t) * ((w + 1) / 2) ** 0.5;
  near(learned([[10]], [[0]], { rule: soft, modulator })[0]![0]!, w);
});

test('eligibility: no reward, no pulse', () => {
  const net = new Network({ seed: 1 });
  const [pre, post, reward] = ['pre', 'post', 'reward'].map((name) =>
    net.population(name, poisson({ size: 5, rate: name === 'reward' ? 0 : 50 })),
  );
  const modulator = { from: reward!, model: eligibility({}) };
  const p = net.projection(pre!, post!, { connect: { all: { weight: 0.2 } }, device: ideal({}), rule, modulator });
  net.run(1000);
  assert.is(p.devices!.writes, 0);
});

test('a neuron of the network may modulate; its projection without synapses is named after the one it modulates', () => {
  const net = new Network({ seed: 4 });
  const pre = net.population('pre', poisson({ size: 10, rate: 100 }));
  const out = net.population('out', lif({ size: 4, threshold: 3 }));
  const critic = net.population('critic', lif({ size: 2, threshold: 3 }));
  net.projection(pre, critic, { connect: { all: { weight: 1 } } });
  const options = { connect: { all: { weight: 0.9 } }, device: ideal({}), rule } as const;
  const learning = net.projection(pre, out, {
    ...options,
    modulator: { from: critic, delay: 1, model: eligibility({}) },
  });
  net.run(1000);
  const third = net.projections.get('pre->out.modulator')!;
  assert.ok(third.isModulatory && third.synapticEvents === 0);
  const inFlight = third.queues.reduce((sum, lane) => sum + lane.length, 0); // those of the last millisecond
  assert.is(third.arrivals + inFlight, critic.spikes);
  assert.ok(critic.spikes > 50 && learning.devices!.writes > 100);
  net.resetDynamicState();
  const before = [...learning.edges.weights!];
  net.change(pre, (model) => model.setRates(0));
  net.resetDynamicState();
  net.run(200);
  assert.equal([...learning.edges.weights!], before, 'after a rest nothing is eligible');
});

test('mistakes', () => {
  const message = (options: object): string => {
    const net = new Network({ seed: 1 });
    const a = net.population('a', lif({ size: 2 }));
    const b = net.population('b', spikeTrains({ trains: [[1], [2]] }));
    try {
      net.projection(b, a, {
        connect: { all: { weight: 1 } },
        ...options,
        modulator: { from: a, model: gate({ gain: 'rule' in options || !('device' in options) ? [1] : 1 }) },
      });
      net.run(1);
    } catch (error) {
      assert.instance(error, UserError);
      return (error as Error).message;
    }
    return '';
  };
  assert.match(message({}), /projections\.b->a has a modulator, which needs a rule and a device; add both\./);
  assert.match(
    message({ device: ideal(TEXTBOOK) }),
    /projections\.b->a has a modulator, which needs a rule; add a rule\./,
  );
  assert.match(
    message({ device: ideal(TEXTBOOK), rule }),
    /projections\.b->a\.modulator\.gain must list one value per modulating neuron, 2 in all \(got 1 values\)\./,
  );
});

test('a population that modulates its own input needs a delay', () => {
  const net = new Network({ seed: 1 });
  const a = net.population('a', lif({ size: 2 }));
  const b = net.population('b', spikeTrains({ trains: [[1], [2]] }));
  const modulator = { from: a, model: gate({}) };
  net.projection(b, a, { connect: { all: { weight: 1 } }, device: ideal({}), rule, modulator });
  assert.throws(() => net.run(1), /b->a\.modulator form a cycle without delay/);
});

/** Potential jumps of a neuron at arrivals, with light on some of them. */
function delivered(at: readonly number[], lights: readonly (readonly number[])[], options: object, model: object) {
  const net = new Network({ seed: 1 });
  const source = net.population('source', spikeTrains({ trains: [[...at], [...at]] }));
  const light = net.population('light', spikeTrains({ trains: lights.map((one) => [...one]) }));
  const cell = net.population('cell', lif({ size: 1, tau: 1e-3, threshold: 1e6 }));
  net.projection(source, cell, {
    connect: {
      list: [
        [0, 0, 1],
        [1, 0, 0.1],
      ],
    }, // two pixels, told apart by their weights
    device: ideal({ wMin: 0, wMax: 1 }),
    modulator: { from: light, model: transmission(model) },
    ...options,
  });
  return at.map((t) => {
    net.run(t - net.now);
    return cell.model.potential(0, t);
  });
}

test('transmission: what arrives is scaled by a saturating trace, of all rows or of each its own', () => {
  const model = { dark: 0.2, bright: 0.9, eta: 0.5, tau: 30 };
  const m = 0.5 * Math.exp(-5 / 30);
  const twice = (m + 0.5 * (1 - m)) * Math.exp(-10 / 30);
  const factors = [0.2, 0.2 + 0.7 * m, 0.2 + 0.7 * twice];
  const all = delivered([10, 25, 35], [[20, 25]], {}, model); // light at the instant of an arrival counts for the next one
  for (const [k, v] of all.entries()) near(v, 1.1 * factors[k]!, 1e-12);
  const each = delivered([10, 25, 35], [[20, 25], []], {}, { ...model, reaches: 'row' });
  for (const [k, v] of each.entries()) near(v, factors[k]! + 0.1 * 0.2, 1e-12);
  const shut = delivered([10, 25], [[20]], {}, { dark: 1, bright: 0, eta: 1, tau: Infinity });
  assert.ok(Math.abs(shut[0]! - 1.1) < 1e-12 && shut[1] === 0);
  const tired = delivered([10, 25, 35], [[20, 25]], { shortTerm: tsodyksMarkram({ U: 0.5, tauRec: 800 }) }, model);
  near(tired[0]!, 1.1 * 0.2 * 0.5, 1e-12); // with short-term dynamics of its own
});

test('transmission: a light for each row needs as many lights', () => {
  assert.throws(
    () => delivered([10], [[5], [5], [5]], {}, { reaches: 'row' }),
    /projections\.source->cell\.modulator\.reaches "row" needs as many modulating neurons as presynaptic neurons \(got 3 and 2\)\./,
  );
});

test.run();
