// slow: simulates 5,000 neurons with white noise for 700 ms
/** Example brunelHakim1999.yaml: neurons fire irregularly at low rates, the population oscillates. */
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildNetwork } from '../../experiments/network/build.ts';
import { loadNetwork } from '../../experiments/run/loadNetwork.ts';

const FILE = fileURLToPath(new URL('../../../experiments/examples/papers/brunelHakim1999.yaml', import.meta.url));
const [START, END] = [200, 700];

test('rate of the neurons and frequency of the population', async () => {
  const net = buildNetwork(await loadNetwork(FILE, {}));
  const cells = net.populations.get('cells')!;
  const spikes = net.recordSpikes([cells]);
  net.run(END);
  const times = spikes.trains('cells').flatMap((train) => [...train.filter((t) => t >= START)]);
  const rate = times.length / cells.size / ((END - START) / 1000);
  assert.ok(Math.abs(rate - 3.57) < 0.1, `${rate} Hz; Brian2: 3.572 Hz`);
  const power = (hz: number) => {
    const sum = (part: (x: number) => number) => times.reduce((s, t) => s + part((2 * Math.PI * hz * t) / 1000), 0);
    return sum(Math.cos) ** 2 + sum(Math.sin) ** 2;
  };
  const spectrum = Array.from({ length: 95 }, (_, k) => power(20 + 4 * k));
  const peak = 20 + 4 * spectrum.indexOf(Math.max(...spectrum));
  assert.ok(peak > 125 && peak < 155, `peak at ${peak} Hz`);
  assert.ok(Math.max(...spectrum) > 30 * [...spectrum].sort((a, b) => a - b)[47]!, 'no oscillation');
});

test.run();
