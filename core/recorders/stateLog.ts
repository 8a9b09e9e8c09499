import { UserError } from '../declare/errors.ts';
import { validate } from '../declare/validate.ts';
import type { Schedule } from '../engine/timer.ts';
import type { Neurons } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { RowSink } from '../log/tables.ts';
import {
  createPopulationRecorder,
  createProjectionRecorder,
  type NamedQuantity,
  neuronStateSchema,
  type StateRecorder,
  type StateRecording,
  type StateRows,
  stateRows,
  synapseStateSchema,
} from './states.ts';

/** As many as a byte can number. */
const MOST = 256;

interface Added {
  readonly recorder: StateRecorder;
  /** When it writes; null at spikes. */
  readonly schedule: Schedule | null;
  /** A name for its timer. */
  readonly name: string;
}

/** All quantities that a network records, and the rows of each sink. */
export class StateLog {
  readonly quantities: NamedQuantity[] = [];
  readonly #rows = new Map<RowSink, StateRows>();
  readonly #taken = new Map<string, number>();

  /** A recorder of `owner`. UserError for quantities and neurons that it does not have. */
  add(owner: Neurons | Projection, isProjection: boolean, recording: StateRecording, sink: RowSink): Added {
    const where = `${isProjection ? 'projections' : 'populations'}.${owner.name}.record.state`;
    validate(isProjection ? synapseStateSchema : neuronStateSchema, recording, where);
    const rows = this.#rows.get(sink) ?? stateRows(sink);
    this.#rows.set(sink, rows);
    const { recorder, quantities } = isProjection
      ? createProjectionRecorder(owner as Projection, recording, rows, where)
      : createPopulationRecorder(owner as Neurons, recording, rows, where);
    this.quantities.push(...quantities);
    const { every, times } = recording as { readonly every?: number; readonly times?: readonly number[] };
    const assignIds = (this.#taken.get(where) ?? 0) + 1;
    this.#taken.set(where, assignIds);
    return {
      recorder,
      schedule: times !== undefined ? { times } : every !== undefined ? { every } : null,
      name: assignIds === 1 ? where : `${where}#${assignIds}`,
    };
  }

  /** By their ids. */
  get names(): readonly string[] {
    return [...new Set(this.quantities.map(({ name }) => name))].sort();
  }

  /** Gives quantities their ids, by name. */
  number(): void {
    const { names } = this;
    if (names.length > MOST)
      throw new UserError(`${names.length} quantities are to be recorded, but one network records ${MOST} at most.`);
    for (const quantity of this.quantities) quantity.id = names.indexOf(quantity.name);
  }

  flush(): void {
    for (const rows of this.#rows.values()) rows.flush();
  }
}
