import { UserError } from '../../core/declare/errors.ts';
import { weightOf } from '../../core/graph/edges.ts';
import type { Neurons } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { Network } from '../../core/network.ts';

/** Describes how many of `count` values are not finite, with the first of them; undefined if all are finite. */
function describeNonFinite(what: string, count: number, value: (k: number) => number): string | undefined {
  let badCount = 0;
  let first = 0;
  for (let k = count - 1; k >= 0; k--) {
    if (Number.isFinite(value(k))) continue;
    badCount++;
    first = k;
  }
  if (badCount === 0) return undefined;
  return `${badCount.toLocaleString('en')} of the ${count.toLocaleString('en')} ${what} (number ${first} is ${value(first)})`;
}

function* listProjectionFaults({ name, edges, devices }: Projection, now: number): Generator<string | undefined> {
  const path = `projections.${name}`;
  yield describeNonFinite(`weights of ${path}`, edges.count, (k) => devices?.weight(k, now) ?? weightOf(edges, k));
  if (devices === null || edges.count === 0 || Number.isNaN(devices.conductance(0, now))) return;
  const { energy } = devices.usage;
  for (const part of ['read', 'write', 'halfSelected'] as const) {
    if (!Number.isFinite(energy[part])) yield `the ${part} energy of ${path}, ${energy[part]} J`;
  }
}

const describeNeuronFaults = ({ name, size, model }: Neurons, now: number): string | undefined =>
  describeNonFinite(`potentials of populations.${name}`, size, (j) => model.potential(j, now));

/**
 * Describes, as part of a sentence, the weights, potentials and energies of a network that are not finite; null if all are
 * finite. Energies are those of devices with a conductance.
 */
export function findNonFinite(net: Network): string | null {
  const faults: (string | undefined)[] = [];
  for (const projection of net.projections.values()) faults.push(...listProjectionFaults(projection, net.now));
  for (const population of net.populations.values())
    if (population.kind === 'neurons') faults.push(describeNeuronFaults(population, net.now));
  return faults.filter((fault) => fault !== undefined).join('; ') || null;
}

/** @throws UserError if `found`, the result of `findNonFinite`, is not null; the results in `out` are already written */
export function requireFinite(found: string | null, out: string): void {
  if (found === null) return;
  throw new UserError(`the results in ${out} are complete, but not valid: not finite are ${found}.`);
}
