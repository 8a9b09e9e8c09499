import { UserError } from '../../../../../core/declare/errors.ts';

/** The page has no HDF5 library (3 MB): such files are for the command line. */
export async function prepareHdf5(what: string): Promise<never> {
  throw new UserError(`${what} is not read in the lab; use the command line: memspike run model.nir`);
}

export function readHdf5(path: string): never {
  throw new UserError(`${path} is an HDF5 file, which is not read in the lab; use the command line.`);
}

export const fillHdf5 = (format: string): Promise<never> => prepareHdf5(format);
