import { parse } from 'yaml';
import { deviceFile } from '../../devices/fit/deviceFile.ts';
import { fitPulses, type PulseFit } from '../../devices/fit/fit.ts';
import { pulsesOf } from '../../devices/fit/reading/pulses.ts';
import { checkDirections, readMeasurement, type Train } from '../../devices/fit/readPulses.ts';
import { loadDevice } from '../../devices/load.ts';
import { readConfig } from '../../network/config/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { putFile } from '../browser/node/fs.ts';

/** A fit as it can be sent: what simulates its models stays here. */
export type SentFit = Omit<PulseFit, 'fitted'>;

export interface FitTold {
  readonly name: string;
  /** The device file that came out. */
  readonly file: Mapping;
  /** Absent for a device file, which is taken as it is. */
  readonly fit?: SentFit;
  readonly trains: readonly Train[];
  readonly understood: readonly string[];
}

const isDeviceFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

/** Reads a dropped file as `memspike device fit` does, and fits it; a device file is checked and taken as it is. */
export async function fit({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): Promise<FitTold> {
  const path = name.replaceAll(/[/\\]/g, '_');
  putFile(`/${path}`, bytes);
  if (isDeviceFile(path)) {
    loadDevice(path);
    return { name, file: readConfig(path), trains: [], understood: [] };
  }
  const { trains, understood } = await readMeasurement([path]);
  checkDirections(path, trains);
  const whole = fitPulses(trains);
  const { fitted: _, ...found } = whole;
  const file = parse(deviceFile(whole, path, pulsesOf(trains))) as Mapping;
  return { name, file, fit: found, trains, understood };
}
