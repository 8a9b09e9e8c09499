import * as z from 'zod/mini';
import { defineRule, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import {
  described,
  fromZero,
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
import { joined } from '../parts.ts';
import { LastSpikes } from './lastSpikes.ts';
import { Recent } from './recent.ts';
import { minStrengthParam, Strong } from './strong.ts';
import { endOf, overlapOf, piecesOf, startOf } from './waveform.ts';

const waveform = (help: string) =>
  described(
    z
      .array(
        pair(
          number({ min: 0, unit: 'ms', help: 'time after the spike' }),
          number({ unit: 'V', help: 'voltage from there, or up to there' }),
        ),
      )
      .check(
        minLength(2),
        refine(
          (points) =>
            points.every(([time], i) => i === 0 || time >= points[i - 1]![0]) && startOf(points) < endOf(points),
          'a list of points [ms after the spike, V] whose times do not fall',
        ),
      ),
    { description: help },
  );

/** Assumed: a rectangle of 2 ms and a tail of the other sign that returns to 0 within 20 ms. */
const SPIKE: [number, number][] = [
  [0, 0.7],
  [2, 0.7],
  [2, -0.7],
  [22, 0],
];

const params = {
  pre: withDefault(
    waveform('voltage after a presynaptic spike: points [ms, V] joined by straight lines, a jump is two points'),
    SPIKE,
  ),
  post: optional(waveform('voltage after a postsynaptic spike; default: as `pre`')),
  thresholdUp: positive(1, 'V', 'the device moves up above this'),
  thresholdDown: positive(1, 'V', 'it moves down below minus this'),
  gainUp: fromZero(0.1, '1/(V ms)', 'strength per area above the threshold'),
  gainDown: fromZero(0.1, '1/(V ms)', 'the same downwards'),
  minStrength: minStrengthParam,
};

class PulseOverlap implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #preWave: Float64Array;
  readonly #postWave: Float64Array;
  /** Pairs overlap for Δt between these, ms. */
  readonly #from: number;
  readonly #to: number;
  readonly #thresholds: { readonly up: number; readonly down: number };
  readonly #areas = { up: 0, down: 0 };
  readonly #devices: PulseTarget;
  readonly #transpose: Transpose | null;
  readonly #pre: LastSpikes;
  readonly #post: LastSpikes;
  readonly #rows: Strong;
  readonly #columns: Strong;
  /** Neurons whose last spike may still overlap. */
  readonly #recent: Recent;
  readonly #byColumn: Float64Array;
  readonly #byRow: Float64Array;

  constructor(p: Params<typeof params>, { devices, transpose, rows, columns, arena }: RuleContext) {
    this.#p = p;
    const post = p.post ?? p.pre;
    this.#preWave = piecesOf(p.pre);
    this.#postWave = piecesOf(post);
    this.#from = startOf(p.pre) - endOf(post);
    this.#to = endOf(p.pre) - startOf(post);
    this.#thresholds = { up: p.thresholdUp, down: p.thresholdDown };
    this.#devices = devices;
    this.#transpose = transpose;
    this.#pre = new LastSpikes(rows, arena);
    this.#post = new LastSpikes(columns, arena);
    const least = p.minStrength || Number.MIN_VALUE; // most pairs do not overlap
    this.#rows = new Strong(columns, least, arena);
    this.#columns = new Strong(rows, least, arena);
    this.#recent = new Recent(columns);
    this.#byColumn = arena.f64(columns);
    this.#byRow = arena.f64(rows);
    this.state = joined({ pre: this.#pre, post: this.#post });
  }

  onPre(row: number, t: number): void {
    const { last } = this.#post;
    const recent = this.#recent;
    for (let k = recent.count - 1; k >= 0; k--) {
      const column = recent.list[k]!;
      const over = !(last[column]! - t > this.#from); // its last spike, and so all others, at later arrivals too
      this.#byColumn[column] = over ? 0 : this.#withLast(column, t);
      if (over) recent.drop(k);
    }
    this.#rows.pulseRow(this.#devices, row, this.#byColumn, 1, 0, t, recent);
    this.#pre.spike(row, t);
  }

  onPost(column: number, t: number): void {
    const n = columnLength(this.#devices.edges, this.#transpose, column);
    for (let i = 0; i < n; i++) {
      const row = columnRow(this.#transpose, column, i);
      this.#byRow[row] =
        this.#strength(t - this.#pre.before(row, t)) + (this.#pre.last[row] === t ? this.#strength(0) : 0);
    }
    this.#columns.pulseColumn(this.#devices, column, this.#byRow, 1, 0, t);
    this.#post.spike(column, t);
    this.#recent.add(column);
  }

  restored(): void {
    this.#forget();
    for (const [column, last] of this.#post.last.entries()) if (last > -Infinity) this.#recent.add(column);
  }

  #forget(): void {
    this.#recent.clear();
    this.#byColumn.fill(0);
  }

  rest(): void {
    this.#forget();
    this.#pre.rest();
    this.#post.rest();
  }

  /** Of an arrival at t with the last spikes of a neuron. */
  #withLast(column: number, t: number): number {
    const { last } = this.#post;
    return this.#strength(this.#post.before(column, t) - t) + (last[column] === t ? this.#strength(0) : 0);
  }

  /** Of a pair at dt = t_post - t_pre. */
  #strength(dt: number): number {
    if (!(dt > this.#from && dt < this.#to)) return 0;
    overlapOf(this.#preWave, this.#postWave, dt, this.#thresholds, this.#areas);
    return this.#p.gainUp * this.#areas.up - this.#p.gainDown * this.#areas.down;
  }
}

/** Each waveform alone must leave the device alone. */
function check(p: Params<typeof params>): void {
  const beyond = (side: 'pre' | 'post', sign: 1 | -1): void => {
    for (const [time, voltage] of p[side] ?? p.pre) {
      const [limit, name] = sign * voltage > 0 ? [p.thresholdUp, 'thresholdUp'] : [p.thresholdDown, 'thresholdDown'];
      if (Math.abs(voltage) < limit) continue;
      throw new UserError(
        `pulseOverlap: ${side} reaches ${voltage} V at ${time} ms, but a waveform must stay within ${name} (${limit} V) by itself.`,
      );
    }
  };
  beyond('pre', -1);
  beyond('post', 1);
}

/**
 * A device between two neurons sees v = V_post - V_pre. Neither spike moves it alone; where their waveforms overlap, v passes
 * a threshold, and the device is pulsed by the area beyond it. With the waveforms starting Δt = t_post - t_pre apart,
 *
 *     strength(Δt) = gainUp ∫ max(v - thresholdUp, 0) dt - gainDown ∫ max(-v - thresholdDown, 0) dt
 *
 * over the time that both last: exact for straight pieces, an exponential tail has to be given as some. The pulse is sent at
 * the later spike, for the overlap as a whole. Each spike pairs with the latest one of the other side before it and with
 * one at the same instant; a waveform runs to its end even if its neuron spikes again.
 */
export const pulseOverlap = defineRule({
  name: 'pulseOverlap',
  help: 'overlapping voltage waveforms of both neurons on a device with thresholds',
  equation:
    'strength(Δt) = gainUp ∫ max(v - thresholdUp, 0) dt - gainDown ∫ max(-v - thresholdDown, 0) dt, v = V_post - V_pre while both last; a spike pairs with the latest one of the other side before it and with one at the same instant; earlier ones are left out',
  source: 'Linares-Barranco & Serrano-Gotarredona 2009, doi:10.1038/npre.2009.3010.1; default waveform: assumed',
  params,
  check,
  create: (p, context) => new PulseOverlap(p, context),
});
