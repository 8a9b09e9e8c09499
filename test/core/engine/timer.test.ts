import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { type Schedule, Timer } from '../../../core/engine/timer.ts';
import { Network } from '../../../core/network.ts';
import { MAX_TIME, snap, TICK, validateTime } from '../../../core/time.ts';
import { spikeTrains } from '../../../neurons/index.ts';

function times(schedule: Schedule, until: number): number[] {
  const timer = new Timer('t', schedule, () => {});
  const found: number[] = [];
  for (; timer.next <= until; timer.scheduleAfter(timer.next)) found.push(timer.next);
  return found;
}

const refused = (make: () => unknown, message: RegExp) =>
  assert.throws(make, (e: unknown) => e instanceof UserError && message.test(e.message));

test('a period starts at 0 and never drifts', () => {
  assert.equal(times({ every: 2.5 }, 10), [0, 2.5, 5, 7.5, 10]);
  const thirds = times({ every: 0.1 }, 1000);
  assert.is(thirds.length, 10_001);
  thirds.forEach((t, k) => {
    assert.is(t, k * snap(0.1));
  });
  assert.is(times({ every: TICK }, 100 * TICK).length, 101);
});

test('given times are sorted, snapped and taken once', () => {
  assert.equal(times({ times: [3, 1, 2, 1, 0.1 + 0.2, 0.3] }, 10), [snap(0.3), 1, 2, 3]);
  assert.equal(times({ times: [] }, 10), []);
});

test('a timer can be set back and forth', () => {
  for (const schedule of [{ every: 2 }, { times: [0, 2, 4, 6] }]) {
    const timer = new Timer('t', schedule, () => {});
    for (const [t, next] of [
      [3, 4],
      [-1, 0],
      [4, 6],
      [0, 2],
      [5.5, 6],
    ] as const) {
      timer.scheduleAfter(t);
      assert.is(timer.next, next);
    }
  }
});

test('nonsense is refused by name', () => {
  refused(() => new Timer('a.b', { every: 0 }, () => {}), /a\.b: every is 0, but must be a number > 0/);
  refused(() => new Timer('a.b', { every: 1e-12 }, () => {}), /a\.b\.every is 1e-12/);
  refused(() => new Timer('a.b', { every: -1 }, () => {}), /a\.b: every is -1/);
  refused(() => new Timer('a.b', { times: [1, Number.NaN] }, () => {}), /a\.b: times\.1 is NaN/);
});

test('time: snapped to the grid; NaN, infinite, negative and too late times are refused', () => {
  assert.is(validateTime(0.1 + 0.2, 't'), validateTime(0.3, 't'));
  assert.is(validateTime(MAX_TIME, 't'), MAX_TIME);
  assert.is(snap(TICK * 0.51), TICK);
  for (const t of [Number.NaN, Infinity, -1, MAX_TIME + 1, '3' as unknown as number]) {
    refused(() => validateTime(t, 'here'), /here is .* between 0 and 134217728 ms/);
  }
  const net = new Network({ seed: 1 });
  net.run(MAX_TIME);
  refused(() => net.run(1), /the end of the run is 134217729/);
  refused(() => net.run(Number.NaN), /duration is NaN/);
});

test('timers come after all events of their instant, in the order of their names, also when added late', () => {
  const net = new Network({ seed: 1 });
  const p = net.population('p', spikeTrains({ trains: [[1, 2]] }));
  const q = net.population('q', spikeTrains({ trains: [[]] }));
  const projection = net.projection(p, q, { connect: { list: [[0, 0, 1]] } });
  const log: string[] = [];
  net.at('z', { every: 1 }, (t) => log.push(`z${t}: ${projection.arrivals}`));
  net.at('y', { times: [2, 1] }, (t) => log.push(`y${t}`));
  net.run(1);
  net.at('a', { every: 1 }, (t) => log.push(`a${t}`));
  net.run(1);
  assert.equal(log, ['z0: 0', 'y1', 'z1: 1', 'a2', 'y2', 'z2: 2']);
});

test.run();
