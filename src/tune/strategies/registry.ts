import type { Strategy } from '../search.ts';
import { local } from './local.ts';
import { model } from './model.ts';
import { random } from './random.ts';

/** Every strategy, the one to take where nothing is said first. */
export const STRATEGIES: readonly [Strategy, ...Strategy[]] = [model, local, random];
