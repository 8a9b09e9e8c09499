import { join } from 'node:path';
import { writeLog } from '../../../core/log/create.ts';
import type { LogStream } from '../../../core/log/stream.ts';
import { rowsToColumns, type TableSpec } from '../../../core/log/tables.ts';
import type { ResultDirectory } from '../../output/results.ts';
import { writeResultPicture } from '../plots/write.ts';
import type { Analysis } from './analyse.ts';
import { drawAnalysis } from './pictures.ts';
import { NEURON_MEASURES } from './population.ts';

/** Table with one row per neuron, including silent ones. `population` is an index in the list in the metadata. */
const NEURON_TABLE: TableSpec = {
  name: 'memspike.analysis.neurons/1',
  columns: {
    neuron: 'uint32',
    spikes: 'float64',
    rate: 'float64',
    cv: 'float64',
    cv2: 'float64',
    lv: 'float64',
    fano: 'float64',
    population: 'uint8',
  },
};

/** Table of all curves in long form. `curve` is an index in CURVES, `other` the second population of a correlogram. */
const CURVE_TABLE: TableSpec = {
  name: 'memspike.analysis.curves/1',
  columns: { curve: 'uint8', population: 'uint8', other: 'uint8', x: 'float64', y: 'float64' },
};

/** Curves (x; y): isi (left bin edge, ms; count), correlogram (lag, ms; count), spectrum (Hz; Hz²/Hz), psth (ms; Hz) */
const CURVES = ['isi', 'correlogram', 'spectrum', 'psth'] as const;

const PAIR_TABLE: TableSpec = {
  name: 'memspike.analysis.pairs/1',
  columns: {
    a: 'uint32',
    b: 'uint32',
    correlation: 'float64',
    vanRossum: 'float64',
    victorPurpura: 'float64',
    population: 'uint8',
  },
};

const BATCH_ROWS = 65536;

function writeNeurons(log: LogStream, { populations, measure }: Analysis): void {
  populations.forEach(({ size }, p) => {
    for (let first = 0; first < size; first += BATCH_ROWS) {
      const rows = Array.from({ length: Math.min(BATCH_ROWS, size - first) }, (_, i) => {
        const measures = NEURON_MEASURES.map((name) => [name, measure(p, first + i, name)]);
        return { neuron: first + i, ...Object.fromEntries(measures), population: p };
      });
      log.write(rowsToColumns(NEURON_TABLE, rows), rows.length);
    }
  });
}

const populationIndex = ({ populations }: Analysis, name: string): number =>
  populations.findIndex((p) => p.name === name);

function writeCurves(log: LogStream, analysis: Analysis): void {
  const write = (
    curve: (typeof CURVES)[number],
    [population, other]: readonly [number, number],
    x: readonly number[],
    y: readonly number[],
  ) => {
    const rows = y.map((value, i) => ({ curve: CURVES.indexOf(curve), population, other, x: x[i]!, y: value }));
    log.write(rowsToColumns(CURVE_TABLE, rows), rows.length);
  };
  analysis.populations.forEach(({ isi, spectrum, psth }, p) => {
    write('isi', [p, p], isi.edges, isi.counts);
    if (spectrum) write('spectrum', [p, p], spectrum.frequencies, spectrum.power);
    if (psth) write('psth', [p, p], psth.times, psth.rates);
  });
  for (const { a, b, bin, lags, counts } of analysis.correlograms) {
    const times = lags.map((k) => k * bin);
    write('correlogram', [populationIndex(analysis, a), populationIndex(analysis, b)], times, counts);
  }
}

function writePairs(log: LogStream, analysis: Analysis): void {
  const rows = analysis.pairs.map((pair) => ({ ...pair, population: populationIndex(analysis, pair.population) }));
  log.write(rowsToColumns(PAIR_TABLE, rows), rows.length);
}

/** Content of `analysis.json`. NaN (too few spikes) becomes null, because JSON has no NaN. */
export function summariseAnalysis(analysis: Analysis): object {
  const { log, window, options, populations, correlograms, pairs, notes } = analysis;
  return { log, window, options, populations, correlograms, pairs, notes };
}

/** Writes the tables `neurons.arrows`, `curves.arrows` and `pairs.arrows`, the pictures, and `analysis.json`. */
export function writeAnalysis(analysis: Analysis, directory: ResultDirectory): void {
  const names = JSON.stringify(analysis.populations.map((p) => p.name));
  const metadata = { populations: names, curves: JSON.stringify(CURVES), log: analysis.log };
  const pictures = Object.entries(drawAnalysis(analysis));
  directory.make();
  for (const [file, table, write] of [
    ['neurons.arrows', NEURON_TABLE, writeNeurons],
    ['curves.arrows', CURVE_TABLE, writeCurves],
    ['pairs.arrows', PAIR_TABLE, writePairs],
  ] as const)
    directory.write([file], (path) => writeLog(join(path, file), table, metadata, (log) => write(log, analysis)));
  for (const [name, svg] of pictures) writeResultPicture(directory, name, svg);
  directory.finish(summariseAnalysis(analysis));
}
