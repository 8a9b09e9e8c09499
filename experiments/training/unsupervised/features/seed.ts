/** Seed of the first stage: the same replicas in all phases. */
export const deriveFrontEndSeed = (seed: number | string): string => `${seed}/front`;

/** Random block of the first image: training images are seen alike in learning and labelling, test images with draws of their own. */
export const getFirstBlock = (phase: 'train' | 'label' | 'test'): number => (phase === 'test' ? 2 ** 19 : 0);
