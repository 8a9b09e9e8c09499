#!/usr/bin/env node
import { printableLines } from '../core/declare/show.ts';
import type { Listing } from './cli/command.ts';
import { main, report } from './cli/main.ts';

/** Every command, one entry each. */
const COMMANDS: readonly Listing[] = [
  {
    name: 'analyse',
    summary: 'Measure the spikes of a run: rates, regularity, correlations, spectrum',
    load: async () => (await import('./cli/analyse.ts')).default,
  },
  {
    name: 'demo',
    summary: 'Run a demonstration of the review, or list them: demo list',
    long: true,
    load: async () => (await import('./cli/demo.ts')).default,
  },
  {
    name: 'device characterise',
    summary: 'Measure what a device does: a page of pictures and a table for each',
    load: async () => (await import('./cli/characterise.ts')).default,
  },
  {
    name: 'device compare',
    summary: 'MNIST on many devices: accuracy, energy per image, worn-out cells',
    long: true,
    load: async () => (await import('./cli/deviceCompare.ts')).default,
  },
  {
    name: 'device fit',
    summary: 'Fit device models to measured pulses',
    load: async () => (await import('./cli/deviceFit.ts')).default,
  },
  {
    name: 'device list',
    summary: 'List the device presets',
    load: async () => (await import('./cli/device.ts')).list,
  },
  {
    name: 'device show',
    summary: 'Show the parameters of a device and where each comes from',
    load: async () => (await import('./cli/device.ts')).show,
  },
  {
    name: 'log',
    summary: 'Show, print, repair or export logs',
    load: async () => (await import('./cli/log.ts')).default,
  },
  {
    name: 'mnist',
    summary: 'Train, label and test on MNIST',
    long: true,
    load: async () => (await import('./cli/mnist.ts')).default,
  },
  {
    name: 'raster',
    summary: 'Draw the spikes of a run or log',
    load: async () => (await import('./cli/raster.ts')).default,
  },
  {
    name: 'report',
    summary: 'Write a page (HTML) that shows a run',
    load: async () => (await import('./cli/report.ts')).default,
  },
  {
    name: 'run',
    summary: 'Run a network file',
    long: true,
    load: async () => (await import('./cli/run.ts')).default,
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of network files',
    load: async () => (await import('./cli/schema.ts')).default,
  },
  {
    name: 'study list',
    summary: 'List the studies that come with memspike',
    load: async () => (await import('./cli/study.ts')).list,
  },
  {
    name: 'study run',
    summary: 'Run a study: plan, compute, collect and draw a sweep',
    long: true,
    load: async () => (await import('./cli/study.ts')).run,
  },
  {
    name: 'sweep collect',
    summary: 'Write the results of a sweep as tables (Arrow, CSV)',
    load: async () => (await import('./cli/sweepCollect.ts')).default,
  },
  {
    name: 'sweep plan',
    summary: 'Plan a parameter sweep into a directory',
    long: true,
    load: async () => (await import('./cli/sweepPlan.ts')).default,
  },
  {
    name: 'sweep plot',
    summary: 'Draw the results of a sweep and tell its best points',
    load: async () => (await import('./cli/sweepPlot.ts')).default,
  },
  {
    name: 'sweep retry',
    summary: 'Compute the failed runs of a sweep again',
    long: true,
    load: async () => (await import('./cli/sweepRun.ts')).retry,
  },
  {
    name: 'sweep run',
    summary: 'Compute the runs of a sweep, as many at a time as there are cores',
    long: true,
    load: async () => (await import('./cli/sweepRun.ts')).run,
  },
  {
    name: 'sweep status',
    summary: 'Show which runs of a sweep are done, running, failed, missing',
    load: async () => (await import('./cli/sweepStatus.ts')).default,
  },
  {
    name: 'sweep submit',
    summary: 'Submit what a sweep lacks to Slurm, as a job array',
    load: async () => (await import('./cli/sweepSubmit.ts')).default,
  },
  {
    name: 'version',
    summary: 'Print the version',
    load: async () => (await import('./cli/version.ts')).default,
  },
  {
    name: 'weights',
    summary: 'Draw the weights and devices of a run: fields, histograms, wear, STDP pairs',
    load: async () => (await import('./cli/weights.ts')).default,
  },
];

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
