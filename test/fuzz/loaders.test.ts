/**
 * Mutants of every kind of file that users bring: each is loaded or refused in a short sentence, soon and in little memory. `FUZZ_TRIES=4000
 * SEED=n` takes more of them and others; `run.ts` prints them as a table.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runs } from '../support.ts';
import { loadMutants } from './batch.ts';
import { LOADERS } from './loaders.ts';

const TRIES = Number(process.env.FUZZ_TRIES ?? runs(60).numRuns);
const SEED = process.env.SEED ?? '1';

test(`${TRIES} mutants for each loader, seed ${SEED}`, () => {
  for (const { loader, tries, faults } of loadMutants(
    LOADERS.map(({ name }) => name),
    TRIES,
    SEED,
  )) {
    assert.is(tries, TRIES, loader);
    assert.is(faults.length, 0, `${loader}: ${faults.length} of ${tries}; ${faults.slice(0, 5).join('\n')}`);
  }
});

test.run();
