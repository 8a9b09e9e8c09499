/** However arrivals are taken together, it is as if they had come one by one: the same spikes and the same bits of state. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Confluence } from '../../core/engine/confluence.ts';
import { Projection } from '../../core/graph/projection.ts';
import { networkSpec, ONE_BY_ONE, run, way } from './receptions.ts';

/** Arrivals that were taken together, by what takes them. */
const together = { stretch: 0, plastic: 0, confluence: 0 };
const counted = <T extends object>(prototype: T, method: keyof T, name: keyof typeof together): void => {
  const original = prototype[method] as (...parameters: unknown[]) => number;
  prototype[method] = function (this: unknown, ...parameters: unknown[]) {
    const taken = original.apply(this, parameters);
    if (taken > 1) together[name] += taken;
    return taken;
  } as T[keyof T];
};
counted(Projection.prototype, 'stretch', 'stretch');
counted(Projection.prototype, 'plastic', 'plastic');
counted(Confluence.prototype, 'run', 'confluence');

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
  for (const [name, taken] of Object.entries(together)) assert.ok(taken > 50, `${name} took ${taken} together`);
});

test.run();
