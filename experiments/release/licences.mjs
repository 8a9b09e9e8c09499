import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line that says whose it is; a licence speaks of copyright in other lines too. */
const NOTICE = /^[ \t]*Copyright (?:\([cC]\)|©|[0-9A-Z]).*\n?/gm;

/** Puts the licences of the libraries that these modules come from into a file; those that differ in whose they are alone share a text. */
export function writeLicences(modules, file) {
  const packages = new Set(modules.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const alike = new Map();
  for (const path of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const found = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
    const text = found ? readFileSync(join(path, found), 'utf8').trim() : '(no text of it in the package)';
    const notices = text.match(NOTICE) ?? [];
    const rest = text
      .replace(NOTICE, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    const words = rest.replace(/\s+/g, ' ');
    const { names = [] } = alike.get(words) ?? {};
    names.push([`${name} ${version}: ${license}`, ...notices.map((line) => `    ${line.trim()}`)].join('\n'));
    alike.set(words, { rest, names });
  }
  const parts = [...alike.values()].map(({ rest, names }) => `${names.join('\n')}\n\n${rest}\n`);
  writeFileSync(
    file,
    `Licences of the libraries that are part of files of this package\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
}
