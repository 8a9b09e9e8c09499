#!/usr/bin/env node
import { printableLines } from '../core/declare/show.ts';
import { COMMANDS } from './cli/commands.ts';
import { main, report } from './cli/main.ts';

// What files hold may be printed everywhere, but no terminal shall obey it.
for (const method of ['log', 'error'] as const) {
  const print = console[method];
  console[method] = (...parts: unknown[]) =>
    print(...parts.map((part) => (typeof part === 'string' ? printableLines(part) : part)));
}

// A reader that has seen enough (`memspike … | head`) is no error; a full disk is one.
process.stdout.on('error', async (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const { fileError } = await import('../core/log/fileError.ts');
  process.exit(report(fileError('write', 'standard output', error)));
});
// Nobody reads the progress any more, as after `2>&1 | head`: no reason to end a run.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(1);
});
process.on('uncaughtException', (error) => process.exit(report(error)));

process.exitCode = await main(process.argv.slice(2), COMMANDS, import.meta.url);
