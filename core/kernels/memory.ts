import { unzlibSync } from 'fflate';
import { LIMITS_OFFSET, MODULE } from './binary.ts';

/** The compiled kernels and a memory for them, of which one network takes at most `capacity` bytes. */
export interface KernelMemory {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly capacity: number;
}

const PAGE = 65536;
const MOST = 2 ** 32;
/** What is asked for where memory cannot be shared: the largest that is granted, bytes. */
const FIXED = [2 ** 30, 2 ** 29, 2 ** 28];

const modules = new Map<'shared' | 'fixed', WebAssembly.Module | null>();

/** The module that imports such a memory; null where WebAssembly or its SIMD instructions are missing, or sharing is refused. */
function compiled(kind: 'shared' | 'fixed'): WebAssembly.Module | null {
  let module = modules.get(kind);
  if (module === undefined) {
    const bytes = unzlibSync(Uint8Array.from(atob(MODULE), (character) => character.charCodeAt(0)));
    if (kind === 'fixed') bytes[LIMITS_OFFSET] = 1;
    module = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
    modules.set(kind, module);
  }
  return module;
}

/** Null where there is no address space for it (`ulimit -v`, very many networks), or the page may not share memory. */
function granted(descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory(descriptor);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError || error instanceof WebAssembly.LinkError)
      return null;
    throw error;
  }
}

/**
 * Memory whose views stay valid: shared memory, which grows in place, or else one of a fixed size. Browsers that hide
 * `SharedArrayBuffer` from a page may grant the memory all the same. Null: kernels cannot run here.
 */
export function kernelMemory(): KernelMemory | null {
  if (typeof WebAssembly === 'undefined') return null;
  const growing = compiled('shared');
  const shared = growing && granted({ initial: 16, maximum: MOST / PAGE, shared: true });
  if (growing && shared) return { module: growing, memory: shared, capacity: MOST };
  const module = compiled('fixed');
  if (module === null) return null;
  for (const capacity of FIXED) {
    const memory = granted({ initial: capacity / PAGE, maximum: capacity / PAGE });
    if (memory) return { module, memory, capacity };
  }
  return null;
}

/** Grows a memory to at least `bytes`; views made before stay valid, because only shared memory has to grow. */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const has = memory.buffer.byteLength / PAGE;
  const missing = Math.ceil(bytes / PAGE - has);
  if (missing > 0) memory.grow(Math.min(MOST / PAGE - has, Math.max(missing, has / 4) | 0));
}
