/** The gain of a rule multiplies what its pulses do from the moment on that it is set. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { linear } from '../../../synapses/devices/index.ts';
import { postTriggered } from '../../../synapses/rules/index.ts';

/** One synapse whose target spikes at each arrival. */
function one() {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[10, 110, 210]] }));
  const output = net.population('output', lif({ size: 1, threshold: 0.1 }));
  const device = linear({ gMin: 0, etaUp: 0.01 });
  const connect = { list: [[0, 0, 0.2]] as [number, number, number][] };
  const projection = net.projection(input, output, { connect, device, rule: postTriggered({}) });
  net.build();
  return { net, projection };
}

test('a step is gain times as large, from the next pulse on', () => {
  const { net, projection } = one();
  const steps = [1, 4, 0].map((gain) => {
    const before = projection.edges.weights![0]!;
    projection.rule!.gain = gain;
    net.run(100);
    return projection.edges.weights![0]! - before;
  });
  [0.01, 0.04, 0].forEach((step, i) => {
    assert.ok(Math.abs(steps[i]! - step) < 1e-7, `${steps[i]}, not ${step}`);
  });
});

test('a gain that is negative or not finite is refused', () => {
  const { projection } = one();
  for (const gain of [-1, Number.NaN, Infinity])
    assert.throws(
      () => {
        projection.rule!.gain = gain;
      },
      (error: unknown) => error instanceof UserError && /must be a finite number >= 0/.test(error.message),
    );
});

test.run();
