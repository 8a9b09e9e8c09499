import { join } from 'node:path';
import { columnsFrom } from '../../../core/log/columns.ts';
import { writeLog } from '../../../core/log/create.ts';
import type { LogStream } from '../../../core/log/stream.ts';
import type { TableSpec } from '../../../core/log/tables.ts';
import type { ResultDirectory } from '../../output/results.ts';
import type { Analysis } from './analyse.ts';
import { pictures } from './pictures.ts';
import { NEURON_MEASURES } from './population.ts';

/** One row a neuron, the silent ones too. `population` indexes the list in the metadata. */
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

/** Histograms in long form; `curve` indexes CURVES, `other` is the second population of a correlogram. */
const CURVE_TABLE: TableSpec = {
  name: 'memspike.analysis.curves/1',
  columns: { curve: 'uint8', population: 'uint8', other: 'uint8', x: 'float64', y: 'float64' },
};

/** x and y: ms and intervals (left edge of the bin); ms and coincidences; Hz and Hz²/Hz; ms and Hz. */
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

const BATCH = 65536;

function writeNeurons(log: LogStream, { populations, measure }: Analysis): void {
  populations.forEach(({ size }, p) => {
    for (let first = 0; first < size; first += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, size - first) }, (_, i) => {
        const measures = NEURON_MEASURES.map((name) => [name, measure(p, first + i, name)]);
        return { neuron: first + i, ...Object.fromEntries(measures), population: p };
      });
      log.write(columnsFrom(NEURON_TABLE, rows), rows.length);
    }
  });
}

function writeCurves(log: LogStream, { populations, correlograms }: Analysis): void {
  type Of = readonly [population: number, other: number];
  const write = (
    curve: (typeof CURVES)[number],
    [population, other]: Of,
    x: readonly number[],
    y: readonly number[],
  ) => {
    const rows = y.map((value, i) => ({ curve: CURVES.indexOf(curve), population, other, x: x[i]!, y: value }));
    log.write(columnsFrom(CURVE_TABLE, rows), rows.length);
  };
  populations.forEach(({ isi, spectrum, psth }, p) => {
    write('isi', [p, p], isi.edges, isi.counts);
    if (spectrum) write('spectrum', [p, p], spectrum.frequencies, spectrum.power);
    if (psth) write('psth', [p, p], psth.times, psth.rates);
  });
  const place = (name: string) => populations.findIndex((p) => p.name === name);
  for (const { a, b, bin, lags, counts } of correlograms)
    write(
      'correlogram',
      [place(a), place(b)],
      lags.map((k) => k * bin),
      counts,
    );
}

function writePairs(log: LogStream, { populations, pairs }: Analysis): void {
  const place = (name: string) => populations.findIndex((p) => p.name === name);
  const rows = pairs.map((pair) => ({ ...pair, population: place(pair.population) }));
  log.write(columnsFrom(PAIR_TABLE, rows), rows.length);
}

/** The analysis as it goes into JSON, where NaN (too few spikes) is null. */
export function analysisFacts({ log, window, options, populations, correlograms, pairs, notes }: Analysis): object {
  return { log, window, options, populations, correlograms, pairs, notes };
}

/** Writes the Arrow streams `neurons.arrows`, `curves.arrows` and `pairs.arrows`, the pictures, and `analysis.json`. */
export function writeAnalysis(analysis: Analysis, directory: ResultDirectory): void {
  const names = JSON.stringify(analysis.populations.map((p) => p.name));
  const facts = { populations: names, curves: JSON.stringify(CURVES), log: analysis.log };
  const drawn = Object.entries(pictures(analysis));
  directory.make();
  for (const [file, table, write] of [
    ['neurons.arrows', NEURON_TABLE, writeNeurons],
    ['curves.arrows', CURVE_TABLE, writeCurves],
    ['pairs.arrows', PAIR_TABLE, writePairs],
  ] as const)
    directory.write([file], (path) => writeLog(join(path, file), table, facts, (log) => write(log, analysis)));
  for (const [name, svg] of drawn) directory.picture(name, svg);
  directory.finish(analysisFacts(analysis));
}
