/** What `device fit` reads: what was measured. */
export const KIND_NAMES = ['pulses', 'iv', 'retention', 'endurance', 'ppf', 'train', 'stdp'] as const;
export type KindName = (typeof KIND_NAMES)[number];
