/** Every loader of files that users bring; those of one kind of file stand in one module beside this one. */
import { CONNECTIONS } from './connections.ts';
import type { Loader } from './loader.ts';

export const LOADERS: readonly Loader[] = CONNECTIONS.filter(({ name }) => /csv|npy/.test(name));
