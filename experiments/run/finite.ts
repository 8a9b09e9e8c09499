import { UserError } from '../../core/declare/errors.ts';
import { weightOf } from '../../core/graph/edges.ts';
import type { Neurons } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { Network } from '../../core/network.ts';

/** How many of `count` values, called `what`, are no finite numbers, and the first of them; null where there is none. */
function told(what: string, count: number, value: (k: number) => number): string | null {
  let bad = 0;
  let first = 0;
  for (let k = count - 1; k >= 0; k--) {
    if (Number.isFinite(value(k))) continue;
    bad++;
    first = k;
  }
  if (bad === 0) return null;
  return `${bad.toLocaleString('en')} of the ${count.toLocaleString('en')} ${what} (number ${first} is ${value(first)})`;
}

function* inProjection({ name, edges, devices }: Projection, now: number): Generator<string | null> {
  const path = `projections.${name}`;
  yield told(`weights of ${path}`, edges.count, (k) => devices?.weight(k, now) ?? weightOf(edges, k));
  if (devices === null || edges.count === 0 || Number.isNaN(devices.conductance(0, now))) return;
  const { energy } = devices.usage;
  for (const part of ['read', 'write', 'halfSelected'] as const) {
    if (!Number.isFinite(energy[part])) yield `the ${part} energy of ${path}, ${energy[part]} J`;
  }
}

const inNeurons = ({ name, size, model }: Neurons, now: number): string | null =>
  told(`potentials of populations.${name}`, size, (j) => model.potential(j, now));

/**
 * What in a network is no finite number although it should be, as part of a sentence; null where all is well. It looks at
 * every weight and potential once, and at the energies of devices that have a conductance.
 */
export function notFinite(net: Network): string | null {
  const found: (string | null)[] = [];
  for (const projection of net.projections.values()) found.push(...inProjection(projection, net.now));
  for (const population of net.populations.values())
    if (population.kind === 'neurons') found.push(inNeurons(population, net.now));
  const all = found.filter((part) => part !== null);
  return all.length > 0 ? all.join('; ') : null;
}

/** Ends a run whose results are written but not to be trusted. `found` is what `notFinite` has. */
export function requireFinite(found: string | null, out: string): void {
  if (found === null) return;
  throw new UserError(`the results in ${out} are whole, but cannot be trusted: not finite are ${found}.`);
}
