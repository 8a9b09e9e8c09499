import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { YIN_YANG } from '../data/yinYang.ts';
import { readJson } from '../logs/runJson.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { identifyDataSet, loadTrainingData, requireSameDataAsRun } from '../training/dataOrigin.ts';
import { UsageError } from './command.ts';
import { printInterruption } from './terminal.ts';

interface TrainingRunOptions {
  readonly out?: string | undefined;
  readonly data?: string | undefined;
  readonly resume: boolean;
  readonly json: boolean;
}

export const chooseTrainingDirectory = (data: string | undefined, architecture: unknown, seed: unknown): string =>
  chooseRunDirectory(`${data === undefined ? 'mnist' : basename(resolve(data))}-${architecture}-seed${seed}`);

/** Chooses the run directory `runs/NAME`; if it exists, a suffix (`-2`, `-3`, …) is added. */
export function chooseRunDirectory(name: string): string {
  const base = `runs/${name}`;
  let path = base;
  for (let n = 2; existsSync(path); n++) path = `${base}-${n}`;
  return path;
}

/**
 * Handles `--resume` of a finished run: checks its data set and prints its result. Returns true if the run is finished.
 * @param command name of the command in error messages
 */
export function reportFinishedRun(command: string, { out, data, resume, json }: TrainingRunOptions): boolean {
  if (!resume) return false;
  if (out === undefined) throw new UsageError(`${command}: --resume needs --out, the directory of the run to resume.`);
  if (!RunDirectory.hasFinishedRun(out)) return false;
  if (data !== undefined && data !== YIN_YANG)
    requireSameDataAsRun(out, identifyDataSet(loadTrainingData(data, readJson(out, 'config.json') as object), data));
  printRunJson(out, json, `${out} is already finished.`);
  return true;
}

export const printRunJson = (run: string, json: boolean, sentence: string): void =>
  console.log(json ? JSON.stringify(readJson(run, 'run.json'), null, 2) : sentence);

export const printTrainingInterruption = (out: string, data: string | undefined, ...command: readonly string[]): void =>
  printInterruption(out, ...command, '--out', out, '--resume', ...(data === undefined ? [] : ['--data', data]));
