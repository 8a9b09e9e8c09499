import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { described, integer, object, optional, pair } from '../declare/params.ts';
import { minLength } from '../declare/ranged.ts';
import { show } from '../declare/show.ts';

const whole = (help: string) => integer({ min: 0, help });
const some = (help: string) => integer({ min: 1, help });

const range = pair(whole('first'), some('count'));
const list = object({ neurons: z.array(whole('neuron')).check(minLength(1)) }, 'these neurons, ascending');
const window = object(
  {
    window: object({
      columns: some('width of the whole map; its height follows'),
      channels: integer({ default: 1, min: 1, help: 'neurons a place, which follow each other' }),
      at: pair(whole('top row'), whole('left column')),
      size: pair(some('rows'), some('columns')),
    }),
  },
  'a rectangle of neurons that lie row by row',
);

const only = (whose: string) =>
  described(optional(z.union([range, list, window])), {
    description: `[first, count], { neurons: [..] } or { window: { columns, at, size, channels } }: only these neurons of \`${whose}\`, counted from 0 in \`connect\``,
  });

/** What `sources` and `targets` take. */
export const sourcesOption = only('from');
export const targetsOption = only('to');

/** [first, count]; or neurons, ascending and each once; or a rectangle of a map. */
export type SourcesChoice =
  | readonly [number, number]
  | { readonly neurons: readonly number[] }
  | {
      readonly window: {
        readonly columns: number;
        readonly channels?: number;
        readonly at: readonly [number, number];
        readonly size: readonly [number, number];
      };
    };

/** The neurons of a population that a projection comes from, and their numbers in it: its presynaptic terminals. */
export class Sources {
  readonly count: number;
  readonly #first: number;
  /** Neuron of each terminal, and terminal of each neuron (-1: none); null where they follow each other from `first` on. */
  readonly #neurons: Uint32Array | null;
  readonly #terminals: Int32Array | null;
  /** Every neuron of the population. */
  readonly all: boolean;

  constructor(size: number, choice: SourcesChoice = [0, size]) {
    const neurons =
      'neurons' in choice ? Uint32Array.from(choice.neurons) : 'window' in choice ? inWindow(choice) : null;
    this.#first = neurons === null ? (choice as readonly number[])[0]! : 0;
    this.count = neurons === null ? (choice as readonly number[])[1]! : neurons.length;
    this.all = this.count === size;
    this.#neurons = neurons;
    this.#terminals = neurons && new Int32Array(size).fill(-1);
    for (let i = 0; neurons !== null && i < neurons.length; i++) this.#terminals![neurons[i]!] = i;
  }

  /** The first of neurons that follow each other; null where they do not. */
  get first(): number | null {
    return this.#neurons === null ? this.#first : null;
  }

  neuron(terminal: number): number {
    return this.#neurons === null ? this.#first + terminal : this.#neurons[terminal]!;
  }

  /** -1 for a neuron that is not among them. */
  terminal(neuron: number): number {
    if (this.#terminals !== null) return this.#terminals[neuron]!;
    const i = neuron - this.#first;
    return i < this.count ? Math.max(i, -1) : -1;
  }
}

function inWindow({
  window: { columns, channels = 1, at, size },
}: Extract<SourcesChoice, { window: unknown }>): Uint32Array {
  const width = size[1] * channels;
  return Uint32Array.from({ length: size[0] * width }, (_, i) => {
    const row = at[0] + Math.floor(i / width);
    return (row * columns + at[1]) * channels + (i % width);
  });
}

/** The sources that `choice` means. UserError where the population does not have them. */
export function selectSources(
  { name, size }: { readonly name: string; readonly size: number },
  choice: SourcesChoice | undefined,
  where: string,
): Sources {
  const there = `${name} has ${size} neurons`;
  if (choice === undefined) return new Sources(size);
  if ('window' in choice) checkWindow(choice.window, size, `${where}.window`, there);
  else if ('neurons' in choice) {
    const { neurons } = choice;
    for (let i = 0; i < neurons.length; i++) {
      if (neurons[i]! >= size) throw new UserError(`${where}.neurons[${i}] is ${neurons[i]}, but ${there} (from 0).`);
      if (i > 0 && neurons[i]! <= neurons[i - 1]!)
        throw new UserError(`${where}.neurons[${i}] is ${neurons[i]} after ${neurons[i - 1]}, but they must ascend.`);
    }
  } else if (choice[0] + choice[1] > size)
    throw new UserError(`${where} is ${show(choice)}, but ${there} (first, count).`);
  return new Sources(size, choice);
}

function checkWindow(
  { columns, channels = 1, at, size }: Extract<SourcesChoice, { window: unknown }>['window'],
  neurons: number,
  where: string,
  there: string,
): void {
  const rows = neurons / (columns * channels);
  if (!Number.isInteger(rows))
    throw new UserError(
      `${where} is of a map with ${columns} columns and ${channels} channels, but ${there}: not whole rows.`,
    );
  if (at[0] + size[0] > rows || at[1] + size[1] > columns)
    throw new UserError(
      `${where} has ${show(size)} at ${show(at)}, which reaches beyond a map of ${rows} by ${columns}.`,
    );
}
