import * as z from 'zod/mini';
import { described, number, object, optional, text } from '../../../core/declare/params.ts';

/** What `import` of a network file takes. */
export const importOption = described(
  z.optional(
    z.union([
      text({ help: 'a NIR file, relative to this one' }),
      object({
        file: text({ help: 'a NIR file, relative to this one' }),
        dt: optional(
          number({
            min: 0,
            unit: 'ms',
            help: 'a spike is a step of that wide; 0: a pulse of area 1 s; default: as the file seems to be meant',
          }),
        ),
      }),
    ]),
  ),
  { description: 'a network of another program, in the Neuromorphic Intermediate Representation (.nir)' },
);
