import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { described, integer, object, optional, pair, type ReadonlyInput } from '../declare/params.ts';
import { minLength } from '../declare/ranged.ts';
import { show } from '../declare/show.ts';

const index = (help: string) => integer({ min: 0, help });
export const countSchema = (help: string) => integer({ min: 1, help });

const range = pair(index('first neuron'), countSchema('number of neurons'));
const list = object({ neurons: z.array(index('neuron')).check(minLength(1)) }, 'list of neurons, ascending');
/** Geometry of a map: neuron (y × columns + x) × channels + c is at row y and column x. */
export const mapShape = {
  columns: countSchema('number of columns of the map; the number of rows follows from the population size'),
  channels: integer({
    default: 1,
    min: 1,
    help: 'number of neurons at each map position; their indices are consecutive',
  }),
};
const window = object(
  {
    window: object({
      ...mapShape,
      at: pair(index('top row'), index('left column')),
      size: pair(countSchema('rows'), countSchema('columns')),
    }),
  },
  'rectangle of a map that is stored row by row',
);

const subsetOption = (side: 'source' | 'target') =>
  described(optional(z.union([range, list, window])), {
    description: `subset of the ${side} population, counted from 0 in connect: [first, count], { neurons: [..] } or { window: { columns, at: [top, left], size: [rows, columns], channels } }, a rectangle of a map`,
  });

export const sourcesOption = subsetOption('source');
export const targetsOption = subsetOption('target');

/** Subset of a population: [first, count], or a list of distinct neurons, ascending, or a rectangle of a map. */
export type NeuronSubset = NonNullable<ReadonlyInput<typeof sourcesOption>>;
type MapWindow = Extract<NeuronSubset, { window: unknown }>['window'];

/** Source neurons of a projection: terminal i is the i-th source neuron. */
export class SourceNeurons {
  readonly neuronCount: number;
  readonly #firstNeuron: number;
  /** Lookup tables from terminal to neuron and back (-1: none); null if the neurons are consecutive. */
  readonly #neurons: Uint32Array | null;
  readonly #terminals: Int32Array | null;
  readonly hasAllNeurons: boolean;

  constructor(size: number, choice: NeuronSubset = [0, size]) {
    const neurons =
      'neurons' in choice
        ? Uint32Array.from(choice.neurons)
        : 'window' in choice
          ? listWindowNeurons(choice.window)
          : null;
    this.#firstNeuron = neurons === null ? (choice as readonly number[])[0]! : 0;
    this.neuronCount = neurons === null ? (choice as readonly number[])[1]! : neurons.length;
    this.hasAllNeurons = this.neuronCount === size;
    this.#neurons = neurons;
    this.#terminals = neurons && new Int32Array(size).fill(-1);
    for (let i = 0; neurons !== null && i < neurons.length; i++) this.#terminals![neurons[i]!] = i;
  }

  /** First neuron if the neurons are consecutive; null for other subsets. */
  get firstNeuron(): number | null {
    return this.#neurons === null ? this.#firstNeuron : null;
  }

  getNeuron(terminal: number): number {
    return this.#neurons === null ? this.#firstNeuron + terminal : this.#neurons[terminal]!;
  }

  /** Index of the presynaptic terminal of a neuron; -1 if the projection does not use the neuron. */
  getTerminal(neuron: number): number {
    if (this.#terminals !== null) return this.#terminals[neuron]!;
    const i = neuron - this.#firstNeuron;
    return i < this.neuronCount ? Math.max(i, -1) : -1;
  }
}

function listWindowNeurons({ columns, channels = 1, at, size }: MapWindow): Uint32Array {
  const width = size[1] * channels;
  return Uint32Array.from({ length: size[0] * width }, (_, i) => {
    const row = at[0] + Math.floor(i / width);
    return (row * columns + at[1]) * channels + (i % width);
  });
}

export function selectSourceNeurons(
  { name, size }: { readonly name: string; readonly size: number },
  choice: NeuronSubset | undefined,
  where: string,
): SourceNeurons {
  const sizeText = `${name} has ${size} neurons`;
  if (choice === undefined) return new SourceNeurons(size);
  if ('window' in choice) checkWindow(choice.window, size, `${where}.window`, sizeText);
  else if ('neurons' in choice) {
    const { neurons } = choice;
    for (let i = 0; i < neurons.length; i++) {
      if (neurons[i]! >= size)
        throw new UserError(`${where}.neurons[${i}] is ${neurons[i]}, but ${sizeText}, counted from 0.`);
      if (i > 0 && neurons[i]! <= neurons[i - 1]!)
        throw new UserError(
          `${where}.neurons[${i}] is ${neurons[i]} after ${neurons[i - 1]}, but neurons must ascend.`,
        );
    }
  } else if (choice[0] + choice[1] > size)
    throw new UserError(`${where} is ${show(choice)} (first, count), which exceeds the population: ${sizeText}.`);
  return new SourceNeurons(size, choice);
}

function checkWindow({ columns, channels = 1, at, size }: MapWindow, neurons: number, where: string, sizeText: string) {
  const rows = neurons / (columns * channels);
  if (!Number.isInteger(rows))
    throw new UserError(
      `${where} has a map with ${columns} columns and ${channels} channels, but ${sizeText}, which do not fill whole rows.`,
    );
  if (at[0] + size[0] > rows || at[1] + size[1] > columns)
    throw new UserError(
      `${where} has size ${show(size)} at ${show(at)}, which exceeds a map of ${rows} by ${columns}.`,
    );
}
