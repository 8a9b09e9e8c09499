import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../core/declare/errors.ts';
import type { CompareOptions } from './compare.ts';
import type { Figure } from './figure.ts';
import { coreToPinTo, Rival } from './rival.ts';
import { median, spread } from './statistics.ts';

/** A figure of two work trees, measured in turns. */
export interface Turns {
  readonly benchmark: string;
  readonly name: string;
  readonly unit: string;
  /** Medians. */
  readonly here: number;
  readonly there: number;
  /** There over here, pair by pair: above 1 this tree is faster, or smaller. */
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number };
}

const HERE = fileURLToPath(new URL('../../../', import.meta.url));

/** Each side runs for so long, ms, before the pairs begin, while V8 compiles. */
const COMPILING = 3000;

export interface AgainstOptions extends CompareOptions {
  readonly tiny: boolean;
}

/** @throws UserError where no built work tree lies. */
export function requireBuilt(tree: string): void {
  if (existsSync(join(tree, 'dist/test/bench/figures/index.js'))) return;
  throw new UserError(`--against is ${tree}, but there is no dist/test/bench; build that work tree first.`);
}

async function rivalOf(tree: string, name: string, { tiny }: AgainstOptions): Promise<Rival | null> {
  const turn = fileURLToPath(new URL('./turn.js', import.meta.url));
  const words = [tree, name, ...(tiny ? ['tiny'] : [])];
  const rival = new Rival(`${name} of ${tree}`, [process.execPath, turn, ...words], coreToPinTo());
  if (((await rival.next()) as { known: boolean }).known) return rival;
  await rival.close();
  return null;
}

/** Figures of one benchmark or comparison here and in another tree, in turns, `pairs` times; none where only one has it. */
export async function against(tree: string, name: string, options: AgainstOptions): Promise<readonly Turns[]> {
  const { pairs, tiny, log } = options;
  const rivals = [await rivalOf(HERE, name, options), await rivalOf(tree, name, options)];
  const [here, there] = rivals;
  try {
    if (!here || !there) {
      log(`${name}: not in ${here ? tree : HERE}, left out`);
      return [];
    }
    const measured = async (rival: Rival) => (await rival.run<{ figures: Figure[] }>()).figures;
    log(`${name}: compiling`);
    for (const rival of [here, there]) {
      const start = performance.now();
      do await measured(rival);
      while (!tiny && performance.now() - start < COMPILING);
    }
    const turns: { here: Figure[]; there: Figure[] }[] = [];
    for (let pair = 1; pair <= pairs; pair++) {
      log(`${name}: pair ${pair} of ${pairs}`);
      const first = pair % 2 === 0 ? await measured(there) : null; // who begins may be at an advantage
      const own = await measured(here);
      turns.push({ here: own, there: first ?? (await measured(there)) });
    }
    return turns[0]!.here.flatMap(({ name: figure, unit }) => {
      const of = (side: 'here' | 'there') =>
        turns.flatMap((turn) => turn[side].filter((f) => f.name === figure).map((f) => f.value));
      const [own, other] = [of('here'), of('there')];
      if (other.length === 0) return [];
      const ratio = spread(own.map((value, k) => other[k]! / value));
      return [{ benchmark: name, name: figure, unit, here: median(own), there: median(other), ratio }];
    });
  } finally {
    await Promise.all(rivals.map((rival) => rival?.close()));
  }
}

/** In lines for people. */
export function describeTurns(turns: readonly Turns[]): string[] {
  const number = (x: number) => x.toPrecision(3).padStart(8);
  const width = Math.max(0, ...turns.map(({ benchmark, name }) => benchmark.length + name.length + 2));
  return turns.map(
    ({ benchmark, name, unit, here, there, ratio: { min, median, max } }) =>
      `${`${benchmark}: ${name}`.padEnd(width)} ${number(here)} here, ${number(there)} there, ${unit}; ` +
      `${median.toPrecision(3)} times as fast (${min.toPrecision(3)} to ${max.toPrecision(3)})`,
  );
}
