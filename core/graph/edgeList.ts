import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Floats } from '../kernels/arena.ts';
import { validateTime } from '../time.ts';
import { compressEdges, createNeuronIndexError } from './compressEdges.ts';
import {
  type ConnectOptions,
  type ConnectResult,
  createEdges,
  createPairDelaySampler,
  getConnectPath,
} from './connectOptions.ts';
import type { EdgeArrays, PairFunction } from './schema.ts';

export function connectByEdgeArrays(o: ConnectOptions, given: EdgeArrays): ConnectResult {
  const path = getConnectPath(o);
  const { pre, post, weight, delay } = given;
  for (const [name, list] of Object.entries({ post, weight, delay }))
    if (typeof list === 'object' && list.length !== pre.length)
      throw new UserError(`${path}.${name} has length ${list.length}, but pre has ${pre.length}.`);
  return compressEdges(o, given, {
    formatNeuronPath: (side, k) => `${path}.${side}[${k}]`,
    formatDelayPath: (k) =>
      delay === undefined ? `${o.projectionPath}.delay` : `${path}.delay${typeof delay === 'number' ? '' : `[${k}]`}`,
  });
}

/** Growable edge list (COO format). */
export class EdgeBuffer {
  #count = 0;
  #pre = new Uint32Array(1024);
  #post = new Uint32Array(1024);
  #weight: Float64Array | number;
  #delay: Float64Array | null;

  /**
   * @param weight shared weight, or null for one weight per synapse
   * @param hasDelays true for one delay per synapse
   */
  constructor(weight: number | null, hasDelays: boolean) {
    this.#weight = weight ?? new Float64Array(1024);
    this.#delay = hasDelays ? new Float64Array(1024) : null;
  }

  push(pre: number, post: number, weight: number, delay: number) {
    const k = this.#count++;
    if (k === this.#pre.length) this.#growCapacity();
    this.#pre[k] = pre;
    this.#post[k] = post;
    if (typeof this.#weight !== 'number') this.#weight[k] = weight;
    if (this.#delay !== null) this.#delay[k] = delay;
  }

  #growCapacity() {
    const grow = <A extends Uint32Array | Float64Array>(old: A): A => {
      const larger = new (old.constructor as new (length: number) => A)(2 * old.length);
      larger.set(old);
      return larger;
    };
    this.#pre = grow(this.#pre);
    this.#post = grow(this.#post);
    if (typeof this.#weight !== 'number') this.#weight = grow(this.#weight);
    if (this.#delay !== null) this.#delay = grow(this.#delay);
  }

  get edges(): EdgeArrays {
    const found = <A extends Uint32Array | Float64Array>(array: A) => array.subarray(0, this.#count) as A;
    return {
      pre: found(this.#pre),
      post: found(this.#post),
      weight: typeof this.#weight === 'number' ? this.#weight : found(this.#weight),
      ...(this.#delay === null ? {} : { delay: found(this.#delay) }),
    };
  }
}

export function connectByPairFunction(o: ConnectOptions, pairs: PairFunction): ConnectResult {
  const path = getConnectPath(o);
  const delayOf = createPairDelaySampler(o);
  const found = new EdgeBuffer(null, true);
  for (let i = 0; i < o.preCount; i++) {
    for (let j = 0; j < o.postCount; j++) {
      const result = pairs(i, j);
      if (result === undefined || result === null || result === false) continue;
      const { weight, delay = delayOf(i, j) } = typeof result === 'number' ? { weight: result } : result;
      if (typeof weight !== 'number')
        throw new UserError(
          `${path}(${i}, ${j}) has returned ${show(result)}, but must return a weight, { weight, delay }, or nothing for no synapse.`,
        );
      found.push(i, j, weight, validateTime(delay, `${path}(${i}, ${j}).delay`));
    }
  }
  return compressEdges(o, found.edges);
}

export function connectBySynapseList(o: ConnectOptions, list: readonly (readonly number[])[]): ConnectResult {
  const path = getConnectPath(o);
  const delayOf = createPairDelaySampler(o);
  const given = {
    pre: new Uint32Array(list.length),
    post: new Uint32Array(list.length),
    weight: new Float64Array(list.length),
    delay: new Float64Array(list.length),
  };
  list.forEach((entry, k) => {
    const [pre, post, weight, own] = entry;
    if (entry.length > 4)
      throw new UserError(
        `${path}[${k}] has ${entry.length} entries, but a synapse is [pre, post, weight] or [pre, post, weight, delay].`,
      );
    if (!Number.isInteger(pre) || pre! < 0)
      throw createNeuronIndexError(`${path}[${k}]`, 'presynaptic', pre, o.preCount);
    if (!Number.isInteger(post) || post! < 0)
      throw createNeuronIndexError(`${path}[${k}]`, 'postsynaptic', post, o.postCount);
    if (!Number.isFinite(weight))
      throw new UserError(`${path}[${k}] has weight ${show(weight)}, but must be a finite number.`);
    given.pre[k] = Math.min(pre!, 2 ** 32 - 1);
    given.post[k] = Math.min(post!, 2 ** 32 - 1);
    given.weight[k] = weight!;
    given.delay[k] = validateTime(
      own ?? delayOf(pre!, post!),
      entry.length > 3 ? `${path}[${k}][3]` : `${o.projectionPath}.delay`,
    );
  });
  return compressEdges(o, given, { formatNeuronPath: (_, k) => `${path}[${k}]` });
}

export function connectByWeightMatrix(
  o: ConnectOptions,
  given: Floats,
  shape?: readonly [number, number],
): ConnectResult {
  const { preCount: pre, postCount: post, precision, projectionPath: path, arena } = o;
  if (shape !== undefined && (shape[0] !== pre || shape[1] !== post)) {
    const hint = shape[0] === post && shape[1] === pre ? '; transpose it' : '';
    throw new UserError(
      `${path}.connect.matrix has shape ${shape[0]} × ${shape[1]}, but must have ${pre} × ${post} (pre × post)${hint}.`,
    );
  }
  if (given.length !== pre * post) {
    throw new UserError(`${path}.connect.matrix.weights has length ${given.length}, but must have ${pre} × ${post}.`);
  }
  if (typeof o.delay !== 'number') {
    const mapIndices = (at: (k: number) => number) => Uint32Array.from({ length: given.length }, (_, k) => at(k));
    return compressEdges(o, {
      pre: mapIndices((k) => Math.floor(k / post)),
      post: mapIndices((k) => k % post),
      weight: given,
    });
  }
  const weights = arena.floats(precision, given.length);
  weights.set(given);
  return createEdges(o, [validateTime(o.delay, `${path}.delay`)], { weights });
}
