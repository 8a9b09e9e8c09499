/** What the tests of sweeps share: a fresh directory, studies in it, and what their directories tell. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProcess } from '../cli/inProcess.ts';
import { memspike } from '../run/cli.ts';

export interface Place {
  readonly path: string;
  at(name: string): string;
  write(name: string, text: string): void;
  /** `memspike …` in this process. */
  call(...words: string[]): ReturnType<typeof inProcess>;
  /** The same as a process of its own. */
  run(...words: string[]): ReturnType<typeof memspike>;
  remove(): void;
}

export function place(): Place {
  const path = mkdtempSync(join(tmpdir(), 'memspike-sweep-'));
  const at = (name: string) => join(path, name);
  return {
    path,
    at,
    write: (name, text) => writeFileSync(at(name), text),
    call: (...words) => inProcess(path, ...words),
    run: (...words) => memspike(path, ...words),
    remove: () => rmSync(path, { recursive: true }),
  };
}

export interface Status {
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  readonly missing: number;
  readonly resultsSha256: string;
  readonly notDone: readonly { readonly index: number; readonly state: string; readonly reason: string }[];
}

export const statusOf = async (p: Place, directory: string): Promise<Status> =>
  JSON.parse((await p.call('sweep', 'status', directory, '--json')).stdout) as Status;

/** A study of plain arithmetic that can be told to misbehave, and tells how often each point was begun. */
export const STUDY = `
import { appendFileSync } from 'node:fs';
export async function run(config, { out, signal }) {
  const { x, wait, seed } = config;
  const mode = process.env.STUDY_IS_MENDED === undefined ? config.mode : 'fine';
  appendFileSync(out + '/begun', '.');
  console.log('mode', mode);
  if (mode === 'crash') process.kill(process.pid, 'SIGABRT');
  if (mode === 'exit') process.exit(3);
  if (mode === 'throw') throw new Error('it broke');
  if (mode === 'kill') process.kill(process.pid, 'SIGKILL');
  if (mode === 'memory') for (const all = []; ; ) all.push(new Array(1e6).fill(0.5).map(Math.sqrt));
  if (mode === 'endless') for (;;);
  for (let t = 0; t < wait && !signal.aborted; t += 20) await new Promise((r) => setTimeout(r, 20));
  if (signal.aborted) return null;
  return { value: x ** 2 + (seed % 1000), ...(mode === 'less' ? {} : { other: -x }), nothing: null };
}
`;

/** A sweep file of it. */
export const sweepOf = (parameters: string, more = ''): string => `
memspike: 1
experiment: ./study.mjs
base: { mode: fine, x: 1, y: 0, wait: 0 }
parameters:
${parameters}
metrics: [value, other]
${more}
`;

export const planned = (p: Place, directory: string) =>
  readFileSync(p.at(`${directory}/plan.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** How often each point was begun. */
export const begun = (p: Place, directory: string): number[] =>
  readdirSync(p.at(`${directory}/points`))
    .filter((name) => /^\d{6}$/.test(name))
    .map((name) => readFileSync(p.at(`${directory}/points/${name}/begun`), 'utf8').length);
