import { pow } from '../core/elementary.ts';
import { exp } from '../core/math.ts';

/** e^(-x^beta): what a stretched exponential leaves after x time constants; an exponential with beta 1. */
export const stretched = (x: number, beta: number): number => exp(-(beta === 1 ? x : pow(x, beta)));
