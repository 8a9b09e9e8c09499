/** Every example runs and gives the figure that its docstring promises. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as arrowLog from '../../experiments/examples/arrowLog.ts';
import * as changingRates from '../../experiments/examples/changingRates.ts';
import * as checkpoint from '../../experiments/examples/checkpoint.ts';
import * as devicePulses from '../../experiments/examples/devicePulses.ts';
import * as escapeRate from '../../experiments/examples/escapeRate.ts';
import * as firstNetwork from '../../experiments/examples/firstNetwork.ts';
import * as shortTermPlasticity from '../../experiments/examples/shortTermPlasticity.ts';
import * as sparseNetwork from '../../experiments/examples/sparseNetwork.ts';
import * as stdpWindow from '../../experiments/examples/stdpWindow.ts';
import * as winnerTakeAll from '../../experiments/examples/winnerTakeAll.ts';
import { loadConfig, networkSchema, openLog, runNetwork } from '../../experiments/index.ts';

const SOURCES = fileURLToPath(new URL('../../../experiments/examples/', import.meta.url));
const near = (a: number, b: number, tolerance: number) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

/** What each example must show. A new example without an entry here fails. */
const CHECKS: Record<string, (directory: string) => void> = {
  firstNetwork: (directory) => {
    const { rates, picture, rows } = firstNetwork.main(directory);
    near(rates.input, 20, 2);
    near(rates.output, 18, 4);
    assert.ok(rows > 2000);
    assert.match(readFileSync(picture, 'utf8'), /^<svg .*A first network/);
  },
  stdpWindow: () => {
    for (const { lag, change } of stdpWindow.main()) {
      near(change, Math.sign(lag) * (lag > 0 ? 0.01 : 0.012) * Math.exp(-Math.abs(lag) / 20), 1e-12);
    }
  },
  shortTermPlasticity: () => {
    const { depressing, facilitating, pairedPulseRatio } = shortTermPlasticity.main();
    for (const [i, e] of [0.5, 0.265147, 0.154835, 0.10302, 0.078683].entries()) near(depressing[i]!, e, 1e-6);
    for (const [i, e] of [0.15, 0.238859, 0.27319, 0.278932, 0.275821].entries()) near(facilitating[i]!, e, 1e-6);
    near(pairedPulseRatio, 1.59239338306, 1e-9);
  },
  devicePulses: () => {
    const { range, writes, energy } = devicePulses.main();
    for (const [n, g] of Object.entries({ 1: 0.01, 2: 0.019704455335, 10: 0.088483276509, 100: 0.46384248313 })) {
      near(range[Number(n) - 1]!, g, 1e-11);
    }
    assert.ok(range[199]! < range[99]! && range[199]! > 0.3);
    assert.is(writes, 200);
    assert.ok(energy.write > 0 && energy.read > 0);
  },
  winnerTakeAll: () => {
    const { neurons } = winnerTakeAll.main();
    const halves = neurons.map(({ first, second }) => {
      assert.ok(Math.max(first, second) > 5 * Math.min(first, second), `${first} and ${second}`);
      return first > second;
    });
    assert.ok(halves.includes(true) && halves.includes(false));
  },
  escapeRate: () => {
    for (const { current, exact, noisy } of escapeRate.main()) {
      const drive = (10 / 250) * current; // R I, mV
      near(exact, drive > 15 ? 1000 / (2 + 10 * Math.log(drive / (drive - 15))) : 0, 0.25);
      if (noisy > 4) near(noisy / renewalRate(drive), 1, 0.05);
    }
  },
  arrowLog: (directory) => {
    const { rows, spikes, last, metadata } = arrowLog.main(directory);
    assert.is(rows, spikes);
    near(rows, 2000, 200);
    assert.ok(last > 9900 && last <= 10_000);
    assert.is(metadata.populations, '["noise"]');
  },
  checkpoint: (directory) => {
    const { spikes, sameSpikes, sameWeights } = checkpoint.main(directory);
    assert.ok(spikes > 500 && sameSpikes && sameWeights);
  },
  changingRates: () => {
    const [low, high, none, middle] = changingRates.main();
    near(low!, 500, 5 * Math.sqrt(500));
    near(high!, 2000, 5 * Math.sqrt(2000));
    assert.is(none, 0);
    near(middle!, 1000, 5 * Math.sqrt(1000));
  },
  sparseNetwork: () => {
    const { rate, cv } = sparseNetwork.main();
    near(rate, 31, 5);
    near(cv, 1.15, 0.3);
  },
};

/** Rate in Hz of a neuron that fires with hazard 10 Hz e^((V - 15)/4) while V rises from reset: 1 / (t_ref + mean survival). */
function renewalRate(drive: number): number {
  const step = 0.01;
  let [hazard, survival] = [0, 0];
  for (let t = step / 2; hazard < 40; t += step) {
    const rate = 0.01 * Math.exp((drive * (1 - Math.exp(-t / 10)) - 15) / 4);
    survival += step * Math.exp(-hazard - (rate * step) / 2);
    hazard += rate * step;
  }
  return 1000 / (2 + survival);
}

const test = suite<{ directory: string }>('examples', { directory: '' });
test.before.each((context) => {
  context.directory = mkdtempSync(join(tmpdir(), 'memspike-examples-'));
});
test.after.each(({ directory }) => {
  rmSync(directory, { recursive: true });
});

test('every example is checked', () => {
  const files = readdirSync(SOURCES).filter((name) => name.endsWith('.ts') && name !== 'support.ts');
  assert.equal(files.map((name) => name.slice(0, -3)).sort(), Object.keys(CHECKS).sort());
});

for (const [name, check] of Object.entries(CHECKS)) test(name, ({ directory }) => check(directory));

async function run(name: string, out: string, set: string[] = []): Promise<void> {
  const file = join(SOURCES, `${name}.yaml`);
  const description = loadConfig(networkSchema, { file, set }, 'network');
  assert.ok(await runNetwork({ description, source: file, out }));
}

const rowsOf = (log: string): number => [...openLog(log)].reduce((sum, { rows }) => sum + rows, 0);

test('every network file is run', async ({ directory }) => {
  const sweeps = ['budget.yaml', 'sweep.yaml'];
  const files = readdirSync(SOURCES).filter((name) => name.endsWith('.yaml') && !sweeps.includes(name));
  assert.equal(files.sort(), [
    'learning.yaml',
    'measuredSteps.yaml',
    'memristiveNeurons.yaml',
    'network.yaml',
    'replay.yaml',
    'winnerTakeAll.yaml',
  ]);
  const at = (name: string) => join(directory, name);

  await run('measuredSteps', at('steps'));
  assert.is(rowsOf(at('steps/weights.arrows')), 5 * 50); // 50 synapses, at 0, 500 … 2000 ms

  await run('network', at('network'));
  assert.is(rowsOf(at('network/potentials.arrows')), 3);
  assert.is(rowsOf(at('network/weights.arrows')), 11 * 200); // 100 synapses onto 2 neurons, at 0, 100 … 1000 ms

  await run('memristiveNeurons', at('memristive'));
  const { populations } = summary(at('memristive'));
  assert.is(populations.image!.spikes, 5);
  for (const name of ['cells', 'several', 'switches', 'filaments', 'oscillators']) {
    assert.ok(populations[name]!.spikes > 2, `${name}: ${populations[name]!.spikes}`);
  }

  await run('winnerTakeAll', at('winner'));
  const winner = summary(at('winner'));
  assert.ok(winner.populations.output!.spikes > 100 && winner.events.writes === 40 * winner.populations.output!.spikes);

  await run('replay', at('replay'), [`populations.input.log=${at('winner')}`]);
  assert.is(summary(at('replay')).populations.input!.spikes, winner.populations.input!.spikes);
});

interface Summary {
  readonly events: { readonly writes: number };
  readonly populations: Record<string, { readonly spikes: number }>;
}
const summary = (directory: string) => JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as Summary;

test.run();
