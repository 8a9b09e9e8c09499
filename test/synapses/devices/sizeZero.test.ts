/** The first value of a sweep over a non-ideality: its size 0 is the ideal device. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';

/** Parameters that set each non-ideality to size 0. */
const SIZE_ZERO: Readonly<Record<string, Partial<Parameters<typeof softBound>[0]>>> = {
  deviceToDevice: { deviceToDevice: 0 },
  rangeSpread: { rangeSpread: 0 },
  gMinSpread: { gMinSpread: 0 },
  stepSpread: { stepSpread: 0 },
  stepSpreadDown: { stepSpreadDown: 0 },
  stepCorrelation: { stepCorrelation: 0 },
  cycleToCycle: { cycleToCycle: 0 },
  cycleToCycleDown: { cycleToCycleDown: 0 },
  cycleCorrelation: { cycleCorrelation: 1 },
  writeNoise: { writeNoise: 0 },
  apparentNoise: { apparentNoise: 0 },
  exponentialRetention: { retention: { tau: Infinity } },
  stretchedRetention: { retention: { model: 'stretched', tau: Infinity, beta: 0.5, spread: 0.3, temperature: 400 } },
  powerLawRetention: { retention: { model: 'powerLaw', nu: 0, spread: 0.3 } },
  endurance: { endurance: { cycles: 1e12 } },
  endlessEndurance: { endurance: { cycles: Infinity, wear: 0.1, failure: 'last' } },
  stuck: { stuck: { low: 0, high: 0 } },
  readNoise: { readNoise: { sd: 0 } },
  readNoiseOfRange: { readNoise: { sd: 0, of: 'range' } },
  telegraph: { telegraph: { amplitude: 0 } },
  readErrors: { readErrors: { rate: 0 } },
  devicesPerSynapse: { devicesPerSynapse: 1 },
};

test('a non-ideality of size 0 gives the bits of the ideal device', () => {
  const bytes = (array: Float64Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex');
  const run = (flaw: Partial<Parameters<typeof softBound>[0]>) => {
    const net = new Network({ seed: 1 });
    const input = net.population('input', poisson({ size: 8, rate: 200 }));
    const output = net.population('output', lif({ size: 4, threshold: 2 }));
    const { devices } = net.projection(input, output, {
      connect: { all: { weight: { uniform: [0.2, 0.8] } } },
      device: softBound({ gMin: 1e-6, etaUp: 0.1, etaDown: 0.1, ...flaw }),
      rule: pairStdp({}),
    });
    net.run(400);
    const { writesUp, writesDown, energy } = devices!.usage;
    assert.ok(writesUp > 50 && writesDown > 50);
    return { bits: bytes(devices!.edges.weights as Float64Array), spikes: output.spikes, writesUp, writesDown, energy };
  };
  const ideal = run({});
  for (const [name, flaw] of Object.entries(SIZE_ZERO)) assert.equal(run(flaw), ideal, name);
  assert.is.not(run({ endurance: { cycles: 1e4 } }).bits, ideal.bits);
  assert.is.not(run({ readErrors: { rate: 0, writeRate: 0.1 } }).bits, ideal.bits);
});

test.run();
