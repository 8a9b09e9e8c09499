import * as z from 'zod/mini';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';

export { UsageError } from '../../core/declare/errors.ts';

/** Second argument of a handler. */
export interface Context {
  /**
   * Aborted by Ctrl-C, SIGTERM, SIGHUP or SIGUSR1; the handler of a `long` command should then finish in order. A second signal
   * ends the command at once, as does the first one if the handler does not yield to the event loop within 1.5 s. Running
   * networks stop by themselves (`interrupted`). Other commands are ended at once by the system.
   */
  readonly signal: AbortSignal;
}

/** Command: schemas of its arguments and one handler. Positionals are read in the order of their keys; the option `fooBar` is `--foo-bar`. */
interface Command<P extends Mapping, O extends Mapping> {
  readonly positionals: P;
  readonly options: O;
  /** Examples at the end of `--help`, without the leading `memspike`. */
  readonly examples?: readonly string[];
  readonly handler: (args: z.output<P> & z.output<O>, context: Context) => void | Promise<void>;
}

/** Command with the types of its arguments erased. */
export interface Loaded {
  readonly positionals: Mapping;
  readonly options: Mapping;
  readonly examples: readonly string[];
  readonly handler: (args: Readonly<Record<string, unknown>>, context: Context) => void | Promise<void>;
}

/** Entry in the list of commands. Its module is loaded at the call, which keeps `memspike --help` fast. */
export interface Listing {
  /** One word, or two words for a command of a group: `device list`. */
  readonly name: string;
  readonly summary: string;
  /** True if the command observes `Context.signal`; it runs in a thread. */
  readonly long?: boolean;
  readonly load: () => Promise<{ readonly default: Loaded }>;
}

/** Defines a command; the schemas validate the arguments of the handler and give their types. */
export function command<P extends Mapping, O extends Mapping>(c: Command<P, O>): Loaded {
  const { positionals, options, examples = [] } = c;
  return {
    positionals,
    options,
    examples,
    handler: (args, context) => c.handler(args as z.output<P> & z.output<O>, context),
  };
}

/** JSON Schema of each parameter: type, range, unit, default and meaning. */
export const listParameters = (schema: Mapping): [string, JsonSchema][] =>
  Object.entries(schema.shape).map(([key, s]) => [key, toJsonSchema(s)]);

/** Flag of an option: `checkpoint-every` for `checkpointEvery`. */
export const flagOf = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

export const isRequired = (schema: Mapping, key: string): boolean =>
  !z.safeParse(schema.shape[key]!, undefined).success;
