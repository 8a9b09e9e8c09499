import type { LogFormat } from './table.ts';

/** Formats of `memspike log export`; each is loaded, with its library, when used. */
export const LOG_FORMAT_LOADERS = {
  csv: async () => (await import('./formats/text.ts')).csvFormat,
  feather: async () => (await import('./formats/feather.ts')).featherFormat,
  nest: async () => (await import('./formats/text.ts')).nestFormat,
  npy: async () => (await import('./formats/numpy.ts')).npyFormat,
  npz: async () => (await import('./formats/numpy.ts')).npzFormat,
  parquet: async () => (await import('./formats/parquet.ts')).parquetFormat,
  sonata: async () => (await import('./formats/sonata.ts')).sonataFormat,
} as const satisfies Record<string, () => Promise<LogFormat>>;

export type LogFormatName = keyof typeof LOG_FORMAT_LOADERS;
export const LOG_FORMAT_NAMES = Object.keys(LOG_FORMAT_LOADERS) as LogFormatName[];
