import { signal } from '@preact/signals';
import type { ImageFiles, Manifest } from '../manifest.ts';
import { Fault } from './remote.ts';

type Set = keyof Manifest;

/** What images there are; undefined until it was asked for. */
export const manifest = signal<Manifest | { readonly missing: string } | undefined>(undefined);
/** What is being fetched. */
export const fetching = signal<{ readonly what: string; readonly bytes: number; readonly of: number } | undefined>(
  undefined,
);

const kept = new Map<Set, Promise<Record<string, Uint8Array>>>();

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const sizeOf = ({ files }: ImageFiles): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

async function got(path: string): Promise<Response> {
  const response = await fetch(path).catch(() => undefined);
  if (response?.ok) return response;
  throw new Fault(`${path} cannot be fetched${response ? ` (${response.status})` : ''}; is the lab still served?`);
}

export async function loadManifest(): Promise<Manifest> {
  manifest.value ??= (await (await got('data/manifest.json')).json()) as Manifest;
  if ('missing' in manifest.value) throw new Fault(manifest.value.missing);
  return manifest.value;
}

export const json = async <T>(path: string): Promise<T> => (await (await got(path)).json()) as T;
export const bytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await got(path)).arrayBuffer());

async function fetched({ files, images }: ImageFiles, what: string): Promise<Record<string, Uint8Array>> {
  const of = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const found: Record<string, Uint8Array> = {};
  for (const { path, name } of files) {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = (await got(path)).body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      done += part.value.length;
      fetching.value = { what: `${images.toLocaleString('en')} ${what} images`, bytes: done, of };
    }
    found[`/mnist/${name}`] = new Uint8Array(await new Blob(parts).arrayBuffer());
  }
  fetching.value = undefined;
  return found;
}

/** The IDX files of a set, fetched once, by the paths that a worker reads them under. */
export async function images(set: Set): Promise<Record<string, Uint8Array>> {
  const about = (await loadManifest())[set];
  let found = kept.get(set);
  if (found === undefined) {
    found = fetched(about, set === 'test' ? 'test' : 'training');
    kept.set(set, found);
    found.catch(() => kept.delete(set));
  }
  return found;
}
