import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { log1p } from '../elementary.ts';
import type { Floats } from '../kernels/arena.ts';
import { RandomStream } from '../random/random.ts';
import { validateTime } from '../time.ts';
import {
  type ConnectOptions,
  type ConnectResult,
  computeBytesPerSynapse,
  createEdges,
  createWeightSampler,
  drawDelays,
  getConnectPath,
  type SelfConnectionMap,
} from './connectOptions.ts';
import { connectByDistance } from './distance.ts';
import { connectByEdgeArrays, connectByPairFunction, connectBySynapseList, connectByWeightMatrix } from './edgeList.ts';
import type { Edges } from './edges.ts';
import { connectPooling, connectWindows } from './maps.ts';

/**
 * Connects neurons by a connection rule.
 * @throws UserError for edges that exceed the memory, or weights that are not finite
 */
export function connectNeurons(o: ConnectOptions): ConnectResult {
  const result = buildEdges(o);
  checkFinite(result.edges, o);
  return result;
}

function checkFinite({ weights, weight, columns, starts, targets }: Edges, o: ConnectOptions) {
  const round = o.precision === 'f32' ? Math.fround : (w: number) => w;
  const bad = weights === null ? -1 : weights.findIndex((w) => !Number.isFinite(w));
  if (weights === null ? Number.isFinite(round(weight)) : bad < 0) return;
  const row = starts === null ? Math.floor(bad / columns) : starts.findIndex((_, r) => starts[r + 1]! > bad);
  const post = targets === null ? bad % columns : targets[bad]!;
  const which =
    weights === null
      ? `all weights are ${weight}`
      : `the weight from neuron ${row % o.preCount} to neuron ${post} is ${weights[bad]}`;
  throw new UserError(
    `${getConnectPath(o)}: weights must be finite ${o.precision === 'f32' ? '32-bit ' : ''}numbers, but ${which}.`,
  );
}

function buildEdges(o: ConnectOptions): ConnectResult {
  const { projectionPath: path, preCount: pre, postCount: post, selfMap } = o;
  const c = o.connect;
  if (typeof o.delay === 'number' && 'all' in c && !(selfMap !== null && c.all.selfConnections === false))
    return createDense(o, c.all.weight);
  if ('list' in c) return connectBySynapseList(o, c.list);
  if ('edges' in c) return connectByEdgeArrays(o, c.edges);
  if ('pairs' in c) return connectByPairFunction(o, c.pairs);
  if ('distance' in c) return connectByDistance(o, c.distance);
  if ('matrix' in c) return connectByWeightMatrix(o, c.matrix.weights, c.matrix.shape);
  if ('windows' in c) return connectWindows(o, c.windows, false);
  if ('convolution' in c) return connectWindows(o, c.convolution, true);
  if ('pooling' in c) return connectPooling(o, c.pooling);
  if ('oneToOne' in c) {
    if (pre !== post) {
      throw new UserError(
        `${path}.connect.oneToOne needs equal sizes, but the populations have ${pre} and ${post} neurons.`,
      );
    }
    return createSparse(o, c.oneToOne.weight, pre, (visit) => {
      for (let i = 0; i < pre; i++) visit(i, i, i);
    });
  }
  const options = 'all' in c ? c.all : 'probability' in c ? c.probability : 'total' in c ? c.total : c.inDegree;
  const self = options.selfConnections === false ? selfMap : null;
  const createStream = () => new RandomStream(o.seed, `${path}/connect`);
  if ('inDegree' in c) {
    const available = pre - (self === null ? 0 : 1);
    const { k, weight } = c.inDegree;
    if (k > available) {
      throw new UserError(
        `${path}.connect.inDegree.k is ${k}, but there are only ${available} presynaptic neurons to choose from.`,
      );
    }
    return createSparse(o, weight, k * post, (visit) => visitFixedInDegree(pre, post, k, self, createStream(), visit));
  }
  if ('total' in c) {
    const { n, weight } = c.total;
    if (n > 0 && pre * post - (self === null ? 0 : 1) <= 0)
      throw new UserError(`${path}.connect.total.n is ${n}, but no pair of different neurons exists.`);
    return createSparse(o, weight, n, (visit) => visitRandomPairs(pre, post, n, self, createStream(), visit));
  }
  const p = 'all' in c ? 1 : c.probability.p;
  return createSparse(o, options.weight, p * pre * post, (visit) =>
    visitWithProbability(pre, post, p, self, createStream(), visit),
  );
}

function createDense(o: ConnectOptions, weight: Distribution): ConnectResult {
  const { preCount: pre, postCount: post, arena } = o;
  const hasWeights = o.isPlastic || typeof weight !== 'number';
  if (hasWeights)
    arena.requireSpaceFor(
      pre * post * (o.precision === 'f32' ? 4 : 8),
      `${o.projectionPath} with ${pre * post} synapses`,
    );
  const weights = hasWeights ? arena.floats(o.precision, pre * post) : null;
  const draw = createWeightSampler(o, weight);
  if (weights !== null) for (let k = 0; k < weights.length; k++) weights[k] = draw();
  return createEdges(o, [validateTime(o.delay as number, `${o.projectionPath}.delay`)], { weights, weight });
}

function createSparse(
  o: ConnectOptions,
  weight: Distribution,
  expected: number,
  visitPairs: PairVisitor,
): ConnectResult {
  const hasWeights = o.isPlastic || typeof weight !== 'number';
  o.arena.requireSpaceFor(
    expected * computeBytesPerSynapse(o, hasWeights),
    `${o.projectionPath} with ${Math.round(expected)} synapses`,
  );
  const [delayOf, delays] = drawDelays(o);
  const starts = o.arena.u32(delays.length * o.preCount + 1);
  visitPairs((pre, _post, index) => {
    starts[delayOf(index) * o.preCount + pre + 1]!++;
  });
  for (let r = 1; r < starts.length; r++) starts[r]! += starts[r - 1]!;
  const count = starts[starts.length - 1]!;
  const targets = o.arena.indices(o.postCount, count);
  const next = starts.slice();
  visitPairs((pre, post, index) => {
    targets[next[delayOf(index) * o.preCount + pre]!++] = post;
  });
  const hasDistinctTargets = !('total' in o.connect);
  if (!hasDistinctTargets)
    for (let r = 0; r + 1 < starts.length; r++) targets.subarray(starts[r], starts[r + 1]).sort();
  const weights: Floats | null = hasWeights ? o.arena.floats(o.precision, count) : null;
  const draw = createWeightSampler(o, weight);
  if (weights !== null) for (let k = 0; k < count; k++) weights[k] = draw();
  const isOneToOne = 'oneToOne' in o.connect && delays.length === 1;
  return createEdges(o, delays, { weights, weight, targets, starts, isOneToOne, hasDistinctTargets });
}

type Visit = (pre: number, post: number, index: number) => void;

/** Function that calls `visit` for each connected pair. It is called twice; both calls must visit equal pairs in equal order. */
type PairVisitor = (visit: Visit) => void;

function visitFixedInDegree(
  pre: number,
  post: number,
  k: number,
  selfMap: SelfConnectionMap | null,
  stream: RandomStream,
  visit: Visit,
) {
  const takenBy = new Int32Array(pre).fill(-1);
  for (let j = 0, index = 0; j < post; j++) {
    const self = selfMap === null ? -1 : selfMap.getTerminal(j);
    if (self >= 0) takenBy[self] = j;
    for (let n = 0; n < k; ) {
      const i = stream.integerBelow(pre);
      if (takenBy[i] === j) continue;
      takenBy[i] = j;
      visit(i, j, index++);
      n++;
    }
  }
}

/** Visits `n` pairs, each drawn from all pairs, so that pairs may repeat. */
function visitRandomPairs(
  pre: number,
  post: number,
  n: number,
  selfMap: SelfConnectionMap | null,
  stream: RandomStream,
  visit: Visit,
) {
  for (let index = 0; index < n; ) {
    const i = stream.integerBelow(pre);
    const j = stream.integerBelow(post);
    if (selfMap === null || selfMap.getNeuron(i) !== j) visit(i, j, index++);
  }
}

/** Visits each pair with probability p. Geometrically distributed gaps make the time linear in the visited pairs. */
function visitWithProbability(
  pre: number,
  post: number,
  p: number,
  selfMap: SelfConnectionMap | null,
  stream: RandomStream,
  visit: Visit,
) {
  if (p <= 0) return;
  const scale = p < 1 ? 1 / log1p(-p) : 0;
  let index = 0;
  for (let i = 0; i < pre; i++) {
    const self = selfMap === null ? -1 : selfMap.getNeuron(i);
    for (let j = -1; ; ) {
      j += 1 + (p < 1 ? Math.floor(log1p(-stream.uniform()) * scale) : 0);
      if (j >= post) break;
      if (j === self) continue;
      visit(i, j, index++);
    }
  }
}
