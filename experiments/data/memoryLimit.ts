import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';

const MB = 1e6;
/** Maximum size of the uncompressed content of a file, MB; gzipped EMNIST ByClass needs 547 MB. */
const MAX_READ_MB = 600;
const VARIABLE = 'MEMSPIKE_MAX_READ_MB';

export function requireMemory(bytes: number, path: string) {
  const limit = Number(process.env[VARIABLE] ?? MAX_READ_MB);
  if (!(limit > 0))
    throw new UserError(`${VARIABLE} is ${show(process.env[VARIABLE])}, but must be a number of MB above 0.`);
  if (!(bytes <= limit * MB))
    throw new UserError(
      `${path} needs ${Math.ceil(bytes / MB)} MB of memory to be read, but at most ${limit} MB are allowed; set the environment variable ${VARIABLE} for more.`,
    );
}
