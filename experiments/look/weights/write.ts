import { join } from 'node:path';
import { columnsFrom } from '../../../core/log/columns.ts';
import { writeLog } from '../../../core/log/create.ts';
import type { TableSpec } from '../../../core/log/tables.ts';
import type { ResultDirectory } from '../../output/results.ts';
import { pictureEndings } from '../plots/write.ts';
import type { Histogram } from './histogram.ts';
import { pictures } from './pictures.ts';
import type { WeightsStudy } from './weights.ts';

/** A row a bin: how many synapses lay between `low` and `high` (weight in the target's unit; S) at that time. */
const HISTOGRAMS: TableSpec = {
  name: 'memspike.weights.histograms/1',
  columns: { time: 'float64', quantity: 'uint8', low: 'float64', high: 'float64', synapses: 'uint32' },
};
const QUANTITIES = ['weight', 'conductance'] as const;

/** A row a change of weight: Δt (ms), Δw and the weight before it, and whether the pair was alone (1). */
const STDP_PAIRS: TableSpec = {
  name: 'memspike.weights.pairs/1',
  columns: {
    time: 'float64',
    pre: 'uint32',
    post: 'uint32',
    interval: 'float64',
    change: 'float64',
    before: 'float64',
    isolated: 'uint8',
  },
};

const summary = ({ count, mean, sd, min, max, low, width, counts }: Histogram) => ({
  synapses: count,
  mean,
  sd,
  min,
  max,
  histogram: { low, binWidth: width, counts: [...counts] },
});

/** The study as it goes into JSON: moments with their histograms, what the devices went through; without single synapses and pairs. */
export function weightsFacts({ projection, label, recorded, devices, image, options, notes }: WeightsStudy): object {
  const moments = recorded?.moments.map(({ time, weights, conductances }) => ({
    time,
    weights: summary(weights),
    conductances: conductances && summary(conductances),
  }));
  const { totalPulses, totalEnergy, stuck, wornOut } = devices ?? {};
  const books = devices && { devices: devices.devices, pulses: totalPulses, writeEnergy: totalEnergy, stuck, wornOut };
  const stdpPairs = recorded?.pairs.length ?? 0;
  return { projection, label, image, options, moments, stdpPairs, devices: books, notes };
}

function writeHistograms(file: string, { recorded, projection }: WeightsStudy): void {
  writeLog(file, HISTOGRAMS, { quantities: JSON.stringify(QUANTITIES), projection }, (log) => {
    for (const { time, weights, conductances } of recorded!.moments) {
      [weights, conductances].forEach((histogram, quantity) => {
        if (histogram === null) return;
        const { low: first, width, counts } = histogram;
        const edge = (k: number): number => first + k * width;
        const rows = Array.from(counts, (synapses, k) => ({
          time,
          quantity,
          low: edge(k),
          high: edge(k + 1),
          synapses,
        }));
        log.write(columnsFrom(HISTOGRAMS, rows), rows.length);
      });
    }
  });
}

function writePairs(file: string, { recorded, projection }: WeightsStudy): void {
  const { pairs } = recorded!;
  writeLog(file, STDP_PAIRS, { projection }, (log) => log.write(columnsFrom(STDP_PAIRS, pairs), pairs.length));
}

const HISTOGRAMS_FILE = 'weights.histograms.arrows';
const PAIRS_FILE = 'weights.stdp.arrows';

/** Writes the pictures (SVG and PNG), `weights.json` and the tables of a study into a directory; returns the names of the files. */
export function writeWeights(study: WeightsStudy, directory: ResultDirectory): string[] {
  const { recorded } = study;
  const drawn = Object.entries(pictures(study));
  const tables = [
    ...(recorded !== null ? [[HISTOGRAMS_FILE, writeHistograms] as const] : []),
    ...(recorded !== null && recorded.pairs.length > 0 ? [[PAIRS_FILE, writePairs] as const] : []),
  ];
  directory.make([
    ...drawn.flatMap(([name]) => pictureEndings().map((ending) => `${name}${ending}`)),
    ...tables.map(([name]) => name),
  ]);
  for (const [name, svg] of drawn) directory.picture(name, svg);
  for (const [name, write] of tables) directory.write([name], (path) => write(join(path, name), study));
  return directory.finish(weightsFacts(study));
}
