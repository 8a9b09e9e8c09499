import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { writeFileAtomic } from '../../../core/log/file.ts';
import { attempt } from '../../../core/log/fileError.ts';
import type { Seed } from '../../../core/random/random.ts';
import { writePicture } from '../../look/plots/write.ts';
import { canonicalJson, configSha256 } from '../../network/config/hash.ts';
import { VERSION } from '../../version.ts';
import type { LoadedDevice } from '../load.ts';
import { page } from './page.ts';
import type { LeftOut, Part } from './part.ts';
import { currentVoltage } from './parts/currentVoltage.ts';
import { endurance } from './parts/endurance.ts';
import { ltpLtd, writeEnergy } from './parts/pulseTrain.ts';
import { rehearsal } from './parts/rehearsal.ts';
import { retention } from './parts/retention.ts';
import { pairedPulse, postTetanic, trainResponse } from './parts/shortTerm.ts';
import { stdpWindow } from './parts/stdpWindow.ts';
import type { Specimen } from './specimens.ts';
import { writeTables } from './tables.ts';

/** Every part by the name of its tables, in the order of the page. */
const PARTS: Readonly<Record<string, (specimen: Specimen) => Part | LeftOut>> = {
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

export interface CharacteriseOptions {
  readonly loaded: LoadedDevice;
  readonly out: string;
  readonly devices: number;
  readonly seed: Seed;
  readonly pulses: number;
  /** Told the name of each part before it is measured. */
  readonly tell?: (part: string) => void;
}

/** `characterise.json`: everything that is needed to do it again, and what came out. */
export interface Characterisation {
  readonly name: string;
  readonly config: unknown;
  readonly configSha256: string;
  readonly version: string;
  readonly parts: Readonly<Record<string, unknown>>;
  readonly leftOut: Readonly<Record<string, string>>;
  readonly pictures: readonly string[];
}

/** Makes the directory; refuses one that holds anything. */
function freshDirectory(path: string): void {
  attempt('create', path, () => mkdirSync(path, { recursive: true }));
  if (attempt('read', path, () => readdirSync(path)).length > 0) {
    throw new UserError(`${path} is not empty; choose another --out or remove it.`);
  }
}

/**
 * Measures all that a device shows on `devices` specimens and writes it to a new directory: one page of pictures,
 * `characterise.svg` and `.png`; for each part its table, `PART.arrows` and `PART.csv`; and `characterise.json`, written last.
 */
export function characterise({ loaded, out, devices, seed, pulses, tell }: CharacteriseOptions): Characterisation {
  freshDirectory(out);
  const { name, device, shortTerm, about } = loaded;
  const config = { device, shortTerm, devices, seed, pulses };
  const sha256 = configSha256(config);
  const specimen: Specimen = { loaded, devices, seed, pulses };
  const facts = { device: name, seed: String(seed), configSha256: sha256, version: VERSION };
  const found: Record<string, Part> = {};
  const leftOut: Record<string, string> = {};
  for (const [part, measure] of Object.entries(PARTS)) {
    tell?.(part);
    const result = measure(specimen);
    if ('leftOut' in result) leftOut[part] = result.leftOut;
    else found[part] = result;
  }
  const parts = Object.fromEntries(
    Object.entries(found).map(([part, result]) => [
      part,
      { title: result.title, ...writeTables(out, part, result, facts), summary: result.summary },
    ]),
  );
  const models = [device, ...(shortTerm ? [shortTerm] : [])].map(({ model }) => model).join(' and ');
  const heading = {
    title: `${about.name ?? about.structure ?? parse(name).name}: ${models}`,
    subtitle:
      devices > 1 ? `${devices} devices, seed ${seed}: median, and band from 5 to 95 %` : `1 device, seed ${seed}`,
  };
  const charts = Object.values(found).map(({ title, chart }) => ({ title, ...chart }));
  const svg = page(heading, charts);
  const pictures = writePicture(join(out, 'characterise'), svg).map((path) => basename(path));
  const resolved: unknown = JSON.parse(canonicalJson(config));
  const result = {
    name,
    config: resolved,
    configSha256: sha256,
    version: VERSION,
    parts,
    leftOut,
    pictures,
  };
  writeFileAtomic(join(out, 'characterise.json'), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}
