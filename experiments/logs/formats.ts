import type { Format } from './formats/format.ts';

/** What `memspike log export` writes, one entry a format; each is loaded, with its library, only when it is asked for. */
export const FORMATS = {
  csv: async () => (await import('./formats/text.ts')).csv,
  feather: async () => (await import('./formats/feather.ts')).feather,
  nest: async () => (await import('./formats/text.ts')).nest,
  npy: async () => (await import('./formats/numpy.ts')).npy,
  npz: async () => (await import('./formats/numpy.ts')).npz,
  parquet: async () => (await import('./formats/parquet.ts')).parquet,
  sonata: async () => (await import('./formats/sonata.ts')).sonata,
} as const satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof FORMATS;
export const formatNames = Object.keys(FORMATS) as FormatName[];
