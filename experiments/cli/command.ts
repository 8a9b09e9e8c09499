import * as z from 'zod/mini';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';

export { UsageError } from '../../core/declare/errors.ts';

/** Context of a call of a command: the second argument of a handler. */
export interface Context {
  /**
   * Signal that Ctrl-C, SIGTERM, SIGHUP or SIGUSR1 abort; the handler of a `long` command should then clean up and return. A
   * second signal ends the command at once, as does the first one if the handler blocks the event loop for 1.5 s. Running
   * networks stop by themselves (`interrupted`). The system ends other commands at once.
   */
  readonly signal: AbortSignal;
}

/** Definition of a command: argument schemas and a handler. Positionals follow the order of their keys; the option `fooBar` is `--foo-bar`. */
interface Definition<P extends Mapping, O extends Mapping> {
  readonly positionals: P;
  readonly options: O;
  /** Examples at the end of `--help`, without the leading `memspike`. */
  readonly examples?: readonly string[];
  readonly handler: (args: z.output<P> & z.output<O>, context: Context) => void | Promise<void>;
}

/** Command with the types of its arguments erased. */
export interface LoadedCommand {
  readonly positionals: Mapping;
  readonly options: Mapping;
  readonly examples: readonly string[];
  readonly handler: (args: Readonly<Record<string, unknown>>, context: Context) => void | Promise<void>;
}

/** Entry in the list of commands. Its module is loaded on demand, which keeps `memspike --help` fast. */
export interface Command {
  /** One word, or two words for a command of a group: `device list`. */
  readonly name: string;
  readonly summary: string;
  /** True if the command handles `Context.signal`; it then runs in a thread. */
  readonly long?: boolean;
  readonly load: () => Promise<{ readonly default: LoadedCommand }>;
}

/** Defines a command; the schemas validate the arguments of the handler and give their types. */
export function defineCommand<P extends Mapping, O extends Mapping>(definition: Definition<P, O>): LoadedCommand {
  const { positionals, options, examples = [] } = definition;
  return {
    positionals,
    options,
    examples,
    handler: (args, context) => definition.handler(args as z.output<P> & z.output<O>, context),
  };
}

/** JSON Schema of each parameter: type, range, unit, default and meaning. */
export const listParameters = (schema: Mapping): [string, JsonSchema][] =>
  Object.entries(schema.shape).map(([key, s]) => [key, toJsonSchema(s)]);

/** Flag of an option: `checkpoint-every` for `checkpointEvery`. */
export const toFlag = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

export const isRequired = (schema: Mapping, key: string): boolean =>
  !z.safeParse(schema.shape[key]!, undefined).success;
