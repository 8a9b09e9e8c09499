import type { LogFormat } from './table.ts';

/** Formats of `memspike log export`; each is loaded, with its library, when used. */
export const LOG_FORMATS = {
  csv: async () => (await import('./formats/text.ts')).csv,
  feather: async () => (await import('./formats/feather.ts')).feather,
  nest: async () => (await import('./formats/text.ts')).nest,
  npy: async () => (await import('./formats/numpy.ts')).npy,
  npz: async () => (await import('./formats/numpy.ts')).npz,
  parquet: async () => (await import('./formats/parquet.ts')).parquet,
  sonata: async () => (await import('./formats/sonata.ts')).sonata,
} as const satisfies Record<string, () => Promise<LogFormat>>;

export type FormatName = keyof typeof LOG_FORMATS;
export const formatNames = Object.keys(LOG_FORMATS) as FormatName[];
