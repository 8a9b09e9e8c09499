#!/usr/bin/env node
import { COMMANDS } from './cli/commands.ts';
import { main, reportError } from './cli/main.ts';
import { escapePrintedText } from './cli/terminal.ts';

escapePrintedText();

// A closed pipe (`memspike … | head`) is not an error; a full disk is one.
process.stdout.on('error', async (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const { toFileError: fileError } = await import('../core/log/fileError.ts');
  process.exit(reportError(fileError('write', 'standard output', error)));
});
// A closed pipe that receives the progress output (`2>&1 | head`) does not end a run.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(1);
});
process.on('uncaughtException', (error) => process.exit(reportError(error)));

process.exitCode = await main(process.argv.slice(2), COMMANDS, import.meta.url);
