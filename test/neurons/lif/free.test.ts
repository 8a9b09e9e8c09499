/** Refractoriness without clamp against Runge-Kutta steps of the equations, for every synapse, and its ways to run. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STRATEGY_NAMES } from '../../../core/engine/engine.ts';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { Rows } from '../../support.ts';

const TAU = 10;
const CAPACITANCE = 200;
const STEP = 2 ** -10;
const DURATION = 80;
const CELL = { tau: TAU, capacitance: CAPACITANCE, threshold: 8, reset: -1, refractory: 3, current: 120 } as const;

type Kind = 'delta' | 'exponential' | 'multiExponential' | 'conductance';
/** Parameters of a synapse, weights of its arrivals, time constants of both inputs, ms, and reversal potentials, mV. */
const KINDS: readonly [Kind, object, readonly [number, number], readonly [number, number]][] = [
  ['delta', {}, [4, -2], [1, 1]],
  ['exponential', { tauSynExc: 3, tauSynInh: 5 }, [400, -200], [3, 5]],
  ['exponential', { tauSynExc: 3, tauSynInh: 5, adaptive: { increment: 0, tau: 20 } }, [400, -200], [3, 5]],
  ['multiExponential', { receptors: { excitatory: { tau: 3 }, inhibitory: { tau: 5 } } }, [400, -200], [3, 5]],
  ['conductance', { tauSyn: 4, reversalExc: 60, reversalInh: -20 }, [12, -12], [4, 4]],
  ['conductance', { tauSyn: { excitatory: 3, inhibitory: 5 }, reversalExc: 60, reversalInh: -20 }, [12, -12], [3, 5]],
];
const ARRIVALS = Array.from(
  { length: 60 },
  (_, k) => [1 + Math.round((k * 1.2) / STEP) * STEP, k % 3 === 2 ? 1 : 0] as const,
);

function integrate(kind: Kind, weights: readonly [number, number], [te, ti]: readonly [number, number]): number[] {
  let [v, e, i, ready] = [0, 0, 0, 0];
  const slope = ([v, e, i]: readonly number[]): number[] => {
    const perCapacitance = 1 / CAPACITANCE;
    const drive = kind === 'conductance' ? e! * (60 - v!) + i! * (-20 - v!) : e! + i!;
    return [-v! / TAU + (120 + drive) * perCapacitance, -e! / te, -i! / ti];
  };
  const spikes: number[] = [];
  let next = 0;
  const fire = (t: number) => {
    spikes.push(t);
    v = -1;
    ready = t + 3;
  };
  for (let t = 0; t < DURATION; t += STEP) {
    for (; next < ARRIVALS.length && ARRIVALS[next]![0] === t; next++) {
      const side = ARRIVALS[next]![1];
      const w = weights[side]!;
      if (kind === 'delta') v += w;
      else if (side === 0) e += w;
      else i += kind === 'conductance' ? -w : w;
      if (v >= 8 && t >= ready) fire(t);
    }
    const y = [v, e, i];
    const move = (k: readonly number[], h: number) => y.map((x, n) => x + h * k[n]!);
    const k1 = slope(y);
    const k2 = slope(move(k1, STEP / 2));
    const k3 = slope(move(k2, STEP / 2));
    const k4 = slope(move(k3, STEP));
    const before = v;
    [v, e, i] = y.map((x, n) => x + (STEP / 6) * (k1[n]! + 2 * k2[n]! + 2 * k3[n]! + k4[n]!)) as [
      number,
      number,
      number,
    ];
    if (v < 8 || t + STEP < ready) continue;
    const crossing = before >= 8 ? ready : t + (STEP * (8 - before)) / (v - before);
    const rest = t + STEP - Math.max(crossing, ready);
    fire(Math.max(crossing, ready));
    v += rest * slope([v, e, i])[0]!; // first order within a step: 1e-6 mV
  }
  return spikes;
}

function simulate(kind: Kind, parameters: object, weights: readonly [number, number], options: object, cut = DURATION) {
  const net = new Network({ seed: 1, ...options });
  const cells = net.population(
    'cells',
    lif({ size: 2, synapse: kind, ...CELL, ...parameters, refractoryPotential: 'free' } as never),
  );
  const trains = [0, 1].map((side) => ARRIVALS.filter((a) => a[1] === side).map(([t]) => t));
  const list = [0, 1].flatMap((side) => [0, 1].map((j) => [side, j, weights[side]!] as const));
  net.projection(net.population('source', spikeTrains({ trains })), cells, { connect: { list } });
  const rows = new Rows();
  net.recordSpikes([cells], rows);
  while (net.now < DURATION) net.run(Math.min(cut, DURATION - net.now));
  net.flush();
  return rows.column('time').filter((_, k) => rows.column('neuron')[k] === 0);
}

for (const [kind, parameters, weights, taus] of KINDS) {
  test(`${kind} ${Object.keys(parameters)}: spikes of the equations, at releases and between them`, () => {
    const expected = integrate(kind, weights, taus);
    const found = simulate(kind, parameters, weights, {});
    assert.is(found.length, expected.length);
    for (const [k, t] of found.entries()) assert.ok(Math.abs(t - expected[k]!) < 2e-5, `${t} is not ${expected[k]}`);
    const intervals = found.slice(1).map((t, k) => t - found[k]!);
    assert.ok(intervals.length > 6 && Math.min(...intervals) >= 3, `${intervals}`);
    for (const strategies of [[], STRATEGY_NAMES])
      assert.equal(simulate(kind, parameters, weights, { strategies }, 0.7), found);
  });
}

test('a spike at the end of refractoriness, V without clamp, and groups refused', () => {
  const net = new Network({ seed: 1 });
  const cell = net.population('cell', lif({ size: 1, ...CELL, current: 0, refractoryPotential: 'free' }));
  const source = net.population('source', spikeTrains({ trains: [[1, 2]] }));
  net.projection(source, cell, { connect: { list: [[0, 0, 30]] } });
  const rows = new Rows();
  net.recordSpikes([cell], rows);
  net.run(3);
  const v = -Math.exp(-2 / TAU) + 30 * Math.exp(-1 / TAU);
  assert.ok(Math.abs(cell.model.potential(0, 3) - v) < 1e-12);
  net.run(2);
  net.flush();
  assert.equal(rows.column('time'), [1, 4]);
  assert.throws(
    () =>
      new Network({ seed: 1 }).population('cells', lif({ size: 4, refractoryPotential: 'free' }), {
        winnerTakeAll: { hold: 1, groups: 2 },
      }),
    /refractoryPotential must be "clamp"/,
  );
});

test.run();
