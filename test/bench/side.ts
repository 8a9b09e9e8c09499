/**
 * memspike's side of a comparison, in a process of its own so that it can be pinned: answers every line on standard input
 * with one JSON line, `{ wall, cpu, biological, counts }` of a freshly built network. Building is not timed.
 * Usage: node side.js <comparison> <auto | plain> [check]
 */
import { createInterface } from 'node:readline';
import { COMPARISONS } from './comparisons.ts';
import type { Outcome } from './rival.ts';

const [name, check] = process.argv.slice(2) as [string, 'check'?];
const { make, checked = make } = COMPARISONS[name]!;
const SEED = 1;

function once(): Outcome {
  const network = (check ? checked : make)(SEED);
  network.warmUp();
  const cpu = process.cpuUsage();
  const start = performance.now();
  network.run();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const blocks = network.blocks?.();
  const counts = network.counts();
  return { wall, cpu: (user + system) / 1e6, biological: network.biological, counts, ...(blocks && { blocks }) };
}

for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(once()));
