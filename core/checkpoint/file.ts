import { readRegularFile, writeFileAtomic } from '../log/file.ts';
import { type CheckpointNotes, decodeCheckpoint, encodeCheckpoint } from './codec.ts';
import type { Snapshot } from './state.ts';

/** Writes state arrays and JSON data to a checkpoint file; an old file stays until the new one is complete. */
export function writeCheckpoint(path: string, snapshot: Snapshot, notes: CheckpointNotes) {
  writeFileAtomic(path, encodeCheckpoint(snapshot, notes));
}

/** Reads a checkpoint file: the state arrays by name, and the JSON data stored with them. */
export function readCheckpoint(path: string): { snapshot: Snapshot; notes: CheckpointNotes } {
  return decodeCheckpoint(readRegularFile(path), path);
}
