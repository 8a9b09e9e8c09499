import { unzlibSync } from 'fflate';
import { UserError } from '../declare/errors.ts';
import { COMPRESSED_MODULE, MEMORY_LIMITS_OFFSET } from './binary.ts';

/** Compiled kernels and the memory of one network, of which `capacity` bytes can be used. */
export interface KernelMemory {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly capacity: number;
}

export type ModuleExports = Readonly<Record<string, (...values: number[]) => number>>;

const PAGE = 65536;
const MAX_BYTES = 2 ** 32;
/** Memory sizes to try in this order if memory cannot be shared, bytes; the first size granted is used. */
const FIXED_SIZES = [2 ** 30, 2 ** 29, 2 ** 28, 2 ** 27, 2 ** 26];

type Modules = Map<'shared' | 'fixed', WebAssembly.Module | null>;
const compiledModules: Modules = new Map();

/** Compiles the module for shared or for fixed memory; null if the runtime lacks SIMD instructions or shared memory. */
function compile(kind: 'shared' | 'fixed', modules: Modules): WebAssembly.Module | null {
  let module = modules.get(kind);
  if (module === undefined) {
    const bytes = unzlibSync(Uint8Array.from(atob(COMPRESSED_MODULE), (character) => character.charCodeAt(0)));
    if (kind === 'fixed') bytes[MEMORY_LIMITS_OFFSET] = 1;
    module = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
    modules.set(kind, module);
  }
  return module;
}

/** Allocates memory; null if address space is exhausted (`ulimit -v`, many networks) or sharing is forbidden. */
function allocate(descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory(descriptor);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError || error instanceof WebAssembly.LinkError)
      return null;
    throw error;
  }
}

/**
 * Allocates memory that never moves, so that views of it stay valid: shared memory, which grows in place, or else
 * memory of fixed size. Some browsers grant shared memory although they hide `SharedArrayBuffer`.
 *
 * @throws UserError if the runtime lacks WebAssembly SIMD or grants no memory
 */
export function allocateKernelMemory(modules = compiledModules): KernelMemory {
  const growing = typeof WebAssembly === 'undefined' ? null : compile('shared', modules);
  const shared = growing && allocate({ initial: 16, maximum: MAX_BYTES / PAGE, shared: true });
  if (growing && shared) return { module: growing, memory: shared, capacity: MAX_BYTES };
  const module = typeof WebAssembly === 'undefined' ? null : compile('fixed', modules);
  if (module === null)
    throw new UserError(
      'WebAssembly with SIMD instructions is not available here, but memspike needs it: use Node 20.19, 22.12 or later, or a browser released since 2023, with WebAssembly enabled.',
    );
  for (const capacity of FIXED_SIZES) {
    const memory = allocate({ initial: capacity / PAGE, maximum: capacity / PAGE });
    if (memory) return { module, memory, capacity };
  }
  throw new UserError(
    'The runtime grants no WebAssembly memory, but a network needs 4 GiB of address space (used as it grows) or at least 64 MiB of memory: raise the limit of address space (`ulimit -v unlimited`), close other programs, or keep fewer networks at a time.',
  );
}

/** Grows a memory to at least `bytes`. Older views stay valid: only shared memory grows, and it grows in place. */
export function growMemory(memory: WebAssembly.Memory, bytes: number) {
  const has = memory.buffer.byteLength / PAGE;
  const missing = Math.ceil(bytes / PAGE - has);
  if (missing > 0) memory.grow(Math.min(MAX_BYTES / PAGE - has, Math.max(missing, has / 4) | 0));
}
