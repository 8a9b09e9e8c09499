/** A file of synapses, as a network file names it. */
export type ConnectionFile =
  | string
  | {
      readonly path: string;
      /** Name of the matrix in an .npz of several. */
      readonly array?: string;
      /** Name of the projection in a log of weights of several. */
      readonly projection?: string;
      /** Which synapses of a NIR file. */
      readonly nir?: NirSynapses;
    };

/** Which synapses of a NIR file a projection has. */
export interface NirSynapses {
  /** Names of the nodes. */
  readonly from: string;
  readonly to: string;
  /** Step that a spike is wide, ms; 0: a pulse of area 1 s. */
  readonly dt: number;
  /** Added to every delay, ms: a spike goes around a circle later, not at once. */
  readonly later: number;
}
