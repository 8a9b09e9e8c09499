import type { LoadedDevice } from '../load.ts';
import { toAihwkit } from './aihwkit.ts';
import { toCrossSim } from './crosssim.ts';
import type { Exported } from './lost.ts';
import { toNeuroSim } from './neurosim.ts';

/** Simulators that a device can be written for, by name. */
export const TOOLS = ['aihwkit', 'neurosim', 'crosssim'] as const;
export type Tool = (typeof TOOLS)[number];

export const EXPORTERS: Readonly<Record<Tool, (device: LoadedDevice) => Exported>> = {
  aihwkit: toAihwkit,
  neurosim: toNeuroSim,
  crosssim: toCrossSim,
};
