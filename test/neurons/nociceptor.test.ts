/** Threshold, relaxation, no adaptation, sensitisation: each against its closed form. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { nociceptor, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';

/** Times of the spikes that single pulses [time, mV] make. */
function response(pulses: readonly (readonly [number, number])[], params: object = {}): readonly number[] {
  const net = new Network({ seed: 1 });
  const source = net.population('source', spikeTrains({ trains: pulses.map(([t]) => [t]) }));
  const neuron = net.population('n', nociceptor({ size: 1, ...params }));
  net.projection(source, neuron, { connect: { list: pulses.map(([, w], i) => [i, 0, w]) } });
  const rows = new Rows();
  net.recordSpikes([neuron], rows);
  net.run(2e5);
  net.flush();
  return rows.column('time');
}

test('all or nothing at the threshold; pulses add up while they last', () => {
  assert.equal(response([[10, 14.999]]), []);
  assert.equal(response([[10, 15]]), [10]);
  const second = 15 - 10 * Math.exp(-5 / 20);
  assert.equal(
    response([
      [10, 10],
      [15, second + 1e-9],
    ]),
    [15],
  );
  assert.equal(
    response([
      [10, 10],
      [15, second - 1e-9],
    ]),
    [],
  );
  assert.equal(
    response([
      [10, 8],
      [10, 8],
    ]),
    [10],
    'arrivals of one instant count together',
  );
});

test('relaxation: a weak pulse passes soon after a strong one, by the filament that is left', () => {
  const dt = 50;
  const lowered = 15 * (1 - 0.3 * Math.exp(-dt / 100));
  assert.equal(
    response([
      [10, 20],
      [10 + dt, lowered + 1e-9],
    ]),
    [10, 60],
  );
  assert.equal(
    response([
      [10, 20],
      [10 + dt, lowered - 1e-9],
    ]),
    [10],
  );
});

test('no adaptation: a hundred equal stimuli, a hundred responses', () => {
  assert.is(response(Array.from({ length: 100 }, (_, k) => [1000 * k, 15] as const)).length, 100);
});

test('sensitisation: a lower threshold and stronger arrivals until the injury has healed', () => {
  for (const dt of [1000, 20_000]) {
    const injury = ((80 - 30) / 100) * Math.exp(-dt / 1e4);
    const filament = Math.exp(-dt / 100);
    const needed = (15 * (1 - 0.4 * injury) * (1 - 0.3 * filament)) / (1 + 0.5 * injury);
    assert.is(
      response([
        [10, 80],
        [10 + dt, needed * (1 + 1e-9)],
      ]).length,
      2,
    );
    assert.is(
      response([
        [10, 80],
        [10 + dt, needed * (1 - 1e-9)],
      ]).length,
      1,
    );
  }
  assert.is(
    response([
      [10, 80],
      [150_000, 14.99],
    ]).length,
    1,
    'healed',
  );
  assert.is(
    response(
      [
        [10, 80],
        [150_000, 14.99],
      ],
      { recovery: Infinity },
    ).length,
    2,
    'for good',
  );
  assert.is(
    response([
      [10, 29.9],
      [5000, 14.9],
    ]).length,
    1,
    'what does not injure does not sensitise',
  );
});

test.run();
