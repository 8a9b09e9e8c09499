import type { MeasurementOutcome } from '../part.ts';
import type { SpecimenSet } from '../specimens.ts';
import { measureCurrentVoltage } from './currentVoltage.ts';
import { measureLtpLtd, measureWriteEnergy } from './pulseTrain.ts';
import { measureEndurance, measureRetention } from './retention.ts';
import { measurePairedPulses, measurePostTetanicPotentiation, measureTrainResponse } from './shortTerm.ts';
import { measureStdpWindow } from './stdpWindow.ts';
import { measureStmToLtm } from './stmToLtm.ts';

/** Measurements by the file name of their table, in the order of the charts on the page. */
export const MEASUREMENTS: Readonly<Record<string, (specimen: SpecimenSet) => MeasurementOutcome>> = {
  currentVoltage: measureCurrentVoltage,
  pulses: measureLtpLtd,
  stdp: measureStdpWindow,
  pairedPulse: measurePairedPulses,
  train: measureTrainResponse,
  postTetanic: measurePostTetanicPotentiation,
  rehearsal: measureStmToLtm,
  retention: measureRetention,
  endurance: measureEndurance,
  writeEnergy: measureWriteEnergy,
};
