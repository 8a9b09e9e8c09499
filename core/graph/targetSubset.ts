import { UserError } from '../declare/errors.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Connect, ConnectResult, SelfConnectionMap } from './connectOptions.ts';
import type { Sources } from './sources.ts';

/** Ways to connect that share out the whole target among the places of a map. */
const MAPS = ['windows', 'convolution', 'pooling'];

/** Refuses to choose neurons of a target where the way to connect does so by itself. */
export function checkTargetSubset(connect: Connect, where: string): void {
  const map = MAPS.find((way) => way in connect);
  if (map !== undefined)
    throw new UserError(`${where}.targets cannot be given with connect.${map}, which shares out the whole target.`);
}

/** In a recurrent projection, who of those that listen the presynaptic neurons are. */
export const selfTargets = (listeners: Sources, sources: Sources): SelfConnectionMap => ({
  neuron: (i) => listeners.terminal(sources.neuron(i)),
  terminal: (j) => sources.terminal(listeners.neuron(j)),
});

/** Edges to those that listen, which were counted from 0: the same with the numbers that these have in their population. */
export function restrictTargets(
  { edges, delays }: ConnectResult,
  listeners: Sources,
  size: number,
  arena: Arena,
): ConnectResult {
  const { rows, columns, count } = edges;
  const targets = arena.indices(size, count);
  for (let k = 0; k < count; k++)
    targets[k] = listeners.neuron(edges.targets === null ? k % columns : edges.targets[k]!);
  const starts = edges.starts ?? arena.u32(rows + 1);
  if (edges.starts === null) for (let row = 0; row <= rows; row++) starts[row] = row * columns;
  return { edges: { ...edges, columns: size, targets, starts, identity: false }, delays };
}
