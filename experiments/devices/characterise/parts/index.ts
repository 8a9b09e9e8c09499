import type { MeasurementOutcome } from '../part.ts';
import type { SpecimenSet } from '../specimens.ts';
import { measureCurrentVoltage } from './currentVoltage.ts';
import { measureLtpLtd, measureWriteEnergy } from './pulseTrain.ts';
import { measureRehearsal } from './rehearsal.ts';
import { measureEndurance, measureRetention } from './retention.ts';
import { measurePairedPulses, measurePostTetanic, measureTrainResponse } from './shortTerm.ts';
import { measureStdpWindow } from './stdpWindow.ts';

/** Keys: file names of the tables, in the order of the charts on the page. */
export const MEASUREMENTS: Readonly<Record<string, (specimen: SpecimenSet) => MeasurementOutcome>> = {
  currentVoltage: measureCurrentVoltage,
  pulses: measureLtpLtd,
  stdp: measureStdpWindow,
  pairedPulse: measurePairedPulses,
  train: measureTrainResponse,
  postTetanic: measurePostTetanic,
  rehearsal: measureRehearsal,
  retention: measureRetention,
  endurance: measureEndurance,
  writeEnergy: measureWriteEnergy,
};
