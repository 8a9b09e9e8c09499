import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import type { TimeWindow } from '../../logs/window.ts';
import { type MnistPhase, readPresentations } from '../imageLog.ts';
import { BIN_EDGE_TOLERANCE, MS_PER_S } from './counts.ts';
import type { AnalysisOptions } from './options.ts';

/** Triggers of a peristimulus time histogram, in ascending order; each starts a trial. */
export interface PsthTriggers {
  readonly triggerTimes: readonly number[]; // ms
  /** Ends of the trials, ms; absent if trials may overlap. */
  readonly trialEnds?: readonly number[];
}

/**
 * Accumulates a peristimulus time histogram: mean rate per neuron in bins of the time since a trigger, over all
 * triggers. Trials may overlap. If trials have ends, a bin is averaged over trials that last until this bin. A spike at the
 * end of a trial, often the start of the next one, counts for the trial that ends. Definition:
 * `elephant.statistics.time_histogram` (output 'rate') of the trials cut at the triggers. Source: Gerstein & Kiang
 * 1960, doi:10.1016/S0006-3495(60)86872-5.
 */
export class PsthAccumulator {
  readonly #triggers: PsthTriggers;
  readonly #duration: number;
  readonly #binWidth: number;
  readonly #counts: Float64Array;
  #first = 0;

  constructor(triggers: PsthTriggers, duration: number, binWidth: number) {
    this.#triggers = triggers;
    this.#binWidth = binWidth;
    this.#counts = new Float64Array(Math.floor(duration / binWidth + BIN_EDGE_TOLERANCE));
    this.#duration = this.#counts.length * binWidth;
  }

  addSpike(t: number): void {
    const { triggerTimes: at, trialEnds } = this.#triggers;
    while (this.#first < at.length && at[this.#first]! + this.#duration < t) this.#first++;
    for (let k = this.#first; k < at.length && at[k]! <= t; k++) {
      const end = trialEnds?.[k];
      if (end !== undefined && (t === at[k] || t > end)) continue;
      const bin =
        t === end ? this.#countTrialBins(k) - 1 : Math.floor((t - at[k]!) / this.#binWidth + BIN_EDGE_TOLERANCE);
      if (bin < this.#counts.length) this.#counts[bin]!++;
    }
  }

  /** Mean rates per neuron, Hz, by time bin; `times`: left edges of the bins, ms after the trigger. */
  computeHistogram(size: number) {
    const exposures = this.#computeRecordedTimes().filter((ms) => ms > 0);
    return {
      times: Array.from(exposures, (_, i) => i * this.#binWidth),
      rates: Array.from(exposures, (ms, i) => this.#counts[i]! * (MS_PER_S / (ms * size))),
      triggers: this.#triggers.triggerTimes.length,
    };
  }

  #countTrialBins(k: number): number {
    return Math.ceil(
      (this.#triggers.trialEnds![k]! - this.#triggers.triggerTimes[k]!) / this.#binWidth - BIN_EDGE_TOLERANCE,
    );
  }

  /** Recorded time in each bin, summed over all trials, ms. */
  #computeRecordedTimes(): Float64Array {
    const { triggerTimes: at, trialEnds } = this.#triggers;
    if (trialEnds === undefined) return this.#counts.map(() => at.length * this.#binWidth);
    const exposures = new Float64Array(this.#counts.length);
    for (const [k, start] of at.entries()) {
      const duration = trialEnds[k]! - start;
      const bins = Math.min(exposures.length, this.#countTrialBins(k));
      for (let i = 0; i < bins; i++) exposures[i]! += Math.min(this.#binWidth, duration - i * this.#binWidth);
    }
    return exposures;
  }
}

const MAX_TRIGGERS = 10_000_000;

/** Image onsets as triggers; a trial ends at the onset of the next image. */
function readImageTimes(log: string, phase: MnistPhase | undefined): Required<PsthTriggers> {
  const path = join(dirname(log), 'images.arrows');
  if (!existsSync(path)) throw new UserError(`--trigger images: there is no ${path}.`);
  const images = [...readPresentations(path)];
  const selected = [...images.keys()].filter((i) => phase === undefined || images[i]!.phase === phase);
  if (selected.length === 0 && images.length > 0)
    throw new UserError(`--phase ${phase}: ${path} has no images of that phase.`);
  return {
    triggerTimes: selected.map((i) => images[i]!.onsetTime),
    trialEnds: selected.map((i) => images[i + 1]?.onsetTime ?? Infinity),
  };
}

function makePeriodicTimes(text: string, { from, to }: TimeWindow): number[] {
  const period = Number(text);
  if (!(period > 0)) throw new UserError(`--trigger every=${text}: the period must be a number > 0 (ms).`);
  const count = Math.floor((to - from) / period) + 1;
  if (count > MAX_TRIGGERS)
    throw new UserError(`--trigger every=${text} gives ${count} triggers; at most ${MAX_TRIGGERS} are supported.`);
  return Array.from({ length: count }, (_, i) => from + i * period);
}

function parseTimes(text: string, window: TimeWindow): number[] {
  const every = /^every=(.*)$/.exec(text)?.[1];
  const times = every !== undefined ? makePeriodicTimes(every, window) : text.split(',').map(Number);
  if (times.some((t) => !Number.isFinite(t)))
    throw new UserError(
      `--trigger is ${show(text)}, but must be images, every=PERIOD or times in ms separated by commas.`,
    );
  return times.sort((a, b) => a - b);
}

/**
 * Finds the triggers of a PSTH whose trial is within the window. A trial ends `after` ms after its
 * trigger, or at its entry in `trialEnds` if that is earlier.
 */
export function findPsthTriggers(
  { trigger: text, phase, after }: AnalysisOptions,
  log: string,
  window: TimeWindow,
): PsthTriggers {
  if (phase !== undefined && text !== 'images') throw new UserError('--phase requires --trigger images.');
  if (text === undefined) return { triggerTimes: [] };
  const { triggerTimes: at, trialEnds: ends }: PsthTriggers =
    text === 'images' ? readImageTimes(log, phase) : { triggerTimes: parseTimes(text, window) };
  const inside = [...at.keys()].filter(
    (k) => at[k]! >= window.from && Math.min(at[k]! + after, ends?.[k] ?? Infinity) <= window.to,
  );
  if (inside.length === 0)
    throw new UserError(
      `--trigger ${text}: none of the ${at.length} triggers is followed by ${after} ms within the window from ` +
        `${window.from} to ${window.to} ms.`,
    );
  return { triggerTimes: inside.map((k) => at[k]!), ...(ends && { trialEnds: inside.map((k) => ends[k]!) }) };
}
