import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { createNoSpikesError, describeSilentPopulations } from '../../logs/silence.ts';
import { findLogFile, LogTable, type RowSelection, readPopulationSizes } from '../../logs/table.ts';
import { resolveTimeWindow, type TimeWindow } from '../../logs/window.ts';
import { type Correlogram, CrossCorrelogram, MeanCorrelation } from './correlation.ts';
import { BinAccumulator, checkPopulationSize, TimeBins } from './counts.ts';
import { DEFAULT_COMPARED_NEURON_COUNT, type PairMeasures, SpikeTrains } from './distances.ts';
import { type AnalysisOptions, DEFAULT_ANALYSIS_OPTIONS } from './options.ts';
import { type NeuronMeasure, PopulationAnalysis, type PopulationMeasures } from './population.ts';
import { findPsthTriggers, type PsthTriggers } from './psth.ts';

/** Cross-correlogram between two populations, or between different neurons of one population (`a` equals `b`). */
interface PopulationCorrelogram extends Correlogram {
  readonly a: string;
  readonly b: string;
  readonly bin: number; // width, ms
}

/** Measures of the spikes in a log: per neuron, population, or pair of neurons or populations; times in ms, rates in Hz. */
export interface SpikeAnalysis {
  readonly log: string;
  readonly window: TimeWindow;
  readonly options: AnalysisOptions;
  readonly populations: readonly PopulationMeasures[];
  readonly correlograms: readonly PopulationCorrelogram[];
  readonly pairs: readonly PairMeasures[];
  readonly notes: readonly string[];
  /** Returns a measure of a single neuron. @param population index in `populations` */
  measure(population: number, neuron: number, name: NeuronMeasure): number;
  /** Rejects truncated logs. Without this call, their intact batches are analysed. */
  requireIntact(): void;
}

type SpikeLog = ReturnType<typeof openSpikeLog>;

/** Maximum number of populations, which limits the size of the picture and the number of pairs with a correlogram. */
const MAX_POPULATIONS = 16;

/** Opens a spike log and reads it once to find its time window, ms, and the populations with spikes, ordered by id. */
function openSpikeLog(path: string, selection: RowSelection) {
  const table = new LogTable(findLogFile(path), selection, SPIKES);
  const firingSizes: number[] = []; // by population id
  table.forEachRow(['population', 'neuron'], (id, neuron) => {
    firingSizes[id] = Math.max(firingSizes[id] ?? 0, neuron + 1);
  });
  if (firingSizes.length === 0) throw createNoSpikesError(table);
  const names = table.idColumn?.names ?? [];
  for (const name of selection.populations ?? []) {
    if (firingSizes[names.indexOf(name)] === undefined)
      throw new UserError(`${table.path}: ${show(name)} has no spikes in the window.`);
  }
  const sizes = readPopulationSizes(table);
  const populations = [...firingSizes.keys()]
    .filter((id) => firingSizes[id] !== undefined)
    .map((id) => ({ id, name: names[id] ?? String(id), sizeFromSpikes: firingSizes[id]!, sizeFromLog: sizes?.[id] }));
  if (populations.length > MAX_POPULATIONS)
    throw new UserError(
      `${table.path} has spikes of ${populations.length} populations; choose at most ${MAX_POPULATIONS} with --population.`,
    );
  for (const { name, sizeFromSpikes: firingSize, sizeFromLog: loggedSize = 0 } of populations)
    checkPopulationSize(name, Math.max(firingSize, loggedSize));
  const window = resolveTimeWindow(path, table);
  if (!(window.from < window.to))
    throw new UserError(`the window from ${window.from} to ${window.to} ms is empty, so there is nothing to measure.`);
  return { table, window, populations };
}

function forEachSpike(
  { table, populations }: SpikeLog,
  onSpike: (time: number, populationIndex: number, neuron: number) => void,
) {
  const indexById: number[] = [];
  for (const [index, { id }] of populations.entries()) indexById[id] = index;
  table.forEachRow(['time', 'population', 'neuron'], (time, id, neuron) => onSpike(time, indexById[id]!, neuron));
}

/** Maximum number of time bins: two days in bins of 5 ms; limits the computation to a few seconds. */
const MAX_BINS = 2 ** 25;

function makeBins({ from, to }: TimeWindow, o: AnalysisOptions): TimeBins {
  const bins = new TimeBins(from, to, o.bin);
  if (bins.binCount < 2)
    throw new UserError(`--bin ${o.bin} is too wide: the window from ${from} to ${to} ms must hold at least two bins.`);
  if (bins.binCount > MAX_BINS)
    throw new UserError(
      `--bin ${o.bin} is too narrow: the window from ${from} to ${to} ms holds ${bins.binCount} bins, but at most ${MAX_BINS} are supported.`,
    );
  if (o.maxLag < o.bin) throw new UserError(`--max-lag ${o.maxLag} is shorter than a bin of ${o.bin} ms.`);
  return bins;
}

function measurePopulations(spikes: SpikeLog, bins: TimeBins, triggers: PsthTriggers, o: AnalysisOptions) {
  const { from, to } = spikes.window;
  const shared = { bins, fanoBins: new TimeBins(from, to, o.fanoWindow), triggers };
  const populations = spikes.populations.map((one) => new PopulationAnalysis(one, spikes.window, shared, o));
  const couples = populations.flatMap((_, a) =>
    populations.slice(a).map((_, k) => {
      return { a, b: a + k, correlogram: new CrossCorrelogram(Math.round(o.maxLag / o.bin)) };
    }),
  );
  const clock = new BinAccumulator(bins, populations.length, (sums) => {
    for (let i = 0; i < populations.length; i++) populations[i]!.addBin(sums[i]!);
    for (const { a, b, correlogram } of couples) correlogram.addBin(sums[a]!, sums[b]!);
  });
  forEachSpike(spikes, (t, series, neuron) => {
    const bin = bins.findBinIndex(t);
    populations[series]!.addSpike(t, neuron, bin);
    if (bin >= 0) clock.addCount(bin, series);
  });
  clock.finishBins();
  const correlograms = couples.flatMap(({ a, b, correlogram }): PopulationCorrelogram[] => {
    const { name, counts, autoCorrelogram, intervals } = populations[a]!;
    const common = { a: name, b: populations[b]!.name, bin: bins.binWidth };
    if (a !== b) return [{ ...common, ...correlogram.computeCorrelogram() }];
    const firing = intervals.listFiringNeurons();
    if (firing.length < 2) return []; // a single neuron has no partner
    const squares = firing.reduce((sum, neuron) => sum + counts.getSpikeCount(neuron) ** 2, 0);
    return [{ ...common, ...correlogram.computeCorrelogram({ counts: autoCorrelogram.coincidenceCounts, squares }) }];
  });
  return { populations, correlograms };
}

function selectComparedNeurons(
  { name, intervals }: PopulationAnalysis,
  o: AnalysisOptions,
): ReadonlyMap<number, number> {
  const { neurons, distances = true } = o;
  if (!distances) return new Map();
  const silent = neurons?.find((neuron) => intervals.getSpikeCount(neuron) === 0);
  if (silent !== undefined) throw new UserError(`--neurons: neuron ${silent} of ${name} does not fire in the window.`);
  const selected = neurons ?? intervals.listFiringNeurons().slice(0, DEFAULT_COMPARED_NEURON_COUNT);
  return new Map(selected.map((neuron) => [neuron, intervals.getSpikeCount(neuron)]));
}

/** Second pass over the spikes: measures that need the spike counts and standard deviations of the first pass. */
function measurePairs(
  spikes: SpikeLog,
  bins: TimeBins,
  populations: readonly PopulationAnalysis[],
  o: AnalysisOptions,
) {
  const parts = populations.map((p) => ({
    meanCorrelation: new MeanCorrelation(p.counts, p.intervals.listFiringNeurons()),
    trains: new SpikeTrains(p.name, selectComparedNeurons(p, o), o.neurons !== undefined),
  }));
  const clock = new BinAccumulator(bins, parts.length, (sums) => {
    for (let i = 0; i < parts.length; i++) parts[i]!.meanCorrelation.addBin(sums[i]!);
  });
  forEachSpike(spikes, (t, series, neuron) => {
    const { meanCorrelation, trains } = parts[series]!;
    trains.addSpike(t, neuron);
    const bin = bins.findBinIndex(t);
    if (bin >= 0) clock.addCount(bin, series, meanCorrelation.spikeWeights[neuron]);
  });
  clock.finishBins();
  return parts;
}

/**
 * Measures the spikes of a run directory or log. Reads the log three times; memory grows with the number of neurons, not of spikes.
 * @throws UserError if the log has another table or no spikes, if a population is unknown, or if the window lies outside the run
 */
export function analyseSpikes(path: string, options: Partial<AnalysisOptions> = {}): SpikeAnalysis {
  const o: AnalysisOptions = { ...DEFAULT_ANALYSIS_OPTIONS, ...options };
  const spikes = openSpikeLog(path, { populations: o.populations, from: o.from, to: o.to });
  const { table, window } = spikes;
  const bins = makeBins(window, o);
  const first = measurePopulations(spikes, bins, findPsthTriggers(o, table.path, window), o);
  const second = measurePairs(spikes, bins, first.populations, o);
  const populations = first.populations.map((p, i) => p.computeMeasures(second[i]!.meanCorrelation.computeMean()));
  const silent = describeSilentPopulations(
    table,
    populations.map(({ name }) => name),
  );
  const withoutDistances = second.flatMap(({ trains }, i) =>
    trains.omissionReason ? [`${populations[i]!.name}: no distances: ${trains.omissionReason}`] : [],
  );
  const withoutSpectrum = `no power spectrum: ${bins.binCount} bins are fewer than a segment of ${o.segment} bins; choose a smaller --segment or --bin`;
  return {
    log: table.path,
    window,
    options: o,
    populations,
    correlograms: first.correlograms,
    pairs: second.flatMap(({ trains }) => trains.compareTrainPairs(bins, o)),
    notes: [...silent, ...withoutDistances, ...(bins.binCount < o.segment ? [withoutSpectrum] : [])].map(
      (note) => `${note}.`,
    ),
    measure: (i, neuron, name) => first.populations[i]!.computeNeuronMeasure(neuron, name),
    requireIntact: () => table.requireIntact(),
  };
}
