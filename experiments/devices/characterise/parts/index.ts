import type { Part, SkippedMeasurement } from '../part.ts';
import type { SpecimenSet } from '../specimens.ts';
import { currentVoltage } from './currentVoltage.ts';
import { measureLtpLtd, writeEnergy } from './pulseTrain.ts';
import { rehearsal } from './rehearsal.ts';
import { endurance, retention } from './retention.ts';
import { measureTrainResponse, pairedPulse, postTetanic } from './shortTerm.ts';
import { measureStdpWindow } from './stdpWindow.ts';

/** Measurements by the file name of their tables, in the order of the charts on the page. */
export const PARTS: Readonly<Record<string, (specimen: SpecimenSet) => Part | SkippedMeasurement>> = {
  currentVoltage,
  pulses: measureLtpLtd,
  stdp: measureStdpWindow,
  pairedPulse,
  train: measureTrainResponse,
  postTetanic,
  rehearsal,
  retention,
  endurance,
  writeEnergy,
};
