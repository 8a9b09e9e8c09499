import { dirname, join } from 'node:path';
import { findFileKind, writeFileAtomic } from '../../core/log/file.ts';
import { makeDirectory, requireResultDirectory } from '../output/directory.ts';
import { createProgressOutput, type ProgressMode } from '../run/progress.ts';
import type { LabFiles } from './files.ts';

/** File whose presence shows that a directory was written by `lab build`; it is written last. */
const MARK_FILE = 'presets.json';

/** Writes the lab as files for any web server. */
export function writeLabSite(
  directory: string,
  lab: LabFiles,
  mode: ProgressMode = 'none',
): { readonly files: number; readonly bytes: number } {
  requireResultDirectory(directory, () => findFileKind(join(directory, MARK_FILE)) === 'a file');
  const progress = createProgressOutput({ label: 'writing', total: lab.fileNames.length, unit: 'files', mode });
  let bytes = 0;
  for (const [i, name] of [...lab.fileNames.filter((file) => file !== MARK_FILE), MARK_FILE].entries()) {
    const path = join(directory, name);
    const content = lab.read(name);
    makeDirectory(dirname(path));
    writeFileAtomic(path, content);
    bytes += content.length;
    progress.update(i + 1, `${(bytes / 1e6).toFixed(1)} MB`);
  }
  progress.stop();
  return { files: lab.fileNames.length, bytes };
}
