/**
 * Mutation run with a table of what came of it. Usage: `node dist/test/fuzz/run.js [--tries N] [--seed S] [--keep DIR] [loader …]`; --keep leaves
 * mutants with faults, and the valid files, in a directory that is there.
 */
import { parseArgs } from 'node:util';
import { loadMutants } from './batch.ts';
import { LOADERS } from './loaders.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tries: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string', default: '' },
  },
});
const names = LOADERS.map(({ name }) => name).filter(
  (name) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
console.log(
  '| Loader | Tries | Loaded | Refused | Unexpected | Longest, s | Largest, MB | Lines reached |\n|---|---|---|---|---|---|---|---|',
);
for (const name of names) {
  const [result] = loadMutants([name], Number(values.tries), values.seed, { coverage: true, keep: values.keep });
  const { tries, loaded, refused, faults, seconds, megabytes, reached, all } = result!;
  const cells = [
    tries,
    loaded,
    refused,
    faults.length,
    seconds.toFixed(2),
    megabytes.toFixed(0),
    `${reached.size} of ${all.size}`,
  ];
  console.log(`| ${[name, ...cells].join(' | ')} |`);
  for (const fault of faults) console.error(`${name} ${fault.slice(0, 1000)}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
