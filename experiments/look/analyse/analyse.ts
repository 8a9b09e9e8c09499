import { UserError } from '../../../core/declare/errors.ts';
import { describeSilentPopulations } from '../../logs/silence.ts';
import { readPopulationSizes } from '../../logs/sizes.ts';
import type { TimeWindow } from '../../logs/window.ts';
import { Bins } from './bins.ts';
import { type CorrelogramOf, firstPass } from './firstPass.ts';
import { type AnalysisOptions, DEFAULTS } from './options.ts';
import type { Pair } from './pairs.ts';
import type { NeuronMeasure, PopulationMeasures } from './population.ts';
import { secondPass } from './secondPass.ts';
import { triggersOf } from './triggers.ts';
import { openSpikes } from './window.ts';

export interface Analysis {
  readonly log: string;
  readonly window: TimeWindow;
  readonly options: AnalysisOptions;
  readonly populations: readonly PopulationMeasures[];
  readonly correlograms: readonly CorrelogramOf[];
  readonly pairs: readonly Pair[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
  /** A measure of one neuron of the population at this place of `populations`. */
  measure(population: number, neuron: number, name: NeuronMeasure): number;
  /** UserError if the log is cut or damaged; the analysis is of its whole batches then. */
  requireWhole(): void;
}

/** Some seconds of counting; two days of 5 ms. */
const MOST_BINS = 2 ** 25;

function checkedBins({ from, to }: TimeWindow, o: AnalysisOptions): Bins {
  const bins = new Bins(from, to, o.bin);
  if (bins.count < 2)
    throw new UserError(`--bin ${o.bin} is too wide: the window from ${from} to ${to} ms must hold two bins.`);
  if (bins.count > MOST_BINS)
    throw new UserError(
      `--bin ${o.bin} is too narrow: the window from ${from} to ${to} ms holds ${bins.count} bins, but at most ${MOST_BINS} are counted.`,
    );
  if (o.maxLag < o.bin) throw new UserError(`--max-lag ${o.maxLag} is shorter than a bin of ${o.bin} ms.`);
  return bins;
}

/**
 * Measures the spikes of a run directory or log. Reads it three times, batch by batch: memory grows with the number of neurons,
 * not of spikes. UserError in one sentence for a log of another table, no spikes, an unknown population or a window outside the run.
 */
export function analyse(path: string, options: Partial<AnalysisOptions> = {}): Analysis {
  const o: AnalysisOptions = { ...DEFAULTS, ...options };
  const spikes = openSpikes(path, { populations: o.populations, from: o.from, to: o.to });
  const { table, window } = spikes;
  const bins = checkedBins(window, o);
  const triggers = triggersOf(o, table.path, window);
  const first = firstPass(spikes, bins, triggers, o);
  const second = secondPass(spikes, bins, first.populations, o);
  const sizes = readPopulationSizes(table);
  const populations = first.populations.map((p, i) =>
    p.result(sizes?.[spikes.populations[i]!.id], second[i]!.correlation),
  );
  const skipped = second.flatMap(({ skipped }, i) =>
    skipped ? [`${populations[i]!.name}: no distances, for ${skipped}.`] : [],
  );
  const silent = describeSilentPopulations(
    table,
    populations.map(({ name }) => name),
  ).map((words) => `${words}.`);
  const short = `no power spectrum, for ${bins.count} bins do not fill a segment of ${o.segment}; choose a smaller --segment or --bin.`;
  return {
    log: table.path,
    window,
    options: o,
    populations,
    correlograms: first.correlograms,
    pairs: second.flatMap(({ pairs }) => pairs),
    notes: [...silent, ...skipped, ...(bins.count < o.segment ? [short] : [])],
    measure: (i, neuron, name) => first.populations[i]!.measure(neuron, name),
    requireWhole: () => table.requireWhole(),
  };
}
