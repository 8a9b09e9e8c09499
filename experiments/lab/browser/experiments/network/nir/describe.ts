import { readHdf5 } from '../../logs/hdf5.ts';

/** NIR files are HDF5 files. */
export const describeNir = (path: string): never => readHdf5(path);
export const nirSynapses = describeNir;
