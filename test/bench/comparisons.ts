import type { MakeBenchmarked } from './networks/benchmarked.ts';
import { brunel } from './networks/brunel.ts';
import { coba } from './networks/coba.ts';
import { cuba } from './networks/cuba.ts';
import { dcSimple } from './networks/dcSimple.ts';
import { song } from './networks/song.ts';

/** A network in memspike and the script that builds the same one in another simulator. */
export interface Comparison {
  readonly make: MakeBenchmarked;
  /** Under `brian2/`, with its arguments. */
  readonly script: readonly string[];
  /**
   * Further arguments for one untimed run whose counts are compared instead, where those of the timed one depend on its
   * step: several neurons win within one, and a spike pair within one potentiates whichever came first.
   */
  readonly check?: readonly string[];
}

const FINER = ['--dt', '0.02'];

export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  'dc_simple-400': { make: dcSimple(400), script: ['dc_simple.py', '--n', '400'], check: FINER },
  'dc_simple-1600': { make: dcSimple(1600), script: ['dc_simple.py', '--n', '1600'], check: FINER },
  brunel: { make: brunel, script: ['brunel.py'] },
  'song-1': { make: song(1), script: ['song.py', '--post', '1'], check: FINER },
  'song-100': { make: song(100), script: ['song.py', '--post', '100'], check: FINER },
  cuba: { make: cuba, script: ['cuba.py'] },
  coba: { make: coba(5), script: ['coba.py', '--tau_inh', '5'] },
  'coba-2tau': { make: coba(10), script: ['coba.py', '--tau_inh', '10'] },
};
