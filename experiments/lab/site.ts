import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileKindAt, writeFileAtomic } from '../../core/log/file.ts';
import { makeDirectory, requireOwnDirectory } from '../output/directory.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import type { LabFiles, Manifest } from './files.ts';

const MANIFEST = 'data/manifest.json';
const isData = (name: string): boolean => name.startsWith('data/') && name !== MANIFEST;

/** Writes the lab as files for any web server. Images are gzip files, which the page decompresses. */
export function writeSite(
  directory: string,
  lab: LabFiles,
  mode: ProgressMode = 'none',
): { readonly files: number; readonly bytes: number } {
  requireOwnDirectory(directory, () => fileKindAt(join(directory, MANIFEST)) === 'a file');
  const progress = createProgress({ label: 'writing', total: lab.names.length, unit: 'files', mode });
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
  for (const name of lab.names.filter((name) => name !== MANIFEST))
    write(isData(name) ? `${name}.gz` : name, isData(name) ? gzipSync(lab.read(name)) : lab.read(name));
  const manifest = JSON.parse(new TextDecoder().decode(lab.read(MANIFEST))) as Manifest;
  const packed = Object.entries(manifest).map(([set, about]) =>
    typeof about === 'string'
      ? [set, about]
      : [
          set,
          {
            ...about,
            files: about.files.map((file: Manifest['first']['files'][number]) => ({
              ...file,
              path: `${file.path}.gz`,
              bytes: sizes.get(`${file.path}.gz`)!,
            })),
          },
        ],
  );
  write(MANIFEST, new TextEncoder().encode(JSON.stringify(Object.fromEntries(packed)))); // last: the manifest marks the directory as one of this command
  progress.stop();
  return { files: sizes.size, bytes: total };
}
