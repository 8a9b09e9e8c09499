import { readRegularFile, writeFileAtomic } from '../log/file.ts';
import { decodeCheckpoint, encodeCheckpoint, type Notes } from './codec.ts';
import type { Snapshot } from './state.ts';

export function writeCheckpoint(path: string, snapshot: Snapshot, notes: Notes) {
  writeFileAtomic(path, encodeCheckpoint(snapshot, notes));
}

export function readCheckpoint(path: string): { snapshot: Snapshot; notes: Notes } {
  return decodeCheckpoint(readRegularFile(path), path);
}
