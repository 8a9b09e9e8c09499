#!/usr/bin/env node
import { printableLines } from '../core/declare/show.ts';
import type { Listing } from './cli/command.ts';
import { main, report } from './cli/main.ts';

const quick = (name: string, summary: string, load: Listing['load']): Listing => ({ name, summary, load });
const long = (name: string, summary: string, load: Listing['load']): Listing => ({ name, summary, load, long: true });

/** Every command, one call each. */
const COMMANDS: readonly Listing[] = [
  quick(
    'analyse',
    'Measure the spikes of a run: rates, regularity, correlations, spectrum',
    () => import('./cli/analyse.ts'),
  ),
  long('demo', 'Run a demonstration of the review, or list them: demo list', () => import('./cli/demo.ts')),
  quick(
    'device characterise',
    'Measure what a device does: a page of pictures and a table for each',
    () => import('./cli/characterise.ts'),
  ),
  long(
    'device compare',
    'MNIST on many devices: accuracy, energy per image, worn-out cells',
    () => import('./cli/deviceCompare.ts'),
  ),
  quick('device fit', 'Fit device models to measured pulses', () => import('./cli/deviceFit.ts')),
  quick('device list', 'List the device presets', async () => ({ default: (await import('./cli/device.ts')).list })),
  quick('device show', 'Show the parameters of a device and where each comes from', async () => ({
    default: (await import('./cli/device.ts')).show,
  })),
  quick('log', 'Show, print, repair or export logs', () => import('./cli/log.ts')),
  long('mnist', 'Train, label and test on MNIST', () => import('./cli/mnist.ts')),
  quick('raster', 'Draw the spikes of a run or log', () => import('./cli/raster.ts')),
  quick('report', 'Write a page (HTML) that shows a run', () => import('./cli/report.ts')),
  long('run', 'Run a network file', () => import('./cli/run.ts')),
  quick('schema', 'Print the JSON Schema of network files', () => import('./cli/schema.ts')),
  quick('study list', 'List the studies that come with memspike', async () => ({
    default: (await import('./cli/study.ts')).list,
  })),
  long('study run', 'Run a study: plan, compute, collect and draw a sweep', async () => ({
    default: (await import('./cli/study.ts')).run,
  })),
  quick('sweep collect', 'Write the results of a sweep as tables (Arrow, CSV)', () => import('./cli/sweepCollect.ts')),
  long('sweep plan', 'Plan a parameter sweep into a directory', () => import('./cli/sweepPlan.ts')),
  quick('sweep plot', 'Draw the results of a sweep and tell its best points', () => import('./cli/sweepPlot.ts')),
  long('sweep retry', 'Compute the failed runs of a sweep again', async () => ({
    default: (await import('./cli/sweepRun.ts')).retry,
  })),
  long('sweep run', 'Compute the runs of a sweep, as many at a time as there are cores', async () => ({
    default: (await import('./cli/sweepRun.ts')).run,
  })),
  quick(
    'sweep status',
    'Show which runs of a sweep are done, running, failed, missing',
    () => import('./cli/sweepStatus.ts'),
  ),
  quick('sweep submit', 'Submit what a sweep lacks to Slurm, as a job array', () => import('./cli/sweepSubmit.ts')),
  quick('version', 'Print the version', () => import('./cli/version.ts')),
  quick(
    'weights',
    'Draw the weights and devices of a run: fields, histograms, wear, STDP pairs',
    () => import('./cli/weights.ts'),
  ),
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
