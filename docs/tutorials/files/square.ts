import { defineDevice, number } from 'memspike/extend';

export const square = defineDevice({
  name: 'square',
  help: 'steps up shrink quadratically; steps down are equal',
  equation: 'g <- g + up s (1 - g)^2; g <- g - down s',
  source: 'own measurement',
  params: {
    up: number({ default: 0.1, min: 0, unit: '1', help: 'step of the first pulse up, relative to the range' }),
    down: number({ default: 0.02, min: 0, unit: '1', help: 'step of a pulse down, relative to the range' }),
  },
  step: (p) => (g, strength) => (strength > 0 ? g + p.up * strength * (1 - g) ** 2 : g + p.down * strength),
});
