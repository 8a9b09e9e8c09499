/** Pair STDP of every pairing and weight dependence against sums over pairs, and its drift under Poisson trains. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STRATEGY_NAMES, type StrategyName } from '../../../core/engine/engine.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { KERNEL_SETS, type KernelSet, newNetwork } from '../../core/kernels/oracle/index.ts';
import { runs } from '../../support.ts';
import { before, change, drift, inOrder, learned, near, TEXTBOOK, type Train, trains } from '../fixedTrains.ts';

const PAIRINGS = ['allToAll', 'nearest', 'presynapticCentred'] as const;
type Pairing = (typeof PAIRINGS)[number];

/** The weight after all pairs, one after the other, as the definition of the pairing has it. */
function byHand(
  pre: Train,
  post: Train,
  p: {
    pairing: Pairing;
    aPlus: number;
    aMinus: number;
    tauPlus: number;
    tauMinus: number;
    mu: readonly [number, number];
  },
  start: number,
): number {
  const { wMin, wMax } = TEXTBOOK;
  let w = start;
  inOrder(pre, post, (side, t) => {
    const g = (w - wMin) / (wMax - wMin);
    let partners = before(t, side === 'pre' ? post : pre);
    if (side === 'post' && p.pairing === 'presynapticCentred') {
      const last = before(t, post).at(-1) ?? -Infinity;
      partners = partners.filter((s) => s >= last);
    } else if (p.pairing !== 'allToAll') {
      partners = partners.slice(-1);
    }
    const tau = side === 'pre' ? p.tauMinus : p.tauPlus;
    const sum = partners.reduce((total, s) => total + Math.exp((s - t) / tau), 0);
    const step = side === 'pre' ? -p.aMinus * g ** p.mu[1] * sum : p.aPlus * (1 - g) ** p.mu[0] * sum;
    w = Math.min(Math.max(w + step * (wMax - wMin), wMin), wMax);
  });
  return w;
}

const MU = {
  additive: [0, 0],
  multiplicative: [1, 1],
  'power law': [0.4, 0.4],
  'van Rossum': [0, 1],
} as const;

test('sums over pairs: every pairing, weight dependence, layout and delay', () => {
  fc.assert(
    fc.property(
      trains(3),
      trains(2),
      fc.constantFrom(...PAIRINGS),
      fc.constantFrom(...Object.values(MU)),
      fc.record({ sparse: fc.boolean(), kernels: fc.constantFrom(...KERNEL_SETS) }),
      fc.constantFrom(0, 0.25, 3),
      fc.constantFrom(0, 0.25, 7.5),
      (pre, post, pairing, mu, layout, delay, dendriticDelay) => {
        const p = { pairing, aPlus: 0.05, aMinus: 0.06, tauPlus: 12, tauMinus: 25 };
        const rule = pairStdp({ ...p, muPlus: mu[0], muMinus: mu[1] });
        const found = learned(pre, post, { rule, delay, dendriticDelay, ...layout });
        const at = (train: Train, shift: number) => train.map((t) => t + shift);
        pre.forEach((x, i) => {
          post.forEach((y, j) => {
            near(found[i]![j]!, byHand(at(x, delay), at(y, dendriticDelay), { ...p, mu }, 0.5), 1e-12);
          });
        });
      },
    ),
    runs(300),
  );
});

test('sums that reach across the rebasing of traces, thousands of time constants on', () => {
  const pre = [[0, 5000, 5001, 20000]];
  const post = [[3, 5003, 19999, 20002]];
  for (const pairing of PAIRINGS) {
    const p = { pairing, aPlus: 0.05, aMinus: 0.06, tauPlus: 2, tauMinus: 3 };
    const [[found]] = learned(pre, post, { rule: pairStdp(p), duration: 21000 }) as [[number]];
    near(found, byHand(pre[0]!, post[0]!, { ...p, mu: [0, 0] }, 0.5), 1e-12);
  }
});

const window = (pairing: Pairing) => pairStdp({ pairing, aPlus: 0.01 / 2, aMinus: 0.012 / 2 });

test('silences of hundreds of time constants: the pulse kernels give the bits of the oracle', () => {
  const trains = [0, 1, 2].map((i) =>
    [0, 347, 1060, 1760, 2470].flatMap((start) => Array.from({ length: 12 }, (_, k) => start + 1.5 * k + 0.5 * i)),
  );
  const run = (pairing: Pairing, kernels: KernelSet) => {
    const net = newNetwork(kernels, { seed: 1 });
    const pre = net.population('pre', spikeTrains({ trains }));
    const post = net.population(
      'post',
      lif({ size: 3, synapse: 'exponential', threshold: { uniform: [1, 4] }, tauSynExc: 2, tauSynInh: 2 }),
    );
    const { edges } = net.projection(pre, post, {
      connect: { all: { weight: 400 } },
      device: ideal({ wMin: 0, wMax: 800 }),
      rule: pairStdp({ pairing, tauPlus: 1, tauMinus: 1 }),
    });
    net.run(3000);
    assert.ok(post.spikes > 20, `${post.spikes} spikes`);
    return edges.weights;
  };
  for (const pairing of ['allToAll', 'nearest'] as const) assert.equal(run(pairing, 'simd'), run(pairing, 'oracle'));
});

test('the pairings differ where they should', () => {
  const e = (ms: number) => Math.exp(-ms / 20);
  const up = (pre: Train, post: Train) => PAIRINGS.map((pairing) => change(pre, post, { rule: window(pairing) }));
  const agree = (found: number[], expected: number[]) => {
    found.forEach((x, i) => {
      near(x, expected[i]!);
    });
  };
  // Two inputs before one output: the nearest counts, or both.
  agree(up([0, 3], [10]), [0.01 * (e(10) + e(7)), 0.01 * e(7), 0.01 * (e(10) + e(7))]);
  // One input before two outputs: presynaptic-centred pairs it with the first only.
  agree(up([0], [10, 12]), [0.01 * (e(10) + e(12)), 0.01 * (e(10) + e(12)), 0.01 * e(10)]);
  // Two outputs before one input.
  agree(up([10], [0, 3]), [-0.012 * (e(10) + e(7)), -0.012 * e(7), -0.012 * e(7)]);
  // An input together with an output goes with those before and after.
  agree(up([10, 20], [20]), [0.01 * e(10), 0.01 * e(10), 0.01 * e(10)]);
  agree(up([10], [10, 15]), [0.01 * e(5), 0.01 * e(5), 0.01 * e(5)]);
});

test('presynaptic-centred: no pulse where no input has come since the last output', () => {
  const net = new Network({ seed: 1 });
  const [pre, post] = ['pre', 'post'].map((name) =>
    net.population(name, poisson({ size: 20, rate: name === 'pre' ? 2 : 100 })),
  );
  const { devices } = net.projection(pre!, post!, {
    connect: { all: { weight: 0 } },
    device: ideal(TEXTBOOK),
    rule: pairStdp({ pairing: 'presynapticCentred', aMinus: 0 }),
  });
  net.run(2000);
  // Each input is followed by an output of each of the 20 neurons, almost always before the next input.
  const most = pre!.spikes * 20;
  assert.ok(devices!.writes <= most && devices!.writes > 0.85 * most, `${devices!.writes} of ${most}`);
});

test('independent Poisson trains at 20 Hz: the drift of each pairing within 3 standard errors of below 1 %', () => {
  const r = 0.02;
  const all = r * 20;
  const nearest = all / (1 + all); // of the gaps to the neighbour, which are exponential too
  const expected = {
    allToAll: r * (0.01 - 0.012) * all, // -1.6e-5 per ms
    nearest: r * (0.01 - 0.012) * nearest,
    presynapticCentred: r * (0.01 - 0.012) * nearest,
  };
  near(expected.allToAll, -1.6e-5, 1e-18);
  for (const pairing of PAIRINGS) {
    const { mean, error } = drift(pairStdp({ pairing, aPlus: 0.01 / 20, aMinus: 0.012 / 20 }), [20, 20]);
    assert.ok(error < 0.01 * Math.abs(expected[pairing]), `standard error ${error}`);
    assert.ok(Math.abs(mean - expected[pairing]) < 3 * error, `${pairing}: ${mean} ± ${error}`);
  }
});

test('rows delivered with their plasticity in one kernel call: weights and spikes as without delivery strategies', () => {
  const learn = (strategies: readonly StrategyName[]) => {
    const net = new Network({ seed: 3, strategies });
    const inputs = net.population('inputs', poisson({ size: 60, rate: 20 }));
    const output = net.population(
      'output',
      lif({ size: 2, synapse: 'exponential', threshold: 10, capacitance: 20, refractory: 0 }),
    );
    const rule = pairStdp({ aPlus: 0.05, aMinus: 0.02 });
    const weight = { uniform: [0, 60] } as const;
    const { edges } = net.projection(inputs, output, {
      connect: { all: { weight } },
      device: ideal({ wMin: 0, wMax: 60 }),
      rule,
    });
    net.run(2000);
    return { weights: Array.from(edges.weights!), spikes: output.spikes };
  };
  const reference = learn([]);
  assert.ok(reference.spikes > 50, `${reference.spikes} spikes`);
  assert.equal(learn(STRATEGY_NAMES), reference);
});

test.run();
