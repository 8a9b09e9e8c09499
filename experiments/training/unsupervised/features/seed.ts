/** Seed of the first stage, equal in all phases so that replicas are equal. */
export const deriveFrontEndSeed = (seed: number | string): string => `${seed}/front`;

/** Random block of the first image: training and labelling have equal input spikes, the test has other draws. */
export const getFirstBlock = (phase: 'train' | 'label' | 'test'): number => (phase === 'test' ? 2 ** 19 : 0);
