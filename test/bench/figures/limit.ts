import asc from 'assemblyscript/asc';
import type { Benchmark, FigureOptions } from '../figure.ts';
import { timed } from '../statistics.ts';
import { nsPerDenseEvent } from './dense.ts';

const INPUTS = 784;

/** Adds rows of 32-bit weights to the membranes, four neurons at a time. */
const KERNEL = `export function addRows(weights: usize, count: u32, membranes: usize, bytes: usize): void {
  for (let k: u32 = 0; k < count; k++)
    for (let i: usize = 0, row = weights + <usize>k * bytes; i < bytes; i += 16)
      v128.store(membranes + i, f32x4.add(v128.load(membranes + i), v128.load(row + i)));
}`;

type AddRows = (weights: number, count: number, membranes: number, bytes: number) => void;

async function compileKernel(pages: number): Promise<AddRows> {
  let binary: Uint8Array<ArrayBuffer> | null = null;
  const { stderr } = await asc.main(
    [
      'limit.ts',
      '--outFile=limit.wasm',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--enable=simd',
      `--initialMemory=${pages}`,
    ],
    {
      readFile: (name) => (name === 'limit.ts' ? KERNEL : null),
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') binary = Uint8Array.from(contents);
      },
      listFiles: () => [],
    },
  );
  if (binary === null) throw new Error(stderr.toString());
  const { instance } = await WebAssembly.instantiate(binary as Uint8Array<ArrayBuffer>);
  return instance.exports.addRows as AddRows;
}

/** Time of an addition of one weight to one membrane, ns: all rows of 784 inputs to N neurons, again and again. */
async function nsPerAddition(neurons: number, { tiny }: FigureOptions): Promise<number> {
  const bytes = neurons * 4;
  const addRows = await compileKernel(Math.ceil((bytes * (INPUTS + 2) + 4096) / 65_536));
  const rounds = tiny ? 1 : Math.ceil(2e9 / (INPUTS * neurons));
  const ms = timed(
    3,
    () => null,
    () => {
      for (let n = 0; n < rounds; n++) addRows(4096 + bytes, INPUTS, 4096, bytes);
    },
  );
  return (ms * 1e6) / (rounds * INPUTS * neurons);
}

/** Training beside the limit of the memory: each row of weights must be added to the membranes once per spike. */
export const limit: Benchmark = {
  title:
    'Limit: rows of 784 × N weights added to the membranes by 128-bit loads and stores, f32; and training, events to the first spike',
  async measure(options) {
    const figures = [];
    for (const neurons of options.tiny ? [100] : [100, 400, 1600, 6400]) {
      const bound = 1 / (await nsPerAddition(neurons, options));
      const training = 1 / nsPerDenseEvent({ ...options, neurons, precision: 'f32', training: true });
      figures.push(
        { name: `N = ${neurons}, limit`, value: bound, unit: 'G events/s' },
        { name: `N = ${neurons}, training`, value: training, unit: 'G events/s' },
        { name: `N = ${neurons}, share of the limit`, value: training / bound, unit: '1' },
      );
    }
    return figures;
  },
};
