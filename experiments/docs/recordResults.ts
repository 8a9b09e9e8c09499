/**
 * Records the figures of finished runs, from which pages are generated: those of a demonstration in `results.json` beside its code, those
 * of studies (named as their directory, `STUDY` or `STUDY-DATA`) and of `device compare` in experiments/docs/results/results.json, those of
 * `device passport` of presets in experiments/docs/results/league.json.
 * `memspike study run spread --out runs/spread && node dist/experiments/docs/recordResults.js runs/spread …`
 */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sampleStandardDeviation } from 'simple-statistics';
import * as z from 'zod/mini';
import { passportSchema } from '../compare/passportSchema.ts';
import { averageNonNull } from '../compare/rankDevices.ts';
import { readJson } from '../logs/runJson.ts';
import { resolvePackagePath } from '../shipped.ts';
import { estimateMean } from '../statistics/estimate.ts';
import { readSweepResults } from '../sweep/results.ts';
import { VERSION } from '../version.ts';
import { getDemonstrationFolder, recordedResultSchema } from './demonstrations.ts';
import { LEAGUE_FILE, type LeagueRecord, readLeagueRecord } from './leaguePage.ts';
import {
  RECORDED_RESULTS_FILE,
  RECORDED_RESULTS_FOLDER,
  type RecordedResults,
  readRecordedResults,
} from './recordedResultPages.ts';

const OUTPUT_OPTIONS = / --(?:out|progress|workers) \S+/g;
const PICOJOULES = 1e12;
const PERCENT = 100;

const comparisonSchema = z.object({
  commandLine: z.string(),
  version: z.string(),
  devices: z.array(
    z.object({
      name: z.string(),
      accuracy: z.array(z.number()),
      energyPerImage: z.array(z.nullable(z.number())),
      wornOut: z.array(z.number()),
    }),
  ),
});

/** Figure of a quantity with one value per seed: mean, sd and 95 % interval; a single value has only a mean. */
const summariseValues = (values: readonly number[], unit: string) =>
  values.length < 2
    ? { mean: values[0]!, sd: null, unit }
    : { ...estimateMean(values), sd: sampleStandardDeviation([...values]), unit };

/** Records a study: figures `PARAMETER=VALUE … METRIC`, and `… difference` from the first point of the study, paired by seed. */
function recordStudy(directory: string): RecordedResults[string] {
  const { plan, summary, resultsSha256 } = readSweepResults(directory);
  const figures = summary.flatMap(({ parameters, metrics }) =>
    metrics.flatMap(({ replicateValues, pairedDifference }, m) => {
      const { path, unit } = plan.facts.metrics[m]!;
      const values = Object.entries(parameters).map(
        ([parameter, value]) => `${parameter}=${typeof value === 'object' ? JSON.stringify(value) : value}`,
      );
      const name = [...values, path.split('.').at(-1)].join(' ');
      return [
        [name, summariseValues(replicateValues, unit)],
        [`${name} difference`, { ...pairedDifference, sd: null, unit }],
      ] as const;
    }),
  );
  const { data } = plan.facts.sweep;
  const study = basename(directory);
  const words = data === undefined ? study : `${study.replace(`-${data}`, '')} --data ${data}`;
  const commandLine = `memspike study run ${words}`;
  return { commandLine, version: VERSION, resultsSha256, figures: Object.fromEntries(figures) };
}

/** Records `device compare`: figures `DEVICE accuracy`, `DEVICE accuracy SEED`, `DEVICE energy` and `DEVICE wornOut`. */
function recordComparison(directory: string): RecordedResults[string] {
  const { devices, commandLine, version } = readJson(directory, 'compare.json', comparisonSchema);
  const figures = Object.fromEntries(
    devices.flatMap(({ name, accuracy, energyPerImage, wornOut }) => {
      const energy = (averageNonNull(energyPerImage) ?? Number.NaN) * PICOJOULES;
      const wornPercent = wornOut.map((share) => share * PERCENT);
      return [
        [`${name} accuracy`, summariseValues(accuracy, '%')] as const,
        ...accuracy.map((value, s) => [`${name} accuracy ${s + 1}`, summariseValues([value], '%')] as const),
        [`${name} energy`, summariseValues([energy], 'pJ')] as const,
        [`${name} wornOut`, summariseValues(wornPercent, '%')] as const,
      ];
    }),
  );
  const resultsSha256 = createHash('sha256').update(JSON.stringify(devices)).digest('hex');
  return { commandLine: commandLine.replaceAll(OUTPUT_OPTIONS, ''), version, resultsSha256, figures };
}

/** Records a passport of a preset: adds it to the league of presets, in which it replaces an earlier one. */
function recordPassport(directory: string): LeagueRecord {
  const passport = readJson(directory, 'passport.json', passportSchema);
  const { device, protocol, ideal, all, energy, lifetime, sha256 } = passport;
  const { name, structure, model } = device;
  const entry = { device: { name, structure, model }, protocol, ideal, all, energy, lifetime, measurement: null };
  const others = readLeagueRecord().entries.filter((other) => other.device.name !== name);
  const entries = [...others, { ...entry, sha256 }].sort((a, b) => (a.device.name < b.device.name ? -1 : 1));
  return { commandLine: 'memspike device passport NAME --brief', version: VERSION, entries };
}

/** Figures of a directory, and the file that records them. */
function recordDirectory(directory: string): { readonly file: string; readonly results: object } {
  const file = join(RECORDED_RESULTS_FOLDER, RECORDED_RESULTS_FILE);
  if (existsSync(join(directory, 'sweep.json')))
    return { file, results: { ...readRecordedResults(), [basename(directory)]: recordStudy(directory) } };
  if (existsSync(join(directory, 'passport.json'))) return { file: LEAGUE_FILE, results: recordPassport(directory) };
  if (existsSync(join(directory, 'compare.json')))
    return { file, results: { ...readRecordedResults(), compare: recordComparison(directory) } };
  const recorded = readJson(directory, 'run.json', recordedResultSchema);
  const results = { ...recorded, commandLine: recorded.commandLine.replaceAll(OUTPUT_OPTIONS, '') };
  return { file: join(getDemonstrationFolder(recorded.demonstration), 'results.json'), results };
}

for (const directory of process.argv.slice(2)) {
  const { file, results } = recordDirectory(directory);
  writeFileSync(resolvePackagePath(file), `${JSON.stringify(results, null, 2)}\n`);
  console.log(file);
}
