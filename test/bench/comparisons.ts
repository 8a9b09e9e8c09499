import type { MakeBenchmarked } from './networks/benchmarked.ts';
import { brunel, brunelIntegrate } from './networks/brunel.ts';
import { coba } from './networks/coba.ts';
import { cuba } from './networks/cuba.ts';
import { dcSimple } from './networks/dcSimple.ts';
import { inhibitoryStdp } from './networks/inhibitoryStdp.ts';
import { microcircuit } from './networks/microcircuit.ts';
import { scattered, song } from './networks/song.ts';

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
  /** What memspike's counts come from, where that is not the timed network either: more neurons, say, of which each has devices of its own. */
  readonly checked?: MakeBenchmarked;
}

const FINER = ['--dt', '0.02'];

export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  'dc_simple-400': { make: dcSimple(400), script: ['dc_simple.py', '--n', '400'], check: FINER },
  'dc_simple-1600': { make: dcSimple(1600), script: ['dc_simple.py', '--n', '1600'], check: FINER },
  brunel: { make: brunel, script: ['brunel.py'] },
  'brunel-integrate': { make: brunelIntegrate, script: ['brunel.py', '--integrate', '1'] },
  'song-1': { make: song(1), script: ['song.py', '--post', '1'], check: FINER },
  'song-100': { make: song(100), script: ['song.py', '--post', '100'], check: FINER },
  'stdp-memristor': {
    make: song(1, scattered),
    script: ['song.py', '--memristor', '1'],
    check: [...FINER, '--post', '30'],
    checked: song(30, scattered),
  },
  cuba: { make: cuba, script: ['cuba.py'] },
  coba: { make: coba(5), script: ['coba.py', '--tau_inh', '5'] },
  'coba-2tau': { make: coba(10), script: ['coba.py', '--tau_inh', '10'] },
  'inhibitory-stdp': { make: inhibitoryStdp, script: ['inhibitory_stdp.py'] },
  microcircuit: { make: microcircuit, script: ['microcircuit.py'] },
};
