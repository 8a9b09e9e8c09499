import { endurance } from './endurance.ts';
import { iv } from './iv.ts';
import { ppf } from './ppf.ts';
import { retention } from './retention.ts';
import { stdp } from './stdp.ts';
import { train } from './train.ts';

/** What `device fit --kind` takes beside pulses, most telling columns first. */
export const KINDS = { ppf, stdp, endurance, train, iv, retention };
