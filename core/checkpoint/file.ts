import { readRegularFile, writeFileAtomic } from '../log/file.ts';
import { decodeCheckpoint, encodeCheckpoint, type Notes } from './codec.ts';
import type { Snapshot } from './state.ts';

/** Writes the state arrays of a network and JSON data to a checkpoint file, replaced only when complete. */
export function writeCheckpoint(path: string, snapshot: Snapshot, notes: Notes) {
  writeFileAtomic(path, encodeCheckpoint(snapshot, notes));
}

/** Reads a checkpoint file: the state arrays by name, and the JSON data stored with them. */
export function readCheckpoint(path: string): { snapshot: Snapshot; notes: Notes } {
  return decodeCheckpoint(readRegularFile(path), path);
}
