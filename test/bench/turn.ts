/**
 * One side of `--against`: the benchmark or comparison of a built work tree, in a process of its own so that it can be pinned. Tells
 * first whether the tree has it, then answers every line on standard input with one JSON line, its figures.
 * Usage: node turn.js <work tree> <benchmark or comparison> <auto | plain> [tiny]
 */
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { COMPARISONS } from './comparisons.ts';
import type { Figure } from './figure.ts';
import type { BENCHMARKS } from './figures/index.ts';
import { cpuMs } from './statistics.ts';

const [tree, name, tiny] = process.argv.slice(2) as [string, string, string?];
const load = (file: string) => import(pathToFileURL(resolve(join(tree, 'dist/test/bench', file))).href);
const benchmark = ((await load('figures/index.js')).BENCHMARKS as typeof BENCHMARKS)[name];
const comparison = ((await load('comparisons.js')).COMPARISONS as typeof COMPARISONS)[name];

async function measure(): Promise<readonly Figure[]> {
  if (benchmark) return benchmark.measure({ full: false, tiny: tiny === 'tiny' });
  const network = comparison!.make(1);
  network.warmUp();
  return [{ name: 'run', value: cpuMs(() => network.run()), unit: 'ms' }];
}

console.log(JSON.stringify({ known: benchmark !== undefined || comparison !== undefined }));
for await (const _ of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ figures: await measure() }));
