import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';

const MB = 1e6;
/** Limit of the memory that a file may take if its length does not limit it, MB; EMNIST ByClass, gzipped, takes 547. */
const MAX_READ_MB = 600;
const OPTION = 'MEMSPIKE_MAX_READ_MB';

/** Refuses a file that is compressed, or states sizes only, and takes more memory than the limit. @throws UserError that names the option */
export function requireMemory(bytes: number, path: string): void {
  const limit = Number(process.env[OPTION] ?? MAX_READ_MB);
  if (!(limit > 0))
    throw new UserError(`${OPTION} is ${show(process.env[OPTION])}, but must be a number of MB above 0.`);
  if (!(bytes <= limit * MB))
    throw new UserError(
      `${path} needs ${Math.ceil(bytes / MB)} MB of memory to be read, but at most ${limit} MB are allowed; set the environment variable ${OPTION} for more.`,
    );
}
