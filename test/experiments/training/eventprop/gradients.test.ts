// slow: finite differences of 200 random networks
/** Exact gradients against 5-point finite differences of a reference without time grid. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gradients } from '../../../../experiments/training/supervised/index.ts';
import { describeNetwork, differentiate, drawNetwork, simulate, type TestNetwork } from './reference.ts';

const NETWORKS = Number(process.env.MEMSPIKE_GRADIENT_NETWORKS ?? 40);
const MIN_SLOPE = 0.03;
const TOLERANCE = 3e-7;
/** Largest entry below which rounding of the differences (1e-15 × loss / step) exceeds the tolerance. */
const SMALLEST_SCALE = 1e-3;

function compare(seed: number) {
  const n = drawNetwork(seed);
  const base = simulate(n);
  if (!(base.slope > MIN_SLOPE) || base.loss === Infinity) return null;
  const found = gradients(describeNetwork(n), { population: 'output', ...n.loss });
  const ids = new Map(n.synapses.map(([i, j], k) => [`${i},${j}`, k]));
  const offsets = { input: 0, hidden: n.inputs.length, output: n.inputs.length + n.hidden };
  const spikes = (['hidden', 'output'] as const).flatMap((name) =>
    Array.from(found.spikes[name]!.times, (t, k) => [offsets[name] + found.spikes[name]!.neurons[k]!, t] as const),
  );
  const sorted = [...base.spikes].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  spikes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  assert.equal(spikes.length, sorted.length, `seed ${seed}: number of spikes`);
  spikes.forEach(([neuron, t], k) => {
    assert.equal(neuron, sorted[k]![0]);
    assert.ok(Math.abs(t - sorted[k]![1]) < 2 ** -26, `seed ${seed}: spike at ${t}, not ${sorted[k]![1]}`);
  });
  assert.ok(
    Math.abs(found.loss - base.loss) <= 1e-9 * Math.max(1, Math.abs(base.loss)),
    `seed ${seed}: ${found.loss}, ${base.loss}`,
  );
  const changed =
    (k: number, field: 2 | 3) =>
    (by: number): TestNetwork => ({
      ...n,
      synapses: n.synapses.map((s, i) => (i === k ? (s.with(field, s[field] + by) as typeof s) : s)),
    });
  const errors: Record<string, number> = {};
  let isOrdered = true;
  const check = (name: string, pairs: [number, number | null][]) => {
    if (pairs.some(([, expected]) => expected === null)) isOrdered = false;
    const kept = pairs.filter((pair): pair is [number, number] => pair[1] !== null);
    const largest = kept.reduce((most, [, expected]) => Math.max(most, Math.abs(expected)), SMALLEST_SCALE);
    errors[name] = kept.reduce((most, [a, b]) => Math.max(most, Math.abs(a - b) / largest), 0);
  };
  const entries = (key: 'weightGradient' | 'delayGradient', field: 2 | 3) =>
    Object.entries(found.projections).flatMap(([name, p]) => {
      const from = name === 'first' ? 0 : offsets.hidden;
      const to = name === 'second' ? offsets.output : offsets.hidden;
      return Array.from(p[key], (value, k): [number, number | null] => {
        const synapse = ids.get(`${from + p.pre[k]!},${to + p.post[k]!}`)!;
        return [value, differentiate(base, changed(synapse, field))];
      });
    });
  check('weights', entries('weightGradient', 2));
  const isDelayed = n.synapses.every(([, , , d]) => d > 0);
  if (isDelayed) check('delays', entries('delayGradient', 3));
  const next = n.inputs.map(() => 0);
  const { neurons, timeGradient } = found.spikes.input!;
  check(
    'times',
    Array.from(timeGradient, (value, k): [number, number | null] => {
      const [i, j] = [neurons[k]!, next[neurons[k]!]!++];
      const shift = (by: number) => n.inputs.map((train, a) => train.map((t, b) => (a === i && b === j ? t + by : t)));
      return [value, differentiate(base, (by) => ({ ...n, inputs: shift(by) }))];
    }),
  );
  return { errors, isOrdered, spikes: spikes.length };
}

test('weights, delays and input times of random networks', () => {
  let qualified = 0;
  for (let seed = 0; seed < NETWORKS; seed++) {
    const result = compare(seed);
    if (process.env.MEMSPIKE_GRADIENT_NETWORKS)
      console.log(seed, drawNetwork(seed).loss.measure, JSON.stringify(result));
    if (result === null) continue;
    for (const [name, error] of Object.entries(result.errors))
      assert.ok(error <= TOLERANCE, `seed ${seed}, ${name}: error ${error} of the largest entry`);
    if (result.isOrdered) qualified++;
  }
  assert.ok(qualified >= 0.9 * NETWORKS, `only ${qualified} of ${NETWORKS} networks qualify`);
});

test.run();
