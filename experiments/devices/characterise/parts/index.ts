import type { MeasurementOutcome } from '../measurementReport.ts';
import type { SpecimenSet } from '../specimens.ts';
import { measureCurrentVoltage } from './currentVoltage.ts';
import { measureLtpLtd, measureWriteEnergy } from './pulseTrain.ts';
import { measureEndurance, measureRetention } from './retention.ts';
import { measurePairedPulses, measurePostTetanicPotentiation, measureSpikeTrainResponse } from './shortTerm.ts';
import { measureStdpWindow } from './stdpWindow.ts';
import { measureStmToLtm } from './stmToLtm.ts';

/** Measurements by the file name of their table, in the order of the charts on the page. */
export const MEASUREMENTS: Readonly<Record<string, (specimen: SpecimenSet) => MeasurementOutcome>> = {
  currentVoltage: measureCurrentVoltage,
  pulses: measureLtpLtd,
  stdp: measureStdpWindow,
  pairedPulse: measurePairedPulses,
  train: measureSpikeTrainResponse,
  postTetanic: measurePostTetanicPotentiation,
  rehearsal: measureStmToLtm,
  retention: measureRetention,
  endurance: measureEndurance,
  writeEnergy: measureWriteEnergy,
};
