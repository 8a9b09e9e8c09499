/** Every loader of files that users bring; those of one kind of file stand in one module beside this one. */
import { CONNECTIONS } from './connections.ts';
import { IMAGE_FILES } from './images.ts';
import type { Loader } from './loader.ts';
import { LOGS } from './logs.ts';
import { MODELS } from './models.ts';
import { NIR } from './nir.ts';
import { TEXTS } from './textLoaders.ts';

export const LOADERS: readonly Loader[] = [...CONNECTIONS, ...IMAGE_FILES, ...LOGS, ...MODELS, NIR, ...TEXTS];
