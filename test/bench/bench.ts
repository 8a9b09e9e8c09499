import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { z } from 'zod';
import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, integer, object, optional, text } from '../../core/declare/params.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { defineCommand } from '../../experiments/cli/command.ts';
import { VERSION } from '../../experiments/version.ts';
import { describeTurns, against as inTurns, requireBuilt, type Turns } from './against.ts';
import { type Compared, compare, describe, pythonWithBrian2 } from './compare.ts';
import { COMPARISONS } from './comparisons.ts';
import type { Figure, FigureOptions } from './figure.ts';
import { BENCHMARKS } from './figures/index.ts';
import { drawGrowth, type Growth, measureGrowth, tableOf } from './growth.ts';

/** What `--json` prints. */
export interface Page {
  readonly machine: string;
  readonly node: string;
  readonly memspike: string;
  readonly kernels: string;
  /** By benchmark, then by name. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly units: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly growth: readonly Growth[];
  readonly comparisons: readonly Compared[];
}

type Measured = readonly (Figure & { readonly benchmark: string })[];

const say = (line: string) => console.error(`bench: ${line}`);

function header(): Pick<Page, 'machine' | 'node' | 'memspike' | 'kernels'> {
  const cores = cpus();
  return {
    machine: `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${process.platform} ${process.arch}`,
    node: process.versions.node,
    memspike: VERSION,
    kernels: new Arena().kernels.name,
  };
}

export async function measureFigures(names: readonly string[], options: FigureOptions): Promise<Measured> {
  const figures: Measured[number][] = [];
  for (const name of names) {
    say(name);
    for (const figure of await BENCHMARKS[name]!.measure(options)) figures.push({ benchmark: name, ...figure });
  }
  return figures;
}

/** One value of each figure, by benchmark and name. */
function nested<T>(figures: Measured, value: (figure: Figure) => T): Record<string, Record<string, T>> {
  const all: Record<string, Record<string, T>> = {};
  for (const figure of figures) (all[figure.benchmark] ??= {})[figure.name] = value(figure);
  return all;
}

function print({ machine, node, memspike, kernels, growth, comparisons }: Page, figures: Measured): void {
  console.log(`memspike ${memspike}, ${kernels} kernels, Node ${node}, ${machine}`);
  console.log('Times are processor times; those of comparisons wall times of both sides on one core, in turns.');
  const width = Math.max(0, ...figures.map(({ name }) => name.length));
  for (const [name, { title }] of Object.entries(BENCHMARKS)) {
    const own = figures.filter(({ benchmark }) => benchmark === name);
    if (own.length > 0) console.log(`\n${title}  [${name}]`);
    for (const figure of own) {
      console.log(`  ${figure.name.padEnd(width)}  ${figure.value.toPrecision(3).padStart(8)} ${figure.unit}`);
    }
  }
  for (const one of growth) console.log(`\n${tableOf(one).join('\n')}`);
  for (const compared of comparisons) console.log(`\n${describe(compared).join('\n')}`);
}

const known = [...Object.keys(BENCHMARKS), ...Object.keys(COMPARISONS)] as [string, ...string[]];

export default defineCommand({
  positionals: object({}),
  options: object({
    only: z
      .array(z.enum(known))
      .default([])
      .meta({ description: `only this benchmark or comparison (repeatable): ${known.join(', ')}` }),
    full: flag({ help: 'also what takes minutes and gigabytes: 100 million synapses' }),
    peer: optional(choice(['brian2'], { help: 'compare with Brian2 (C++ standalone), pinned to one core, in turns' })),
    against: optional(
      text({
        help: 'instead of the page: here and in this other built work tree in turns, pinned to one core',
      }),
    ),
    pairs: integer({ default: 3, min: 1, max: 1000, help: 'how often each side of a comparison runs' }),
    growth: flag({ help: 'instead of the page: how time and memory grow with size' }),
    limit: flag({ help: 'only training beside the limit of the memory, as --only limit' }),
    out: optional(text({ help: 'directory for the picture of --growth' })),
    json: flag({ help: 'print everything as JSON' }),
  }),
  handler: async ({ only, full, peer, against, pairs, growth, limit, out, json }) => {
    const wanted = (name: string) => (limit ? name === 'limit' : only.length === 0 || only.includes(name));
    if (against !== undefined) {
      requireBuilt(against);
      const turns: Turns[] = [];
      for (const name of known.filter(wanted))
        turns.push(...(await inTurns(against, name, { pairs, tiny: false, log: say })));
      console.log(json ? JSON.stringify({ ...header(), against: turns }, null, 2) : describeTurns(turns).join('\n'));
      return;
    }
    const options = { full, tiny: false };
    const python = peer && pythonWithBrian2();
    const figures = growth ? [] : await measureFigures(Object.keys(BENCHMARKS).filter(wanted), options);
    const grown = growth ? measureGrowth(options, say) : [];
    const comparisons: Compared[] = [];
    for (const name of python ? Object.keys(COMPARISONS).filter(wanted) : []) {
      const compared = await compare(name, python!, { pairs, log: say });
      describe(compared).forEach(say); // minutes pass until the page
      comparisons.push(compared);
    }
    if (growth && out !== undefined) {
      mkdirSync(out, { recursive: true });
      drawGrowth(grown, out);
    }
    const page: Page = {
      ...header(),
      figures: nested(figures, ({ value }) => value),
      units: nested(figures, ({ unit }) => unit),
      growth: grown,
      comparisons,
    };
    if (json) console.log(JSON.stringify(page, null, 2));
    else print(page, figures);
    const apart = comparisons.flatMap(({ name, disagree }) => disagree.map((count) => `${count} of ${name}`));
    if (apart.length > 0) throw new UserError(`the two sides differ by more than 10 % in ${apart.join(', ')}.`);
  },
});
