import type * as H5wasm from 'h5wasm/node';
import { UserError } from '../../core/errors.ts';

export type Hdf5 = typeof H5wasm;

/** The HDF5 library, an optional dependency of 14 MB. UserError that says how to install it if it is not there. */
export async function loadHdf5(format: string): Promise<Hdf5> {
  try {
    const library = await import('h5wasm/node');
    await library.ready;
    return library;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new UserError(`${format} needs the package h5wasm, which is not installed; run: npm install h5wasm`, {
      cause,
    });
  }
}
