import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { snap } from '../../../core/time.ts';
import { LogTable } from '../../logs/table.ts';
import { describedIn } from './described.ts';
import type { Recorded } from './recorded.ts';

/** One change of a weight and the pair of spikes nearest to it. */
export interface StdpPair {
  /** When it was recorded, ms. */
  readonly time: number;
  readonly pre: number;
  readonly post: number;
  /** Δt = postsynaptic spike - presynaptic arrival, both as the synapse saw them, ms. */
  readonly interval: number;
  /** Δw, in the unit of the weight, and the weight before it. */
  readonly change: number;
  readonly before: number;
  /** Whether no spike of the other side came since the synapse's row before: the change is of this pair alone. */
  readonly isolated: boolean;
}

export interface StdpPairs {
  readonly pairs: readonly StdpPair[];
  /** What was left out, or why there are none. */
  readonly note: string | null;
}

const MOST_PAIRS = 2_000_000;
const none = (note: string): StdpPairs => ({ pairs: [], note });

/**
 * Changes of weights, recorded `on: pre` or `on: post`, against Δt. A change is that between two successive rows of a synapse,
 * and belongs to the pair (spike of the one side, spike of the other) whose later spike lies after the first row, not after
 * the second, with the smallest |Δt|. Pairs at Δt = 0 are passed over: rules do nothing then. A row is written at an arrival or
 * a postsynaptic spike, so its time is one spike of the pair; the other comes from the log of spikes, moved by the delays.
 */
export function stdpPairs(run: string, { table, projection, pre, post }: Recorded, window: number): StdpPairs {
  const described = describedIn(run, projection);
  const on = described?.record?.weights?.on;
  if (described === undefined || on === undefined)
    return none('no STDP pairs, for that takes a run directory with weights recorded on: pre or on: post');
  const { delay = 0, dendriticDelay = 0, connect } = described;
  if (on === 'post' && (typeof delay !== 'number' || connect?.list?.some((row) => row.length > 3)))
    return none('no STDP pairs, for delays differ between synapses; record weights on: pre');
  const later = on === 'pre' ? 2 * snap(dendriticDelay) : snap(delay as number) + snap(dendriticDelay);
  const others = spikesOf(run, on === 'pre' ? described.to : described.from, on === 'pre' ? post : pre, later);
  if (typeof others === 'string') return none(`no STDP pairs, for ${others}`);
  return pairsIn(table, { on, pre, post, others, window });
}

/** Spike times of each neuron as the synapses saw them, ascending; a sentence where they are not known. */
function spikesOf(run: string, population: string, neurons: number, later: number): number[][] | string {
  const times: number[][] = Array.from({ length: neurons }, () => []);
  let rows = 0;
  try {
    const table = new LogTable(join(run, 'spikes.arrows'), { populations: [population] }, SPIKES);
    for (const { columns: c, rows: n } of table.readBatches()) {
      for (let i = 0; i < n; i++) times[c.neuron![i]!]?.push(c.time![i]! + later);
      rows += n;
    }
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/\.$/, '');
    throw error;
  }
  return rows > 0 ? times : `no spikes of ${population} were recorded (record: { spikes: [..., ${population}] })`;
}

interface Sides {
  readonly on: 'pre' | 'post';
  readonly pre: number;
  readonly post: number;
  readonly others: readonly (readonly number[])[];
  readonly window: number;
}

function pairsIn(table: LogTable, { on, pre, post, others, window }: Sides): StdpPairs {
  const lastTime = new Float64Array(pre * post).fill(Number.NaN);
  const lastWeight = new Float64Array(pre * post);
  const sign = on === 'pre' ? 1 : -1;
  const pairs: StdpPair[] = [];
  let [changes, left] = [0, 0];
  for (const { columns: c, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      const [a, b, time, weight] = [c.pre![i]!, c.post![i]!, c.time![i]!, c.weight![i]!];
      const k = a * post + b;
      const [since, before] = [lastTime[k]!, lastWeight[k]!];
      lastTime[k] = time;
      lastWeight[k] = weight;
      if (Number.isNaN(since) || weight === before) continue;
      changes++;
      const found = nearest(others[on === 'pre' ? b : a]!, since, time);
      if (found === null || Math.abs(found.gap) > window) left++;
      else if (pairs.length === MOST_PAIRS) left++;
      else {
        const { gap, isolated } = found;
        pairs.push({ time, pre: a, post: b, interval: sign * gap, change: weight - before, before, isolated });
      }
    }
  }
  if (changes === 0) return none('no STDP pairs, for no weight changed between its rows');
  const more = pairs.length === MOST_PAIRS ? ` or come after the first ${MOST_PAIRS.toLocaleString('en')}` : '';
  const note = `${left} of ${changes} changes of weights have no pair within ${window} ms${more}`;
  return { pairs, note: left > 0 ? note : null };
}

/**
 * The nearest pair with its later spike in (since, now], as the other side's time minus the own one: of the own spike at
 * `now` with the last one of the other side before it, or of the first one of the other side after `since` with the own one
 * then.
 */
function nearest(others: readonly number[], since: number, now: number): { gap: number; isolated: boolean } | null {
  const first = firstAfter(others, since);
  const end = firstAfter(others, now);
  let lastBefore = end - 1;
  if (others[lastBefore] === now) lastBefore--;
  const backward = lastBefore >= 0 ? others[lastBefore]! - now : -Infinity;
  const forward = first < end ? others[first]! - since : Infinity;
  const gap = forward < -backward ? forward : backward;
  return Number.isFinite(gap) ? { gap, isolated: first === end } : null;
}

/** Index of the first element after t in an ascending list. */
function firstAfter(times: readonly number[], t: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
