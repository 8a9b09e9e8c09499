/** Hidden synapses: what hides one, that it costs and does nothing, and what shows it again. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lif, linear, Network, poisson } from '../../../experiments/index.ts';
import { bench } from './bench.ts';

const device = (stash: object) => linear({ gMin: 1e-6, gMax: 1e-5, etaUp: 0.25, stash: { change: 0.01, ...stash } });

test('after two pulses without a change it is neither written, read nor felt, until revealed', () => {
  const b = bench(device({ pulses: 2 }), { weight: 0.8 });
  for (let n = 0; n < 3; n++) b.pulse(1, n); // the first one reaches the bound
  assert.is(b.devices.usage.hidden, 1);
  assert.equal(b.weights(), [0]);
  const { energy, reads, skipped } = b.devices.usage;
  b.pulse(-1, 4);
  b.devices.readRow(0, 5);
  const after = b.devices.usage;
  assert.equal([after.energy, after.reads, after.skipped], [energy, reads, skipped + 1]);
  b.devices.unmaskSynapses!();
  assert.is(b.devices.usage.hidden, 0);
  assert.equal(b.weights(), [1]);
  b.devices.readRow(0, 6);
  assert.is(b.devices.usage.reads, reads + 1);
  assert.ok(Math.abs(b.devices.usage.energy.read - energy.read - 0.1 ** 2 * 1e-5 * 1e-8) < 1e-24);
});

test('a pulse that writeOnChange saves is one that changed nothing', () => {
  const at = (weight: number) => {
    const b = bench(linear({ etaUp: 0.25, writeOnChange: true, stash: { pulses: 2, change: 0.01 } }), { weight });
    for (let n = 0; n < 2; n++) b.pulse(1, n);
    return b.devices.usage;
  };
  assert.equal([at(1).hidden, at(1).writesUp, at(1).skipped], [1, 0, 2]);
  assert.equal([at(0.8).hidden, at(0.8).writesUp, at(0.8).skipped], [0, 1, 1]);
});

test('a change in between starts the count again; states above `below` are never hidden', () => {
  const b = bench(device({ pulses: 2 }), { weight: 1 });
  for (const strength of [1, -1, 1, 1]) b.pulse(strength);
  assert.is(b.devices.usage.hidden, 0);
  b.pulse(1);
  assert.is(b.devices.usage.hidden, 1);
  const low = bench(device({ pulses: 1, below: 0.5 }), { weight: 1 });
  for (let n = 0; n < 5; n++) low.pulse(1);
  assert.is(low.devices.usage.hidden, 0);
});

test('it is shown again after the pulses that it may miss', () => {
  const b = bench(device({ pulses: 1, misses: 3 }), { weight: 1 });
  b.pulse(1);
  for (let n = 0; n < 2; n++) b.pulse(-1);
  assert.equal(b.weights(), [0]);
  b.pulse(-1);
  assert.equal(b.weights(), [1]);
  b.pulse(-1);
  assert.ok(b.weights()[0]! < 1);
});

test('what it does not go with is refused', () => {
  const make = (extra: object) => () => {
    const net = new Network({ seed: 1 });
    const a = net.population('a', poisson({ size: 1, rate: 1 }));
    const c = net.population('c', lif({ size: 1 }));
    net.projection(a, c, { connect: { all: { weight: 0.5 } }, device: linear({ stash: {}, ...extra } as never) });
  };
  assert.throws(make({ readNoise: { sd: 0.1 } }), /device.stash needs devices whose reads return the stored state/);
  assert.throws(make({ selection: 'half', disturb: { threshold: 1, share: 0 } }), /selection must be "transistor"/);
});

test.run();
