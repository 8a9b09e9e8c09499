import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { whole } from '../../core/declare/ranged.ts';

/** What a lock file says of the process that made it. */
const HOLDER = z.object({
  pid: whole({ min: 1 }),
  host: z.string(),
  /** When the lock was taken, ISO 8601. */
  since: z.string(),
  /** Start of the process in kernel ticks since boot, null where the system does not tell: a pid may be given out again. */
  ticks: z.catch(z.nullable(z.string()), null),
});
export type Holder = Readonly<z.output<typeof HOLDER>>;

export function parseHolder(path: string, text: string): Holder {
  const { success, data } = HOLDER.safeParse(parseJson(text));
  if (!success) throw new UserError(`${path} does not say which process made it; if no run writes there, delete it`);
  return data;
}

/** The lock belongs to another process, which lives as far as can be told. */
export class Held extends UserError {
  readonly holder: Holder;

  constructor(claimed: string, lock: string, holder: Holder) {
    super(
      `${claimed} is in use by process ${holder.pid} on ${holder.host} since ${holder.since}; wait for it, or choose ` +
        `another directory (if it is certain that no run writes there, delete ${lock})`,
    );
    this.holder = holder;
  }
}

/** State letter and start time out of /proc/PID/stat, whose second field may hold spaces and brackets (proc(5)). */
export function parseStat(stat: string): { state: string; ticks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, ticks: fields[19]! };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
