import { UserError } from '../../../core/declare/errors.ts';
import { formatCount, show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import { groupBy } from '../../statistics/groupBy.ts';
import type { Plan, PlannedRun } from '../directory.ts';
import { computeMeanMetric, groupByPoint, type Search, type SearchSettings } from './search.ts';

/** Runs of a candidate in each round. */
type Candidate = readonly (readonly PlannedRun[])[];

interface HalvingRounds {
  /** Amount of the resource per candidate in each round, ascending. */
  readonly levels: readonly number[];
  readonly candidates: readonly Candidate[];
}

/**
 * Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943). The first round (rung) computes all candidates with
 * the smallest amount of a resource. Each later round computes the best candidates with more of it; their number is
 * chosen such that all rounds cost about the same. The last round uses the full resource.
 */
export function createHalvingSearch(plan: Plan, { resource = 'replicates' }: SearchSettings): Search {
  const { levels, candidates } =
    resource === 'replicates' ? createReplicateLadder(plan) : createParameterLadder(plan, resource);
  return (known) => {
    let left = candidates;
    for (const [rung, level] of levels.entries()) {
      const runs = left.flatMap((candidate) => candidate[rung]!);
      if (runs.some((run) => known(run) === undefined)) {
        const size = formatCount(left.length, 'candidate');
        return { runs, description: `rung ${rung + 1} of ${levels.length}: ${size} at ${resource} ${level}` };
      }
      const next = levels[rung + 1];
      if (next === undefined) break;
      const keptCount = Math.max(1, Math.round((left.length * level) / next));
      // The sort is stable: of equal candidates, those planned first are kept.
      left = left
        .toSorted((a, b) => computeMeanMetric(a[rung]!, known)! - computeMeanMetric(b[rung]!, known)!)
        .slice(0, keptCount);
    }
    return null;
  };
}

/** Search rounds with 1, 2, 4, … replicates per point; a round includes the replicates of earlier rounds. */
function createReplicateLadder({ facts: { replicates }, runs }: Plan): HalvingRounds {
  if (replicates < 2)
    throw new UserError(
      'halving needs a resource that grows: name a parameter with --resource, such as the number of training images, or plan replicates.',
    );
  const rungs = Math.ceil(Math.log2(replicates));
  const levels = [...Array.from({ length: rungs }, (_, i) => 2 ** i), replicates];
  return { levels, candidates: groupByPoint(runs).map((own) => levels.map((level) => own.slice(0, level))) };
}

/** Search rounds with ascending values of a parameter; points that differ only in this parameter are one candidate. */
function createParameterLadder({ facts, runs }: Plan, name: string): HalvingRounds {
  const names = facts.parameters.map((parameter) => parameter.name);
  if (!names.includes(name))
    throw new UserError(
      `${name} is not a parameter of the sweep${didYouMean(name, [...names, 'replicates'], 'parameters')}`,
    );
  const wrong = runs.find(({ parameters }) => !(typeof parameters[name] === 'number' && parameters[name] > 0));
  if (wrong)
    throw new UserError(
      `--resource ${name} has the value ${show(wrong.parameters[name])}, but its values must be numbers above 0.`,
    );
  const levelOf = ({ parameters }: PlannedRun) => parameters[name] as number;
  const levels = [...new Set(runs.map(levelOf))].sort((a, b) => a - b);
  const others = ({ parameters: { [name]: _, ...rest } }: PlannedRun) => canonicalJson(rest);
  const candidates = [...groupBy(runs, others).values()].map((own) =>
    levels.map((level) => own.filter((run) => levelOf(run) === level)),
  );
  if (candidates.some((candidate) => candidate.some((own) => own.length === 0)))
    throw new UserError(`--resource ${name} must have the same values for every combination of the other parameters.`);
  return { levels, candidates };
}
