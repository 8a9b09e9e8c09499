/** Short-term dynamics with parameters of each synapse: as a projection for each synapse would do it. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../../synapses/shortTerm/index.ts';
import { Rows, runs } from '../../support.ts';

const TRAINS = [
  [1, 4, 9, 20, 21.5],
  [4, 8, 12, 30],
];
const NEVER = { size: 3, threshold: 1e6, tau: 20 };
type Given = NonNullable<Parameters<typeof tsodyksMarkram>[0]>;

const potentials = (net: Network) => {
  const { model } = net.populations.get('cells') as { model: { potential(j: number, t: number): number } };
  return [0, 1, 2].map((j) => model.potential(j, 40));
};

/** Weights of synapse (i, j) and delays are the same in both. */
const synapse = (i: number, j: number) => [i, j, 1 + i + 2 * j, 1 + ((i + j) % 2)] as const;

function together(shortTerm: Given, kind: object = {}) {
  const net = new Network({ seed: 1 });
  const source = net.population('source', spikeTrains({ trains: TRAINS }));
  const cells = net.population('cells', lif({ ...NEVER, ...kind }));
  const list = [0, 1].flatMap((i) => [0, 1, 2].map((j) => synapse(i, j)));
  const projection = net.projection(source, cells, { connect: { list }, shortTerm: tsodyksMarkram(shortTerm) });
  return { net, projection };
}

test('each synapse has dynamics of its own', () => {
  const six = (low: number, high: number) =>
    fc.array(fc.double({ min: low, max: high, noNaN: true }), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(six(0, 1), six(0, 100), six(0, 50), fc.constantFrom('f64', 'f32'), (U, tauRec, tauFacil, precision) => {
      const { net, projection } = together({ U, tauRec, tauFacil }, { precision });
      net.run(40);
      const { pre, post } = projection.synapses();
      const apart = new Network({ seed: 1 });
      const source = apart.population('source', spikeTrains({ trains: TRAINS }));
      const cells = apart.population('cells', lif({ ...NEVER }));
      for (let k = 0; k < 6; k++)
        apart.projection(source, cells, {
          name: `s${k}`,
          connect: { list: [synapse(pre[k]!, post[k]!)] },
          shortTerm: tsodyksMarkram({ U: U[k]!, tauRec: tauRec[k]!, tauFacil: tauFacil[k]! }),
        });
      apart.run(40);
      const expected = potentials(apart);
      potentials(net).forEach((v, j) => {
        assert.ok(Math.abs(v - expected[j]!) < (precision === 'f32' ? 1e-4 : 1e-9), `${v} is not ${expected[j]}`);
      });
    }),
    runs(30),
  );
});

test('equal values give the bits of one for all, and dense rows are served alike', () => {
  const bare = (shortTerm: Given) => {
    const { net } = together(shortTerm);
    net.run(40);
    return potentials(net);
  };
  const list = (value: number) => Array.from({ length: 6 }, () => value);
  assert.equal(bare({ U: list(0.3), tauRec: list(50) }), bare({ U: 0.3, tauRec: 50 }));
  const dense = (U: Given['U']) => {
    const net = new Network({ seed: 1 });
    const source = net.population('source', spikeTrains({ trains: TRAINS }));
    const cells = net.population('cells', lif(NEVER));
    net.projection(source, cells, { connect: { all: { weight: 2 } }, shortTerm: tsodyksMarkram({ U: U! }) });
    net.run(40);
    return potentials(net);
  };
  const [a, b, c] = dense([0.1, 0.2, 0.3, 0.1, 0.2, 0.3]);
  assert.ok(a! < b! && b! < c!);
  [a, b, c].forEach((v, j) => {
    assert.ok(Math.abs(v! - dense([0.1, 0.2, 0.3][j]!)[0]!) < 1e-12);
  });
});

test('drawn from the seed, gone on with from a checkpoint, and recorded as what arrives', () => {
  const make = (seed: number) => {
    const net = new Network({ seed });
    const source = net.population('source', spikeTrains({ trains: TRAINS }));
    const cells = net.population('cells', lif(NEVER));
    const projection = net.projection(source, cells, {
      connect: { all: { weight: { uniform: [1, 2] } } },
      shortTerm: tsodyksMarkram({ U: { uniform: [0.1, 0.9] }, tauRec: { lognormal: { mean: 100, sd: 50 } } }),
      device: softBound({ weightAtGMax: 3 }),
      rule: pairStdp({}),
    });
    const rows = new Rows();
    net.recordWeights(projection, { on: 'pre' }, rows);
    return { net, rows };
  };
  const [whole, first, rest] = [make(3), make(3), make(3)];
  whole.net.run(40);
  first.net.run(8.5);
  load(rest.net, save(first.net));
  rest.net.run(31.5);
  for (const { net } of [whole, first, rest]) net.flush();
  assert.equal([...first.rows.rows, ...rest.rows.rows], whole.rows.rows);
  const shares = whole.rows.rows.map(({ efficacy, weight }) => efficacy! / weight!);
  assert.is(new Set(shares.slice(0, 3)).size, 3);
  assert.ok(shares.every((share) => share > 0 && share < 0.9));
  const other = make(4);
  other.net.run(40);
  other.net.flush();
  assert.not.equal(other.rows.rows, whole.rows.rows);
});

test('what does not fit is refused', () => {
  const refused = (act: () => unknown, pattern: RegExp) =>
    assert.throws(act, (e: unknown) => e instanceof UserError && pattern.test(e.message));
  refused(() => together({ U: [0.5] }), /shortTerm\.U has 1 values, but needs one for each of 6 synapses/);
  refused(() => tsodyksMarkram({ U: [0.5, 1.5] }), /U\.1 is 1\.5, but must be a number >= 0 and <= 1/);
  refused(
    () => together({ U: { normal: { mean: 0.9, sd: 3 } } }),
    /shortTerm\.U is .*drawn for synapse \d is .*must be >= 0 and <= 1/,
  );
  const net = new Network({ seed: 1 });
  const source = net.population('source', spikeTrains({ trains: Array.from({ length: 16 }, () => [1]) }));
  const cells = net.population('cells', lif({ size: 9 }));
  refused(
    () =>
      net.projection(source, cells, {
        connect: { convolution: { columns: 4, size: [2, 2], stride: [1, 1], weight: 1 } },
        shortTerm: tsodyksMarkram({ U: { uniform: [0, 1] } }),
      }),
    /shortTerm has parameters per synapse, but the synapses share one kernel/,
  );
});

test.run();
