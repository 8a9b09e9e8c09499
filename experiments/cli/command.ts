import * as z from 'zod/mini';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type Mapping, object } from '../../core/declare/params.ts';

export { UsageError } from '../../core/declare/errors.ts';

export interface CommandContext {
  /**
   * Abort signal, set by Ctrl-C, SIGTERM, SIGHUP or SIGUSR1. The handler of a `runsInThread` command must then return;
   * the process ends after 1.5 s, or at a second signal.
   */
  readonly signal: AbortSignal;
}

/**
 * Definition of a command. Keys of `positionals` (in order) and of `options` name the parameters of the handler;
 * `fooBar` is `--foo-bar` on the command line.
 */
interface CommandDefinition<P extends Mapping, O extends Mapping> {
  readonly positionals?: P;
  readonly options?: O;
  readonly handler: (args: z.output<P> & z.output<O>, context: CommandContext) => void | Promise<void>;
}

export type LoadedCommand = Required<Omit<CommandDefinition<Mapping, Mapping>, 'handler'>> & {
  readonly handler: (args: Readonly<Record<string, unknown>>, context: CommandContext) => void | Promise<void>;
};

/** Entry in the list of commands. The module of a command is loaded at its first use, so that `memspike --help` is fast. */
export interface CommandListing {
  /** Command name: one word, or two words for a command of a group, such as `device list`. */
  readonly name: string;
  readonly summary: string;
  /** Examples of the command line for `--help`, without the leading `memspike`. */
  readonly examples?: readonly string[];
  /** True if the handler observes `signal`; the command then runs in its own thread. */
  readonly runsInThread?: boolean;
  readonly load: () => Promise<LoadedCommand>;
}

const EMPTY_SCHEMA = object({});

export function defineCommand<P extends Mapping = typeof EMPTY_SCHEMA, O extends Mapping = typeof EMPTY_SCHEMA>(
  definition: CommandDefinition<P, O>,
): LoadedCommand {
  const { positionals = EMPTY_SCHEMA, options = EMPTY_SCHEMA } = definition;
  return {
    positionals,
    options,
    handler: (args, context) => definition.handler(args as z.output<P> & z.output<O>, context),
  };
}

export const listParameters = (schema: Mapping): [string, JsonSchema][] =>
  Object.entries(schema.shape).map(([key, s]) => [key, toJsonSchema(s)]);

export const toKebabCase = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

export const isRequiredParameter = (schema: Mapping, key: string): boolean =>
  !z.safeParse(schema.shape[key]!, undefined).success;
