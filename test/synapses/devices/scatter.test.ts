/** Scatter of steps by direction: from cycle to cycle, and between devices. */
import { sampleCorrelation } from 'simple-statistics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linear } from '../../../synapses/devices/index.ts';
import { bench, mean, sd } from './bench.ts';

const N = 8000;
const near = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} ${found}, not ${expected}`);

test('steps scatter by direction, and go together until the direction turns', () => {
  const b = bench(
    linear({ gMin: 0, etaUp: 0.02, etaDown: 0.02, cycleToCycle: 0.4, cycleToCycleDown: 0.1, cycleCorrelation: 0.6 }),
    { weight: 0.3, columns: N },
  );
  const steps = [1, 1, -1, -1, 1].map((way, n) => {
    const before = b.weights();
    b.pulse(way, n);
    return b.weights().map((w, k) => (w - before[k]!) / (0.02 * way));
  });
  steps.forEach((own, n) => {
    const up = n < 2 || n === 4;
    near(mean(own), 1, 0.02, `mean of step ${n}`);
    near(sd(own), up ? 0.4 : 0.1, up ? 0.02 : 0.005, `sd of step ${n}`);
  });
  const together = (a: number, c: number) => sampleCorrelation([...steps[a]!], [...steps[c]!]);
  near(together(0, 1), 0.6, 0.04, 'one train up');
  near(together(2, 3), 0.6, 0.04, 'one train down');
  near(together(1, 2), 0, 0.05, 'up and down');
  near(together(0, 4), 0, 0.05, 'before and after the turns');
});

test('downward steps spread by their own', () => {
  const spread = { stepSpread: 0.5, stepSpreadDown: 0.2 };
  const b = bench(linear({ gMin: 0, etaUp: 0.01, etaDown: 0.01, ...spread }), { weight: 0.5, columns: N });
  const logs = [1, -1].map((way, n) => {
    const before = b.weights();
    b.pulse(way, n);
    return b.weights().map((w, k) => Math.log(Math.abs(w - before[k]!)));
  });
  near(sd(logs[0]!), Math.sqrt(Math.log1p(0.25)), 0.02, 'up');
  near(sd(logs[1]!), Math.sqrt(Math.log1p(0.04)), 0.01, 'down');
  near(sampleCorrelation([...logs[0]!], [...logs[1]!]), 1, 1e-6, 'together');
});

test.run();
