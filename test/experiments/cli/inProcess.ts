/** Command lines run in the process of the test itself: what they do and say, without a start of Node for each. */
import { escapeMultilineText } from '../../../core/declare/show.ts';
import { COMMANDS } from '../../../experiments/cli/commands.ts';
import { main } from '../../../experiments/cli/main.ts';
import { setPictureStyle } from '../../../experiments/look/plots/pictureStyle.ts';
import { setPictureFormats } from '../../../experiments/look/plots/write.ts';

/** Long commands too: no signal is to come, for which they would need a thread. */
const HERE = COMMANDS.map((listing) => ({ ...listing, runsInThread: false }));

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `memspike …` to its end in `cwd`, as `memspike` of run/cli.ts does in a process of its own. One at a time; and not
 * with --models, which this process would never forget.
 */
export async function inProcess(cwd: string, ...words: string[]): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const before = process.cwd();
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const { write, isTTY, columns } = stream;
    const heard = (chunk: Uint8Array | string, ...more: unknown[]) => {
      said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const told = more.at(-1);
      if (typeof told === 'function') told();
      return true;
    };
    return {
      hear: () => Object.assign(stream, { write: heard, isTTY: false, columns: undefined }),
      restore: () => Object.assign(stream, { write, isTTY, columns }),
    };
  });
  for (const { hear } of streams) hear();
  process.chdir(cwd);
  try {
    const status = await main(words, HERE, import.meta.url);
    return { status, stdout: escapeMultilineText(said.stdout), stderr: escapeMultilineText(said.stderr) };
  } finally {
    process.chdir(before);
    for (const { restore } of streams) restore();
    // Options such as --width and --format must not affect the pictures of later tests.
    setPictureStyle({});
    setPictureFormats(undefined);
  }
}
