import { readFileSync, writeFileSync } from 'node:fs';
import { DIST } from './resolve.mjs';

/** Functions that read files, fit, sweep and look at results, with most of the libraries. */
const WHEN_CALLED =
  /^export \{ (.+) \} from '\.\/((?:devices\/fit|look|run|sweep)\/.+|devices\/load|network\/(?:build|config\/load|extensions|stimuli\/recording))\.js';$/gm;

/**
 * Writes the root entry as the package has it: modules of WHEN_CALLED are loaded when one of their functions is called, so that
 * `import 'memspike'` is quick. `require` does so at once, for functions that return no promise. Returns these modules by their names.
 */
export function writeIndex(out) {
  const modules = {};
  const text = readFileSync(`${DIST}experiments/index.js`, 'utf8').replaceAll(WHEN_CALLED, (_, names, path) => {
    const module = path.replaceAll('/', '-');
    modules[module] = `${DIST}experiments/${path}.js`;
    return names
      .split(', ')
      .map((each) => each.split(' as '))
      .map(([name, as = name]) => `export const ${as} = (...given) => require('./${module}.js').${name}(...given);`)
      .join('\n');
  });
  writeFileSync(
    out,
    `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${text}`,
  );
  return modules;
}
