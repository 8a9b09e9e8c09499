/** However arrivals are taken together, it is as if they had come one by one: the same spikes and the same bits of state. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Confluence } from '../../../core/engine/confluence.ts';
import { OneLane } from '../../../core/engine/oneLane.ts';
import type { Reception } from '../../../core/engine/reception.ts';
import { Recurrent } from '../../../core/engine/recurrent.ts';
import { Stream } from '../../../core/engine/stream.ts';
import { networkSpec, ONE_BY_ONE, run, way } from './waysToRun.ts';

/** How often each faster reception served. */
const served = { oneLane: 0, confluence: 0, recurrent: 0, stream: 0 };
const counted = (prototype: Reception, name: keyof typeof served): void => {
  const { take } = prototype;
  prototype.take = function (first, horizon) {
    const reached = take.call(this, first, horizon);
    if (reached >= 0) served[name]++;
    return reached;
  };
};
counted(OneLane.prototype, 'oneLane');
counted(Confluence.prototype, 'confluence');
counted(Recurrent.prototype, 'recurrent');
counted(Stream.prototype, 'stream');

/** Equal but for the order in which energies were added up. */
const closeTo = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((x, i) => Math.abs(x - b[i]!) <= 1e-12 * Math.abs(b[i]!));

test('any way to run a network gives the bits of one event after the other', () => {
  let spikes = 0;
  fc.assert(
    fc.property(networkSpec, way, (s, w) => {
      const expected = run(s, ONE_BY_ONE);
      const found = run(s, w);
      assert.equal(found.spikes, expected.spikes);
      assert.equal(found.end, expected.end);
      assert.equal(found.potentials, expected.potentials);
      assert.ok(closeTo(found.books, expected.books), `${found.books} is not ${expected.books}`);
      spikes += expected.spikes.length;
    }),
    { numRuns: Number(process.env.RUNS ?? 250) },
  );
  assert.ok(spikes > 3000, `only ${spikes} spikes`);
  for (const [name, times] of Object.entries(served)) assert.ok(times > 0, `${name} never served`);
});

test.run();
