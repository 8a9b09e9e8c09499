import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { findFirstAtOrAfter, snap, TICK } from '../../../core/time.ts';
import { LogTable } from '../../logs/table.ts';
import { findProjectionConfig } from './runFacts.ts';
import type { WeightsLog } from './snapshots.ts';

export interface StdpPair {
  /** Time at which the change was recorded, ms. */
  readonly time: number;
  readonly pre: number;
  readonly post: number;
  /** Δt at the synapse, ms: postsynaptic spike time minus arrival time of the presynaptic spike. */
  readonly interval: number;
  /** Weight change Δw, in the unit of the weight. */
  readonly change: number;
  readonly before: number;
  /**
   * True if only this pair can have caused the change: between the two records, no presynaptic spike (`on: post`) or no
   * postsynaptic spike (`on: pre`).
   */
  readonly isolated: boolean;
}

export interface StdpPairs {
  readonly pairs: readonly StdpPair[];
  /** States how many weight changes have no spike pair, or why there are no pairs; null if each change has a pair. */
  readonly omissionNote: string | null;
}

const MAX_PAIRS = 2_000_000;
const withoutPairs = (reason: string): StdpPairs => ({ pairs: [], omissionNote: `no STDP pairs: ${reason}` });

/**
 * Finds the spike pair of each weight change, for weights recorded `on: pre` or `on: post`. A change is the difference
 * between two successive records of a synapse. Its pair has the smallest |Δt| of all pairs whose later spike is between
 * the records. Pairs with Δt = 0 are ignored, because rules then do not change the weight. One spike of a pair is at the
 * time of a record; the other comes from the spike log, shifted by the delays.
 * @param window largest |Δt|, ms
 */
export function findStdpPairs(run: string, log: WeightsLog, window: number): StdpPairs {
  const description = findProjectionConfig(run, log.projection);
  const on = description?.record?.weights?.on;
  if (description === undefined || on === undefined)
    return withoutPairs('they require a run directory with weights recorded on: pre or on: post');
  const { delay = 0, dendriticDelay = 0, connect } = description;
  if (on === 'post' && (typeof delay !== 'number' || connect?.list?.some((row) => row.length > 3)))
    return withoutPairs('delays differ between synapses; record weights on: pre');
  const shift = on === 'pre' ? 2 * snap(dendriticDelay) : snap(delay as number) + snap(dendriticDelay);
  const [population, size] = on === 'pre' ? [description.to, log.post] : [description.from, log.pre];
  const otherSpikes = readSpikeTimes(run, population, size, shift);
  if (typeof otherSpikes === 'string') return withoutPairs(otherSpikes);
  return matchChanges(log, on, otherSpikes, window);
}

/** Reads ascending spike times per neuron and adds `shift`, ms. Returns the reason if there are none. */
function readSpikeTimes(run: string, population: string, size: number, shift: number): number[][] | string {
  const times: number[][] = Array.from({ length: size }, () => []);
  let rowCount = 0;
  try {
    const table = new LogTable(join(run, 'spikes.arrows'), { populations: [population] }, SPIKES);
    table.forEachRow(['neuron', 'time'], (neuron, time) => {
      times[neuron]?.push(time + shift);
      rowCount++;
    });
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/\.$/, '');
    throw error;
  }
  return rowCount > 0 ? times : `no spikes of ${population} were recorded (record: { spikes: [..., ${population}] })`;
}

/** Finds the pair of each change. @param on side whose spikes cause records @param otherSpikes spikes of the other side, ms */
function matchChanges(
  { table, pre, post }: WeightsLog,
  on: 'pre' | 'post',
  otherSpikes: readonly (readonly number[])[],
  window: number,
): StdpPairs {
  const lastTime = new Float64Array(pre * post).fill(Number.NaN);
  const lastWeight = new Float64Array(pre * post);
  const sign = on === 'pre' ? 1 : -1;
  const pairs: StdpPair[] = [];
  let [changes, unmatched] = [0, 0];
  table.forEachRow(['pre', 'post', 'time', 'weight'], (a, b, time, weight) => {
    const k = a * post + b;
    const [since, before] = [lastTime[k]!, lastWeight[k]!];
    lastTime[k] = time;
    lastWeight[k] = weight;
    if (Number.isNaN(since) || weight === before) return;
    changes++;
    const nearest = findNearest(otherSpikes[on === 'pre' ? b : a]!, since, time);
    if (nearest === null || Math.abs(nearest.gap) > window || pairs.length === MAX_PAIRS) unmatched++;
    else {
      const { gap, isolated } = nearest;
      pairs.push({ time, pre: a, post: b, interval: sign * gap, change: weight - before, before, isolated });
    }
  });
  if (changes === 0) return withoutPairs('no weight changed between its records');
  const more = pairs.length === MAX_PAIRS ? ` or come after the first ${MAX_PAIRS.toLocaleString('en')}` : '';
  const note = `${unmatched} of ${changes} weight changes have no pair within ${window} ms${more}`;
  return { pairs, omissionNote: unmatched > 0 ? note : null };
}

/**
 * Finds the spike pair with the smallest |Δt| of two candidates: the record at `now` with the last spike of `others`
 * before it; the record at `since` with the first spike after it. `gap`: spike time minus record time, ms.
 */
function findNearest(others: readonly number[], since: number, now: number) {
  // All times are multiples of `TICK`, so `t + TICK` is the first possible time after a record at time t.
  const [first, end] = [since, now].map((t) => findFirstAtOrAfter(others, 0, others.length, t + TICK)) as [
    number,
    number,
  ];
  let lastBefore = end - 1;
  if (others[lastBefore] === now) lastBefore--;
  const backward = lastBefore >= 0 ? others[lastBefore]! - now : -Infinity;
  const forward = first < end ? others[first]! - since : Infinity;
  const gap = forward < -backward ? forward : backward;
  return Number.isFinite(gap) ? { gap, isolated: first === end } : null;
}
