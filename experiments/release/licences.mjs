import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Puts the licences of the libraries that these modules come from into a file; those with the same text stand together. */
export function writeLicences(modules, file) {
  const packages = new Set(modules.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const byText = new Map();
  for (const path of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const found = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
    const text = found ? readFileSync(join(path, found), 'utf8').trim() : '(no text of it in the package)';
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}: ${license}`]);
  }
  const parts = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  writeFileSync(
    file,
    `Licences of the libraries that are part of files of this package\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
}
