/** Lets events that wait have their turn between two stretches of work. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
