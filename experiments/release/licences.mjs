import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pattern of a copyright notice: a line that names an owner. Other lines may contain the word copyright, too. */
const NOTICE = /^[ \t]*Copyright (?:\([cC]\)|©|[0-9A-Z]).*\n?/gm;

/** Writes the licences of the modules' packages to a file; licences that differ only in copyright share one text. */
export function writeLicences(modules, file) {
  const packages = new Set(modules.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const licences = new Map();
  for (const path of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const fileName = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
    const text = fileName ? readFileSync(join(path, fileName), 'utf8').trim() : '(the package has no licence text)';
    const notices = text.match(NOTICE) ?? [];
    const body = text
      .replace(NOTICE, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    const words = body.replace(/\s+/g, ' ');
    const { names = [] } = licences.get(words) ?? {};
    names.push([`${name} ${version}: ${license}`, ...notices.map((line) => `    ${line.trim()}`)].join('\n'));
    licences.set(words, { body, names });
  }
  const parts = [...licences.values()].map(({ body, names }) => `${names.join('\n')}\n\n${body}\n`);
  writeFileSync(
    file,
    `Licences of the libraries that are bundled in this package\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
}
