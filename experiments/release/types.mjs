import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const COMMENTS = /\/\*[\s\S]*?\*\//g;
const IMPORTS = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;

/** Copies the declarations that the entries lead to, in their folders, from `dist` to `out`. */
export function writeTypes(entries, dist, out) {
  const files = new Set(entries.map((path) => path.replace(/\.js$/, '.d.ts')));
  rmSync(out, { recursive: true, force: true });
  for (const file of files) {
    for (const [, path] of readFileSync(file, 'utf8').replaceAll(COMMENTS, '').matchAll(IMPORTS)) {
      const imported = join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts'));
      if (existsSync(imported)) files.add(imported);
    }
    cpSync(file, join(out, relative(dist, file)));
  }
}
