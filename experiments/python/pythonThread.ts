/** Thread of one command of the Python server: translates the request to a command line and runs it. */
import { workerData } from 'node:worker_threads';
import { COMMANDS } from '../cli/commands.ts';
import { main, reportError } from '../cli/main.ts';
import { escapePrintedText } from '../cli/terminal.ts';
import { inlineFileTexts } from '../network/config/text.ts';
import { formatRequestedCommand } from './formatRequestedCommand.ts';
import type { CommandRequest } from './pythonServer.ts';

const { request } = workerData as { readonly request: CommandRequest };
escapePrintedText();
for (const [name, text] of Object.entries(request.texts)) inlineFileTexts.set(name, text);
try {
  const words = await formatRequestedCommand(request, COMMANDS);
  process.argv.push(...words);
  process.exitCode = await main(words, COMMANDS, import.meta.url);
} catch (error) {
  process.exitCode = reportError(error);
}
