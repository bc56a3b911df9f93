import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { Spec } from '../io/spec.ts';

/** How long and how exactly to measure. Spans are for one variant; several share the sum of theirs. */
export interface Protocol {
  /** Rounds before anything but the timeout may end the measurement. */
  readonly minRounds: number;
  /** The 95 % interval of the median is narrow enough at this half width, as a share of the median. */
  readonly targetHalfWidth: number;
  /** Ends the measurement once the rounds suffice, but where the verdict of a comparison is near. */
  readonly budget: Nanoseconds;
  /** Ends it whatever the rounds. */
  readonly timeout: Nanoseconds;
  /** Work to do before the first round, and the longest that it may take. */
  readonly warmUp: { readonly busy: Nanoseconds; readonly cap: Nanoseconds };
}

const milliseconds = (span: number): Nanoseconds => nanoseconds(span * 1e6);

/** The protocols by the name that a spec has for them. */
export const PROTOCOLS: Readonly<Record<Spec['protocol'], Protocol>> = {
  quick: {
    minRounds: 15,
    targetHalfWidth: 0.03,
    budget: milliseconds(700),
    timeout: milliseconds(5000),
    warmUp: { busy: milliseconds(100), cap: milliseconds(1000) },
  },
  standard: {
    minRounds: 20,
    targetHalfWidth: 0.01,
    budget: milliseconds(2000),
    timeout: milliseconds(15_000),
    warmUp: { busy: milliseconds(250), cap: milliseconds(3000) },
  },
  strict: {
    minRounds: 40,
    targetHalfWidth: 0.005,
    budget: milliseconds(6000),
    timeout: milliseconds(60_000),
    warmUp: { busy: milliseconds(250), cap: milliseconds(3000) },
  },
};

/** What measuring one variant takes, about [s]; a slow one takes longer, and one that converges soon less. */
export const secondsOf = ({ budget, warmUp }: Protocol): number => (budget + warmUp.busy) / 1e9;

/**
 * The protocol of a spec on an adapter. On a software one, where a dispatch may take a good part of a second and its
 * time says nothing about a GPU, `quick` ends within about a second, converged or not.
 */
export function protocolFor(name: Spec['protocol'], software: boolean): Protocol {
  const protocol = PROTOCOLS[name];
  if (!software || name !== 'quick') return protocol;
  return {
    ...protocol,
    timeout: protocol.budget,
    warmUp: { busy: milliseconds(50), cap: milliseconds(200) },
  };
}
