import { isMainThread } from 'node:worker_threads';
import { UserError } from '../../core/declare/errors.ts';
import { printable, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { styled, writeLine } from './colour.ts';
import { type Listing, UsageError } from './command.ts';
import { Call, inThread } from './thread.ts';

/** Exit statuses: 0 done, 1 a run that failed, 2 a command line that says nothing sensible, and those of an interruption (thread.ts). */
const FAILED = 1;
const USAGE = 2;

/** Where in a file of the user's models it arose: those are no URLs in a stack. */
function ownLine(error: unknown): string {
  const frames = (error instanceof Error && error.stack?.match(/^ +at .*/gm)) || [];
  const own = frames.map((frame) => /(?:^ +at |\()((?:\/|[A-Z]:\\)[^:()]+:\d+)/.exec(frame)?.[1]);
  const line = own.find((file) => file !== undefined && !file.includes('node_modules'));
  return line === undefined ? '' : ` in ${line}`;
}

/** Tells of an error on stderr, of a user's mistake in its one sentence, and returns the exit status. */
export function report(error: unknown): number {
  const message = error instanceof Error ? error.message : show(error);
  if (error instanceof UserError) {
    writeLine(`${styled(['red', 'bold'], 'memspike:', process.stderr)} ${printable(message)}`, process.stderr);
  } else if (process.env.MEMSPIKE_DEBUG) {
    console.error(error);
  } else {
    console.error(
      `memspike: unexpected error${ownLine(error)}: ${printable(message.split('\n')[0]!)} (set MEMSPIKE_DEBUG=1 for the stack trace)`,
    );
  }
  return error instanceof UsageError ? USAGE : FAILED;
}

/** Help on all commands, or on those of a `group` such as `device`. */
async function listHelp(listings: readonly Listing[], group = ''): Promise<string> {
  const { bareYargs, coloured } = await import('./help.ts');
  const y = bareYargs().usage(`$0 ${group}<command> [options]`);
  for (const { name, summary } of listings) y.command(name, summary);
  return coloured(await y.epilogue(`Options of a command: memspike help ${group}<command>`).getHelp());
}

/** What the script of `memspike completion` asks with: the convention of yargs, whose script it is. */
const COMPLETE = '--get-yargs-completions';

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

async function call(listing: Listing, words: readonly string[], script: string): Promise<number> {
  if (listing.long && isMainThread && !words.some(isHelp)) return await inThread(script);
  const context = new Call();
  const [{ readArguments }, { default: command }] = await Promise.all([import('./arguments.ts'), listing.load()]);
  const args = readArguments(listing, command, words);
  if (args === 'help') {
    const { commandHelp } = await import('./help.ts');
    writeLine(await commandHelp(listing, command));
    return 0;
  }
  try {
    await command.handler(args, context);
  } catch (error) {
    // What an interrupted handler throws is only how it came to its end, unless it is a sentence for the user.
    if (context.status === 0 || error instanceof UserError) report(error);
    return context.status || (error instanceof UsageError ? USAGE : FAILED);
  }
  return context.status;
}

/** The same for the commands of a group, whose names are two words. */
async function callOf(
  group: readonly Listing[],
  first: string,
  [second, ...rest]: readonly string[],
  script: string,
): Promise<number> {
  if (second === undefined || isHelp(second)) {
    writeLine(await listHelp(group, `${first} `));
    return second === undefined ? USAGE : 0;
  }
  const listing = group.find((l) => l.name === `${first} ${second}`);
  if (listing) return await call(listing, rest, script);
  const names = group.map((l) => l.name.slice(first.length + 1));
  // `demo NAME` runs it, unless the name is a command misspelt.
  const run = group.find((l) => l.name === `${first} run`);
  if (first === 'demo' && run) return await call(run, [second, ...rest], script);
  throw new UsageError(`${first}: ${show(second)} is no command${didYouMean(second, names, 'commands')}`);
}

/**
 * Runs the command that `words` name and returns the exit status; every error ends here, as one sentence on stderr.
 * @param script the module that calls, to be called again in a thread for a long command
 */
export async function main(words: readonly string[], listings: readonly Listing[], script: string): Promise<number> {
  const [name, ...rest] = words;
  try {
    if (name === COMPLETE) {
      const { completions } = await import('./completion.ts');
      for (const word of await completions(rest, listings)) console.log(word);
      return 0;
    }
    if (name === 'help') return await main(rest.some(isHelp) ? ['--help'] : [...rest, '--help'], listings, script);
    if (name === undefined || isHelp(name)) {
      writeLine(await listHelp(listings));
      return name === undefined ? USAGE : 0;
    }
    const wanted = name === '--version' ? 'version' : name;
    const longer = listings.find((l) => l.name === `${name} ${rest[0]}`); // of two words, though the first alone may be one too
    if (longer) return await call(longer, rest.slice(1), script);
    const listing = listings.find((l) => l.name === wanted);
    if (listing) return await call(listing, rest, script);
    const group = listings.filter((l) => l.name.startsWith(`${name} `));
    if (group.length > 0) return await callOf(group, name, rest, script);
    const names = ['help', ...listings.map((l) => l.name.split(' ')[0]!)];
    throw new UsageError(`${show(name)} is no command${didYouMean(name, [...new Set(names)], 'commands')}`);
  } catch (error) {
    return report(error);
  }
}
