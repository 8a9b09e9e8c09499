/** Failure codes: 0 works, 1 stuck from the start, 2 worn out; and the counts that belong to them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linear } from '../../../../synapses/devices/index.ts';
import { bench } from '../bench.ts';

const COLUMNS = 400;
const countOf = (codes: ArrayLike<number>, code: number) => Array.from(codes).filter((one) => one === code).length;

test('devices are stuck from the start, worn out, or work', () => {
  const endurance = { cycles: 5, spread: 0, failure: 'high', wear: Infinity } as const;
  const b = bench(linear({ gMin: 0, endurance, stuck: { low: 0.2, high: 0.1 } }), { weight: 0.5, columns: COLUMNS });
  const atStart = b.devices.usage.failures!;
  const stuckCount = countOf(atStart, 1);
  assert.ok(Math.abs(stuckCount / COLUMNS - 0.3) < 0.1, `${stuckCount} stuck`);
  assert.is(countOf(atStart, 0), COLUMNS - stuckCount);
  for (let n = 1; n <= 4; n++) b.pulse(0.1, n);
  assert.equal([...b.devices.usage.failures!], [...atStart]);
  assert.is(b.devices.usage.wornOut, 0);
  b.pulse(0.1, 5);
  const { failures, wornOut } = b.devices.usage;
  assert.equal(
    [...failures!],
    [...atStart].map((code) => (code === 1 ? 1 : 2)),
  );
  assert.is(wornOut, COLUMNS - stuckCount);
  b.pulse(0.1, 6);
  assert.is(b.devices.usage.wornOut, wornOut, 'a device fails once');
});

test('devices that cannot fail have no failure codes', () => {
  assert.is(bench(linear({}), { weight: 0.5 }).devices.usage.failures, null);
});

test.run();
