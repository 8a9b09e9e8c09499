import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { exp } from '../math.ts';
import { Stream } from '../random/random.ts';
import { type ConnectOptions, type ConnectResult, weightSampler } from './connectOptions.ts';
import type { DistanceRule, Profile } from './distanceRule.ts';
import { EdgeBuffer, fromArrays } from './edgeList.ts';
import { Neighbourhood } from './neighbourhood.ts';
import type { NeuronPositions } from './positions.ts';
import type { Sources } from './sources.ts';

const isProfile = (v: Distribution | Profile): v is Profile =>
  typeof v === 'object' && ('gaussian' in v || 'exponential' in v || 'linear' in v || 'disc' in v);

/** Creates the function of the distance that a profile describes. */
function createProfile(p: Profile): (d: number) => number {
  if ('gaussian' in p) return (d) => p.gaussian.peak * exp((-d * d) / (2 * p.gaussian.sd * p.gaussian.sd));
  if ('exponential' in p) return (d) => p.exponential.peak * exp(-d / p.exponential.length);
  if ('linear' in p) return (d) => p.linear.peak * Math.max(0, 1 - d / p.linear.radius);
  return (d) => (d <= p.disc.radius ? p.disc.peak : 0);
}

/** Positions of both populations, which must be given and lie on one surface. @throws UserError */
function requirePositions({ places, where }: ConnectOptions) {
  for (const side of ['pre', 'post'] as const)
    if (!places?.[side])
      throw new UserError(
        `${where}.connect.distance needs the positions of both populations, but the ${side}synaptic population has none; set its \`positions\`.`,
      );
  const { pre, post, terminals } = places as { pre: NeuronPositions; post: NeuronPositions; terminals: Sources };
  const mismatch = pre.mismatch(post);
  if (mismatch !== undefined)
    throw new UserError(`${where}.connect.distance needs populations on one surface, but ${mismatch}.`);
  return { pre, post, terminals };
}

/**
 * Builds edges by distance. Pairs within the radius are visited in the order of pre, then post; a pair whose probability is
 * between 0 and 1 takes one random number.
 */
export function fromDistance(o: ConnectOptions, rule: DistanceRule): ConnectResult {
  const { probability = 1, radius = Infinity, weight, delay, selfConnections } = rule;
  const places = requirePositions(o);
  const probabilityAt = typeof probability === 'number' ? () => probability : createProfile(probability);
  const draw = new Stream(o.seed, `${o.where}/connect`);
  const weightOf = isProfile(weight) ? createProfile(weight) : weightSampler(o, weight);
  const { base = 0, velocity = Infinity, step = 0.1 } = delay ?? {};
  const search = radius < Infinity ? new Neighbourhood(places.post, radius) : null;
  const allNeurons = search === null ? Uint32Array.from({ length: o.post }, (_, j) => j) : new Uint32Array(0);
  const found = new EdgeBuffer(typeof weight === 'number' ? weight : null, delay !== undefined);
  for (let i = 0; i < o.pre; i++) {
    const neuron = places.terminals.neuron(i);
    for (const j of search?.findCandidates(places.pre.x[neuron]!, places.pre.y[neuron]!) ?? allNeurons) {
      if (selfConnections === false && o.selves?.neuron(i) === j) continue;
      const d = places.pre.distance(neuron, places.post, j);
      if (d > radius) continue;
      const p = probabilityAt(d);
      if (p <= 0 || (p < 1 && draw.uniform() >= p)) continue;
      found.push(i, j, weightOf(d), Math.round((base + d / velocity) / step) * step);
    }
  }
  return fromArrays(o, found.edges, 'distance');
}
