import type { LeftOut, Part } from '../part.ts';
import type { Specimen } from '../specimens.ts';
import { currentVoltage } from './currentVoltage.ts';
import { ltpLtd, writeEnergy } from './pulseTrain.ts';
import { rehearsal } from './rehearsal.ts';
import { endurance, retention } from './retention.ts';
import { pairedPulse, postTetanic, trainResponse } from './shortTerm.ts';
import { stdpWindow } from './stdpWindow.ts';

/** Measurements by the file name of their tables, in the order of the charts on the page. */
export const PARTS: Readonly<Record<string, (specimen: Specimen) => Part | LeftOut>> = {
  currentVoltage,
  pulses: ltpLtd,
  stdp: stdpWindow,
  pairedPulse,
  train: trainResponse,
  postTetanic,
  rehearsal,
  retention,
  endurance,
  writeEnergy,
};
