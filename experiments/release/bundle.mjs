/**
 * Takes libraries of which we need a small part into the files of dist/ that import them, so that who installs memspike does
 * not install them and what they bring, and puts their licences beside. Run by `npm run build`, after the TypeScript compiler.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What stays an import: dependencies that are installed anyway. */
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const INTO = [
  'dist/experiments/look/plots/document.js', // linkedom: 20 packages for the one element that a plot begins with
  'dist/experiments/sweep/search/rectangles.js', // ml-direct: 5 MB of spectra processing for three sums
];
/** Bundled by build:client. */
const CLIENT = 'dist/experiments/look/report/client/main.js';

const options = { absWorkingDir: root, bundle: true, format: 'esm', metafile: true, logLevel: 'warning' };
const metafiles = [];
for (const file of INTO) {
  const { metafile } = await build({
    ...options,
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    platform: 'node',
    mainFields: ['module', 'main'], // of modules only what is used stays
    target: 'node20',
    minify: true,
    legalComments: 'inline',
    external: Object.keys(dependencies),
  });
  metafiles.push(metafile);
}
if (existsSync(join(root, CLIENT)))
  metafiles.push((await build({ ...options, entryPoints: [CLIENT], write: false, outfile: 'client.js' })).metafile);

const packages = new Set(
  metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
        .filter((path) => path !== undefined),
    ),
  ),
);
const licences = [...packages].sort().map((path) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, path)).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(root, path, file), 'utf8').trim() : '(no text of it in the package)';
  return `${name} ${version}: ${license}\n\n${text}\n`;
});
writeFileSync(
  join(root, 'dist/experiments/bundled-licences.txt'),
  `Licences of the libraries that are part of files of this package\n\n${licences.join(`\n${'-'.repeat(80)}\n\n`)}`,
);
