import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { snap } from '../../../core/time.ts';
import { LogTable } from '../../logs/table.ts';
import { findProjection } from './runFacts.ts';
import type { WeightsLog } from './snapshots.ts';

/** Weight change with the pair of spikes nearest to it. */
export interface StdpPair {
  /** Time of the record, ms. */
  readonly time: number;
  readonly pre: number;
  readonly post: number;
  /** Δt = postsynaptic spike - presynaptic arrival, both at the synapse, ms. */
  readonly interval: number;
  /** Δw, in the unit of the weight. */
  readonly change: number;
  /** Weight before the change. */
  readonly before: number;
  /** True if no other spike of the other side came since the previous record of the synapse: this pair alone caused the change. */
  readonly isolated: boolean;
}

export interface StdpPairs {
  readonly pairs: readonly StdpPair[];
  /** Omitted changes, or the reason why there are no pairs. */
  readonly note: string | null;
}

const MAX_PAIRS = 2_000_000;
const withoutPairs = (reason: string): StdpPairs => ({ pairs: [], note: `no STDP pairs: ${reason}` });

/**
 * Pairs of spikes and weight changes, for weights recorded `on: pre` or `on: post`. A change is the difference between two
 * successive records of a synapse. It is assigned to the pair with the smallest |Δt| whose later spike lies after the first record
 * and not after the second. Pairs at Δt = 0 are ignored because rules do not change the weight then. A record is written at an
 * arrival or a postsynaptic spike, so its time is one spike of the pair; the other spike comes from the spike log, shifted by the delays.
 * @param window largest |Δt|, ms
 */
export function findStdpPairs(run: string, { table, projection, pre, post }: WeightsLog, window: number): StdpPairs {
  const description = findProjection(run, projection);
  const on = description?.record?.weights?.on;
  if (description === undefined || on === undefined)
    return withoutPairs('they require a run directory with weights recorded on: pre or on: post');
  const { delay = 0, dendriticDelay = 0, connect } = description;
  if (on === 'post' && (typeof delay !== 'number' || connect?.list?.some((row) => row.length > 3)))
    return withoutPairs('delays differ between synapses; record weights on: pre');
  const shift = on === 'pre' ? 2 * snap(dendriticDelay) : snap(delay as number) + snap(dendriticDelay);
  const [population, size] = on === 'pre' ? [description.to, post] : [description.from, pre];
  const otherSpikes = readSpikeTimes(run, population, size, shift);
  if (typeof otherSpikes === 'string') return withoutPairs(otherSpikes);
  return matchChanges(table, { on, pre, post, otherSpikes, window });
}

/** Spike times of each neuron, shifted by `shift` ms, ascending; or the reason why they are unknown. */
function readSpikeTimes(run: string, population: string, size: number, shift: number): number[][] | string {
  const times: number[][] = Array.from({ length: size }, () => []);
  let rowCount = 0;
  try {
    const table = new LogTable(join(run, 'spikes.arrows'), { populations: [population] }, SPIKES);
    for (const { columns: c, rows } of table.readBatches()) {
      for (let i = 0; i < rows; i++) times[c.neuron![i]!]?.push(c.time![i]! + shift);
      rowCount += rows;
    }
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/\.$/, '');
    throw error;
  }
  return rowCount > 0 ? times : `no spikes of ${population} were recorded (record: { spikes: [..., ${population}] })`;
}

interface MatchInput {
  /** Side whose spikes write the records. */
  readonly on: 'pre' | 'post';
  readonly pre: number;
  readonly post: number;
  /** Spike times of the other side by neuron, ms. */
  readonly otherSpikes: readonly (readonly number[])[];
  readonly window: number;
}

function matchChanges(table: LogTable, { on, pre, post, otherSpikes, window }: MatchInput): StdpPairs {
  const lastTime = new Float64Array(pre * post).fill(Number.NaN);
  const lastWeight = new Float64Array(pre * post);
  const sign = on === 'pre' ? 1 : -1;
  const pairs: StdpPair[] = [];
  let [changes, unmatched] = [0, 0];
  for (const { columns: c, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      const [a, b, time, weight] = [c.pre![i]!, c.post![i]!, c.time![i]!, c.weight![i]!];
      const k = a * post + b;
      const [since, before] = [lastTime[k]!, lastWeight[k]!];
      lastTime[k] = time;
      lastWeight[k] = weight;
      if (Number.isNaN(since) || weight === before) continue;
      changes++;
      const nearest = findNearest(otherSpikes[on === 'pre' ? b : a]!, since, time);
      if (nearest === null || Math.abs(nearest.gap) > window || pairs.length === MAX_PAIRS) unmatched++;
      else {
        const { gap, isolated } = nearest;
        pairs.push({ time, pre: a, post: b, interval: sign * gap, change: weight - before, before, isolated });
      }
    }
  }
  if (changes === 0) return withoutPairs('no weight changed between its records');
  const more = pairs.length === MAX_PAIRS ? ` or come after the first ${MAX_PAIRS.toLocaleString('en')}` : '';
  const note = `${unmatched} of ${changes} weight changes have no pair within ${window} ms${more}`;
  return { pairs, note: unmatched > 0 ? note : null };
}

/**
 * Nearest pair whose later spike lies in (since, now]: the record at `now` with the last earlier spike of the other side, or the record
 * at `since` with the next spike of the other side. `gap`: time of the other side's spike minus time of the record, ms.
 */
function findNearest(others: readonly number[], since: number, now: number): { gap: number; isolated: boolean } | null {
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
