import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { plural } from '../../../core/declare/show.ts';
import { writeFileAtomic } from '../../../core/log/file.ts';
import { withFileErrors } from '../../../core/log/fileError.ts';
import { ownDirectory } from '../../output/directory.ts';
import type { Plan } from '../directory.ts';
import { type SlurmArray, slurmPlace } from './array.ts';

/** Of what squeue says on a busy cluster, bytes. */
const MOST_OUTPUT = 100e6;

/** Calls a program of Slurm. UserError with what it says if it fails. */
function slurm(program: string, ...words: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: MOST_OUTPUT });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new UserError(`${program} is not on this machine: submit where Slurm is, or read the script with --dry-run.`);
  if (status !== 0)
    throw new UserError(`${program} failed: ${(error?.message ?? stderr).trim().replaceAll(/\s*\n\s*/g, '; ')}`);
  return stdout.trim();
}

/** Submits an array; its script is kept beside the logs of its tasks. @returns the id of the job. */
export function submitArray({ directory }: Plan, { script, tasks }: SlurmArray): string {
  const place = slurmPlace(directory);
  const [file, record] = [join(place, 'array.sh'), join(place, 'job')];
  refuseSecond(directory, record);
  const most = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(slurm('scontrol', 'show', 'config'))?.[1]);
  const last = tasks.at(-1)!;
  if (last >= most)
    throw new UserError(
      `the array has ${plural(tasks.length, 'task')} with numbers up to ${last}, but this Slurm takes numbers below ${most} (MaxArraySize); give each task more runs with --points-per-job.`,
    );
  ownDirectory(place);
  writeFileAtomic(file, script);
  const job = slurm('sbatch', '--parsable', file).split(';')[0]!; // ID;CLUSTER where there are several
  writeFileAtomic(record, `${job}\n`);
  return job;
}

/** Two arrays on one sweep would take each other's runs for those of a node that failed. */
function refuseSecond(directory: string, record: string): void {
  if (!existsSync(record)) return;
  const job = withFileErrors('read', record, () => readFileSync(record, 'utf8')).trim();
  const queued = slurm('squeue', '--noheader', '--format=%F').split('\n'); // %F: the job of an array's task
  if (queued.some((id) => id.trim() === job))
    throw new UserError(
      `job ${job} of ${directory} is still queued or running; wait for it, or end it with: scancel ${job}`,
    );
}
