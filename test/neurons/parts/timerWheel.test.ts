/** The wheel against a plain list. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { TimerWheel } from '../../../neurons/parts/timerWheel.ts';

const WIDTH = 0.25;
const steps = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.oneof(fc.double({ min: WIDTH, max: 500, noNaN: true }), fc.constant(Infinity)),
    fc.double({ min: 0, max: 60, noNaN: true }),
  ),
  { maxLength: 80 },
);

test('nobody is late, early by less than a width only, and a loaded wheel goes on alike', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 80 }), (list, cut) => {
      let wheel = new TimerWheel(10, 0.3, new Arena());
      const expected = new Array<number>(10).fill(Infinity);
      let now = 0;
      list.forEach(([neuron, ahead, pause], k) => {
        wheel.setTime(neuron, now + ahead, now);
        expected[neuron] = now + ahead;
        if (k === cut) {
          const loaded = new TimerWheel(10, 0.3, new Arena());
          for (const key of ['wakeTimes', 'wakeNext'] as const) loaded.state[key].set(wheel.state[key]);
          loaded.rebuildLinkedLists();
          wheel = loaded;
        }
        const until = now + pause;
        while (wheel.nextTime <= until) {
          now = wheel.nextTime;
          for (let j = wheel.popDueNeuron(now); j >= 0; j = wheel.popDueNeuron(now)) {
            assert.ok(now <= expected[j]! && now > expected[j]! - WIDTH, `${j} at ${now}, not ${expected[j]}`);
            expected[j] = Infinity;
          }
        }
        now = until;
        for (const time of expected) assert.ok(time > now, 'late');
      });
    }),
  );
});

test('a wheel whose last check was removed gives none and is empty', () => {
  const wheel = new TimerWheel(3, 0.3, new Arena());
  wheel.setTime(2, 5, 0);
  wheel.setTime(2, Infinity, 1);
  assert.ok(wheel.nextTime < Infinity, 'the bound is lowered by a removal only at the next request');
  assert.is(wheel.popDueNeuron(6), -1);
  assert.is(wheel.nextTime, Infinity);
});

test.run();
