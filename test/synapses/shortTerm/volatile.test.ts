/** Volatile and diffusive terminals: paired pulses, relaxation that is no semigroup, a switch that needs a train. */
import { mean, sampleCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShortTermFactory } from '../../../core/factories.ts';
import type { Edges } from '../../../core/graph/edges.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { diffusive, volatile } from '../../../synapses/shortTerm/index.ts';

const near = (found: number, expected: number, tolerance = 1e-14) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

/** Factors of the arrivals of one terminal. */
function factors(factory: ShortTermFactory, times: readonly number[]): number[] {
  const model = factory.create({ arena: new Arena(), seed: 1, name: 'test', rows: 2, edges: {} as Edges });
  return times.map((t) => model.onPre(1, t));
}
const ratio = (factory: ShortTermFactory, dt: number) => {
  const [first, second] = factors(factory, [3, 3 + dt]);
  return second! / first!;
};

test('volatile, one time constant: the paired-pulse ratio is 1 + (1 - eta) eta e^(-dt/tau) dG/A1', () => {
  const p = { base: 0.2, eta: 0.3, tau: 40 };
  const A1 = 0.2 + 0.8 * 0.3;
  near(factors(volatile(p), [0])[0]!, A1);
  for (const dt of [1, 10, 50, 300]) near(ratio(volatile(p), dt), 1 + (0.7 * 0.3 * 0.8 * Math.exp(-dt / 40)) / A1);
});

test('volatile, two time constants: a double exponential', () => {
  const p = { base: 0.1, eta: 0.5, tau: 40, slow: 0.4, etaSlow: 0.2, tauSlow: 300 };
  const A1 = 0.1 + 0.9 * (0.6 * 0.5 + 0.4 * 0.2);
  const [C1, C2] = [(0.9 * 0.6 * 0.25) / A1, (0.9 * 0.4 * 0.16) / A1];
  for (const dt of [0, 10, 50, 100, 500, 1000]) {
    near(ratio(volatile(p), dt), 1 + C1 * Math.exp(-dt / 40) + C2 * Math.exp(-dt / 300));
  }
});

test('volatile, stretched: it relaxes from the last arrival, not from wherever it is looked at', () => {
  const p = { base: 0, eta: 0.4, tau: 20, beta: 0.5 };
  const left = (h: number) => Math.exp(-Math.sqrt(h / 20));
  const [, second, third] = factors(volatile(p), [0, 30, 100]);
  near(second!, 0.4 + 0.6 * 0.4 * left(30));
  near(third!, 0.4 + 0.6 * second! * left(70));
  assert.ok(Math.abs(left(30) * left(70) - left(100)) > 0.01); // no semigroup
});

test('volatile: a train saturates at the fixed point; a rest forgets it', () => {
  const factory = volatile({ base: 0, eta: 0.3, tau: 40 });
  const E = Math.exp(-10 / 40);
  const train = factors(
    factory,
    Array.from({ length: 200 }, (_, n) => 10 * n),
  );
  near(train.at(-1)!, 0.3 / (1 - 0.7 * E), 1e-12);
  assert.ok(train.every((x, n) => n === 0 || x >= train[n - 1]!));
  const model = factory.create({ arena: new Arena(), seed: 1, name: 'test', rows: 1, edges: {} as Edges });
  const first = model.onPre(0, 0);
  model.onPre(0, 1);
  model.resetDynamicState();
  assert.is(model.onPre(0, 2), first);
});

test('diffusive: a lone arrival stays out, a burst gets through, and after a pause it is shut again', () => {
  const factory = diffusive({ base: 0.01, eta: 0.3, tau: 40, theta: 0.5, hold: 0.5 });
  // filaments 0.3, 0.3 + 0.7 × 0.3 e^(-1/8) = 0.485, then above 0.5; 30 ms later held above 0.25, 300 ms later dissolved
  assert.equal(factors(factory, [0, 5, 10, 40, 340]), [0.01, 0.01, 1, 1, 0.01]);
  assert.equal(factors(factory, [0, 100, 200, 300]), [0.01, 0.01, 0.01, 0.01]);
});

test('diffusive: once closed it stays so above hold × theta, where it would not have closed', () => {
  const p = { base: 0, eta: 0.1, tau: 40, theta: 0.5 };
  const burst = Array.from({ length: 8 }, (_, n) => n);
  const late = (hold: number) => factors(diffusive({ ...p, hold }), [...burst, 37]).at(-1);
  assert.is(late(0.2), 1);
  assert.is(late(1), 0);
});

/** Factors of the arrivals of many terminals, a row a terminal. */
function terminals(factory: ShortTermFactory, times: readonly number[], rows = 4000): number[][] {
  const model = factory.create({ arena: new Arena(), seed: 3, name: 'test', rows, edges: {} as Edges });
  const at = times.map((t) => Array.from({ length: rows }, (_, row) => model.onPre(row, t)));
  return Array.from({ length: rows }, (_, row) => at.map((all) => all[row]!));
}

test('spread between terminals: relaxation and steps are log-normal about the parameters, drawn once each', () => {
  const p = { base: 0, eta: 0.1, tau: 40, deviceToDevice: 0.3 };
  const steps: number[] = [];
  const times: number[] = [];
  for (const [first, second] of terminals(volatile(p), [0, 20]) as [number, number][]) {
    steps.push(first / 0.1);
    const kept = (second - first) / (1 - first); // second = m + first (1 - m), m = first e^(-20/tau)
    times.push(-20 / Math.log(kept / first) / 40);
  }
  for (const [what, found] of Object.entries({ steps, times })) {
    const [m, sd] = [mean(found), sampleStandardDeviation(found)];
    assert.ok(Math.abs(m - 1) < (4 * 0.3) / Math.sqrt(4000), `${what}: mean ${m}`);
    assert.ok(Math.abs(sd / 0.3 - 1) < 0.08, `${what}: sd ${sd}`);
  }
  assert.ok(Math.abs(sampleCorrelation(steps, times)) < 0.07, 'independent of each other');
});

test('cycle-to-cycle spread: what an arrival adds scatters anew at each, in the same way whatever else arrives', () => {
  const p = { base: 0, eta: 0.1, tau: 1, cycleToCycle: 0.2 };
  const added = terminals(volatile(p), [0, 100, 200]); // nothing is left of an arrival at the next one
  const all = added.flat().map((a) => a / 0.1);
  assert.ok(Math.abs(mean(all) - 1) < 0.01 && Math.abs(sampleStandardDeviation(all) / 0.2 - 1) < 0.05);
  const [first, second] = [added.map((a) => a[0]!), added.map((a) => a[1]!)];
  assert.ok(Math.abs(sampleCorrelation(first, second)) < 0.07);
  const model = volatile(p).create({
    arena: new Arena(),
    seed: 3,
    name: 'test',
    rows: 4000,
    edges: {} as Edges,
  });
  for (const [n, t] of [0, 100, 200].entries()) assert.is(model.onPre(7, t), added[7]![n]!); // alone: the same draws
});

test('diffusive terminals differ too: some close the gap earlier', () => {
  const train = [0, 10, 20, 30, 40, 50];
  const closed = (p: object) => terminals(diffusive(p), train, 200).map((all) => all.indexOf(1));
  assert.is(new Set(closed({})).size, 1);
  assert.ok(new Set(closed({ deviceToDevice: 0.4 })).size > 2);
  assert.ok(new Set(closed({ cycleToCycle: 0.4 })).size > 1);
});

test.run();
