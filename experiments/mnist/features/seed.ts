/** Seed of the first stage. Training images are seen alike in learning and labelling. */
export const frontSeed = (seed: number | string, phase: 'train' | 'label' | 'test'): string =>
  `${seed}/front${phase === 'test' ? '/test' : ''}`;
