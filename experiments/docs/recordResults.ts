/**
 * Records the numerical results of finished runs, from which pages are generated. Demonstrations: `results.json` beside their code; studies (named
 * as their directory, `STUDY` or `STUDY-DATA`): experiments/docs/results/results.json; `device passport` of presets:
 * experiments/docs/results/league.json.
 * `memspike study run spread --out runs/spread && node dist/experiments/docs/recordResults.js runs/spread …`
 */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sampleStandardDeviation } from 'simple-statistics';
import { passportSchema } from '../compare/passportSchema.ts';
import { readJson } from '../logs/runJson.ts';
import { isMapping } from '../network/config/override.ts';
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

/** Figure of a quantity with one value per seed: mean, sd and 95 % interval; a single value has only a mean. */
const summariseValues = (values: readonly number[], unit: string) =>
  values.length < 2
    ? { mean: values[0]!, sd: null, unit }
    : { ...estimateMean(values), sd: sampleStandardDeviation([...values]), unit };

/** Formats a value in the name of a figure; a section as `KEY:VALUE,…`, or `none` if it has no keys. */
const formatParameterValue = (value: unknown) =>
  isMapping(value)
    ? Object.entries(value)
        .map((entry) => entry.join(':'))
        .join(',') || 'none'
    : String(value);

/**
 * Records the results of a study (a sweep): each metric of each point, named by its settings and the metric, such as
 * `levels alphaUp=0.12 levels=4 logProbability`; with `difference` after the name, its difference from the first point, paired by seed.
 */
function recordStudy(directory: string): RecordedResults[string] {
  const { plan, summary, resultsSha256 } = readSweepResults(directory);
  const figures = summary.flatMap(({ parameters, metrics }) =>
    metrics.flatMap(({ replicateValues, pairedDifference }, m) => {
      const { path, unit } = plan.facts.metrics[m]!;
      const values = Object.entries(parameters).map(
        ([parameter, value]) => `${parameter}=${formatParameterValue(value)}`,
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

/** Records the device passport of a preset in the league of presets; replaces its earlier passport. */
function recordPassport(directory: string): LeagueRecord {
  const passport = readJson(directory, 'passport.json', passportSchema);
  const { device, protocol, ideal, all, energy, lifetime, sha256 } = passport;
  const { name, structure, model, sha256: deviceSha256 } = device;
  const entry = {
    device: { name, structure, model, sha256: deviceSha256 },
    protocol,
    ideal,
    all,
    energy,
    lifetime,
    measurement: null,
  };
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
  const recorded = readJson(directory, 'run.json', recordedResultSchema);
  const results = { ...recorded, commandLine: recorded.commandLine.replaceAll(OUTPUT_OPTIONS, '') };
  return { file: join(getDemonstrationFolder(recorded.demonstration), 'results.json'), results };
}

for (const directory of process.argv.slice(2)) {
  const { file, results } = recordDirectory(directory);
  writeFileSync(resolvePackagePath(file), `${JSON.stringify(results, null, 2)}\n`);
  console.log(file);
}
