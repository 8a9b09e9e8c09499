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
import { getColumnLength, getColumnRow } from '../../core/graph/edges.ts';
import type { PlasticityRule } from '../../core/model.ts';
import { joinStates } from '../joinStates.ts';
import { LastSpikes } from './lastSpikes.ts';
import { ActiveTraceList, MinPulseStrengthFilter, minPulseStrengthParam } from './minPulseStrength.ts';

/** Voltage waveform of a spike, piecewise linear: points [ms after the spike, V], ascending; 0 V before and after. */
export type SpikeWaveform = readonly (readonly [time: number, voltage: number])[];

const waveformStart = (w: SpikeWaveform) => w[0]![0];
const waveformEnd = (w: SpikeWaveform) => w.at(-1)![0];

/** Splits a waveform into linear pieces, four numbers each: start, end (ms), voltage at start (V), slope (V/ms). */
export function splitWaveform(w: SpikeWaveform) {
  const pieces = w.slice(1).flatMap(([to, last], i) => {
    const [from, first] = w[i]!;
    return from < to ? [from, to, first, (last - first) / (to - from)] : [];
  });
  return Float64Array.from(pieces);
}

/** Integral of max(v, 0) over a time `length`, with voltage v linear from a to b. */
function integratePositivePart(a: number, b: number, length: number) {
  if (a <= 0 && b <= 0) return 0;
  if (a >= 0 && b >= 0) return (length * (a + b)) / 2;
  const top = Math.max(a, b);
  return (length * top * top) / (2 * Math.abs(a - b));
}

/** Pair of values for upward and downward pulses: voltage thresholds, V, or voltage-time areas beyond them, V ms. */
type UpDownPair = { up: number; down: number };

/**
 * Superposes two waveforms, the postsynaptic one dt ms later. Writes the voltage-time areas beyond the two thresholds
 * to `result`, V ms.
 */
export function integrateOverlap(
  pre: Float64Array,
  post: Float64Array,
  dt: number,
  thresholds: Readonly<UpDownPair>,
  result: UpDownPair,
) {
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

/** Default waveform (assumed values): 0.7 V for 2 ms, then a ramp from -0.7 V to 0 V within 20 ms. */
const DEFAULT_WAVEFORM: [number, number][] = [
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
    DEFAULT_WAVEFORM,
  ),
  post: optional(waveform('voltage after a postsynaptic spike: points [ms, V]; default: as `pre`')),
  thresholdUp: positive(1, 'V', 'voltage threshold above which the conductance rises'),
  thresholdDown: positive(1, 'V', 'absolute value of the negative threshold voltage, below which conductance falls'),
  gainUp: nonNegative(0.1, '1/(V ms)', 'pulse strength per area (V ms) of the overlap above thresholdUp'),
  gainDown: nonNegative(0.1, '1/(V ms)', 'pulse strength per area (V ms) of the overlap below -thresholdDown'),
  minStrength: minPulseStrengthParam,
};

function create(p: Params<typeof params>, { devices, transpose, rows, columns, arena }: RuleContext): PlasticityRule {
  const postPoints = p.post ?? p.pre;
  const [preWave, postWave] = [splitWaveform(p.pre), splitWaveform(postPoints)];
  // Range of Δt in which the waveforms of two spikes overlap, ms.
  const from = waveformStart(p.pre) - waveformEnd(postPoints);
  const to = waveformEnd(p.pre) - waveformStart(postPoints);
  const thresholds = { up: p.thresholdUp, down: p.thresholdDown };
  const areas = { up: 0, down: 0 };
  const [pre, post] = [new LastSpikes(rows, arena), new LastSpikes(columns, arena)];
  const least = p.minStrength || Number.MIN_VALUE; // skips pairs without overlap
  const rowFilter = new MinPulseStrengthFilter(columns, least, arena);
  const columnFilter = new MinPulseStrengthFilter(rows, least, arena);
  const active = new ActiveTraceList(columns); // columns whose last spike may still overlap with an arrival
  const [byColumn, byRow] = [arena.f64(columns), arena.f64(rows)];
  const pairStrength = (dt: number) => {
    if (!(dt > from && dt < to)) return 0;
    integrateOverlap(preWave, postWave, dt, thresholds, areas);
    return p.gainUp * areas.up - p.gainDown * areas.down;
  };
  const clearActive = () => {
    active.removeAllIndices();
    byColumn.fill(0);
  };
  return {
    pulsesAtArrival: true,
    state: joinStates({ pre, post }),
    onPre(row, t) {
      for (let k = active.count - 1; k >= 0; k--) {
        const column = active.indices[k]!;
        const latest = post.lastTimes[column]!;
        const over = !(latest - t > from); // no spike of this column can overlap with this or any later arrival
        byColumn[column] = over
          ? 0
          : pairStrength(post.findLastBefore(column, t) - t) + (latest === t ? pairStrength(0) : 0);
        if (over) active.removeAt(k);
      }
      rowFilter.pulseRow(devices, row, byColumn, 1, 0, t, active);
      pre.recordSpike(row, t);
    },
    onPost(column, t) {
      const n = getColumnLength(devices.edges, transpose, column);
      for (let i = 0; i < n; i++) {
        const row = getColumnRow(transpose, column, i);
        byRow[row] = pairStrength(t - pre.findLastBefore(row, t)) + (pre.lastTimes[row] === t ? pairStrength(0) : 0);
      }
      columnFilter.pulseColumn(devices, column, byRow, 1, 0, t);
      post.recordSpike(column, t);
      active.addIndex(column);
    },
    onCheckpointLoaded() {
      clearActive();
      for (const [column, last] of post.lastTimes.entries()) if (last > -Infinity) active.addIndex(column);
    },
    resetDynamicState() {
      clearActive();
      pre.resetDynamicState();
      post.resetDynamicState();
    },
  };
}

function check(p: Params<typeof params>) {
  const checkSide = (side: 'pre' | 'post', sign: 1 | -1) => {
    for (const [time, voltage] of p[side] ?? p.pre) {
      const [limit, name] = sign * voltage > 0 ? [p.thresholdUp, 'thresholdUp'] : [p.thresholdDown, 'thresholdDown'];
      if (Math.abs(voltage) < limit) continue;
      throw new UserError(
        `pulseOverlap: a waveform alone must stay below ${name} (${limit} V), but ${side} is ${voltage} V at ${time} ms.`,
      );
    }
  };
  checkSide('pre', -1);
  checkSide('post', 1);
}

/**
 * STDP by overlapping voltage pulses: the device between two neurons sees v = V_post - V_pre. Neither waveform alone
 * exceeds a threshold, but their overlap can. One pulse per overlap is sent, at the later spike; its strength is
 * exact for piecewise linear waveforms. A waveform runs to its end even if its neuron spikes again.
 */
export const pulseOverlap = defineRule({
  name: 'pulseOverlap',
  help: 'STDP by overlapping voltage waveforms of both neurons on a device with thresholds',
  equation:
    'strength(Δt) = gainUp ∫ max(v - thresholdUp, 0) dt - gainDown ∫ max(-v - thresholdDown, 0) dt, v = V_post - V_pre while both last; a spike pairs with the latest earlier spike of the other side and with a spike at the same tick',
  source: 'Linares-Barranco & Serrano-Gotarredona 2009, doi:10.1038/npre.2009.3010.1; default waveform: assumed',
  params,
  check,
  create,
});
