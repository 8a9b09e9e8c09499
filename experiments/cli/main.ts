import { isMainThread, parentPort } from 'node:worker_threads';
import { UserError } from '../../core/declare/errors.ts';
import { escapeControlCharacters, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { recordCommand } from '../output/commandLine.ts';
import { EXIT_STATUS_BY_SIGNAL, onInterruption, SupervisedThread } from '../run/supervise.ts';
import { type CommandListing, type LoadedCommand, UsageError } from './command.ts';
import { applyStyle, writeLine } from './terminal.ts';

/** Exit status of failed commands and invalid command lines. */
export const FAILURE_EXIT_STATUS = 1;
export const USAGE_ERROR_EXIT_STATUS = 2;

/** Commands of earlier versions, each with the text that names its replacement. */
const REPLACED_COMMANDS: Readonly<Record<string, string>> = {
  'device compare': '`device passport NAME NAME …` trains several devices and ranks them in a league',
  'device flaws': '`device passport NAME` gives the accuracy that each non-ideality costs',
};

/** Location of an error in a user's model file, ` in FILE:LINE`. In a stack trace, user files are paths and memspike's files are URLs. */
function findUserLine(error: unknown): string {
  const frames = (error instanceof Error && error.stack?.match(/^ +at .*/gm)) || [];
  const userFrames = frames.map((frame) => /(?:^ +at |\()((?:\/|[A-Z]:\\)[^:()]+:\d+)/.exec(frame)?.[1]);
  const line = userFrames.find((file) => file !== undefined && !file.includes('node_modules'));
  return line === undefined ? '' : ` in ${line}`;
}

/** Prints an error to stderr; returns the exit status. A UserError is printed as a single sentence. */
export function reportError(error: unknown): number {
  const message = error instanceof Error ? error.message : show(error);
  if (error instanceof UserError) {
    writeLine(
      `${applyStyle(['red', 'bold'], 'memspike:', process.stderr)} ${escapeControlCharacters(message)}`,
      process.stderr,
    );
  } else if (process.env.MEMSPIKE_DEBUG) {
    console.error(error);
  } else {
    console.error(
      `memspike: unexpected error${findUserLine(error)}: ${escapeControlCharacters(message.split('\n')[0]!)} (set MEMSPIKE_DEBUG=1 for the stack trace)`,
    );
  }
  return error instanceof UsageError ? USAGE_ERROR_EXIT_STATUS : FAILURE_EXIT_STATUS;
}

/** Lists the first words of all commands, and `help`. */
const listFirstWords = (listings: readonly CommandListing[]): string[] => [
  'help',
  ...new Set(listings.map(({ name }) => name.split(' ')[0]!)),
];

async function renderCommandList(listings: readonly CommandListing[], group = ''): Promise<string> {
  const { createHelpYargs, styleHeadings } = await import('./help.ts');
  const y = createHelpYargs().usage(`$0 ${group}<command> [options]`);
  for (const { name, summary } of listings) y.command(name, summary);
  return styleHeadings(await y.epilogue(`Options of a command: memspike help ${group}<command>`).getHelp());
}

/** Option that the yargs completion script passes to memspike. */
const COMPLETION_OPTION = '--get-yargs-completions';

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

/** Registers the models of the user and sets the style of pictures, if the command has these options. */
async function applySharedOptions({ options }: LoadedCommand, args: Readonly<Record<string, unknown>>) {
  if ('models' in options.shape) {
    const { loadModels } = await import('../network/extensions.ts');
    for (const file of args.models as readonly string[]) loadModels(file);
  }
  if ('panel' in options.shape) (await import('./pictureOptions.ts')).applyPictureOptions(args);
}

async function callCommand(listing: CommandListing, words: readonly string[], script: string): Promise<number> {
  if (listing.runsInThread && isMainThread && !words.some(isHelp))
    return await new SupervisedThread(new URL(script)).exitStatus; // the first signal aborts the thread, a second signal kills it
  const controller = new AbortController();
  /** Exit status for the signal that interrupted the command; 0 if there was none. */
  let signalStatus = 0;
  // Commands in the main thread need no handler of signals: a signal ends them immediately.
  if (!isMainThread) {
    onInterruption((name) => {
      signalStatus = EXIT_STATUS_BY_SIGNAL[name];
      controller.abort();
    });
    parentPort!.unref();
  }
  const [{ parseArguments: readArguments }, command] = await Promise.all([import('./arguments.ts'), listing.load()]);
  const args = readArguments(listing, command, words);
  if (args === 'help') {
    const { renderCommandHelp } = await import('./help.ts');
    writeLine(await renderCommandHelp(listing, command));
    return 0;
  }
  try {
    await applySharedOptions(command, args);
    await command.handler(args, { signal: controller.signal });
  } catch (error) {
    // An interrupted command may throw any error as a consequence, so after an interruption only errors of type
    // UserError are reported.
    if (signalStatus === 0 || error instanceof UserError) reportError(error);
    return signalStatus || (error instanceof UsageError ? USAGE_ERROR_EXIT_STATUS : FAILURE_EXIT_STATUS);
  }
  return signalStatus;
}

/** Prints help on a command or group, or else on a topic of the manual; without words, lists all commands and topics. */
async function printHelp(
  words: readonly string[],
  listings: readonly CommandListing[],
  script: string,
): Promise<number> {
  const {
    hasHelpTopic: hasTopic,
    renderHelpTopic: renderTopic,
    renderHelpTopicList: renderTopicList,
  } = await import('./help.ts');
  const startsCommand = (text: string) => listings.some(({ name }) => `${name} `.startsWith(`${text} `));
  if (words.length === 0 || words.some(isHelp)) {
    writeLine(`${await renderCommandList(listings)}\n\n${renderTopicList()}`);
    return 0;
  }
  const isCommand = startsCommand(words.join(' '));
  if (isCommand || (startsCommand(words[0]!) && !hasTopic(words))) {
    const status = await main([...words, '--help'], listings, script);
    if (hasTopic(words)) writeLine(`\nManual: memspike docs ${words.join(' ')}`);
    return status;
  }
  writeLine(renderTopic(words, listFirstWords(listings)));
  return 0;
}

/**
 * Runs the command given by `words`; returns the exit status. Errors are printed to stderr.
 * @param script URL of the calling module, which a thread runs again for a `runsInThread` command
 */
export async function main(
  words: readonly string[],
  listings: readonly CommandListing[],
  script: string,
): Promise<number> {
  const [name, ...rest] = words;
  recordCommand(words);
  try {
    if (name === COMPLETION_OPTION) {
      const { completeWords } = await import('./completion.ts');
      for (const word of await completeWords(rest, listings)) console.log(word);
      return 0;
    }
    if (name === 'help') return await printHelp(rest, listings, script);
    if (name === undefined || isHelp(name)) {
      writeLine(await renderCommandList(listings));
      return name === undefined ? USAGE_ERROR_EXIT_STATUS : 0;
    }
    const [second] = rest;
    const findCommand = (words: string) => listings.find((l) => l.name === words);
    const longer = findCommand(`${name} ${second}`); // two words take precedence: `lab build` over `lab`
    if (longer) return await callCommand(longer, rest.slice(1), script);
    const listing = findCommand(['-v', '--version'].includes(name) ? 'version' : name);
    if (listing) return await callCommand(listing, rest, script);
    const group = listings.filter((l) => l.name.startsWith(`${name} `));
    if (group.length > 0 && (second === undefined || isHelp(second))) {
      writeLine(await renderCommandList(group, `${name} `));
      return second === undefined ? USAGE_ERROR_EXIT_STATUS : 0;
    }
    // `demo NAME` is short for `demo run NAME`.
    if (name === 'demo') return await callCommand(findCommand('demo run')!, rest, script);
    const replacement = REPLACED_COMMANDS[`${name} ${second}`];
    if (replacement !== undefined) throw new UsageError(`${name} ${second} was replaced: ${replacement}.`);
    const [prefix, unknown, known] =
      group.length > 0
        ? [`${name}: `, second!, group.map((l) => l.name.split(' ')[1]!)]
        : ['', name, listFirstWords(listings)];
    throw new UsageError(`${prefix}${show(unknown)} is not a command${didYouMean(unknown, known, 'commands')}`);
  } catch (error) {
    return reportError(error);
  }
}
