import * as z from 'zod/mini';
import { defineRule, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import {
  described,
  nonNegative,
  number,
  optional,
  pair,
  positive,
  refine,
  withDefault,
} from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import type { RuleContext } from '../../core/factories.ts';
import { columnLength, columnRow, type Transpose } from '../../core/graph/edges.ts';
import type { PlasticityRule, PulseTarget } from '../../core/model.ts';
import { joinStates } from '../joinStates.ts';
import { LastSpikes } from './lastSpikes.ts';
import { ActiveList, MinStrengthFilter, minPulseStrengthParam } from './minStrength.ts';

/** Voltage waveform of a spike, piecewise linear: points [ms after the spike, V], ascending; 0 V before and after. */
export type Waveform = readonly (readonly [time: number, voltage: number])[];

const waveformStart = (w: Waveform): number => w[0]![0];
const waveformEnd = (w: Waveform): number => w.at(-1)![0];

/** Splits a waveform into linear pieces, four numbers each: start, end (ms), voltage at start (V), slope (V/ms). */
export function splitWaveform(w: Waveform): Float64Array {
  const pieces = w.slice(1).flatMap(([to, last], i) => {
    const [from, first] = w[i]!;
    return from < to ? [from, to, first, (last - first) / (to - from)] : [];
  });
  return Float64Array.from(pieces);
}

/** Integral of max(v, 0) over a time `length`, with v linear from a to b. */
function integratePositivePart(a: number, b: number, length: number): number {
  if (a <= 0 && b <= 0) return 0;
  if (a >= 0 && b >= 0) return (length * (a + b)) / 2;
  const top = Math.max(a, b);
  return (length * top * top) / (2 * Math.abs(a - b));
}

/** Overlap areas, V ms, of post - pre above threshold `up` and of pre - post above `down`; also both thresholds, V. */
interface Overlap {
  up: number;
  down: number;
}

/**
 * Superposes two waveforms, the postsynaptic one dt ms later, and writes the areas beyond the thresholds to `result`.
 * The areas are sums over pairs of linear pieces.
 */
export function integrateOverlap(
  pre: Float64Array,
  post: Float64Array,
  dt: number,
  thresholds: Readonly<Overlap>,
  result: Overlap,
): void {
  let up = 0;
  let down = 0;
  for (let i = 0; i < pre.length; i += 4) {
    for (let j = 0; j < post.length; j += 4) {
      const from = Math.max(pre[i]!, post[j]! + dt);
      const length = Math.min(pre[i + 1]!, post[j + 1]! + dt) - from;
      if (!(length > 0)) continue;
      const first =
        post[j + 2]! + post[j + 3]! * (from - dt - post[j]!) - (pre[i + 2]! + pre[i + 3]! * (from - pre[i]!));
      const last = first + (post[j + 3]! - pre[i + 3]!) * length;
      up += integratePositivePart(first - thresholds.up, last - thresholds.up, length);
      down += integratePositivePart(-first - thresholds.down, -last - thresholds.down, length);
    }
  }
  result.up = up;
  result.down = down;
}

const waveform = (help: string) =>
  described(
    z
      .array(
        pair(
          number({ min: 0, unit: 'ms', help: 'time of a waveform point after the spike' }),
          number({ unit: 'V', help: 'voltage at the waveform point' }),
        ),
      )
      .check(
        minLength(2),
        refine(
          (points) =>
            points.every(([time], i) => i === 0 || time >= points[i - 1]![0]) &&
            waveformStart(points) < waveformEnd(points),
          'a list of points [ms after the spike, V] with times in ascending order',
        ),
      ),
    { description: help },
  );

/** Default waveform (assumed): a rectangle of 2 ms, and a tail of opposite sign that returns to 0 within 20 ms. */
const SPIKE: [number, number][] = [
  [0, 0.7],
  [2, 0.7],
  [2, -0.7],
  [22, 0],
];

const params = {
  pre: withDefault(
    waveform(
      'voltage after a presynaptic spike: points [ms, V] joined by straight lines; two points at one time are a jump',
    ),
    SPIKE,
  ),
  post: optional(waveform('voltage after a postsynaptic spike: points [ms, V]; default: as `pre`')),
  thresholdUp: positive(1, 'V', 'voltage threshold above which the conductance rises'),
  thresholdDown: positive(1, 'V', 'absolute value of the negative threshold voltage, below which conductance falls'),
  gainUp: nonNegative(0.1, '1/(V ms)', 'pulse strength per overlap area above thresholdUp'),
  gainDown: nonNegative(0.1, '1/(V ms)', 'pulse strength per overlap area below -thresholdDown'),
  minStrength: minPulseStrengthParam,
};

class PulseOverlap implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #preWave: Float64Array;
  readonly #postWave: Float64Array;
  /** Range of Δt in which the waveforms of two spikes overlap, ms. */
  readonly #from: number;
  readonly #to: number;
  readonly #thresholds: { readonly up: number; readonly down: number };
  readonly #areas = { up: 0, down: 0 };
  readonly #devices: PulseTarget;
  readonly #transpose: Transpose | null;
  readonly #pre: LastSpikes;
  readonly #post: LastSpikes;
  readonly #rowFilter: MinStrengthFilter;
  readonly #columnFilter: MinStrengthFilter;
  /** Columns whose last spike may still overlap with an arrival. */
  readonly #active: ActiveList;
  readonly #byColumn: Float64Array;
  readonly #byRow: Float64Array;

  constructor(p: Params<typeof params>, { devices, transpose, rows, columns, arena }: RuleContext) {
    this.#p = p;
    const post = p.post ?? p.pre;
    this.#preWave = splitWaveform(p.pre);
    this.#postWave = splitWaveform(post);
    this.#from = waveformStart(p.pre) - waveformEnd(post);
    this.#to = waveformEnd(p.pre) - waveformStart(post);
    this.#thresholds = { up: p.thresholdUp, down: p.thresholdDown };
    this.#devices = devices;
    this.#transpose = transpose;
    this.#pre = new LastSpikes(rows, arena);
    this.#post = new LastSpikes(columns, arena);
    const least = p.minStrength || Number.MIN_VALUE; // skips pairs without overlap
    this.#rowFilter = new MinStrengthFilter(columns, least, arena);
    this.#columnFilter = new MinStrengthFilter(rows, least, arena);
    this.#active = new ActiveList(columns);
    this.#byColumn = arena.f64(columns);
    this.#byRow = arena.f64(rows);
    this.state = joinStates({ pre: this.#pre, post: this.#post });
  }

  onPre(row: number, t: number): void {
    const { last } = this.#post;
    const recent = this.#active;
    for (let k = recent.count - 1; k >= 0; k--) {
      const column = recent.list[k]!;
      const over = !(last[column]! - t > this.#from); // no spike of this column can overlap with this or any later arrival
      this.#byColumn[column] = over ? 0 : this.#strengthOfLast(column, t);
      if (over) recent.drop(k);
    }
    this.#rowFilter.pulseRow(this.#devices, row, this.#byColumn, 1, 0, t, recent);
    this.#pre.spike(row, t);
  }

  onPost(column: number, t: number): void {
    const n = columnLength(this.#devices.edges, this.#transpose, column);
    for (let i = 0; i < n; i++) {
      const row = columnRow(this.#transpose, column, i);
      this.#byRow[row] =
        this.#pairStrength(t - this.#pre.before(row, t)) + (this.#pre.last[row] === t ? this.#pairStrength(0) : 0);
    }
    this.#columnFilter.pulseColumn(this.#devices, column, this.#byRow, 1, 0, t);
    this.#post.spike(column, t);
    this.#active.add(column);
  }

  restored(): void {
    this.#clearActive();
    for (const [column, last] of this.#post.last.entries()) if (last > -Infinity) this.#active.add(column);
  }

  #clearActive(): void {
    this.#active.clear();
    this.#byColumn.fill(0);
  }

  rest(): void {
    this.#clearActive();
    this.#pre.rest();
    this.#post.rest();
  }

  /** Pulse strength of an arrival at t, paired with the last spikes of a postsynaptic neuron. */
  #strengthOfLast(column: number, t: number): number {
    const { last } = this.#post;
    return this.#pairStrength(this.#post.before(column, t) - t) + (last[column] === t ? this.#pairStrength(0) : 0);
  }

  /** Pulse strength of a spike pair with dt = t_post - t_pre, ms. */
  #pairStrength(dt: number): number {
    if (!(dt > this.#from && dt < this.#to)) return 0;
    integrateOverlap(this.#preWave, this.#postWave, dt, this.#thresholds, this.#areas);
    return this.#p.gainUp * this.#areas.up - this.#p.gainDown * this.#areas.down;
  }
}

/** Checks that neither waveform alone exceeds a threshold. */
function check(p: Params<typeof params>): void {
  const beyond = (side: 'pre' | 'post', sign: 1 | -1): void => {
    for (const [time, voltage] of p[side] ?? p.pre) {
      const [limit, name] = sign * voltage > 0 ? [p.thresholdUp, 'thresholdUp'] : [p.thresholdDown, 'thresholdDown'];
      if (Math.abs(voltage) < limit) continue;
      throw new UserError(
        `pulseOverlap: a waveform alone must stay within ${name} (${limit} V), but ${side} is ${voltage} V at ${time} ms.`,
      );
    }
  };
  beyond('pre', -1);
  beyond('post', 1);
}

/**
 * STDP by overlapping voltage pulses: the device between two neurons sees v = V_post - V_pre. Neither waveform alone
 * exceeds a threshold; while they overlap, v can, and the device is pulsed by the area beyond the threshold. With Δt =
 * t_post - t_pre between the starts of the waveforms,
 *
 *     strength(Δt) = gainUp ∫ max(v - thresholdUp, 0) dt - gainDown ∫ max(-v - thresholdDown, 0) dt
 *
 * over the time of overlap, exact for piecewise linear waveforms. One pulse per overlap is sent, at the later spike.
 * Each spike pairs with the latest earlier spike of the other side and with a spike at the same time. A waveform runs
 * to its end even if its neuron spikes again.
 */
export const pulseOverlap = defineRule({
  name: 'pulseOverlap',
  help: 'STDP by overlapping voltage waveforms of both neurons on a device with thresholds',
  equation:
    'strength(Δt) = gainUp ∫ max(v - thresholdUp, 0) dt - gainDown ∫ max(-v - thresholdDown, 0) dt, v = V_post - V_pre while both last; a spike pairs with the latest one of the other side before it and with one at the same instant; earlier ones are left out',
  source: 'Linares-Barranco & Serrano-Gotarredona 2009, doi:10.1038/npre.2009.3010.1; default waveform: assumed',
  params,
  check,
  create: (p, context) => new PulseOverlap(p, context),
});
