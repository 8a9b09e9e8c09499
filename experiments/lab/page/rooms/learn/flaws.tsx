/** Which flaw hurts most. */
export const Flaws = () => null;
