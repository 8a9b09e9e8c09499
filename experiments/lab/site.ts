import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findFileKind, writeFileAtomic } from '../../core/log/file.ts';
import { makeDirectory, requireResultDirectory } from '../output/directory.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import type { LabFiles } from './files.ts';

const MANIFEST = 'data/manifest.json';
const isData = (name: string): boolean => name.startsWith('data/') && name !== MANIFEST;

/** Writes the lab as files for any web server. Images are gzip files, which the page decompresses. */
export function writeSite(
  directory: string,
  lab: LabFiles,
  mode: ProgressMode = 'none',
): { readonly files: number; readonly bytes: number } {
  requireResultDirectory(directory, () => findFileKind(join(directory, MANIFEST)) === 'a file');
  const progress = createProgress({ label: 'writing', total: lab.fileNames.length, unit: 'files', mode });
  let total = 0;
  const sizes = new Map<string, number>();
  const write = (name: string, bytes: Uint8Array) => {
    const path = join(directory, name);
    makeDirectory(dirname(path));
    writeFileAtomic(path, bytes);
    sizes.set(name, bytes.length);
    total += bytes.length;
    progress.update(sizes.size, `${(total / 1e6).toFixed(1)} MB`);
  };
  for (const name of lab.fileNames.filter((name) => name !== MANIFEST))
    write(isData(name) ? `${name}.gz` : name, isData(name) ? gzipSync(lab.read(name)) : lab.read(name));
  const manifest = JSON.parse(new TextDecoder().decode(lab.read(MANIFEST)), (_, value) => {
    const path = `${value?.path}.gz`;
    return sizes.has(path) ? { ...value, path, bytes: sizes.get(path) } : value;
  });
  write(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest))); // last: the manifest marks the directory as one of this command
  progress.stop();
  return { files: sizes.size, bytes: total };
}
