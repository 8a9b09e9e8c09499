import type { Benchmark } from '../figure.ts';
import { build } from './build.ts';
import { dense } from './dense.ts';
import { lab } from './lab.ts';
import { layers } from './layers.ts';
import { limit } from './limit.ts';
import { log } from './log.ts';
import { memory } from './memory.ts';
import { micro } from './micro.ts';
import { poisson } from './poisson.ts';
import { pulses } from './pulses.ts';
import { scheduler } from './scheduler.ts';
import { songs } from './song.ts';
import { sparse } from './sparse.ts';

/** The page of figures, in its order; `--only` takes these names. */
export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  scheduler,
  dense,
  limit,
  sparse,
  songs,
  poisson,
  pulses,
  layers,
  log,
  memory,
  build,
  micro,
  lab,
};
