import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createLog, writeFileAtomic } from '../../../core/log/file.ts';
import { attempt } from '../../../core/log/fileError.ts';
import type { LogStream } from '../../../core/log/stream.ts';
import type { TableSpec } from '../../../core/log/tables.ts';
import { writePicture } from '../plots/write.ts';
import type { Histogram } from './histogram.ts';
import { pictures } from './pictures.ts';
import type { WeightsStudy } from './weights.ts';

/** A row a bin: how many synapses lay between `low` and `high` (weight in the target's unit; S) at that time. */
export const HISTOGRAMS: TableSpec = {
  name: 'memspike.weights.histograms/1',
  columns: { time: 'float64', quantity: 'uint8', low: 'float64', high: 'float64', synapses: 'uint32' },
};
const QUANTITIES = ['weight', 'conductance'] as const;

/** A row a change of weight: Δt (ms), Δw and the weight before it, and whether the pair was alone (1). */
export const STDP_PAIRS: TableSpec = {
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

/** A table in place of one that an earlier call wrote. */
function anew(file: string, table: TableSpec, metadata: Readonly<Record<string, string>>): LogStream {
  rmSync(file, { force: true });
  return createLog(file, table, metadata);
}

const summary = ({ count, mean, sd, min, max, low, width, counts }: Histogram) => ({
  synapses: count,
  mean,
  sd,
  min,
  max,
  histogram: { low, binWidth: width, counts: [...counts] },
});

/** The study as JSON: moments with their histograms, what the devices went through; without single synapses and pairs. */
export function weightsJson({ projection, label, recorded, devices, image, options, notes }: WeightsStudy): string {
  const moments = recorded?.moments.map(({ time, weights, conductances }) => ({
    time,
    weights: summary(weights),
    conductances: conductances && summary(conductances),
  }));
  const { totalPulses, totalEnergy, stuck, wornOut } = devices ?? {};
  const books = devices && { devices: devices.devices, pulses: totalPulses, writeEnergy: totalEnergy, stuck, wornOut };
  const stdpPairs = recorded?.pairs.length ?? 0;
  return JSON.stringify({ projection, label, image, options, moments, stdpPairs, devices: books, notes }, null, 2);
}

function writeHistograms(file: string, { recorded, projection }: WeightsStudy): void {
  const log = anew(file, HISTOGRAMS, { quantities: JSON.stringify(QUANTITIES), projection });
  for (const { time, weights, conductances } of recorded!.moments) {
    [weights, conductances].forEach((histogram, quantity) => {
      if (histogram === null) return;
      const { low, width, counts } = histogram;
      const edge = (k: number): number => low + k * width;
      const n = counts.length;
      const columns = {
        time: new Float64Array(n).fill(time),
        quantity: new Uint8Array(n).fill(quantity),
        low: Float64Array.from(counts, (_, k) => edge(k)),
        high: Float64Array.from(counts, (_, k) => edge(k + 1)),
        synapses: counts,
      };
      log.write(columns, n);
    });
  }
  log.close();
}

function writePairs(file: string, { recorded, projection }: WeightsStudy): void {
  const { pairs } = recorded!;
  const log = anew(file, STDP_PAIRS, { projection });
  const columns = {
    time: Float64Array.from(pairs, (p) => p.time),
    pre: Uint32Array.from(pairs, (p) => p.pre),
    post: Uint32Array.from(pairs, (p) => p.post),
    interval: Float64Array.from(pairs, (p) => p.interval),
    change: Float64Array.from(pairs, (p) => p.change),
    before: Float64Array.from(pairs, (p) => p.before),
    isolated: Uint8Array.from(pairs, (p) => (p.isolated ? 1 : 0)),
  };
  log.write(columns, pairs.length);
  log.close();
}

/** Writes the pictures (SVG and PNG), `weights.json` and the tables of a study into a directory; returns the names of the files. */
export function writeWeights(study: WeightsStudy, directory: string): string[] {
  attempt('create', directory, () => mkdirSync(directory, { recursive: true }));
  const written: string[] = [];
  const file = (name: string): string => {
    written.push(name);
    return join(directory, name);
  };
  for (const [name, svg] of Object.entries(pictures(study)))
    written.push(...writePicture(join(directory, name), svg).map((path) => basename(path)));
  if (study.recorded !== null) writeHistograms(file('weights.histograms.arrows'), study);
  if (study.recorded !== null && study.recorded.pairs.length > 0) writePairs(file('weights.stdp.arrows'), study);
  writeFileAtomic(file('weights.json'), `${weightsJson(study)}\n`);
  return written;
}
