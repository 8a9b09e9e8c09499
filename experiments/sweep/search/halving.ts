import { UserError } from '../../../core/declare/errors.ts';
import { plural, show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import type { Plan } from '../directory.ts';
import { grouped } from '../grouped.ts';
import type { PlannedRun } from '../plan.ts';
import { type Search, type SearchSettings, score } from './search.ts';

/** The runs of one candidate on each rung. */
type Candidate = readonly (readonly PlannedRun[])[];

interface Ladder {
  /** What is spent on a candidate on each rung, ascending. */
  readonly levels: readonly number[];
  readonly candidates: readonly Candidate[];
}

/**
 * Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): all candidates with the least of a resource, then the
 * best of them with more, so many that a rung costs about what the one before it cost, up to one or a few with all of it.
 */
export function halving(plan: Plan, { resource = 'replicates' }: SearchSettings): Search {
  const { levels, candidates } = resource === 'replicates' ? byReplicates(plan) : byParameter(plan, resource);
  return (known) => {
    let left = candidates;
    for (const [rung, level] of levels.entries()) {
      const runs = left.flatMap((candidate) => candidate[rung]!);
      if (runs.some((run) => known(run) === undefined))
        return {
          runs,
          told: `rung ${rung + 1} of ${levels.length}: ${plural(left.length, 'candidate')} at ${resource} ${level}`,
        };
      const next = levels[rung + 1];
      if (next === undefined) break;
      const most = Math.max(1, Math.round((left.length * level) / next));
      // Node sorts stably, so that of equals the first planned goes on.
      left = left.toSorted((a, b) => score(a[rung]!, known)! - score(b[rung]!, known)!).slice(0, most);
    }
    return null;
  };
}

/** 1, 2, 4, ... replicates of each point; on a rung those of the rungs before count too. */
function byReplicates({ facts, runs }: Plan): Ladder {
  const { replicates } = facts;
  if (replicates < 2)
    throw new UserError(
      'halving needs something that grows: name a parameter with --resource, such as one for the number of training images, or plan replicates.',
    );
  const rungs = Math.ceil(Math.log2(replicates));
  const levels = [...Array.from({ length: rungs }, (_, i) => 2 ** i), replicates];
  const points = [...grouped(runs, ({ point }) => point).values()];
  return { levels, candidates: points.map((own) => levels.map((level) => own.slice(0, level))) };
}

/** The values of a parameter, from the least; points that differ in it alone are one candidate. */
function byParameter({ facts, runs }: Plan, name: string): Ladder {
  const names = facts.parameters.map((parameter) => parameter.name);
  if (!names.includes(name))
    throw new UserError(
      `${name} is no parameter of the sweep${didYouMean(name, [...names, 'replicates'], 'parameters')}`,
    );
  const wrong = runs.find(({ parameters }) => !(typeof parameters[name] === 'number' && parameters[name] > 0));
  if (wrong)
    throw new UserError(
      `--resource ${name} has the value ${show(wrong.parameters[name])}, but must be numbers above 0.`,
    );
  const levelOf = ({ parameters }: PlannedRun) => parameters[name] as number;
  const levels = [...new Set(runs.map(levelOf))].sort((a, b) => a - b);
  const others = ({ parameters: { [name]: _, ...rest } }: PlannedRun) => canonicalJson(rest);
  const candidates = [...grouped(runs, others).values()].map((own) =>
    levels.map((level) => own.filter((run) => levelOf(run) === level)),
  );
  if (candidates.some((candidate) => candidate.some((own) => own.length === 0)))
    throw new UserError(`--resource ${name} must have the same values for every combination of the other parameters.`);
  return { levels, candidates };
}
