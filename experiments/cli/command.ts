import type * as z from 'zod';
import type { Mapping } from '../../core/declare/params.ts';

export { UsageError } from '../../core/declare/errors.ts';

/** What a handler is given besides its arguments. */
export interface Context {
  /**
   * Aborted by Ctrl-C, SIGTERM, SIGHUP or SIGUSR1, whereupon the handler of a long command should come to an orderly end; a
   * second one ends it at once, and so does a first one after which it does not yield to the event loop for 1.5 s. Networks
   * that run see it by themselves (`interrupted`).
   * Commands that are not listed as long are ended at once by the system.
   */
  readonly signal: AbortSignal;
}

/** A command as data and one handler. Positionals are taken in the order of their keys; a camelCase option is a --kebab-case flag. */
interface Command<P extends Mapping, O extends Mapping> {
  readonly positionals: P;
  readonly options: O;
  /** Lines for the end of `--help`, without the leading `memspike`. */
  readonly examples?: readonly string[];
  readonly handler: (args: z.output<P> & z.output<O>, context: Context) => void | Promise<void>;
}

/** A command whose arguments are checked and bound: what is left is to run it. */
export interface Loaded {
  readonly positionals: Mapping;
  readonly options: Mapping;
  readonly examples: readonly string[];
  readonly handler: (args: Readonly<Record<string, unknown>>, context: Context) => void | Promise<void>;
}

/** A command in the list of commands. Its module is loaded only when it is called, which keeps `memspike --help` quick. */
export interface Listing {
  /** One word, or two for a command of a group: `device list`. */
  readonly name: string;
  readonly summary: string;
  /** Whether it looks at `Context.signal`. It runs in a thread then. */
  readonly long?: boolean;
  readonly load: () => Promise<{ readonly default: Loaded }>;
}

/** Declares a command; the handler's arguments have the types of the schemas, which have validated them. */
export function command<P extends Mapping, O extends Mapping>(c: Command<P, O>): Loaded {
  const { positionals, options, examples = [] } = c;
  return {
    positionals,
    options,
    examples,
    handler: (args, context) => c.handler(args as z.output<P> & z.output<O>, context),
  };
}
