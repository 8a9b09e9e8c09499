import { BinClock, Bins } from './bins.ts';
import { type Correlogram, CrossCorrelogram } from './correlogram.ts';
import type { AnalysisOptions } from './options.ts';
import { PopulationAnalysis } from './population.ts';
import type { Triggers } from './psth.ts';
import { forEachSpike, type Spikes } from './window.ts';

export interface CorrelogramOf extends Correlogram {
  readonly a: string;
  readonly b: string;
  /** ms */
  readonly bin: number;
}

interface FirstPass {
  readonly populations: readonly PopulationAnalysis[];
  readonly correlograms: readonly CorrelogramOf[];
}

/** Two populations, or one with itself, by their places in the list. */
interface Couple {
  readonly a: number;
  readonly b: number;
  readonly correlogram: CrossCorrelogram;
}

function couples(n: number, lag: number): Couple[] {
  const all = Array.from({ length: n }, (_, i) => i);
  return all.flatMap((a) => all.slice(a).map((b) => ({ a, b, correlogram: new CrossCorrelogram(lag) })));
}

function correlogramOf({ a, b, correlogram }: Couple, populations: readonly PopulationAnalysis[]): CorrelogramOf[] {
  const [first, second] = [populations[a]!, populations[b]!];
  const { name, counts, own } = first;
  const common = { a: name, b: second.name, bin: counts.bins.width };
  if (a !== b) return [{ ...common, ...correlogram.result() }];
  const firing = first.rates.firing();
  // One neuron has nobody to go together with.
  if (firing.length < 2) return [];
  const squares = firing.reduce((sum, neuron) => sum + counts.total(neuron) ** 2, 0);
  return [{ ...common, ...correlogram.result({ counts: own.counts, squares }) }];
}

/** What each population does, and which fire together. */
export function firstPass(spikes: Spikes, bins: Bins, triggers: Triggers, o: AnalysisOptions): FirstPass {
  const { from, to } = spikes.window;
  const fanoBins = new Bins(from, to, o.fanoWindow);
  const populations = spikes.populations.map(
    ({ name }) => new PopulationAnalysis(name, spikes.window, { bins, fanoBins, triggers }, o),
  );
  const together = couples(populations.length, Math.round(o.maxLag / o.bin));
  const clock = new BinClock(bins, populations.length, (sums) => {
    for (let i = 0; i < populations.length; i++) populations[i]!.bin(sums[i]!);
    for (const { a, b, correlogram } of together) correlogram.bin(sums[a]!, sums[b]!);
  });
  forEachSpike(spikes, (t, series, neuron) => {
    const bin = bins.of(t);
    populations[series]!.spike(t, neuron, bin);
    if (bin >= 0) clock.add(bin, series);
  });
  clock.finish();
  return { populations, correlograms: together.flatMap((couple) => correlogramOf(couple, populations)) };
}
