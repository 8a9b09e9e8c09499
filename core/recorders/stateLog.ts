import { UserError } from '../declare/errors.ts';
import { validate } from '../declare/validate.ts';
import type { Schedule } from '../engine/timer.ts';
import type { Neurons } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { RowSink } from '../log/tables.ts';
import {
  createPopulationRecorder,
  createProjectionRecorder,
  createStateRows,
  type NamedQuantity,
  neuronStateSchema,
  type StateRecorder,
  type StateRecording,
  type StateRows,
  synapseStateSchema,
} from './states.ts';

/** Maximum number of quantities, whose ids have 8 bits. */
const MAX_QUANTITIES = 256;

interface ScheduledRecorder {
  readonly recorder: StateRecorder;
  /** Schedule; null for recording at spikes. */
  readonly schedule: Schedule | null;
  /** Name of the timer. */
  readonly name: string;
}

/** Recorded quantities of a network, and the row buffer of each sink. */
export class StateLog {
  readonly quantities: NamedQuantity[] = [];
  readonly #rows = new Map<RowSink, StateRows>();
  readonly #recorderCounts = new Map<string, number>();

  /** Creates a recorder of `owner`. @throws UserError for unknown quantities and neurons */
  add(owner: Neurons | Projection, isProjection: boolean, recording: StateRecording, sink: RowSink): ScheduledRecorder {
    const where = `${isProjection ? 'projections' : 'populations'}.${owner.name}.record.state`;
    validate(isProjection ? synapseStateSchema : neuronStateSchema, recording, where);
    const rows = this.#rows.get(sink) ?? createStateRows(sink);
    this.#rows.set(sink, rows);
    const { recorder, quantities } = isProjection
      ? createProjectionRecorder(owner as Projection, recording, rows, where)
      : createPopulationRecorder(owner as Neurons, recording, rows, where);
    this.quantities.push(...quantities);
    const { every, times } = recording as { readonly every?: number; readonly times?: readonly number[] };
    const recorderCount = (this.#recorderCounts.get(where) ?? 0) + 1;
    this.#recorderCounts.set(where, recorderCount);
    return {
      recorder,
      schedule: times !== undefined ? { times } : every !== undefined ? { every } : null,
      name: recorderCount === 1 ? where : `${where}#${recorderCount}`,
    };
  }

  /** Names of the recorded quantities; the index is the id. */
  get names(): readonly string[] {
    return [...new Set(this.quantities.map(({ name }) => name))].sort();
  }

  /** Assigns ids to the recorded quantities, ascending by name. */
  number(): void {
    const { names } = this;
    if (names.length > MAX_QUANTITIES)
      throw new UserError(
        `recordState: ${names.length} quantities are requested, but a network records at most ${MAX_QUANTITIES}.`,
      );
    for (const quantity of this.quantities) quantity.id = names.indexOf(quantity.name);
  }

  flush(): void {
    for (const rows of this.#rows.values()) rows.flush();
  }
}
