import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import type { Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Delay } from '../graph/schema.ts';
import type { Arena, Indices } from '../kernels/arena.ts';
import { allocateRecords, type WindowNetworkRecord, WindowProjectionRecord } from '../kernels/records.ts';
import { RandomStream, type Seed } from '../random/random.ts';
import { QUANTILE_COUNT, tabulateDelays, tabulateQuantiles } from './quantiles.ts';
import { refusePart, type WindowProjection } from './requirements.ts';

/** Largest number of synapses of a source neuron (ends of segments have 16 bits), and largest weight code (15 bits). */
const MAX_OUT_DEGREE = 65_535;
const MAX_WEIGHT = 32_767;
const MAX_DELAY = 255;

/** Caches the results of a function by its argument, which must be a JSON value. */
function cache<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<string, V>();
  return (key) => {
    const text = JSON.stringify(key);
    if (!known.has(text)) known.set(text, compute(key));
    return known.get(text)!;
  };
}

function copyTo<T extends Indices | Uint8Array>(table: T, values: Float64Array): T {
  table.set(values);
  return table;
}

/**
 * Compact synapses: 4 bytes each, one row per source neuron, sorted by delay. The source of each synapse is drawn first, to
 * count the rows; then each row is drawn from its own random stream (target, weight, delay) and sorted, without an edge list.
 */
export class WindowSynapses {
  readonly synapseCount: number;
  /** Longest delay, in windows. */
  readonly delayCount: number;
  /** Factor from weight code (15 bits) to weight, pA, per source population; < 0: inhibitory. */
  readonly weightUnits = new Map<Population, number>();
  /** Number of synapses of each source neuron, by projection. */
  readonly outDegrees = new Map<Projection, Uint32Array>();
  /** Target (17 bits) and weight (15 bits) of each synapse; `rowStarts`: first synapse of each neuron. */
  words = new Uint32Array();
  rowStarts = new Uint32Array();
  /** Per neuron and delay 0 … `delayCount`: number of its synapses up to this delay. */
  segmentEnds: Indices = new Uint16Array();
  readonly #projections;
  readonly #weightsOf = cache(tabulateQuantiles);
  readonly #delaysOf;

  constructor(projections: readonly WindowProjection[], window: number) {
    const random = projections.filter(({ count }) => count >= 0);
    this.#projections = random.sort((a, b) => (a.projection.name < b.projection.name ? -1 : 1));
    this.#delaysOf = cache((delay: Delay) => tabulateDelays(delay, window, 'delay'));
    this.synapseCount = random.reduce((sum, { count }) => sum + count, 0);
    this.delayCount = Math.max(1, ...random.map(({ delay }) => this.#delaysOf(delay).at(-1)!));
    for (const { projection, weight, delay } of random) {
      const where = `projections.${projection.name}`;
      const weights = this.#weightsOf(weight);
      const known = this.weightUnits.get(projection.source) ?? 0;
      const [low, high] = [Math.min(weights[0]!, known), Math.max(weights.at(-1)!, known)];
      if (low < 0 && high > 0)
        refusePart(where, 'weights of both signs from one population (give `normal` a min or max)');
      if (this.#delaysOf(delay)[0]! < 1) refusePart(where, `delays below the window of ${window} ms`);
      if (this.delayCount > MAX_DELAY) refusePart(where, `delays of more than ${MAX_DELAY} windows`);
      this.weightUnits.set(projection.source, low < 0 ? low : high);
    }
    for (const [source, extreme] of this.weightUnits) this.weightUnits.set(source, extreme / MAX_WEIGHT || 1);
  }

  /** Memory of the synapses of a network of `neuronCount` neurons, bytes. */
  estimateBytes(neuronCount: number): number {
    return 4 * this.synapseCount + neuronCount * (2 * this.delayCount + 6);
  }

  /** Draws all synapses. @param firstNeurons index of the first neuron of each population */
  build(
    record: WindowNetworkRecord,
    firstNeurons: ReadonlyMap<Population, number>,
    size: number,
    arena: Arena,
    seed: Seed,
  ) {
    const { kernels } = arena;
    this.rowStarts = arena.u32(size);
    this.segmentEnds = arena.indices(MAX_OUT_DEGREE, size * (this.delayCount + 1));
    this.words = arena.u32(this.synapseCount);
    const { delayCount, rowStarts, segmentEnds, words: synapses } = this;
    Object.assign(record, { delayCount, rowStarts, segmentEnds, synapses });
    const copyWeights = cache(([weight, unit]: readonly [Distribution, number]) =>
      copyTo(
        arena.indices(MAX_WEIGHT, QUANTILE_COUNT),
        this.#weightsOf(weight).map((pA) => Math.round(pA / unit)),
      ),
    );
    const copyDelays = cache((delay: Delay) => copyTo(arena.u8(QUANTILE_COUNT), this.#delaysOf(delay)));
    let start = 0;
    for (const [source, sourceFirst] of firstNeurons) {
      const outgoing = this.#projections.filter(({ projection }) => projection.source === source);
      const records = allocateRecords(arena, WindowProjectionRecord, outgoing.length);
      let longest = 0;
      for (const [i, { projection, count: synapseCount, weight, delay }] of outgoing.entries()) {
        const { target, name } = projection;
        const [key0, key1] = new RandomStream(seed, `projections.${name}/connect`).state;
        const outDegrees = arena.u32(source.size);
        this.outDegrees.set(projection, outDegrees);
        const ends = {
          sourceFirst,
          sourceSize: source.size,
          targetFirst: firstNeurons.get(target)!,
          targetSize: target.size,
        };
        const weights = copyWeights([weight, this.weightUnits.get(source)!]);
        Object.assign(records[i]!, {
          ...ends,
          synapseCount,
          key0,
          key1,
          outDegrees,
          weights,
          delays: copyDelays(delay),
        });
        longest += kernels.countWindowSources(records[i]!);
      }
      if (longest > MAX_OUT_DEGREE)
        throw new UserError(
          `populations.${source.name}: a neuron may have up to ${longest} outgoing synapses, but at most ${MAX_OUT_DEGREE} are allowed with \`delivery\` in windows.`,
        );
      if (outgoing.length === 0) continue;
      start = kernels.fillWindowRows(
        record,
        records[0]!,
        outgoing.length,
        start,
        arena.u32(longest),
        arena.u8(longest),
      );
    }
  }
}
